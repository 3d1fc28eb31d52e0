"""What a function's risk would be after a change of the code: an estimate, since its pieces have no past yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from beast_lsp.engine.history.moment import MeasuredFile
from beast_lsp.engine.history.past import PAST
from beast_lsp.engine.languages import by_name
from beast_lsp.engine.quality.features import FUNCTION
from beast_lsp.engine.quality.judge import Models, judge_file
from beast_lsp.engine.quality.metrics import Measured, measure, measure_file
from beast_lsp.engine.quality.standing import Standing

if TYPE_CHECKING:
    from beast_lsp.engine.syntax import SyntaxTree

_SHARED = frozenset({"changes", "fixes", "churn", "heat"})
"""What of a past falls to a piece by its share of the lines; who wrote it and when holds for each."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a function would become: the scores of its pieces, lowest first; their risks together; the score of that.

    A function's risk grows with its length, but less than in proportion. So pieces that are each much safer than the
    whole was may together be as likely to need a fix, or a little more; who shows the one has to show the other.
    """

    scores: tuple[int, ...]
    risk: float
    together: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A function, by its qualified name, in the file at a path of a workspace that has a standing.

    `known` are the names of all functions of the file as it is.
    """

    path: str
    name: str
    standing: Standing
    known: frozenset[str]

    @classmethod
    def of(cls, path: str, name: str, standing: Standing, tree: SyntaxTree) -> Asked:
        """A function of the file as a tree has it."""
        return cls(path, name, standing, frozenset(each.name for each in measure(tree)))


def estimate(asked: Asked, new: SyntaxTree, models: Models) -> Estimate | None:
    """What becomes of a function; None where it is gone, or nothing can be said.

    Its pieces are itself and every function that the old text lacks. Each has the part of its past that its lines are
    of all pieces' lines, so that to take code apart does not by itself look safer.
    """
    name, functions = asked.name, measure(new)
    pieces = [each for each in functions if each.name == name or each.name not in asked.known]
    if not any(each.name == name for each in pieces):
        return None
    family, standing = by_name(new.language).family, asked.standing
    shared = replace(standing, pasts={**standing.pasts, asked.path: shared_pasts(asked, pieces)})
    judged = judge_file(MeasuredFile(asked.path, measure_file(new, functions), functions), family, shared, models)
    if judged is None:
        return None
    wanted = {each.name for each in pieces}
    risks = [float(risk) for each, risk in zip(functions, judged[1].risks, strict=True) if each.name in wanted]
    *scores, together = standing.grounds[family, FUNCTION].curve.scores([*risks, sum(risks)])
    return Estimate(tuple(sorted(scores)), sum(risks), together)


def shared_pasts(asked: Asked, pieces: Sequence[Measured]) -> dict[str, Sequence[float]]:
    """The pasts of the file, in which each piece has its part of what the function has."""
    whole, lines = asked.standing.past(asked.path, asked.name), sum(_lines(each) for each in pieces)
    found = dict(asked.standing.pasts.get(asked.path, {}))
    for each in pieces:
        share = _lines(each) / lines
        values = zip(PAST, whole, strict=True)
        found[each.name] = [value * share if kind in _SHARED else value for kind, value in values]
    return found


def _lines(measured: Measured) -> int:
    return measured.end_line - measured.line + 1
