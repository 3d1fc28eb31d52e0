"""A model that expects what it is told to, and a state that counts what it is fed."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from beast_lsp.engine.subwords import Subwords

SUBWORDS = Subwords([b" x", b"re", b"tu", b"rn", b"turn", b"return", b" return", b"self", b" self", b"name", b"if"])


class FakeState:
    """After the last id of a text comes what `expected` says of it; an id without an entry expects nothing special."""

    def __init__(self, model: "FakeModel") -> None:
        self._model = model
        self.ids: list[int] = []
        self.fed: list[list[int]] = []

    def feed(self, ids: Sequence[int], keep: int = 1) -> Any:
        assert 1 <= keep <= len(ids)
        assert len(self.ids) + len(ids) <= self._model.context
        self.ids += ids
        self.fed.append(list(ids))
        logits = np.zeros((keep, self._model.vocabulary), np.float32)
        for row, last in enumerate(self.ids[-keep:]):
            following = self._model.expected.get(last)
            if following is not None:
                logits[row, following] = 12.0
        return logits

    def rewind(self, length: int) -> None:
        assert 0 <= length <= len(self.ids)
        del self.ids[length:]


class FakeModel:
    """A model of which only the alphabet is real. `chain` are lexical tokens, each expected after the one before."""

    def __init__(self, chain: Sequence[str] = (), context: int = 400) -> None:
        self.subwords = SUBWORDS
        self.context = context
        self.vocabulary = len(SUBWORDS)
        self.expected = dict(pairwise(SUBWORDS.encode_all(chain)))
        self.states: list[FakeState] = []
        self.sha256, self.width = "of the fake", 4
        self.deltas: list[object] = []

    def new_state(self, delta: object = None) -> FakeState:
        self.deltas.append(delta)
        self.states.append(FakeState(self))
        return self.states[-1]
