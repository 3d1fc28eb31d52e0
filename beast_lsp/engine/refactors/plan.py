"""What passed the net: edits by line and column, as an editor or the command line can do them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from beast_lsp.engine.document import Position
from beast_lsp.engine.refactors.proposal import Certainty


@dataclass(frozen=True, slots=True)
class TextEdit:
    """`text` in place of what stands from `start` to `end`. `note` says why an edit is not certain."""

    start: Position
    end: Position
    text: str
    certainty: Certainty = Certainty.CERTAIN
    note: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """A refactoring that may be done; paths are relative to the workspace folder.

    `edits` holds, by path, the edits in the order of the text; `before` the whole text that they were made for, and
    `after` what certain edits alone make of it. `created` gives the text of new files, `moved` maps old paths to new
    ones (edits name the old), `deleted` are files that go. `notes` are for the user.
    """

    title: str
    edits: Mapping[str, tuple[TextEdit, ...]]
    before: Mapping[str, str]
    after: Mapping[str, str]
    created: Mapping[str, str] = field(default_factory=dict)
    moved: Mapping[str, str] = field(default_factory=dict)
    deleted: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()

    @property
    def doubtful(self) -> int:
        """How many edits want the user's confirmation."""
        return sum(one.certainty is not Certainty.CERTAIN for edits in self.edits.values() for one in edits)
