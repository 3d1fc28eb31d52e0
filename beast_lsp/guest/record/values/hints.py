"""What annotations mean at run time, also where they are text or name what is imported for type checkers only."""

from __future__ import annotations

import ast
import builtins
import inspect
import sys
import types
import typing
from typing import Any, Callable

from ..names import MISSING, imported

HAS_UNIONS = hasattr(types, "UnionType")


class Hints:
    """Resolves the annotations of a module's functions."""

    def __init__(self, tree: ast.Module) -> None:
        self._deferred = {
            alias.asname or alias.name: ast.unparse(node)
            for node in ast.walk(tree)
            if isinstance(node, (ast.ImportFrom, ast.Import)) and not getattr(node, "level", 0)
            for alias in node.names
        }

    def of(self, function: Callable[..., Any], parameter: inspect.Parameter) -> Any:
        """The type of a parameter, None where it has none or it can't be known."""
        hint = parameter.annotation
        if hint is inspect.Parameter.empty:
            return None
        if not isinstance(hint, str) and not isinstance(hint, typing.ForwardRef):
            return hint
        return self.evaluated(hint if isinstance(hint, str) else hint.__forward_arg__, scope_of(function))

    def evaluated(self, text: str, scope: dict[str, Any]) -> Any:
        """The object that the text of an annotation stands for."""
        try:
            return eval(modern(text), {}, Scope(scope, self._deferred))  # noqa: S307 - this process exists to run such code.
        except Exception:  # An annotation needn't make sense.
            return None


class Scope(dict[str, Any]):
    """The names of a module, then what it imports for type checkers, then `typing`; what is unknown may be anything."""

    def __init__(self, scope: dict[str, Any], deferred: dict[str, str]) -> None:
        super().__init__(scope)
        self._deferred = deferred

    def __missing__(self, name: str) -> Any:
        if hasattr(builtins, name):
            return getattr(builtins, name)
        if name in self._deferred:
            found = imported(self._deferred[name], name)
            if found is not MISSING:
                return found
        return getattr(typing, name, Any)


def scope_of(function: Any) -> dict[str, Any]:
    """The globals that a function's annotations are resolved in."""
    function = inspect.unwrap(function)
    found = getattr(getattr(function, "__func__", function), "__globals__", None)
    if found is None:
        found = vars(sys.modules.get(getattr(function, "__module__", ""), builtins))
    return dict(found)


def modern(text: str) -> str:
    """An annotation in which unions are written for this interpreter."""
    if HAS_UNIONS or "|" not in text:
        return text
    return ast.unparse(_Unions().visit(ast.parse(text, mode="eval")))


class _Unions(ast.NodeTransformer):
    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        """`X | Y` is `Union[X, Y]`."""
        self.generic_visit(node)
        if not isinstance(node.op, ast.BitOr):
            return node
        both = ast.Tuple([node.left, node.right], ast.Load())
        return ast.Subscript(ast.Name("Union", ast.Load()), both, ast.Load())


def signature_of(function: Callable[..., Any]) -> inspect.Signature | None:
    """The parameters of a callable, None where the interpreter doesn't know them."""
    try:
        return inspect.signature(function)
    except (ValueError, TypeError, NameError):
        return None
