"""Adds tests to a test file that a person wrote: their text stays as it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from beast_lsp.engine.refactors.imports.edits import ImportEdits
from beast_lsp.engine.refactors.imports.statements import statements
from beast_lsp.engine.scopes.resolution.program import Module
from beast_lsp.engine.syntax import parse
from beast_lsp.engine.testing.nodes import bases, body_of, name_of, undecorated
from beast_lsp.engine.testing.rendering.blocks import wanted

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.testing.placement import Place
    from beast_lsp.engine.testing.style import Style

_MAIN = re.compile(rb"if\s+__name__\s*==")


class Existing:
    """The file at a place as it is: the names that it has, and what comes of it when tests are added."""

    def __init__(self, place: Place) -> None:
        self._place = place
        text = place.text.replace("\r\n", "\n")
        tree = parse("python", text.splitlines(keepends=True)) if text.strip() else None
        self._module = Module(place.path, tree) if tree is not None else None
        root = body_of(tree.tree.root_node) if tree is not None else []
        defined = [node for one in root if (node := undecorated(one)).type.endswith("_definition")]
        self.classes: dict[str, Node] = {name_of(one): one for one in defined if one.type == "class_definition"}
        self.names = {name_of(one) for one in defined}
        for klass in self.classes.values():
            self.names |= {
                name_of(inner) for one in body_of(klass) if (inner := undecorated(one)).type.endswith("tion")
            }
        self._bound = self._imports()

    @property
    def is_broken(self) -> bool:
        """Whether the file has a part that is no Python."""
        return self._module is not None and self._module.tree.tree.root_node.has_error

    def _imports(self) -> dict[str, tuple[str, str]]:
        """What the file's imports bind at its top: from which module which name."""
        found = statements(self._module.tree) if self._module is not None else []
        tops = [one for one in found if one.node.parent is not None and one.node.parent.type == "module"]
        return {item.bound: (self._absolute(one.module), item.name) for one in tops for item in one.items}

    def _absolute(self, module: str) -> str:
        """A relative import inside of the module's package, by the absolute name."""
        bare = module.lstrip(".")
        return f"…{bare}" if bare != module else module

    def can_have(self, imports: Mapping[str, str]) -> bool:
        """Whether none of some names means something else in the file."""
        return all(self._is_same(name, text) for name, text in imports.items())

    def style_in(self, holder: str, style: Style) -> Style:
        """The style of tests in a class: in one of the file's own without an event loop they bring their own."""
        known = self.classes.get(holder)
        is_plain = (
            known is not None and style.async_form == "isolated" and "IsolatedAsyncio" not in "".join(bases(known))
        )
        return replace(style, async_form="run") if is_plain else style

    def _is_same(self, name: str, text: str) -> bool:
        one = wanted(text)
        if one is None or name in self.names:
            return False
        module, original = self._bound.get(name, ("", ""))
        if not original:
            return self._is_free(name)
        is_relative = module[:1] == "…" and one.name == original and one.module.endswith(module[1:])
        return is_relative or (module, original) == ((one.module, one.name) if one.name else ("", one.module))

    def _is_free(self, name: str) -> bool:
        """Whether the file binds a name nowhere at its top."""
        return self._module is None or name not in self._module.table.module.symbols or name in self._unbound()

    def _unbound(self) -> set[str]:
        symbols = self._module.table.module.symbols if self._module is not None else {}
        return {name for name, symbol in symbols.items() if not symbol.binders()}

    def merged(
        self,
        imports: Mapping[str, str],
        into: Mapping[str, Sequence[str]],
        behind: Sequence[str],
        above: Sequence[str] = (),
    ) -> str:
        """The text with imports added, methods at the end of their classes, and definitions at the end of the file.

        `above` are definitions that come before the first class that gets a method.
        """
        if self._module is None:
            return self._place.text
        source = self._module.tree.source
        changes = [*self._imported(imports)]
        for holder, methods in into.items():
            at = self.classes[holder].end_byte
            changes.append((at, at, "".join(f"\n\n{one}" for one in methods)))
        if above:
            at = min(self._start(self.classes[holder]) for holder in into)
            changes.append((at, at, "".join(f"{one}\n\n\n" for one in above)))
        at = self._end()
        if behind:
            tail = "\n\n\n" if at < len(source.rstrip()) else "\n"
            changes.append((at, self._next(at), "".join(f"\n\n\n{one}" for one in behind) + tail))
        for start, end, text in sorted(changes, reverse=True):
            source = source[:start] + text.encode("utf-8", "replace") + source[end:]
        text = source.decode("utf-8", "replace")
        return text if text.endswith("\n") else text + "\n"

    def _imported(self, imports: Mapping[str, str]) -> Iterable[tuple[int, int, str]]:
        assert self._module is not None  # noqa: S101 - only called so.
        edits = ImportEdits(self._module, lambda module: module.partition(".")[0] in self._place.own)
        for name, text in imports.items():
            one = wanted(text)
            if one is not None and name not in self._bound:
                edits.add(one)
        for edit in edits.edits():
            yield edit.span.start, edit.span.end, "".join(map(str, edit.pieces))

    def _start(self, node: Node) -> int:
        """Where a definition begins, decorators included."""
        outer = node.parent
        return outer.start_byte if outer is not None and outer.type == "decorated_definition" else node.start_byte

    def _end(self) -> int:
        """Where the last definition ends: before what runs the tests when the file is run."""
        assert self._module is not None  # noqa: S101 - only called so.
        source = self._module.tree.source
        for one in body_of(self._module.tree.tree.root_node):
            if _MAIN.match(source, one.start_byte):
                return len(source[: one.start_byte].rstrip())
        return len(source.rstrip())

    def _next(self, at: int) -> int:
        """Where the next text begins."""
        assert self._module is not None  # noqa: S101 - only called so.
        source = self._module.tree.source
        return at + len(source[at:]) - len(source[at:].lstrip())
