"""Where a Python text may be refactored, by the interpreter's own parser: nothing of the engine is asked."""

import ast
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

Span = tuple[int, int]
_Spans = Callable[[Any, Any], Span]

_NODES: dict[str, tuple[type[ast.AST], ...]] = {
    "guard-clause": (ast.If,),
    "invert-if": (ast.If,),
    "merge-if": (ast.If,),
    "split-if": (ast.If,),
    "remove-else": (ast.If,),
    "if-to-conditional": (ast.If,),
    "conditional-to-if": (ast.IfExp,),
    "merge-with": (ast.With,),
    "loop-to-comprehension": (ast.For,),
    "comprehension-to-loop": (ast.ListComp, ast.SetComp, ast.DictComp),
    "to-f-string": (ast.BinOp, ast.Call),
    "from-f-string": (ast.JoinedStr,),
}
_OF_FUNCTIONS = frozenset({"change-signature", "function-to-method", "method-to-function", "inline-function"})
_OF_CLASSES = frozenset({"generate-members", "generate-init", "to-dataclass"})


@dataclass(frozen=True)
class _Text:
    """The nodes of a text, and the bytes where its lines begin."""

    nodes: list[ast.AST]
    starts: list[int]

    def span(self, first: Any, last: Any) -> Span:
        """The bytes from the begin of one node to the end of another."""
        start = self.starts[first.lineno - 1] + first.col_offset
        return start, self.starts[last.end_lineno - 1] + last.end_col_offset


def places(text: str, kind: str) -> list[Span]:
    """The bytes that are selected for a kind of refactoring, or the place of the cursor twice. Raises SyntaxError."""
    read = _read(text)
    if kind.startswith(("extract-variable", "extract-constant", "introduce-parameter")):
        return list(_expressions(read))
    if kind.startswith("extract-"):
        chosen = (ast.BinOp, ast.Call, ast.Compare, ast.BoolOp)
        return [*_runs(read), *(read.span(node, node) for node in read.nodes if isinstance(node, chosen))]
    return [(start, start) for start in _cursors(read, kind)]


def _read(text: str) -> _Text:
    starts = [0]
    for line in text.encode().splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    return _Text(list(ast.walk(ast.parse(text))), starts)


def _expressions(text: _Text) -> Iterator[Span]:
    """Whatever is computed: no target of an assignment, and no part of an f-string that has no place of its own."""
    parts = {id(part) for node in text.nodes if isinstance(node, ast.JoinedStr) for part in ast.walk(node)}
    for node in text.nodes:
        is_target = isinstance(getattr(node, "ctx", None), ast.Store | ast.Del)
        if isinstance(node, ast.expr) and not is_target and id(node) not in parts:
            yield text.span(node, node)


def _runs(text: _Text) -> Iterator[Span]:
    """First and last of each run of statements, of at most eight."""
    for node in text.nodes:
        for name in ("body", "orelse", "finalbody"):
            body = getattr(node, name, None)
            if isinstance(body, list):
                pairs = ((body[i], body[j]) for i in range(len(body)) for j in range(i, min(i + 8, len(body))))
                yield from (text.span(first, last) for first, last in pairs)


def _cursors(text: _Text, kind: str) -> Iterable[int]:
    functions, classes = (ast.FunctionDef, ast.AsyncFunctionDef), (ast.ClassDef,)
    if kind == "inline-variable":
        return _names(text, (ast.Name,), ast.Store)
    if kind in _OF_FUNCTIONS:
        return _names(text, functions)
    if kind in _OF_CLASSES:
        return _names(text, classes)
    if kind == "move-symbol":
        return _names(text, (*functions, *classes))
    if kind in {"rename", "safe-delete"}:
        return _names(text, (*functions, *classes, ast.Name, ast.arg, ast.Attribute))
    if kind in {"rename-module", "move-module"}:
        return _imports(text)
    chosen = _NODES.get(kind, (ast.stmt,))
    return (text.span(node, node)[0] for node in text.nodes if isinstance(node, chosen))


def _imports(text: _Text) -> Iterator[int]:
    for node in text.nodes:
        if isinstance(node, ast.Import):
            yield text.span(node, node)[0] + len("import ")
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield text.span(node, node)[0] + len("from ")


def _names(text: _Text, kinds: tuple[type[ast.AST], ...], context: type[ast.AST] = ast.AST) -> Iterator[int]:
    """Where names begin, read or bound, or only those of a context."""
    for node in text.nodes:
        if not isinstance(node, kinds) or not isinstance(getattr(node, "ctx", node), context):
            continue
        match node:
            case ast.Name() | ast.arg():
                yield text.span(node, node)[0]
            case ast.FunctionDef():
                yield text.span(node, node)[0] + len("def ")
            case ast.AsyncFunctionDef():
                yield text.span(node, node)[0] + len("async def ")
            case ast.ClassDef():
                yield text.span(node, node)[0] + len("class ")
            case ast.Attribute():
                yield text.span(node, node)[1] - len(node.attr.encode())
