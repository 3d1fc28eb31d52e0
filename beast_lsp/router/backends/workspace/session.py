"""One open document as the workspace model follows it: its overlay, how well it does here, what was declined."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

from beast_lsp.engine.analysis import Analysis
from beast_lsp.engine.document import Document, Position
from beast_lsp.engine.languages import Language, by_name
from beast_lsp.engine.ngram.index import NgramIndex, Weights
from beast_lsp.engine.ngram.overlay import Overlay
from beast_lsp.engine.ngram.prior import Prior
from beast_lsp.engine.tokens import bare
from beast_lsp.router.backends.neural.delta import Delta
from beast_lsp.router.backends.neural.model import LanguageModel
from beast_lsp.router.backends.neural.prompt import Piece, PromptMaker
from beast_lsp.router.backends.neural.reader import Place, Reader
from beast_lsp.router.backends.workspace.choice import Declined
from beast_lsp.router.backends.workspace.cursor import Cursor, read_cursor
from beast_lsp.router.backends.workspace.features import FeatureMaker, opinion_row
from beast_lsp.router.backends.workspace.guide import PASSES, PASSES_ASKED, Guide
from beast_lsp.router.backends.workspace.names import Names
from beast_lsp.router.backends.workspace.rollout import Step, roll_out
from beast_lsp.router.backends.workspace.sources import Sources
from beast_lsp.router.backends.workspace.starts import find_starts
from beast_lsp.router.backends.workspace.syntax import Symbols, SyntaxNames

_FAST, _SLOW = 0.9, 0.97
_MOST_NEURAL = 2  # So many starts that only the completion model expects.
_LINES_ABOVE, _LINES_BELOW, _PIECES = 15, 4, 3  # What is searched for, and how much is shown to the model.
_CATCH_UP = 6  # After an accept so many tokens are compared with what was expected.


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What the model may use beside the document: indexes with their files' weights, prior, symbols."""

    indexes: tuple[tuple[NgramIndex, Weights], ...] = ()
    prior: Prior | None = None
    symbols: Symbols | None = None
    overlay: bool = True
    scopes: bool = True


class Finder(Protocol):
    """Finds code of other files that may help (`store.index.retrieval.Retriever`); asked seldom, takes milliseconds."""

    def pieces(
        self, family: str, path: str, query_lines: Sequence[str], limit: int, at: int | None = None
    ) -> Sequence[Piece]:
        """At most `limit` pieces, the most useful first, none of the document itself; the cursor is on line `at`."""
        ...


@dataclass(frozen=True, slots=True)
class Neural:
    """The completion model, who finds pieces of other files for its prompts, and the workspace's delta."""

    model: LanguageModel
    prompts: PromptMaker
    finder: Finder | None = None
    delta: Delta | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """A candidate with its features, not yet judged."""

    step: Step
    features: list[float]


class Session:
    """Follows one document. Not thread-safe."""

    def __init__(self) -> None:
        self.declined = Declined()
        self._overlay = Overlay()
        self._means = (0.5, 0.5)
        self._place = (-1, 0)
        self._sources: Sources | None = None
        self._sources_key: tuple[object, ...] = ()
        self._syntax = SyntaxNames()
        self._reader: Reader | None = None

    def follow(self, document: Document) -> None:
        """Reads the document's text ahead of the first request."""
        self._overlay.update(document.lines, 0)

    def read(
        self, document: Document, position: Position, analysis: Analysis | None, knowledge: Knowledge
    ) -> tuple[Cursor, Sources, Names]:
        """Follows the document to its newest text, and reads the cursor's place."""
        self._overlay.update(document.lines, position.line)
        cursor = read_cursor(document, position, self._overlay, by_name(document.language).line_comment)
        sources = self._sources_at(position.line, knowledge)
        self._learn(cursor, sources)
        seen = analysis if knowledge.scopes else None
        look_up = partial(self._syntax.known, cursor, document, seen, knowledge.symbols)
        return cursor, sources, Names(sources, look_up)

    def options(  # noqa: PLR0913, PLR0917 - a request has as many sides.
        self,
        document: Document,
        position: Position,
        analysis: Analysis | None,
        knowledge: Knowledge,
        selected: str | None = None,
        multiline: bool = True,
        neural: Neural | None = None,
        *,
        asked: bool = False,
    ) -> tuple[Cursor, list[Option]]:
        """The candidates at the cursor, one per text; after `selected`, where that completes the word there.

        With a completion model that is not behind they have its features too, and some of them only it thought of. For
        somebody who `asked` for one, they go on for as long as anything is known.
        """
        cursor, sources, names = self.read(document, position, analysis, knowledge)
        typed = cursor.typed[: len(cursor.typed) - len(cursor.partial)]
        if selected is not None:
            if not selected.startswith(cursor.partial):
                return cursor, []
            cursor = replace(cursor, partial=selected)
        maker = self._maker(cursor, sources, by_name(document.language))
        allowed = multiline and not cursor.rest
        if neural is None:
            return cursor, self._options(cursor, sources, names, maker, None, multiline=allowed, asked=asked)
        place = Place(document, position.line, typed, self._overlay.unit)
        with self._reader_of(neural).at(place, partial(_pieces, neural.finder, document, position)) as ahead:
            passes = PASSES_ASKED if asked else PASSES
            guide = Guide(ahead, neural.model.subwords, cursor, passes) if ahead is not None else None
            return cursor, self._options(cursor, sources, names, maker, guide, multiline=allowed, asked=asked)

    @property
    def unit(self) -> str:
        """One step of the document's indentation."""
        return self._overlay.unit

    @property
    def reader(self) -> Reader | None:
        """What the completion model has read of the document, once it was asked."""
        return self._reader

    def _options(  # noqa: PLR0913 - they are made of as much.
        self,
        cursor: Cursor,
        sources: Sources,
        names: Names,
        maker: FeatureMaker,
        guide: Guide | None,
        *,
        multiline: bool,
        asked: bool,
    ) -> list[Option]:
        found: dict[str, Option] = {}
        starts = find_starts(cursor, sources, names)
        margin = starts[0].probability - (starts[1].probability if len(starts) > 1 else 0.0) if starts else 0.0
        if guide is not None:
            starts = [*starts, *guide.starts(sources, starts, _MOST_NEURAL)]
        for rank, start in enumerate(starts):
            shared = maker.start(start, rank, margin, names.known.weights.get(bare(start.token), 0.0))
            for step in roll_out(
                start, cursor, sources, self._overlay.unit, multiline=multiline, guide=guide, asked=asked
            ):
                if step.text and step.text not in found:
                    row = maker.row(step, start, shared)
                    if guide is not None and step.opinion is not None:
                        row += opinion_row(step.opinion, guide)
                    found[step.text] = Option(step, row)
        return list(found.values())

    def _reader_of(self, neural: Neural) -> Reader:
        reader = self._reader
        if reader is None or reader.model is not neural.model or reader.delta is not neural.delta:
            reader = self._reader = Reader(neural.model, neural.prompts, neural.delta)
        return reader

    def _maker(self, cursor: Cursor, sources: Sources, language: Language) -> FeatureMaker:
        return FeatureMaker(
            cursor,
            language.keywords,
            self._overlay.sights,
            sources.uses,
            self._means,
            braces=language.family not in {"python", "text"},
        )

    def _sources_at(self, line: int, knowledge: Knowledge) -> Sources:
        """The sources, and their cache, are those of the last request while only this line changes."""
        key = (line, self._overlay.revision, knowledge.overlay, knowledge.prior, *map(_identity, knowledge.indexes))
        if self._sources is None or key != self._sources_key:
            overlay = self._overlay if knowledge.overlay else None
            self._sources = Sources(overlay, line, knowledge.indexes, knowledge.prior)
            self._sources_key = key
        return self._sources

    def _learn(self, cursor: Cursor, sources: Sources) -> None:
        """Updates the running means of how often the likeliest token was the one that was written."""
        line, words = self._place
        self._place = (cursor.position.line, cursor.words)
        if cursor.position.line == line:
            new = cursor.words - words
        elif cursor.position.line == line + 1:
            new = cursor.words + 1
        else:
            return
        for right in _hits(cursor.context, sources, min(new, _CATCH_UP)):
            self._means = (
                self._means[0] * _FAST + right * (1 - _FAST),
                self._means[1] * _SLOW + right * (1 - _SLOW),
            )


def _pieces(finder: Finder | None, document: Document, position: Position) -> Sequence[Piece]:
    """The code of other files that helps most to go on at a place."""
    folder, path = document.folder, document.path
    if finder is None:
        return ()
    own = path.relative_to(folder).as_posix() if path is not None and folder is not None else ""
    first = max(0, position.line - _LINES_ABOVE)
    around = document.lines[first : position.line + _LINES_BELOW]
    return finder.pieces(by_name(document.language).family, own, around, _PIECES, position.line - first)


def _hits(context: Sequence[str], sources: Sources, count: int) -> Iterator[float]:
    """For each of the last `count` tokens, oldest first, 1 where it was the likeliest after those before it."""
    for back in range(min(count, len(context) - 1), 0, -1):
        ranked = sources.after(tuple(context[:-back])).ranked
        yield float(bool(ranked) and ranked[0][0].lstrip(" ") == context[-back])


def _identity(layer: tuple[NgramIndex, Weights]) -> tuple[NgramIndex, int]:
    return layer[0], layer[1].key
