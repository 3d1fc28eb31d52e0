"""What the rules find in an open document."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
    found: Sequence[Finding]


class FindingsFeature:
    """Runs the rules in a background lane; `definitions` gives what a workspace folder defines, or None."""

    def __init__(self, lanes: Lanes, definitions: Callable[[Path], Definitions | None]) -> None:
        self._lanes = lanes
        self._definitions = definitions
        self._known: dict[str, _Known] = {}

    async def find(self, snapshot: Snapshot, document: Document, cancel: CancelToken) -> Sequence[Finding]:
        """The findings in this version of a document; none where they are switched off.

        Raises CancelledRequest where a newer version's request takes the place of this one.
        """
        if not snapshot.config[ENABLED] or not by_name(document.language).has_grammar:
            return ()
        names, known = snapshot.config[MUTED], self._known.get(document.uri)
        muted = tuple(names)
        if known is not None and known.lines is document.lines and known.muted == muted:
            return known.found
        analysis = snapshot.analyses.get(document.uri)
        tree = analysis.tree if analysis is not None else None
        found = await self._lanes.run(
            ("findings", document.uri), lambda: self._find(document, tree, muted, cancel), cancel, background=True
        )
        if not cancel.cancelled:
            self._known[document.uri] = _Known(document.lines, muted, found)
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
        return findings(Place(tree, name, known), muted, lambda: cancel.cancelled)


def ignoring(document: Document, finding: Finding) -> Fix | None:
    """The edit that makes a rule leave a line alone; None where a comment at its end would break the code."""
    mark, row = by_name(document.language).line_comment, finding.start.line
    line = document.lines[row].rstrip("\r\n")
    if not mark or line.endswith("\\") or mark in line:
        return None
    end = Position(row, len(line))
    edit = Edit(end, end, f"{'  ' if mark == '#' else ' '}{mark} beast: ignore[{finding.rule}]")
    return Fix(f"Ignore {finding.rule} here", (edit,))
