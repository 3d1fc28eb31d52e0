"""Everything that has an opinion on the next token at one place: the document, the workspace, the language."""

from collections.abc import Iterator, Sequence

from cachetools import LRUCache

from beast_lsp.engine.ngram.index import Level, NgramIndex, Weights
from beast_lsp.engine.ngram.mixture import HERE, PRIOR, WORKSPACE, Distribution, blend
from beast_lsp.engine.ngram.overlay import Overlay
from beast_lsp.engine.ngram.prior import Prior

_DEPTH = 10


class Sources:
    """The blend of all sources, cached by context.

    The document's line `typing` is left out of the overlay, because what is being typed must not predict
    itself; so the cache holds for as long as nothing but that line changes.
    """

    def __init__(
        self, overlay: Overlay | None, typing: int, indexes: Sequence[tuple[NgramIndex, Weights]], prior: Prior | None
    ) -> None:
        self.overlay = overlay
        self.indexes = indexes
        self.prior = prior
        self._typing = typing
        self._cache: LRUCache[tuple[str, ...], Distribution] = LRUCache(1_000)

    def after(self, context: tuple[str, ...]) -> Distribution:
        """What may follow `context` (bare tokens, newest last)."""
        key = context[-_DEPTH:]
        known = self._cache.get(key)
        if known is None:
            known = self._cache[key] = blend(self._levels(key))
        return known

    def uses(self, word: str) -> int:
        """How often the workspace's stable text holds a word."""
        return sum(index.uses(word) for index, _ in self.indexes)

    def _levels(self, context: tuple[str, ...]) -> Iterator[tuple[int, Sequence[Level]]]:
        if self.overlay is not None:
            yield HERE, self.overlay.levels(context, self.overlay.node(self._typing))
        for index, weights in self.indexes:
            yield WORKSPACE, index.levels(context, weights)
        if self.prior is not None:
            yield PRIOR, self.prior.levels(context)
