"""Fits a delta to states and what followed them: Adam (Kingma & Ba, 2015) on the cross entropy, in numpy."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from beast_lsp.router.backends.neural.delta import Delta

RANK = 16
_BATCH = 256  # Positions at once; their logits are 8 MB.
_RATES = {"down": 2e-3, "up": 2e-3, "bias": 1e-1}
_EPSILONS = {"down": 1e-8, "up": 1e-8, "bias": 1e-3}
"""Adam steps as far for an id that hardly occurs as for any other: without a large epsilon, whatever the fitted files
don't hold is soon thought impossible, and a new file is full of new words."""
_BETAS = (0.9, 0.99)
_EPOCHS, _FEWEST_STEPS = 4, 400
_LOOK = 30  # Steps between two looks at the watched files; a third of an epoch, where that is more.
_PATIENCE = 3  # So many looks without a gain end it.
_SEED = 1


@dataclass(frozen=True)
class Places:
    """States (count, width) of float16, and the id that followed each."""

    states: Any
    targets: Any

    def __len__(self) -> int:
        return len(self.targets)


def fit(
    head: Any,
    fitted: Places,
    watched: Places,
    share_of_time: Callable[[], float] = lambda: 0.0,
    advance: Callable[[float], object] = lambda share: None,
) -> Delta:
    """The delta under which the watched places were likeliest; one that changes nothing where none helped.

    `head` is (vocabulary, width). `share_of_time` says how much of the time is over, 1.0 ends it; `advance` hears how
    far it is.
    """
    random = np.random.default_rng(_SEED)
    vocabulary, width = head.shape
    best = Delta.none(width, vocabulary)
    parts = {
        "down": random.standard_normal((width, RANK), np.float32) * width**-0.5,
        "up": np.zeros((RANK, width), np.float32),
        "bias": np.zeros(vocabulary, np.float32),
    }
    least, waited, adam = loss(head, best, watched), 0, _Adam(parts)
    batches = max(1, -(-len(fitted) // _BATCH))
    every, last = max(_LOOK, batches // 3), max(batches * _EPOCHS, _FEWEST_STEPS)
    for number, batch in enumerate(_batches(fitted, random), 1):
        done = max(number / last, share_of_time())
        adam.step(_gradients(head, parts, batch), 1.0 - min(done, 1.0))
        advance(min(done, 1.0))
        if number % every == 0 or done >= 1.0:
            now = Delta(**{name: part.copy() for name, part in parts.items()})
            found = loss(head, now, watched)
            waited = 0 if found < least else waited + 1
            least, best = (found, now) if found < least else (least, best)
        if done >= 1.0 or waited >= _PATIENCE:
            break
    return best


def loss(head: Any, delta: Delta, places: Places) -> float:
    """The mean nats of what followed, by a delta."""
    total = 0.0
    for at in range(0, len(places), _BATCH):
        states = places.states[at : at + _BATCH].astype(np.float32)
        moved = states + states @ delta.down @ delta.up
        _, lost = _softmax(moved @ head.T + delta.bias, places.targets[at : at + _BATCH])
        total += lost
    return total / max(1, len(places))


def _batches(places: Places, random: np.random.Generator) -> Iterator[Places]:
    while True:
        order = random.permutation(len(places))
        for at in range(0, len(order), _BATCH):
            some = order[at : at + _BATCH]
            yield Places(places.states[some].astype(np.float32), places.targets[some])


def _gradients(head: Any, parts: Mapping[str, Any], batch: Places) -> dict[str, Any]:
    narrow = batch.states @ parts["down"]
    moved = batch.states + narrow @ parts["up"]
    wrong, _ = _softmax(moved @ head.T + parts["bias"], batch.targets)
    wrong[np.arange(len(batch)), batch.targets] -= 1.0
    wrong /= len(batch)
    to_moved = wrong @ head
    to_narrow = to_moved @ parts["up"].T
    return {"down": batch.states.T @ to_narrow, "up": narrow.T @ to_moved, "bias": wrong.sum(axis=0)}


def _softmax(logits: Any, targets: Any) -> tuple[Any, float]:
    """The probabilities, in the place of the logits, and the nats that the targets cost."""
    logits -= logits.max(axis=1, keepdims=True)
    right = logits[np.arange(len(targets)), targets].sum(dtype=np.float64)
    np.exp(logits, out=logits)
    sums = logits.sum(axis=1, keepdims=True)
    logits /= sums
    return logits, float(np.log(sums).sum(dtype=np.float64) - right)


class _Adam:
    def __init__(self, parts: Mapping[str, Any]) -> None:
        self._parts = parts
        self._means = {name: (np.zeros_like(part), np.zeros_like(part)) for name, part in parts.items()}
        self._steps = 0

    def step(self, gradients: Mapping[str, Any], rate: float) -> None:
        """Moves the parts, at a share of the full rate."""
        self._steps += 1
        first, second = (1.0 - beta**self._steps for beta in _BETAS)
        for name, gradient in gradients.items():
            mean, square = self._means[name]
            mean += (1.0 - _BETAS[0]) * (gradient - mean)
            square += (1.0 - _BETAS[1]) * (gradient * gradient - square)
            change = (mean / first) / (np.sqrt(square / second) + _EPSILONS[name])
            self._parts[name][...] -= rate * _RATES[name] * change
