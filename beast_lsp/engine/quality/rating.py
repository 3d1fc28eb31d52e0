"""A score, a word and reasons for each function of a file, and for the file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from beast_lsp.engine.conventions import is_test
from beast_lsp.engine.history.moment import MeasuredFile
from beast_lsp.engine.quality.features import FILE, FUNCTION
from beast_lsp.engine.quality.judge import Judged, Models, judge_file
from beast_lsp.engine.quality.metrics import Measured
from beast_lsp.engine.quality.reasons import Evidence, Reason, reasons
from beast_lsp.engine.quality.score import Curve, word
from beast_lsp.engine.quality.standing import Standing

SHOWN = 3
"""Reasons that stand beside a score."""


@dataclass(frozen=True, slots=True)
class Rating:
    """A function, or a file (whose name is empty), with lines from 0.

    `risk` is the probability that a bug fix touches it within twelve months, `score` is 0 to 100 (the safest). `base`
    and the contributions of all `reasons` sum to `logit`, the risk's. `features` is what the model read.
    """

    name: str
    line: int
    end_line: int
    risk: float
    score: int
    logit: float
    base: float
    reasons: Sequence[Reason]
    features: Sequence[float]

    @property
    def word(self) -> str:
        """What the score is called."""
        return word(self.score)

    @property
    def shown(self) -> list[str]:
        """The reasons that stand beside the score: those that say something of it."""
        return [reason.text for reason in self.reasons if reason.speaks][:SHOWN]


@dataclass(frozen=True, slots=True)
class FileRating:
    """A file and its functions. Without a past the risks are those of code of its shape anywhere: not calibrated."""

    path: str
    whole: Rating
    functions: Sequence[Rating]
    has_past: bool

    @property
    def is_test(self) -> bool:
        """Whether it is a file of tests, which fixes touch as a matter of course."""
        return is_test(self.path)

    def at(self, line: int) -> Rating | None:
        """The rating of the smallest function that a line belongs to; None outside of all."""
        around = [each for each in self.functions if each.line <= line <= each.end_line]
        return min(around, key=lambda each: each.end_line - each.line, default=None)


def rate_file(file: MeasuredFile, family: str, standing: Standing, models: Models) -> FileRating | None:
    """The ratings of a measured file; None where the workspace has nothing that it can be set against."""
    judged = judge_file(file, family, standing, models)
    if judged is None:
        return None
    rater = _Rater(file.path, standing)
    [whole] = rater.ratings(FILE, [file.whole], judged[0], standing.grounds[family, FILE].curve)
    functions = rater.ratings(FUNCTION, file.functions, judged[1], standing.grounds[family, FUNCTION].curve)
    return FileRating(file.path, whole, functions, standing.has_past)


@dataclass(frozen=True, slots=True)
class _Rater:
    path: str
    standing: Standing

    def ratings(self, level: str, found: Sequence[Measured], judged: Judged, curve: Curve) -> list[Rating]:
        of_file = self.standing.past(self.path)
        columns = (judged.risks.tolist(), curve.scores(judged.risks), judged.logits.tolist())
        rows = zip(found, *columns, judged.features, judged.contributions, strict=True)
        return [
            Rating(
                measured.name,
                measured.line,
                measured.end_line,
                risk,
                score,
                logit,
                judged.base,
                reasons(
                    Evidence(level, features, self.standing.past(self.path, measured.name), of_file), contributions
                ),
                features,
            )
            for measured, risk, score, logit, features, contributions in rows
        ]
