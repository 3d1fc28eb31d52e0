"""The fixtures of a project's `conftest.py` files, as far as a test file sees them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from beast_lsp.engine.scopes.resolution.functions import text_of
from beast_lsp.engine.testing.nodes import decorator_names, descendants, name_of
from beast_lsp.guest.wire import Fixture

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.scopes.resolution.program import Module, Program

_GIVES = ("Iterator", "Generator", "Iterable", "AsyncIterator", "AsyncGenerator")


def fixtures(program: Program, place: str) -> list[Fixture]:
    """The fixtures that a test file at a path can ask for, those of the nearest folder first.

    The type is what the fixture is annotated to give, else the class that it calls at the end, else "".
    """
    found: dict[str, Fixture] = {}
    for folder in PurePosixPath(place).parents:
        path = (folder / "conftest.py").as_posix()
        module = program.module(path)
        for one in _of_module(module) if module is not None and module.has_names else ():
            found.setdefault(one["name"], one)
    return list(found.values())


def _of_module(module: Module) -> Iterator[Fixture]:
    for node in descendants(module.tree.tree.root_node):
        marks = (
            {name.rpartition(".")[2] for name in decorator_names(node)} if node.type == "function_definition" else set()
        )
        if "fixture" in marks and b"autouse=True" not in _decoration(node):
            yield Fixture(name=name_of(node), type=_given(node), file=module.path)


def _decoration(node: Node) -> bytes:
    outer = node.parent
    return (outer.text or b"")[: node.start_byte - outer.start_byte] if outer is not None else b""


def _given(function: Node) -> str:
    annotation = text_of(function.child_by_field_name("return_type"))
    head, _, inner = annotation.partition("[")
    if head.rpartition(".")[2] in _GIVES and inner:
        return inner.removesuffix("]").split(",")[0].strip()
    return annotation or _called(function)


def _called(function: Node) -> str:
    """The class that a fixture calls in what it returns or yields."""
    for node in descendants(function, into_scopes=False):
        value = next(iter(node.named_children), None) if node.type in {"return_statement", "yield"} else None
        callee = text_of(value.child_by_field_name("function")) if value is not None and value.type == "call" else ""
        if callee.rpartition(".")[2][:1].isupper():
            return callee
    return ""
