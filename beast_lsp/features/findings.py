"""What the rules find in an open document."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from beast_lsp.config import Option, option
from beast_lsp.engine.document import Document, Position
from beast_lsp.engine.languages import by_name
from beast_lsp.engine.rules.finding import Definitions, Edit, Finding, Fix, Place
from beast_lsp.engine.rules.registry import findings
from beast_lsp.engine.snapshot import Snapshot
from beast_lsp.engine.syntax import parse
from beast_lsp.router.lanes import Lanes
from beast_lsp.router.task import CancelToken
from beast_lsp.store.index.sources import ModuleSource

if TYPE_CHECKING:
    from beast_lsp.engine.syntax import SyntaxTree

ENABLED: Option[bool] = option(
    "diagnostics.enabled", True, "Whether code that is almost surely a mistake is marked, such as `a == a`."
)
MUTED: Option[list[str]] = option(
    "diagnostics.muted", [], "Rules that mark nothing, such as `unreachable-code`; a diagnostic shows its rule's name."
)


@dataclass(frozen=True, slots=True)
class _Known:
    lines: Sequence[str]
    muted: tuple[str, ...]
    others: Mapping[Path, SyntaxTree]
    found: Sequence[Finding]


class FindingsFeature:
    """Runs the rules in a background lane; `definitions` gives what a workspace folder defines, or None.

    `dismissed` gives the rules that mark nothing in a folder, because its user keeps dismissing them.
    """

    def __init__(
        self,
        lanes: Lanes,
        definitions: Callable[[Path], Definitions | None],
        dismissed: Callable[[Path | None], Collection[str]] = lambda _: (),
    ) -> None:
        self._lanes = lanes
        self._definitions = definitions
        self._dismissed = dismissed
        self._known: dict[str, _Known] = {}
        self._open: Mapping[Path, SyntaxTree] = {}
        self._modules: dict[Path, ModuleSource] = {}

    async def find(self, snapshot: Snapshot, document: Document, cancel: CancelToken) -> Sequence[Finding]:
        """The findings in this version of a document; none where they are switched off.

        Raises CancelledRequest where a newer version's request takes the place of this one.
        """
        if not snapshot.config[ENABLED] or not by_name(document.language).has_grammar:
            return ()
        names, known = snapshot.config[MUTED], self._known.get(document.uri)
        muted, others = (*names, *sorted(self._dismissed(document.folder))), _others(snapshot, document)
        if known is not None and known.lines is document.lines and known.muted == muted and _same(known.others, others):
            return known.found
        self._open = others
        analysis = snapshot.analyses.get(document.uri)
        tree = analysis.tree if analysis is not None else None
        found = await self._lanes.run(
            ("findings", document.uri), lambda: self._find(document, tree, muted, cancel), cancel, background=True
        )
        if not cancel.cancelled:
            self._known[document.uri] = _Known(document.lines, muted, others, found)
        return found

    def forget(self, uri: str) -> None:
        """The document was closed."""
        self._known.pop(uri, None)

    def _find(
        self, document: Document, tree: SyntaxTree | None, muted: Sequence[str], cancel: CancelToken
    ) -> list[Finding]:
        if tree is None or tree.lines is not document.lines:
            tree = parse(document.language, document.lines, tree, lambda: cancel.cancelled)
        if tree is None or cancel.cancelled:
            return []
        folder, path = document.folder, document.path
        name = path.relative_to(folder).as_posix() if path is not None and folder is not None else document.uri
        known = self._definitions(folder) if folder is not None else None
        modules = self._source(folder) if folder is not None else None
        place = Place(tree, name, known, modules, lambda: cancel.cancelled)
        return findings(place, muted, lambda: cancel.cancelled)

    def _source(self, folder: Path) -> ModuleSource:
        if folder not in self._modules:
            self._modules[folder] = ModuleSource(folder, self._tree)
        return self._modules[folder]

    def _tree(self, path: Path) -> SyntaxTree | None:
        return self._open.get(path)


def _others(snapshot: Snapshot, document: Document) -> dict[Path, SyntaxTree]:
    """The trees of the other open documents: what they define counts as it stands in the editor."""
    found = {}
    for uri, analysis in snapshot.analyses.items():
        other = snapshot.documents.get(uri)
        if other is not None and other.path is not None and uri != document.uri and analysis.tree is not None:
            found[other.path] = analysis.tree
    return found


def _same(first: Mapping[Path, SyntaxTree], second: Mapping[Path, SyntaxTree]) -> bool:
    return first.keys() == second.keys() and all(first[path] is second[path] for path in first)


def ignoring(document: Document, finding: Finding) -> Fix | None:
    """The edit that makes a rule leave a line alone; None where a comment at its end would break the code."""
    mark, row = by_name(document.language).line_comment, finding.start.line
    line = document.lines[row].rstrip("\r\n")
    if not mark or line.endswith("\\") or mark in line:
        return None
    end = Position(row, len(line))
    edit = Edit(end, end, f"{'  ' if mark == '#' else ' '}{mark} beast: ignore[{finding.rule}]")
    return Fix(f"Ignore {finding.rule} here", (edit,))
