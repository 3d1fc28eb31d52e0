"""Two opinions on one place: what the workspace has seen, and what the completion model expects.

Both speak of lexical tokens, so they are mixed as probabilities of the next token: p = w * workspace + (1 - w) *
model, where `w` follows from how long and how often the workspace has seen this context (interpolation as in the
infini-gram, Liu et al., 2024). The workspace model drafts, and one pass of the other judges the whole draft
(speculative decoding, Leviathan et al., 2023): passes are what costs, so each request has a number of them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import exp, log1p
from typing import Any

import numpy as np

from beast_lsp.engine.ngram.mixture import Distribution
from beast_lsp.engine.subwords import FILE, FIRST_BREAK, FIRST_BYTE, Subwords, is_break
from beast_lsp.engine.tokens import BREAK, FILE_START, bare, is_word_character
from beast_lsp.router.backends.neural.ahead import Ahead, Path
from beast_lsp.router.backends.workspace.cursor import CONTEXT, Cursor
from beast_lsp.router.backends.workspace.sources import Sources
from beast_lsp.router.backends.workspace.starts import COMPLETE, NEURAL, Start

PASSES, PASSES_ASKED = 8, 32
"""How often the model may run for one request: unasked, and for somebody who waits for the answer."""
_DRAFT = 8  # Tokens that one pass judges.
_PIECES = 12  # No token has more pieces.
_SURE = 0.5  # A workspace's token is looked at beside the model's own when it is that likely, or the likeliest.
WEIGHTS = (-3.425, 0.16, 0.337, 1.321, -2.921)
"""How `trust` weighs its features; fitted by `training/trust.py`."""


@dataclass(frozen=True, slots=True)
class Next:
    """A possible next token: its pieces, and its probability by the mixture, the model and the workspace."""

    token: str
    pieces: Path
    mixed: float
    model: float
    workspace: float


class Guide:
    """Chooses tokens for the rollouts at one cursor."""

    def __init__(self, ahead: Ahead, subwords: Subwords, cursor: Cursor, passes: int = PASSES) -> None:
        self._ahead = ahead
        self._subwords = subwords
        self._cursor = cursor
        self._most = ahead.passes + passes
        self._must = ((" " if cursor.blank else "") + cursor.partial).encode("utf-8", "surrogatepass")
        first = ahead.after(())
        self._allowed = np.array(subwords.beginning_with(self._must), dtype=np.int64) if self._must else None
        self._first = first
        self.mass = float(np.logaddexp.reduce(first[self._allowed])) if self._allowed is not None else 0.0
        """The log-probability of what is typed already of the token at the cursor."""
        shares = np.exp((first if self._allowed is None else first[self._allowed]) - self.mass)
        self.entropy = float(-(shares * np.log(shares + 1e-12)).sum())
        """How unsure the model is of the first piece, in nats."""

    def path(self, start: Start) -> Path:
        """The pieces of a start, from the place on that the model reads to."""
        before: Path = ()
        if start.origin == COMPLETE:
            before = self._subwords.encode(self._must.decode("utf-8", "surrogatepass"))
        return before + self._subwords.encode(start.token)

    def starts(self, sources: Sources, known: Sequence[Start], limit: int) -> Iterator[Start]:
        """Starts that the model expects and that are not among the known ones, the likeliest first."""
        texts = {start.text for start in known}
        for piece in self._best_first(limit):
            start = self._start(piece, sources)
            if start is not None and start.text not in texts:
                texts.add(start.text)
                yield start

    def draft(self, path: Path, context: tuple[str, ...], sources: Sources) -> None:
        """Lets the model judge at once what the workspace model would write after `path`."""
        drafted, words = path, context
        for _ in range(_DRAFT):
            seen = sources.after(words)
            if not seen.ranked or seen.ranked[0][0] == FILE_START or seen.ranked[0][1] < 0.2:
                break
            token = seen.ranked[0][0]
            drafted += self._subwords.encode(token)
            words = (*words[1 - CONTEXT :], bare(token))
        if self._may():
            self._ahead.read(drafted)

    def next(self, path: Path, seen: Distribution) -> Next | None:
        """The likeliest token after `path`, by both; None where the model can't go on."""
        expected = self._after(path)
        if expected is None:
            return None
        weight = trust(seen)
        likely = self._likely(seen, expected)
        found = [self._mixed(token, self._subwords.encode(token), path, seen, weight) for token in likely]
        own = self._spelled(path, int(expected.argmax()))
        if own is not None and all(own[0] != other.token for other in found):
            found.append(self._mixed(*own, path, seen, weight))
        return max(found, key=lambda one: one.mixed, default=None)

    def expects(self, path: Path) -> tuple[float, float]:
        """What is known of the place after `path`: the probability of the likeliest piece, and of a line break."""
        known = self._ahead.known(path)
        if known is None:
            return -1.0, -1.0
        return exp(float(known.max())), float(np.exp(known[FIRST_BREAK:FIRST_BYTE]).sum())

    def judge(self, start: Start) -> Next:
        """A start by both models: given what is typed, as its own probability is."""
        path = self.path(start)
        model = self._probability(path, 0, self.mass)
        weight = trust(start.seen)
        return Next(start.token, path, weight * start.probability + (1 - weight) * model, model, start.probability)

    def _likely(self, seen: Distribution, expected: Any) -> Iterator[str]:
        """The workspace's tokens that are worth the look."""
        for number, (token, probability) in enumerate(seen.ranked[:3]):
            first = exp(float(expected[self._subwords.encode(token)[0]]))
            if number == 0 or (probability > 0.1 and first > 0.05) or probability > _SURE:
                yield token

    def _mixed(self, token: str, pieces: Path, path: Path, seen: Distribution, weight: float) -> Next:
        model = self._probability(path + pieces, len(path))
        workspace = seen.probabilities.get(token, 0.0)
        return Next(token, pieces, weight * workspace + (1 - weight) * model, model, workspace)

    def _probability(self, path: Path, first: int, given: float = 0.0) -> float:
        """The model's, of the ids of `path` from number `first` on, given what has the log-probability `given`.

        0 where the request's passes are used up, or the context is full.
        """
        # Where one continuation is known, so are those that it begins with.
        if not self._may() and self._ahead.known(path[:-1]) is None:
            return 0.0
        scores = self._ahead.score(path, first)
        return exp(min(0.0, sum(scores) - given)) if scores is not None else 0.0

    def _spelled(self, path: Path, piece: int) -> tuple[str, Path] | None:
        """The lexical token that begins with `piece` after `path`, each further piece the likeliest."""
        if piece < FIRST_BYTE:
            return (self._subwords.text(piece).decode(), (piece,)) if is_break(piece) else None
        pieces: Path = (piece,)
        text = self._subwords.text(piece)
        while len(pieces) < _PIECES:
            known = self._after(path + pieces)
            if known is None:
                break
            more = int(known.argmax())
            if not _continues(text, self._subwords.text(more) if more >= FIRST_BYTE else b""):
                break
            pieces, text = (*pieces, more), text + self._subwords.text(more)
        if not text.strip():
            return None  # A blank belongs to the token after it, and here none follows.
        try:
            return text.decode("utf-8"), pieces
        except UnicodeDecodeError:
            return None

    def _start(self, piece: int, sources: Sources) -> Start | None:
        """The start whose first piece this is: the typed word goes on, or the token after it."""
        cursor, must = self._cursor, self._must.decode("utf-8", "surrogatepass")
        before: Path = ()
        found = self._toward(piece)
        if found is not None and cursor.partial and found[0] == must:
            before, found = found[1], self._after_word(found[1])
        if found is None:
            return None
        token = found[0]
        context = cursor.context
        if before:
            context, text = (*context, cursor.partial), token
        else:
            text = token.removeprefix(must)
        if not text or (token[0] == BREAK and not cursor.words and not cursor.partial):
            return None
        seen = sources.after(context)
        share = seen.probabilities.get(token, 0.0)
        return Start(text, token, share, COMPLETE if before else NEURAL, context, seen, len(seen.probabilities))

    def _toward(self, piece: int) -> tuple[str, Path] | None:
        """The token that begins with `piece` at the cursor, and with what is typed of it."""
        pieces: Path = (piece,)
        text = self._subwords.text(piece)
        while len(text) < len(self._must) and len(pieces) < _PIECES:
            left = self._subwords.beginning_with(self._must[len(text) :])
            known = self._after(pieces)
            if known is None or not left:
                return None
            more = left[int(known[left].argmax())]
            pieces, text = (*pieces, more), text + self._subwords.text(more)
        spelled = self._spelled(pieces[:-1], pieces[-1])
        if spelled is None:
            return None
        if len(pieces) == 1:
            return spelled
        whole = text[: len(text) - len(self._subwords.text(pieces[-1]))] + spelled[0].encode()
        return whole.decode("utf-8", "replace"), pieces[:-1] + spelled[1]

    def _after_word(self, path: Path) -> tuple[str, Path] | None:
        """The likeliest token after a word that is complete."""
        known = self._after(path)
        found = self._spelled(path, int(known.argmax())) if known is not None else None
        return None if found is None or is_word_character(found[0][0]) else found

    def _best_first(self, limit: int) -> list[int]:
        """The likeliest first pieces that fit what is typed."""
        scores = self._first if self._allowed is None else self._first[self._allowed]
        if not len(scores):
            return []
        some = np.argpartition(-scores, min(limit, len(scores) - 1))[:limit]
        ordered = some[np.argsort(-scores[some])]
        found = ordered if self._allowed is None else self._allowed[ordered]
        return [int(piece) for piece in found if piece != FILE]

    def _after(self, path: Path) -> Any:
        """What follows `path`; None where the request's passes are used up, or the context is full."""
        return self._ahead.after(path) if self._may() else self._ahead.known(path)

    def _may(self) -> bool:
        return self._ahead.passes < self._most


def trust(seen: Distribution) -> float:
    """How much the workspace's opinion counts, from 0 to 1."""
    if not seen.ranked:
        return 0.0
    strength = sum(weight * value for weight, value in zip(WEIGHTS, trust_features(seen), strict=True))
    return 1.0 / (1.0 + exp(-strength))


def trust_features(seen: Distribution) -> tuple[float, ...]:
    """What trust depends on: 1, the longest match here and in the workspace, log of its sightings, its certainty."""
    return (
        1.0,
        min(seen.orders[0], 5.0),
        min(seen.orders[1], 5.0),
        log1p(min(seen.total, 50.0)),
        1.0 - seen.escape,
    )


def _continues(text: bytes, more: bytes) -> bool:
    """Whether a piece goes on with the word or number that `text` is."""
    if not more or not text.strip():
        return bool(more) and not text.strip() and more[:1] != b" "
    last, first = text[-1:], more[:1]
    if last[0] >= 0x80 or first[0] >= 0x80:
        return last[0] >= 0x80 or _is_word_byte(last)
    is_number = text.lstrip()[:1].isdigit()
    return (_is_word_byte(last) or (is_number and last == b".")) and (
        _is_word_byte(first) or (is_number and first == b".")
    )


def _is_word_byte(byte: bytes) -> bool:
    return byte.isalnum() or byte in {b"_", b"$"}
