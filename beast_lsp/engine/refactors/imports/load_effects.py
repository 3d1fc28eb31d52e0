"""What loading a module does besides defining names: printing, registering, changing what other modules have.

Two modules that do nothing of the kind may be loaded in either order, or not at all. Objects that are made from classes
and functions of other packages count as plain, except for those that are known to change the process.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from beast_lsp.engine.languages.language import words
from beast_lsp.engine.refactors.imports.statements import is_type_checking
from beast_lsp.engine.scopes.resolution.definition import ClassValue, FunctionValue, ModuleValue, Outside, Value
from beast_lsp.engine.scopes.resolution.functions import text_of
from beast_lsp.engine.scopes.resolution.table import Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

    from beast_lsp.engine.scopes.resolution.program import Module, Program
    from beast_lsp.engine.scopes.resolution.table import Occurrence

_LOUD_BUILTINS = words("print input open exec eval __import__ setattr delattr breakpoint exit quit next")
_LOUD_OUTSIDE = (
    "atexit.", "signal.", "sys.set", "sys.exit", "sys.path.", "sys.modules.", "sys.stdout.", "sys.stderr.",
    "os.environ.setdefault", "os.environ.update", "os.environ.pop", "os.put", "os.mk", "os.make", "os.ch",
    "os.remove", "os.unlink", "warnings.", "random.", "locale.",
    "codecs.register", "copyreg.", "gc.", "faulthandler.", "subprocess.", "socket.", "logging.basicConfig",
    "logging.disable", "pytest.fixture", "pytest.hookimpl", "threading.Thread", "builtins.print", "builtins.open",
    "importlib.import_module", "itertools.count.", "runpy.",
)  # fmt: skip
_QUIET = frozenset(
    {
        "import_statement", "import_from_statement", "future_import_statement", "comment", "pass_statement",
        "function_definition", "type_alias_statement", "global_statement",
    }
)  # fmt: skip
_BLOCKS = frozenset(
    {
        "if_statement", "elif_clause", "else_clause", "try_statement", "except_clause", "except_group_clause",
        "finally_clause", "block", "for_statement", "while_statement", "with_statement", "with_clause", "with_item",
        "class_definition", "match_statement", "case_clause", "expression_statement", "decorated_definition",
    }
)  # fmt: skip
# Methods that do something in the world rather than to their object.
_LOUD_METHODS = words("run start main parse_args serve_forever write print send connect execute exit serve register")
_LOOKING = words(
    "copy get items keys values format join joinpath split strip replace lower upper encode decode resolve"
)
_DEEPEST = 3  # functions that call functions.


def first_effect(program: Program, path: str) -> Node | None:
    """The first statement of a module that does more than define; None where there is none, or no such file."""
    module = program.module(path)
    if module is None or not module.has_names:
        return None
    return next(effects_in(program, module, module.tree.tree.root_node.named_children), None)


def effects_in(program: Program, module: Module, nodes: list[Node], depth: int = 0) -> Iterator[Node]:
    """The parts of some statements that do more than define names, in the order of the text.

    With a `depth` of one, what changes other objects of the same module counts, too.
    """
    stack = nodes[::-1]
    while stack:
        node = stack.pop()
        if node.type in _QUIET or _never_runs(module, node):
            continue
        if node.type in _BLOCKS:
            stack += [child for child in reversed(node.named_children) if child.type != "comment"]
        elif not _Judge(program, depth).is_quiet(module, node):
            yield node


def _never_runs(module: Module, node: Node) -> bool:
    """Whether an `if` is for type checkers, or for a module that is run rather than imported."""
    condition = node.child_by_field_name("condition") if node.type == "if_statement" else None
    if condition is None:
        return False
    text = module.tree.text(condition)
    return is_type_checking(text) or ("__name__" in text and "__main__" in text)


class _Judge:
    """Judges expressions and simple statements, and the functions that they call."""

    def __init__(self, program: Program, depth: int = 0) -> None:
        self._program = program
        self._depth = depth

    def is_quiet(self, module: Module, node: Node) -> bool:
        """Whether running a simple statement, or evaluating an expression, only makes objects and binds names."""
        if node.type == "decorator" and node.named_children[0].type in {"identifier", "attribute"}:
            return self._is_quiet_callee(module, node, node.named_children[0])
        stack = [node]
        while stack:
            one = stack.pop()
            if one.type == "call" and not self._is_quiet_call(module, one):
                return False
            if one.type in {"assignment", "augmented_assignment", "delete_statement"} and self._stores(module, one):
                return False
            if one.type in {"await", "yield", "assert_statement"} or (
                one.type == "raise_statement" and not self._depth
            ):
                return False
            if one.type not in {"lambda", "function_definition", "type"}:
                stack += one.named_children
        return True

    def _stores(self, module: Module, node: Node) -> bool:
        """Whether an assignment changes an object that others may have, rather than binding a name."""
        left = node.child_by_field_name("left") or (node.named_children[0] if node.named_children else None)
        while left is not None and left.type in {"attribute", "subscript"}:
            left = left.named_children[0]
            if left.type == "identifier":
                one = module.table.by_start.get(left.start_byte)
                binders = one.symbol.binders() if one is not None and one.symbol is not None else []
                return (
                    not binders
                    or self._is_foreign(one)
                    or any(each.role in {Role.IMPORT, Role.PARAMETER} for each in binders)
                )
            if left.type not in {"attribute", "subscript"}:
                return True
        return False

    def _is_quiet_call(self, module: Module, node: Node) -> bool:
        function = node.child_by_field_name("function")
        return function is not None and self._is_quiet_callee(module, node, function)

    def _is_quiet_callee(self, module: Module, node: Node, function: Node) -> bool:
        if function.type == "subscript":  # a generic class.
            return self._is_quiet_callee(module, node, function.named_children[0])
        value = self._program.value(module.path, function)
        if value is not None:
            return self._is_quiet_value(value)
        if function.type == "identifier":
            one = module.table.by_start.get(function.start_byte)
            is_builtin = one is not None and one.symbol is None
            return is_builtin and one is not None and one.name not in _LOUD_BUILTINS
        return function.type == "attribute" and self._is_quiet_method(module, node, function)

    def _is_quiet_value(self, value: Value) -> bool:
        if isinstance(value, Outside):
            name = value.name.removeprefix("builtins.")
            return not (value.name + ".").startswith(_LOUD_OUTSIDE) and name not in _LOUD_BUILTINS
        if isinstance(value, FunctionValue) and value.path.startswith("<"):  # a library whose source is there.
            module = value.path.strip("<>").removesuffix(".py").removesuffix("/__init__").replace("/", ".")
            named = value.scope.node.child_by_field_name("name")
            return self._is_quiet_value(Outside(f"{module}.{text_of(named)}"))
        if isinstance(value, FunctionValue):
            return self._is_quiet_function(value)
        return isinstance(value, ClassValue | ModuleValue)

    def _is_quiet_method(self, module: Module, call: Node, function: Node) -> bool:
        """Whether a method of an unknown object changes at most what the module itself just made."""
        named, made = function.child_by_field_name("attribute"), function.child_by_field_name("object")
        if named is None or module.tree.text(named) in _LOUD_METHODS:
            return False
        while made is not None and made.type in {"attribute", "parenthesized_expression", "subscript"}:
            made = made.named_children[0]
        if made is None or made.type != "identifier":
            return True  # a call is judged by itself, and a literal is nobody else's.
        one = module.table.by_start.get(made.start_byte)
        binders = one.symbol.binders() if one is not None and one.symbol is not None else []
        if module.tree.text(named) in _LOOKING:
            return True
        is_statement = call.parent is not None and call.parent.type in {"expression_statement", "decorator"}
        foreign = {Role.IMPORT, Role.PARAMETER} if is_statement else {Role.IMPORT}
        if is_statement and self._is_foreign(one):
            return False
        return bool(binders) and not any(each.role in foreign and not _is_receiver(each) for each in binders)

    def _is_foreign(self, one: Occurrence | None) -> bool:
        """Whether a name belongs to a module, seen from a function of it that another module calls."""
        return self._depth > 0 and one is not None and one.symbol is not None and one.symbol.scope.kind == "module"

    def _is_quiet_function(self, value: FunctionValue) -> bool:
        """Whether calling a function of the workspace only makes objects."""
        module, body = self._program.module(value.path), value.scope.node.child_by_field_name("body")
        if module is None or body is None or self._depth >= _DEEPEST or value.scope.kind != "function":
            return False
        if any(one.role is Role.DECLARE for one in module.table.occurrences if one.scope is value.scope):
            return False
        inner = _Judge(self._program, self._depth + 1)
        return all(inner.is_quiet_statement(module, child) for child in body.named_children)

    def is_quiet_statement(self, module: Module, node: Node) -> bool:
        """The same for a statement of a function that is called."""
        stack = [node]
        while stack:
            one = stack.pop()
            if one.type in _BLOCKS:
                stack += one.named_children
            elif one.type not in _QUIET and not self.is_quiet(module, one):
                return False
        return True


def _is_receiver(one: Occurrence) -> bool:
    """Whether a parameter is the object that a method was called of, which the caller made."""
    return one.role is Role.PARAMETER and one.name in {"self", "cls"}
