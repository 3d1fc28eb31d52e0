"""Follows spans of lines from one version of a file to another, hunk by hunk.

A span that a hunk cuts keeps what is left of it; one that a hunk swallows whole shrinks to what took its place. That
is what `git log -L` does for one span, for all spans of a repository in one walk through its log.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from beast_lsp.engine.history.log import Commit, Hunk


@dataclass(slots=True)
class Span:
    """Lines from `start` to before `end` that belong to `owner`. Empty where nothing of it is left."""

    start: int
    end: int
    owner: int


@dataclass(frozen=True, slots=True)
class Touch:
    """A commit that changed a span's lines, by these hunks."""

    owner: int
    commit: Commit
    hunks: Sequence[Hunk]


class Walk:
    """Follows the spans of several files through a log, from the newest commit back, or from the oldest on.

    `spans` are those by the files' paths where the walk begins.
    """

    def __init__(self, spans: Mapping[str, list[Span]], *, forward: bool) -> None:
        self._spans = dict(spans)
        self._forward = forward

    def touches(self, commits: Iterable[Commit]) -> Iterator[Touch]:
        """Each commit's touches of the spans, in the order of the walk."""
        for commit in commits:
            moved: dict[str, list[Span]] = {}
            for change in commit.files:
                here, there = (change.old_path, change.path) if self._forward else (change.path, change.old_path)
                spans = self._spans.pop(here, None) if here else None
                if spans is None:
                    continue
                yield from self._through(commit, change.hunks, spans)
                if there:
                    moved[there] = [span for span in spans if span.end > span.start]
            # All at once: two files may have changed places.
            self._spans.update(moved)

    def _through(self, commit: Commit, hunks: Sequence[Hunk], spans: list[Span]) -> Iterator[Touch]:
        sides = [_side(hunk, forward=self._forward) for hunk in hunks]
        for span in spans:
            met = [hunk for hunk, side in zip(hunks, sides, strict=True) if _meets(span, *side[:2])]
            if met:
                yield Touch(span.owner, commit, met)
            span.start, span.end = _moved(span, sides)


_Side = tuple[int, int, int]
"""Where a hunk begins in the version that is left, how many lines it has there, and how many in the other one."""


def _side(hunk: Hunk, *, forward: bool) -> _Side:
    return (hunk.old, hunk.removed, hunk.added) if forward else (hunk.new, hunk.added, hunk.removed)


def _meets(span: Span, at: int, size: int) -> bool:
    """Whether a hunk changes lines of a span; one that only inserts has to do it inside."""
    return span.start < at + size and at < span.end if size else span.start < at < span.end


def _moved(span: Span, sides: Sequence[_Side]) -> tuple[int, int]:
    """The span in the other version."""
    start = _border(span.start, sides, keeps_insertion=False)
    return start, max(start, _border(span.end, sides, keeps_insertion=True))


def _border(line: int, sides: Sequence[_Side], *, keeps_insertion: bool) -> int:
    """Where a border between two lines goes; what is inserted there comes after it if it `keeps_insertion` out."""
    shift = 0
    for at, size, other in sides:
        if at + size < line or (at + size == line and (size or not keeps_insertion)):
            shift += other - size
        elif at < line:  # The border lies in what the hunk replaces: as many lines of that stay before it as can.
            return at + shift + min(line - at, other)
        else:
            break
    return line + shift
