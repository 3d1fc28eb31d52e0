"""The words that could stand at the cursor: those in scope, expected here, in the file, in the workspace."""

from collections.abc import Callable

from beast_lsp.router.backends.workspace.sources import Sources
from beast_lsp.router.backends.workspace.syntax import Known

_FADE = 150.0  # After so many lines a word of this file counts half.


class Names:
    """The words at one cursor. `known` is computed at the first need, by `look_up`."""

    def __init__(self, sources: Sources, look_up: Callable[[], Known]) -> None:
        self._sources = sources
        self._look_up = look_up
        self._known: Known | None = None

    @property
    def known(self) -> Known:
        """What syntax knows here."""
        if self._known is None:
            self._known = self._look_up()
        return self._known

    def weights(self, prefix: str) -> dict[str, float]:
        """The words that start with `prefix` (one character at least), each with a weight that is no probability."""
        found: dict[str, float] = {}
        if self._sources.overlay is not None:
            for word, count, ago in self._sources.overlay.words(prefix):
                found[word] = count**0.5 / (1.0 + ago / _FADE)
        for index, _ in self._sources.indexes:
            for word, uses in index.with_prefix(prefix):
                found[word] = found.get(word, 0.0) + 0.05 * uses**0.5
        for word, weight in self.known.weights.items():
            if word.startswith(prefix):
                found[word] = found.get(word, 0.0) + weight
        return found

    def expected(self, limit: int) -> list[tuple[str, float]]:
        """The members of the receiver that are used most, with their shares."""
        if not self.known.is_member:
            return []
        uses = {word: 1.0 + self._sources.uses(word) ** 0.5 for word in self.known.weights}
        best = sorted(uses, key=uses.__getitem__, reverse=True)[:limit]
        total = sum(uses.values()) + 1.0
        return [(word, uses[word] / total) for word in best]
