"""Whether a class can go without anybody noticing that it was never defined. Python."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beast_lsp.engine.refactors.proof.purity import is_droppable
from beast_lsp.engine.refactors.refactoring import Site
from beast_lsp.engine.scopes.resolution.functions import decorators, text_of
from beast_lsp.engine.scopes.resolution.members import Klass
from beast_lsp.errors import RefactoringRefused

if TYPE_CHECKING:
    from tree_sitter import Node

_SILENT_BASES = frozenset(
    {
        "typing.Generic", "typing.Protocol", "typing.NamedTuple", "typing.TypedDict", "abc.ABC",
        "typing_extensions.Protocol", "typing_extensions.TypedDict",
    }
)  # fmt: skip
_SILENT_LIBRARY = frozenset({"Enum", "IntEnum", "StrEnum", "Flag", "IntFlag"})
_SILENT = frozenset({"pass_statement", "comment", "import_statement", "import_from_statement"})
_WRAPPERS = frozenset({"property", "staticmethod", "classmethod", "override", "cached_property", "abstractmethod"})


def check_class(site: Site, node: Node) -> None:
    """Raises RefactoringRefused where defining a class does something beyond making it."""
    name = text_of(node.child_by_field_name("name"))
    klass = site.program.classes.of(site.path, site.module.table.scopes[node.id])
    for one in site.program.classes.ancestors(klass):
        if isinstance(one, str) or one.path.startswith("<"):
            is_silent = one in _SILENT_BASES or (isinstance(one, str) and one.startswith("builtins."))
            if not is_silent and not (isinstance(one, Klass) and one.name in _SILENT_LIBRARY):
                base = one if isinstance(one, str) else one.name
                raise _refusal(f"`{name}` inherits from `{base}`, which may keep a list of such classes.")
        elif one is not klass and "__init_subclass__" in one.scope.symbols:
            raise _refusal(f"`{one.name}` is told of each class that inherits from it.")
        elif any(each.type == "keyword_argument" for each in _listed(one.scope.node)):
            raise _refusal(f"`{one.name}` has a metaclass, which may keep a list of such classes.")
    if _listed(node) and site.program.containing(["__subclasses__"]):
        raise _refusal("Code asks classes for those that inherit from them (`__subclasses__`).")
    _check_body(site, node)


def _listed(node: Node) -> list[Node]:
    found = node.child_by_field_name("superclasses")
    return [child for child in found.named_children if child.type != "comment"] if found is not None else []


def _refusal(why: str) -> RefactoringRefused:
    return RefactoringRefused(why, hint="Delete it by hand.")


def _check_body(site: Site, node: Node) -> None:
    body = node.child_by_field_name("body")
    for statement in body.named_children if body is not None else ():
        if not _is_silent(site, statement):
            line = statement.start_point.row + 1
            raise _refusal(f"The class does something when it is defined (line {line}).")


def _is_silent(site: Site, statement: Node) -> bool:
    if statement.type == "decorated_definition":
        statement = statement.named_children[-1]
        names = {text_of(one).rpartition(".")[2] for one in decorators(statement)}
        setters = {"setter", "deleter", "getter"}
        if not names <= _WRAPPERS | setters:
            return False
    if statement.type in {"function_definition", "class_definition"}:
        return True
    if statement.type == "expression_statement":
        inner = statement.named_children[0]
        value = inner.child_by_field_name("right") if inner.type == "assignment" else inner
        return value is None or is_droppable(site, value)
    return statement.type in _SILENT
