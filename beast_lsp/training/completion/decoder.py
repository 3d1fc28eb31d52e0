"""The completion model: a decoder of the Llama kind (Touvron et al., 2023) with grouped-query attention.

`SIZES` is the one dial: the names and shapes that can be trained. Embedding and head are one matrix.
"""

from dataclasses import dataclass
from math import log
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional

EPSILON = 1e-5
_THETA = 10_000.0


@dataclass(frozen=True, slots=True)
class Shape:
    """The shape of a decoder: `width` of a position, `heads` of `width / heads` each, `kv_heads` shared by them."""

    width: int
    layers: int
    heads: int
    kv_heads: int
    hidden: int
    context: int

    @property
    def head_width(self) -> int:
        """The width of a head."""
        return self.width // self.heads


SIZES = {
    "tiny": Shape(64, 2, 2, 1, 128, 256),  # For tests.
    "4m": Shape(256, 5, 4, 2, 688, 1024),
    "24m": Shape(512, 8, 8, 2, 1536, 1024),
}


class _Layer(nn.Module):  # type: ignore[misc] # torch is no part of a development installation.
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        kv = shape.kv_heads * shape.head_width
        self.attention_norm = nn.Parameter(torch.ones(shape.width))
        self.qkv = nn.Parameter(torch.empty(shape.width + 2 * kv, shape.width))
        self.out = nn.Parameter(torch.empty(shape.width, shape.width))
        self.feed_norm = nn.Parameter(torch.ones(shape.width))
        self.up = nn.Parameter(torch.empty(2 * shape.hidden, shape.width))  # The gate's rows, then the value's.
        self.down = nn.Parameter(torch.empty(shape.width, shape.hidden))

    def forward(self, states: Tensor, cosines: Tensor, sines: Tensor) -> Tensor:
        shape = self.shape
        batch, length, _ = states.shape
        kv = shape.kv_heads * shape.head_width
        mixed = functional.linear(_norm(states, self.attention_norm), self.qkv)
        parts = mixed.split([shape.width, kv, kv], -1)
        query, key, value = (part.view(batch, length, -1, shape.head_width).transpose(1, 2) for part in parts)
        attended = functional.scaled_dot_product_attention(
            _rotated(query, cosines, sines), _rotated(key, cosines, sines), value, is_causal=True, enable_gqa=True
        )
        states = states + functional.linear(attended.transpose(1, 2).reshape(batch, length, -1), self.out)
        gate, up = functional.linear(_norm(states, self.feed_norm), self.up).chunk(2, -1)
        return states + functional.linear(functional.silu(gate) * up, self.down)


class Decoder(nn.Module):  # type: ignore[misc] # as above.
    """Ids in, states out: (batch, length) to (batch, length, width). `logits` scores states against every id."""

    cosines: Tensor
    sines: Tensor

    def __init__(self, shape: Shape, ids: int) -> None:
        super().__init__()
        self.shape = shape
        self.embedding = nn.Parameter(torch.empty(ids, shape.width))
        self.layers = nn.ModuleList(_Layer(shape) for _ in range(shape.layers))
        self.norm = nn.Parameter(torch.ones(shape.width))
        cosines, sines = rotations(shape)
        self.register_buffer("cosines", cosines, persistent=False)
        self.register_buffer("sines", sines, persistent=False)
        self._initialise()

    def forward(self, ids: Tensor) -> Tensor:
        """The states after the last norm."""
        length = ids.shape[1]
        states = functional.embedding(ids, self.embedding)
        for layer in self.layers:
            states = cast(Tensor, layer(states, self.cosines[:length], self.sines[:length]))
        return _norm(states, self.norm)

    def logits(self, states: Tensor) -> Tensor:
        """The scores of every id after each state."""
        return functional.linear(states, self.embedding)

    def matrices(self) -> list[nn.Parameter]:
        """The hidden matrices, which Muon trains."""
        return [parameter for layer in self.layers for parameter in layer.parameters() if parameter.dim() == 2]

    def _initialise(self) -> None:
        nn.init.normal_(self.embedding, std=0.02)
        scale = (2 * self.shape.layers) ** -0.5  # What layers add to the stream must not grow with their number.
        for name, parameter in self.layers.named_parameters():
            if parameter.dim() == 2:
                adds = name.endswith(("out", "down"))
                nn.init.normal_(parameter, std=parameter.shape[1] ** -0.5 * (scale if adds else 1.0))


def rotations(shape: Shape) -> tuple[Tensor, Tensor]:
    """Cosines and sines of the rotary position embedding (Su et al., 2021): (context, head width / 2) each."""
    steps = torch.arange(0, shape.head_width, 2).float() / shape.head_width
    angles = torch.outer(torch.arange(shape.context).float(), _THETA**-steps)
    return angles.cos(), angles.sin()


def _norm(states: Tensor, weight: Tensor) -> Tensor:
    return functional.rms_norm(states, (states.shape[-1],), weight, EPSILON)


def _rotated(heads: Tensor, cosines: Tensor, sines: Tensor) -> Tensor:
    first, second = heads.chunk(2, -1)
    turned = torch.cat([first * cosines - second * sines, second * cosines + first * sines], -1)
    return turned.to(heads.dtype)


class _ChunkedLoss(torch.autograd.Function):  # type: ignore[misc] # as above.
    """Cross entropy whose logits exist a chunk at a time: all at once they overflow a CPU's cache, and cost a third.

    `bias` is added to the scores of each row of the head.
    """

    @staticmethod
    def forward(  # noqa: PLR0913, PLR0917 - torch hands them over one by one.
        context: torch.autograd.function.FunctionCtx,
        states: Tensor,
        head: Tensor,
        bias: Tensor,
        targets: Tensor,
        chunk: int,
    ) -> Tensor:
        count = len(targets)
        to_states, to_head = torch.empty_like(states), torch.zeros_like(head)
        loss = torch.zeros((), device=states.device)
        for at in range(0, count, chunk):
            some, target = states[at : at + chunk], targets[at : at + chunk, None]
            scores = torch.addmm(bias, some, head.T).float()
            scores -= scores.amax(-1, keepdim=True)
            right = scores.gather(1, target)
            scores.exp_()
            total = scores.sum(-1, keepdim=True)
            loss += (total.log() - right).sum()
            scores /= total
            scores.scatter_add_(1, target, torch.full_like(right, -1.0))
            scores = (scores / count).to(head.dtype)
            to_states[at : at + chunk] = scores @ head
            to_head.addmm_(scores.T, some)
        context.save_for_backward(to_states, to_head)
        return loss / count

    @staticmethod
    def backward(context: torch.autograd.function.FunctionCtx, grad: Tensor) -> tuple[Tensor, Tensor, None, None, None]:
        to_states, to_head = context.saved_tensors
        return to_states * grad, to_head * grad, None, None, None


def loss(model: Decoder, ids: Tensor, chunk: int, stride: int = 1) -> Tensor:
    """The mean negative log-likelihood of each id after the ones before it; ids: (batch, length + 1).

    With a `stride`, one in `stride` of the ids that the batch doesn't hold stands for all of them: an estimate, for
    less than half of the head's work (sampled softmax: Jean et al., 2015).
    """
    states = model(ids[:, :-1]).flatten(0, 1)
    targets, head = ids[:, 1:].flatten(), model.embedding.to(states.dtype)
    bias = head.new_zeros(len(head))
    if stride > 1:
        rows, bias, places = _sampled(targets, len(head), stride)
        targets, head = places[targets], head[rows]
    return cast(Tensor, _ChunkedLoss.apply(states, head, bias.to(head.dtype), targets, chunk))


def _sampled(targets: Tensor, ids: int, stride: int) -> tuple[Tensor, Tensor, Tensor]:
    """The rows of the head that count, what makes up for the others, and where each id's row is among them."""
    is_here = torch.zeros(ids, dtype=torch.bool, device=targets.device)
    is_here[targets] = True
    # Which ones follows from the batch, so that a run can be repeated.
    others = (~is_here).nonzero()[int(targets.sum()) % stride :: stride, 0]
    rows = torch.cat([is_here.nonzero()[:, 0], others])
    bias = torch.zeros(len(rows), device=targets.device)
    bias[len(rows) - len(others) :] = log(stride)
    places = torch.zeros(ids, dtype=torch.long, device=targets.device)
    places[rows] = torch.arange(len(rows), device=targets.device)
    return rows, bias, places
