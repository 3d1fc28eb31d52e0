"""Muon (Jordan et al., 2024): momentum whose update is made orthogonal, for hidden matrices.

torch has it too, but computes in bfloat16 always, which takes four times as long as the rest of a step on a CPU that
has no such arithmetic. This one computes in the parameters' own precision there.
"""

from collections.abc import Iterable

import torch
from torch import Tensor, nn

_COEFFICIENTS = (3.4445, -4.7750, 2.0315)
_ROUNDS = 5


class Muon(torch.optim.Optimizer):  # type: ignore[misc] # torch is no part of a development installation.
    """Trains matrices at a rate that is a share of their own scale; weight decay is decoupled."""

    def __init__(self, parameters: Iterable[nn.Parameter], lr: float, momentum: float = 0.95, decay: float = 0.01):
        super().__init__(parameters, {"lr": lr, "momentum": momentum, "decay": decay})

    @torch.no_grad()  # type: ignore[untyped-decorator] # as above.
    def step(self) -> None:
        """One update, with Nesterov momentum."""
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is None:
                    continue
                state = self.state[parameter]
                if "momentum" not in state:
                    state["momentum"] = torch.zeros_like(parameter)
                state["momentum"].lerp_(parameter.grad, 1 - group["momentum"])
                update = orthogonal(parameter.grad.lerp(state["momentum"], group["momentum"]))
                # An update then moves every output by about the same amount, whatever the matrix's shape.
                scale = max(1.0, parameter.shape[0] / parameter.shape[1]) ** 0.5
                parameter.mul_(1 - group["lr"] * group["decay"]).add_(update, alpha=-group["lr"] * scale)


def orthogonal(matrix: Tensor) -> Tensor:
    """The nearest matrix whose singular values are about 1, by a Newton-Schulz iteration of the fifth order."""
    first, second, third = _COEFFICIENTS
    is_tall = matrix.shape[0] > matrix.shape[1]
    found = matrix.bfloat16() if matrix.is_cuda else matrix
    found = found.T if is_tall else found
    found = found / (found.norm() + 1e-7)
    for _ in range(_ROUNDS):
        square = found @ found.T
        found = first * found + (second * square + third * square @ square) @ found
    return (found.T if is_tall else found).to(matrix.dtype)
