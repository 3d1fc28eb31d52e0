"""Sound Python code to put bugs into, and what its functions take."""

import ast
import inspect
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

Function = ast.FunctionDef | ast.AsyncFunctionDef
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_BUILT_IN = {name for kind in (str, bytes, list, dict, set, tuple, int, float, object) for name in dir(kind)}


@dataclass(frozen=True)
class Bug:
    """Edits of a text: each from one offset in bytes to another, and what stands there then.

    `scope` is the node that a finding must touch; `note` tells kinds of sites apart.
    """

    edits: tuple[tuple[int, int, str], ...]
    scope: ast.AST
    note: str = ""


@dataclass
class Source:
    """A file to put bugs into. `callables` holds what the checkout's definitions take, by name."""

    text: str
    tree: ast.Module
    callables: "Callables"
    chance: random.Random
    data: bytes = b""
    starts: list[int] = field(default_factory=list)
    imported: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.data = self.text.encode()
        self.starts = [0]
        for line in self.data.split(b"\n"):
            self.starts.append(self.starts[-1] + len(line) + 1)
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                local = isinstance(node, ast.ImportFrom) and (node.level or self.callables.has(node.module))
                names = {(each.asname or each.name).split(".")[0] for each in node.names}
                self.imported |= set() if local else names

    def span(self, node: ast.AST) -> tuple[int, int]:
        """Where a node stands."""
        start = self.starts[node.lineno - 1] + node.col_offset
        return start, self.starts[node.end_lineno - 1] + node.end_col_offset

    def code(self, node: ast.AST) -> str:
        """The text of a node."""
        start, end = self.span(node)
        return self.data[start:end].decode()

    def replaced(self, node: ast.AST, text: str) -> tuple[int, int, str]:
        """The edit that puts `text` in place of a node."""
        return (*self.span(node), text)

    def applied(self, bug: Bug) -> str | None:
        """The text with the bug; None where it is no Python any more, or the same program."""
        data = self.data
        for start, end, text in sorted(bug.edits, reverse=True):
            data = data[:start] + text.encode() + data[end:]
        try:
            tree = ast.parse(data)
        except (SyntaxError, ValueError):
            return None
        return None if ast.dump(tree) == ast.dump(self.tree) else data.decode()

    def inside(self, *kinds: type[ast.AST]) -> Iterator[tuple[ast.AST, Function]]:
        """The nodes of some types that stand in a function, each with the innermost one."""
        for function in ast.walk(self.tree):
            if isinstance(function, FUNCTIONS):
                yield from ((node, function) for node in _own(function) if isinstance(node, kinds))


class Callables:
    """What the functions, methods and classes of a checkout take, by their names."""

    def __init__(self, packages: Iterable[str]) -> None:
        self._packages = set(packages)
        self._known: dict[str, list[tuple[inspect.Signature | None, bool]]] = defaultdict(list)

    def has(self, module: str | None) -> bool:
        """Whether a module is one of the checkout."""
        return bool(module) and str(module).split(".")[0] in self._packages

    def add(self, tree: ast.Module) -> None:
        """Takes in the definitions of one file."""
        for node in ast.walk(tree):
            is_class = isinstance(node, ast.ClassDef)
            for child in ast.iter_child_nodes(node):
                if isinstance(child, FUNCTIONS):
                    self._known[child.name].append((_signature(child, is_method=is_class), is_class))
                elif isinstance(child, ast.ClassDef):
                    made = [each for each in child.body if isinstance(each, FUNCTIONS) and each.name == "__init__"]
                    taken = _signature(made[0], is_method=True) if made else None
                    self._known[child.name].append((taken, False))

    def of(self, call: ast.Call, source: Source) -> list[inspect.Signature]:
        """What every definition that the call may mean takes; empty where that can't be said."""
        is_method = isinstance(call.func, ast.Attribute)
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if (is_method and name in _BUILT_IN) or (not is_method and name in source.imported):
            return []
        known = [taken for taken, only in self._known.get(name, ()) if is_method or not only]
        return [one for one in known if one is not None] if known and None not in known else []


def _signature(node: Function, *, is_method: bool) -> inspect.Signature | None:
    """The signature without the receiver; None where a decorator may have changed it."""
    names = [each.id if isinstance(each, ast.Name) else "" for each in node.decorator_list]
    if set(names) - {"staticmethod", "classmethod", "abstractmethod", "override"}:
        return None
    made, kinds = node.args, inspect.Parameter
    plain = [*made.posonlyargs, *made.args]
    needed = len(plain) - len(made.defaults)
    listed = [
        kinds(
            each.arg,
            kinds.POSITIONAL_ONLY if number < len(made.posonlyargs) else kinds.POSITIONAL_OR_KEYWORD,
            default=kinds.empty if number < needed else None,
        )
        for number, each in enumerate(plain)
    ]
    listed = listed[1:] if is_method and "staticmethod" not in names else listed
    listed += [kinds(made.vararg.arg, kinds.VAR_POSITIONAL)] if made.vararg else []
    listed += [
        kinds(each.arg, kinds.KEYWORD_ONLY, default=kinds.empty if default is None else None)
        for each, default in zip(made.kwonlyargs, made.kw_defaults, strict=True)
    ]
    listed += [kinds(made.kwarg.arg, kinds.VAR_KEYWORD)] if made.kwarg else []
    return inspect.Signature(listed)


def _own(function: Function) -> Iterator[ast.AST]:
    """The nodes of a function's body, without those of the functions and classes in it."""
    stack: list[ast.AST] = list(reversed(function.body))
    while stack:
        node = stack.pop()
        yield node
        if not isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            stack += reversed(list(ast.iter_child_nodes(node)))
