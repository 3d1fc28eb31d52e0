"""Which candidate is shown, if any."""

from collections.abc import Iterable
from dataclasses import dataclass

from beast_lsp.router.backends.workspace.cursor import Cursor

PRICE = 12.0
"""What a wrong suggestion costs its reader, in characters."""
BAR = 0.35
"""The probability from which a very short candidate is worth showing."""
_NEARLY = 0.85  # Closing brackets come along where they keep so much of the probability; it saves keys, too.


@dataclass(frozen=True, slots=True)
class Scored:
    """A text to insert at the cursor, and the probability that it is exactly what comes."""

    text: str
    probability: float


def best(candidates: Iterable[Scored], price: float = PRICE, bar: float = BAR) -> Scored | None:
    """The candidate of the greatest expected gain, or None where silence is better.

    Showing n characters with probability P gains P * (n - 1 + price / bar) - price: what is saved, less the key
    that accepts it, and less what it costs to read in vain. Brackets that close the winner come with it where
    they are nearly as sure: nobody likes half an expression.
    """
    possible = list(candidates)
    winner, most = None, 0.0
    for candidate in possible:
        gain = candidate.probability * (len(candidate.text) - 1 + price / bar) - price
        if gain > most and len(candidate.text) > 1:
            winner, most = candidate, gain
    return _closed(winner, possible) if winner else None


def _closed(winner: Scored, possible: Iterable[Scored]) -> Scored:
    """The winner with the closing brackets that most likely follow it."""
    size, least = len(winner.text), winner.probability * _NEARLY
    closed = [
        one
        for one in possible
        if one.probability >= least and one.text.startswith(winner.text) and not one.text[size:].strip(")]}")
    ]
    return max(closed, key=lambda one: len(one.text))


@dataclass(frozen=True, slots=True)
class _Declined:
    """`text` as it was shown after the line's text `typed`."""

    line: int
    typed: str
    text: str

    def fits(self, typed: str) -> bool:
        """Whether what is typed by now still begins the text, and does not hold all of it."""
        whole = self.typed + self.text
        return len(self.typed) <= len(typed) < len(whole) and whole.startswith(typed)

    def rest(self, typed: str) -> str:
        """What of the text is not typed yet."""
        return (self.typed + self.text)[len(typed) :]


class Declined:
    """What the user typed through on the line being typed: it was not what they wanted, or not yet.

    Neither that text nor a longer one is offered again; a shorter one may be. It is forgotten with the line.
    """

    def __init__(self) -> None:
        self._last: _Declined | None = None
        self._texts: list[_Declined] = []

    def shown(self, cursor: Cursor, text: str) -> None:
        """Remembers what is shown, until the next request tells whether it was typed through."""
        self._last = _Declined(cursor.position.line, cursor.typed, text) if text else None

    def without(self, candidates: Iterable[Scored], cursor: Cursor) -> list[Scored]:
        """The candidates that don't repeat what was declined."""
        line, last = cursor.position.line, self._last
        if last is not None and last.line == line and len(last.typed) < len(cursor.typed):
            self._texts.append(last)
        self._last = None
        self._texts = [known for known in self._texts if known.line == line and known.fits(cursor.typed)]
        rests = tuple(known.rest(cursor.typed) for known in self._texts)
        return [candidate for candidate in candidates if not candidate.text.startswith(rests)]
