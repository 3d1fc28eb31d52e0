"""Texts that another tool (`ruff`) made of a file, as proposals: what changed passes the same net as our own edits.

The tool says nothing of where its text comes from, so that is found again: lines that it left alone are what they were;
a name in an import is what the same import was, wherever it was moved to; other names in changed lines are aligned with
those that stood there. What remains is fresh, and the net refuses it where it would be mixed up with anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import accumulate
from typing import TYPE_CHECKING

from beast_lsp.engine.document import split_lines
from beast_lsp.engine.refactors.proposal import Edit, Name, Piece, Proposal, Span
from beast_lsp.engine.refactors.refactoring import Refactoring, Site
from beast_lsp.engine.scopes.resolution.build import build_table
from beast_lsp.engine.scopes.resolution.table import BINDS, Occurrence, Scope
from beast_lsp.engine.syntax import SyntaxTree, parse
from beast_lsp.errors import RefactoringRefused

if TYPE_CHECKING:
    from tree_sitter import Node

_STATEMENTS = frozenset({"import_statement", "import_from_statement", "future_import_statement"})
_Block = tuple[int, int, int, int]  # lines of the old text, from and up to, and of the new.


def _proposed(title: str) -> Callable[[Site], Proposal | None]:
    def propose(site: Site) -> Proposal | None:
        text = site.options.get("text")
        if text is None or text == "".join(site.module.tree.lines):
            return None
        return _Change(site, text).proposal(title)

    return propose


class _Change:
    """A file before and after; `tree` and `new` are its trees."""

    def __init__(self, site: Site, text: str) -> None:
        self._path = site.path
        self._old = site.module.tree
        new = parse(self._old.language, split_lines(text))
        if new is None or new.tree.root_node.has_error:
            raise RefactoringRefused("What the tool made of the file can't be parsed.", hint="Please report it there.")
        self._new = new
        self._old_names = sorted(site.module.table.occurrences, key=lambda one: one.start)
        self._new_names = sorted(build_table(new).occurrences, key=lambda one: one.start)
        self._old_starts, self._new_starts = _starts(self._old), _starts(new)

    def proposal(self, title: str) -> Proposal:
        """The changed lines as edits, one for each run of them. Raises RefactoringRefused."""
        self._check_order()
        matcher = SequenceMatcher(None, self._old.lines, self._new.lines, autojunk=False)
        blocks = [(a, b, c, d) for tag, a, b, c, d in matcher.get_opcodes() if tag != "equal"]
        origins = self._origins(blocks)
        # Nothing is said to go on purpose: what goes must not be used any more, and that is for the net to see.
        return Proposal(title, tuple(self._edit(block, origins) for block in blocks))

    def _check_order(self) -> None:
        """What is bound more than once must be bound in the same order, which the net does not look at."""
        old, new = _binders(self._old_names), _binders(self._new_names)
        for key, found in old.items():
            if len(found) > 1 and new.get(key, found) != found:
                raise RefactoringRefused(
                    f"`{key[0]}` in {self._path} is bound {len(found)} times, and would be bound in another order.",
                    hint="Remove the bindings that are not needed first.",
                )

    def _origins(self, blocks: Sequence[_Block]) -> dict[int, Occurrence]:
        """What names in changed lines were before, by the byte where they begin now."""
        found: dict[int, Occurrence] = {}
        imports = {_import_key(one): one for block in blocks for one in self._old_in(block)}
        imports.pop(None, None)
        for block in blocks:
            old = [one for one in self._old_in(block) if _import_key(one) is None]
            new = [one for one in self._new_in(block) if _import_key(one) is None]
            for one in self._new_in(block):
                key = _import_key(one)
                if key in imports:
                    found[one.start] = imports[key]
            for a, b, size in SequenceMatcher(None, _words(old), _words(new), autojunk=False).get_matching_blocks():
                found |= {new[b + step].start: old[a + step] for step in range(size)}
        # A name that was moved or repeated is taken for one of the same kind; whether it is, the net will see.
        named = {(one.name, one.role): one for one in self._old_names}
        named |= {(one.name, one.role): one for block in blocks for one in self._old_in(block)}
        for one in (one for block in blocks for one in self._new_in(block) if _import_key(one) is None):
            if one.start not in found and (one.name, one.role) in named:
                found[one.start] = named[one.name, one.role]
        return found

    def _edit(self, block: _Block, origins: dict[int, Occurrence]) -> Edit:
        a, b, c, d = block
        span = Span(self._path, self._old_starts[a], self._old_starts[b])
        return Edit(span, tuple(self._pieces(self._new_starts[c], self._new_starts[d], block, origins)))

    def _pieces(self, start: int, end: int, block: _Block, origins: dict[int, Occurrence]) -> Iterator[Piece]:
        at = start
        for one in self._new_in(block):
            known = origins.get(one.start)
            if known is None or one.start < at:
                continue
            yield self._text(at, one.start)
            yield Name(self._text(one.start, one.end), self._span(known))
            at = one.end
        yield self._text(at, end)

    def _text(self, start: int, end: int) -> str:
        """New text with plain line ends: who renders it knows those of the file."""
        return self._new.source[start:end].decode("utf-8").replace("\r\n", "\n")

    def _span(self, one: Occurrence) -> Span:
        return Span(self._path, one.start, one.end)

    def _old_in(self, block: _Block) -> list[Occurrence]:
        return _within(self._old_names, self._old_starts[block[0]], self._old_starts[block[1]])

    def _new_in(self, block: _Block) -> list[Occurrence]:
        return _within(self._new_names, self._new_starts[block[2]], self._new_starts[block[3]])


def _starts(tree: SyntaxTree) -> list[int]:
    """The byte where each line begins, and the end of the text."""
    return list(accumulate((len(line.encode("utf-8", "replace")) for line in tree.lines), initial=0))


def _within(names: Sequence[Occurrence], start: int, end: int) -> list[Occurrence]:
    return [one for one in names if start <= one.start < end]


def _words(names: Sequence[Occurrence]) -> list[str]:
    return [one.name for one in names]


def _import_key(one: Occurrence) -> tuple[object, ...] | None:
    """What makes a name of an import the same in another place: the module, the item, and the scope; None elsewhere."""
    item: Node | None = one.node
    while item is not None and item.parent is not None and item.parent.type not in _STATEMENTS:
        item = item.parent
    statement = item.parent if item is not None else None
    if item is None or statement is None:
        return None
    module = statement.child_by_field_name("module_name")
    where = module.text if module is not None else b""
    return statement.type, where, item.text, one.start - item.start_byte, one.role, _scope_key(one.scope)


def _binders(names: Sequence[Occurrence]) -> dict[tuple[str, tuple[str, ...]], list[object]]:
    """By name and scope, what binds a name, in the order of the text."""
    found: dict[tuple[str, tuple[str, ...]], list[object]] = {}
    for one in names:
        if one.role in BINDS:
            found.setdefault((one.name, _scope_key(one.scope)), []).append(_import_key(one) or one.role)
    return found


def _scope_key(scope: Scope) -> tuple[str, ...]:
    names = (each.node.child_by_field_name("name") for each in scope.outwards())
    return tuple(name.text.decode("utf-8", "replace") if name is not None and name.text else "" for name in names)


ORGANIZE_IMPORTS = Refactoring("organize-imports", "source.organizeImports", _proposed("Organize imports"))
FIX_ALL = Refactoring("fix-all", "source.fixAll.beast", _proposed("Fix all that ruff repairs safely"))
EXTERNAL = (ORGANIZE_IMPORTS, FIX_ALL)
