"""Bugs to put into sound Python code, by kind: each a few edits of a file's text.

Python's own parser finds the sites, not what the rules use, and a site is wherever the bug can be made. What a call
must look like is told by name: a call is a site where every definition of that name in the checkout takes it as it is,
and none as it is made.
"""

import ast
import copy
import inspect
from collections.abc import Callable, Iterator

from sound_code import FUNCTIONS, Bug, Function, Source

_ONE_RESULT = (ast.Sub, ast.Div, ast.FloorDiv, ast.Mod, ast.BitAnd, ast.BitOr, ast.BitXor)
_COMPARED = (ast.Eq, ast.Lt, ast.Gt, ast.LtE, ast.GtE, ast.Is, ast.IsNot)
_BROAD = {"Exception", "BaseException"}
_Receiver = ast.Name, ast.Attribute


def identical_operands(source: Source) -> Iterator[Bug]:
    """The left side on the right side, too."""
    for node, function in source.inside(ast.Compare, ast.BinOp, ast.BoolOp):
        if isinstance(node, ast.Compare) and len(node.ops) == 1 and isinstance(node.ops[0], _COMPARED):
            yield Bug((source.replaced(node.comparators[0], source.code(node.left)),), function)
        elif isinstance(node, ast.BinOp) and isinstance(node.op, _ONE_RESULT) and not _is_text(node.left):
            yield Bug((source.replaced(node.right, source.code(node.left)),), function)
        elif isinstance(node, ast.BoolOp) and len(node.values) == 2:
            yield Bug((source.replaced(node.values[1], source.code(node.values[0])),), function)


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str | bytes))


def repeated_operand(source: Source) -> Iterator[Bug]:
    """An operand of a chain in a later one's place, or after the last one."""
    for node, function in source.inside(ast.BoolOp):
        if len(node.values) > 2:
            first, second = sorted(source.chance.sample(range(len(node.values)), 2))
            yield Bug((source.replaced(node.values[second], source.code(node.values[first])),), function)
        else:
            sign = "and" if isinstance(node.op, ast.And) else "or"
            end = source.span(node.values[1])[1]
            yield Bug(((end, end, f" {sign} {source.code(node.values[0])}"),), function)


def repeated_condition(source: Source) -> Iterator[Bug]:
    """A condition of an if chain again in a later branch."""
    for node, function in source.inside(ast.If):
        chain = [node]
        while len(chain[-1].orelse) == 1 and isinstance(chain[-1].orelse[0], ast.If):
            chain.append(chain[-1].orelse[0])
        if len(chain) > 1:
            first, second = sorted(source.chance.sample(range(len(chain)), 2))
            yield Bug((source.replaced(chain[second].test, source.code(chain[first].test)),), function)


def repeated_key(source: Source) -> Iterator[Bug]:
    """A key of a dictionary in a later one's place."""
    for node, function in source.inside(ast.Dict):
        keys = [key for key in node.keys if key is not None]
        if len(keys) > 1:
            first, second = sorted(source.chance.sample(range(len(keys)), 2))
            yield Bug((source.replaced(keys[second], source.code(keys[first])),), function)


def unreachable_code(source: Source) -> Iterator[Bug]:
    """A `return` or a `raise` before statements; in a loop `continue` or `break`, too."""
    for node, function in source.inside(ast.stmt):
        for block in (node.body if isinstance(node, ast.If | ast.For | ast.With | ast.Try | ast.While) else [],):
            yield from _ended(source, block, function, is_loop=isinstance(node, ast.For | ast.While))
    for function in ast.walk(source.tree):
        if isinstance(function, FUNCTIONS):
            yield from _ended(source, function.body[1:], function, is_loop=False)


def _ended(source: Source, block: list[ast.stmt], function: Function, *, is_loop: bool) -> Iterator[Bug]:
    if block:
        words = ["return", "raise RuntimeError", *(["continue", "break"] if is_loop else [])]
        before = source.chance.choice(block)
        start = source.span(before)[0]
        indent = " " * before.col_offset
        yield Bug(((start, start, f"{source.chance.choice(words)}\n{indent}"),), function)


def unreachable_handler(source: Source) -> Iterator[Bug]:
    """`except Exception` before a handler of one kind of exception."""
    for node, function in source.inside(ast.Try):
        for handler in node.handlers[:1]:
            if handler.type is not None and not _BROAD & {each.id for each in _names(handler.type)}:
                start, indent = source.span(handler)[0], " " * handler.col_offset
                yield Bug(((start, start, f"except Exception:\n{indent}    pass\n{indent}"),), function)


def _names(node: ast.AST) -> list[ast.Name]:
    return [each for each in ast.walk(node) if isinstance(each, ast.Name)]


def discarded_comparison(source: Source) -> Iterator[Bug]:
    """`==` in place of `=`."""
    for node, function in source.inside(ast.Assign):
        if len(node.targets) == 1:
            end, start = source.span(node.targets[0])[1], source.span(node.value)[0]
            between = source.data[end:start].decode()
            if between.count("=") == 1:
                yield Bug(((end, start, between.replace("=", "==")),), function)


def impossible_comparison(source: Source) -> Iterator[Bug]:
    """A literal of another kind than the one that is compared with: a text for a number, a number for a text."""
    for node, function in source.inside(ast.Compare):
        right = node.comparators[0]
        if len(node.ops) > 1 or not isinstance(node.ops[0], ast.Eq | ast.NotEq) or not isinstance(right, ast.Constant):
            continue
        if isinstance(node.left, ast.Constant) or type(right.value) not in {int, str}:
            continue
        other = f'"{right.value}"' if type(right.value) is int else str(len(right.value))
        yield Bug((source.replaced(right, other),), function)


def length_comparison(source: Source) -> Iterator[Bug]:
    """`len(…) < 0` or `len(…) >= 0` in place of what a length is compared with."""
    for node, function in source.inside(ast.Compare):
        is_length = isinstance(node.left, ast.Call) and getattr(node.left.func, "id", "") == "len"
        if is_length and len(node.ops) == 1:
            end = source.span(node.left)[1]
            wrong = source.chance.choice([" < 0", " >= 0", " == -1"])
            yield Bug(((end, source.span(node.comparators[0])[1], wrong),), function)


def identity_of_a_literal(source: Source) -> Iterator[Bug]:
    """`is` in place of `==`."""
    for node, function in source.inside(ast.Compare):
        if len(node.ops) == 1 and isinstance(node.ops[0], ast.Eq | ast.NotEq):
            sides = (node.left, node.comparators[0])
            if any(isinstance(side, ast.List | ast.Dict | ast.Tuple) or _is_value(side) for side in sides):
                sign = " is " if isinstance(node.ops[0], ast.Eq) else " is not "
                yield Bug(((source.span(sides[0])[1], source.span(sides[1])[0], sign),), function)


def _is_value(node: ast.AST) -> bool:
    node = node.operand if isinstance(node, ast.UnaryOp) else node
    return isinstance(node, ast.Constant) and type(node.value) in {str, bytes, int, float}


def assertion_of_a_tuple(source: Source) -> Iterator[Bug]:
    """Parentheses around the condition and its message."""
    for node, function in source.inside(ast.Assert):
        message = source.code(node.msg) if node.msg is not None else '"no"'
        yield Bug((source.replaced(node, f"assert ({source.code(node.test)}, {message})"),), function)


def raised_notimplemented(source: Source) -> Iterator[Bug]:
    """`NotImplemented` in place of the exception."""
    for node, function in source.inside(ast.Raise):
        made = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        if made is not None:
            yield Bug((source.replaced(made, "NotImplemented"),), function)


def replaced_definition(source: Source) -> Iterator[Bug]:
    """A function of a module or a class again after a later one, or under a later one's name."""
    for owner in ast.walk(source.tree):
        body = owner.body if isinstance(owner, ast.Module | ast.ClassDef) else []
        made = [each for each in body if isinstance(each, FUNCTIONS)]
        if len(made) < 2:
            continue
        first, second = sorted(source.chance.sample(range(len(made)), 2))
        if source.chance.random() < 0.5:
            begin = made[first].decorator_list[0].lineno - 1 if made[first].decorator_list else made[first].lineno - 1
            text = source.data[source.starts[begin] : source.span(made[first])[1]].decode()
            end = source.span(made[second])[1]
            yield Bug(((end, end, f"\n\n{text}"),), owner, "again")
        else:
            start = source.data.index(made[second].name.encode(), source.span(made[second])[0])
            yield Bug(((start, start + len(made[second].name.encode()), made[first].name),), owner, "renamed")


def swapped_arguments(source: Source) -> Iterator[Bug]:
    """Two neighbouring arguments in each other's place."""
    for node, function in source.inside(ast.Call):
        known = source.callables.of(node, source)
        if not known or _has_star(node) or not all(_takes(one, node) for one in known):
            continue
        most = min(_by_position(one) for one in known)
        pairs = [
            (one, other)
            for one, other in zip(node.args, node.args[1:most], strict=False)
            if ast.dump(one) != ast.dump(other)
        ]
        if pairs:
            one, other = source.chance.choice(pairs)
            named = "named" if isinstance(one, _Receiver) and isinstance(other, _Receiver) else "not named"
            edits = (source.replaced(one, source.code(other)), source.replaced(other, source.code(one)))
            yield Bug(edits, function, named)


def dropped_argument(source: Source) -> Iterator[Bug]:
    """A call without an argument that is needed."""

    def wrong(call: ast.Call) -> None:
        gone = source.chance.choice([*call.args, *call.keywords])
        (call.args if gone in call.args else call.keywords).remove(gone)

    yield from _calls(source, wrong, lambda call: bool(call.args or call.keywords))


def further_argument(source: Source) -> Iterator[Bug]:
    """A call with one argument too many."""
    yield from _calls(source, lambda call: call.args.append(ast.Constant(None)), lambda _: True)


def misspelt_keyword(source: Source) -> Iterator[Bug]:
    """A keyword with two letters in each other's place."""

    def wrong(call: ast.Call) -> None:
        word = source.chance.choice([each for each in call.keywords if len(each.arg or "") > 1])
        at = source.chance.randrange(len(word.arg) - 1)
        word.arg = word.arg[:at] + word.arg[at + 1] + word.arg[at] + word.arg[at + 2 :]

    yield from _calls(source, wrong, lambda call: any(len(each.arg or "") > 1 for each in call.keywords))


def _calls(source: Source, change: Callable[[ast.Call], None], fits: Callable[[ast.Call], bool]) -> Iterator[Bug]:
    for node, function in source.inside(ast.Call):
        known = source.callables.of(node, source)
        if known and fits(node) and not _has_star(node) and all(_takes(one, node) for one in known):
            made = copy.deepcopy(node)
            change(made)
            if not any(_takes(one, made) for one in known):
                yield Bug((source.replaced(node, ast.unparse(made)),), function, _note(node))


def _note(call: ast.Call) -> str:
    if isinstance(call.func, ast.Name):
        return "by name"
    return "self" if getattr(call.func.value, "id", "") in {"self", "cls"} else "of an object"


def _has_star(call: ast.Call) -> bool:
    return any(isinstance(each, ast.Starred) for each in call.args) or any(each.arg is None for each in call.keywords)


def _takes(signature: inspect.Signature, call: ast.Call) -> bool:
    try:
        signature.bind(*call.args, **{str(each.arg): each for each in call.keywords})
    except TypeError:
        return False
    return True


def _by_position(signature: inspect.Signature) -> int:
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return sum(each.kind in kinds for each in signature.parameters.values())


_OPERANDS = ("identical-operands", "repeated-operand")
_COMPARISON = ("impossible-comparison",)
KINDS: dict[str, tuple[Callable[[Source], Iterator[Bug]], tuple[str, ...]]] = {
    "identical operands": (identical_operands, _OPERANDS),
    "repeated operand": (repeated_operand, _OPERANDS),
    "repeated condition": (repeated_condition, ("repeated-condition",)),
    "repeated key": (repeated_key, ("repeated-key",)),
    "unreachable code": (unreachable_code, ("unreachable-code",)),
    "unreachable handler": (unreachable_handler, ("unreachable-handler",)),
    "discarded comparison": (discarded_comparison, ("discarded-comparison",)),
    "literal of another kind": (impossible_comparison, _COMPARISON),
    "impossible length": (length_comparison, _COMPARISON),
    "identity of a literal": (identity_of_a_literal, ("identity-of-a-literal",)),
    "assertion of a tuple": (assertion_of_a_tuple, ("assertion-of-a-tuple",)),
    "raised NotImplemented": (raised_notimplemented, ("raised-notimplemented",)),
    "replaced definition": (replaced_definition, ("replaced-definition",)),
    "swapped arguments": (swapped_arguments, ("swapped-arguments",)),
    "argument dropped": (dropped_argument, ("impossible-call",)),
    "argument too many": (further_argument, ("impossible-call",)),
    "keyword misspelt": (misspelt_keyword, ("impossible-call",)),
}
"""Each kind: what finds its sites, and the rules that claim it."""
