"""Replays a recording with a policy: what would have been shown, accepted and typed (the rules of `replay.user`)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from beast_lsp.replay.user import SHORTEST_ACCEPTED, keystroke, typed_characters
from beast_lsp.router.backends.workspace.choice import Scored, best
from beast_lsp.training.replays import Recording


@dataclass(frozen=True, slots=True)
class Policy:
    """When a suggestion is shown. `price` and `bar` are those of `choice.best`.

    `steady` characters of a suggestion are typed through before the model is asked again; from then on nothing
    is offered again that was typed through, where `remembers` is set.
    """

    price: float
    bar: float
    steady: int = 0
    remembers: bool = True


@dataclass(slots=True)
class Tally:
    """Sums over bodies."""

    characters: int = 0
    keys: int = 0
    shown: int = 0
    accepted: int = 0

    def __iadd__(self, other: "Tally") -> "Tally":
        self.characters += other.characters
        self.keys += other.keys
        self.shown += other.shown
        self.accepted += other.accepted
        return self

    @property
    def saved(self) -> float:
        """The share of keystrokes saved (KSR)."""
        return 1 - self.keys / max(self.characters, 1)

    @property
    def precision(self) -> float:
        """Accepted suggestions per shown one."""
        return self.accepted / max(self.shown, 1)


def outcome(recording: Recording, probabilities: Sequence[float], policy: Policy) -> Tally:
    """Types every body of the recording with suggestions chosen by `policy`."""
    by_place = {
        (body, offset): [Scored(recording.texts[row], probabilities[row]) for row in range(first, end)]
        for body, offset, first, end in recording.positions
    }
    total = Tally()
    for number, body in enumerate(recording.bodies):
        total += _Typist(number, body, by_place, policy).run()
    return total


def likeliest(recording: Recording, probabilities: Sequence[float]) -> Iterator[int]:
    """The row of the likeliest candidate of each place, but for those that are the rest of the last place's."""
    before, at = (-1, 0), ""
    for body, offset, first, end in recording.positions:
        typed = recording.bodies[body][before[1] : offset] if before[0] == body else None
        rest = at[len(typed) :] if typed is not None and at.startswith(typed) else None
        before, at = (body, offset), ""
        if end > first:
            best = max(range(first, end), key=probabilities.__getitem__)
            at = recording.texts[best]
            if at != rest:
                yield best


class _Typist:
    """One body."""

    def __init__(self, number: int, body: str, by_place: dict[tuple[int, int], list[Scored]], policy: Policy) -> None:
        self.number, self.body, self.by_place, self.policy = number, body, by_place, policy
        self.ghost = ""
        self.followed = 0
        self.declined: list[str] = []

    def run(self) -> Tally:
        tally, offset = Tally(characters=typed_characters(self.body)), 0
        while offset < len(self.body):
            text = self._shown(offset)
            tally.shown += bool(text) and text != self.ghost
            tally.keys += 1
            if len(text) >= SHORTEST_ACCEPTED and self.body.startswith(text, offset):
                tally.accepted += 1
                offset += len(text)
                self.ghost, self.followed, self.declined = "", 0, []
            else:
                offset += self._type(offset, text)
        return tally

    def _shown(self, offset: int) -> str:
        if self.ghost and 0 < self.followed <= self.policy.steady:
            return self.ghost
        known = tuple(self.declined) if self.policy.remembers else ()
        possible = [one for one in self.by_place.get((self.number, offset), ()) if not one.text.startswith(known)]
        winner = best(possible, self.policy.price, self.policy.bar)
        return winner.text if winner else ""

    def _type(self, offset: int, shown: str) -> int:
        typed = keystroke(self.body, offset)
        if shown != self.ghost:
            self.followed = 0
        if shown and shown not in self.declined:
            self.declined.append(shown)
        follows = shown.startswith(typed)
        self.ghost = shown[len(typed) :] if follows else ""
        self.followed = self.followed + 1 if self.ghost else 0
        self.declined = [text[len(typed) :] for text in self.declined if text.startswith(typed) and text != typed]
        if typed[0] == "\n":
            self.declined = []
        return len(typed)
