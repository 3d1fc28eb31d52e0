"""The schema, as numbered steps that are only ever appended: a step that has been released never changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database


def migrate(database: Database) -> None:
    """Applies the steps that this file lacks, in the transaction that the caller holds."""
    (done,) = database.execute("PRAGMA user_version").fetchone()
    for number, step in enumerate(_STEPS[done:], done + 1):
        step(database)
        # The version is part of the file's header, so it is committed or rolled back with the step.
        database.execute(f"PRAGMA user_version = {number}")


def m001_predictions_and_feedback(database: Database) -> None:
    """What was shown, what the user did with it, and what changed after a score."""
    database.table("ml_predictions").create(
        {
            "prediction_id": str,
            "created_at": float,
            "task": str,
            "model": str,
            "language": str,
            "latency_ms": float,
            "probability": float,
            "context_hash": str,
            "prompt_length": int,
            "candidate_length": int,
            "prefix": str,
            "candidate": str,
            "suffix": str,
        },
        pk="prediction_id",
    )
    database.table("ml_predictions").create_index(["created_at"])
    shares = {f"share_{seconds}s": float for seconds in (30, 120, 300, 600)}
    database.table("quality_feedback").create(
        {
            "prediction_id": str,
            "created_at": float,
            "outcome": str,
            "source": str,
            "confidence": float,
            "accepted_length": int,
            "became": str,
            **shares,
        },
        pk="prediction_id",
        foreign_keys=[("prediction_id", "ml_predictions", "prediction_id")],
    )
    database.table("quality_improvements").create(
        {
            "id": int,
            "prediction_id": str,
            "created_at": float,
            "score_before": float,
            "score_after": float,
            "change": str,
        },
        pk="id",
        foreign_keys=[("prediction_id", "ml_predictions", "prediction_id")],
    )


def m002_scores(database: Database) -> None:
    """Scores that were shown, what the user said of them, and the fixes that came later."""
    database.table("quality_scores").create(
        {
            "prediction_id": str,
            "created_at": float,
            "folder": str,
            "path": str,
            "name": str,
            "version": int,
            "models": str,
            "risk": float,
            "score": int,
            "features": str,
        },
        pk="prediction_id",
    )
    database.table("quality_scores").create_index(["folder", "path", "name"])
    database.table("quality_verdicts").create(
        {"prediction_id": str, "verdict": str, "evidence": str, "created_at": float},
        pk=("prediction_id", "evidence"),
        foreign_keys=[("prediction_id", "quality_scores", "prediction_id")],
    )


def m003_rule_outcomes(database: Database) -> None:
    """What became of the findings of each rule in each workspace folder."""
    database.table("rule_outcomes").create({"folder": str, "rule": str, "outcome": str, "created_at": float})
    database.table("rule_outcomes").create_index(["folder", "rule"])


def m004_refactorings(database: Database) -> None:
    """What undoes the refactorings of each workspace folder."""
    columns = {"id": str, "folder": str, "created_at": float, "title": str, "reverse": str}
    database.table("refactorings").create(columns, pk="id")
    database.table("refactorings").create_index(["folder", "created_at"])


_STEPS: tuple[Callable[[Database], None], ...] = (
    m001_predictions_and_feedback,
    m002_scores,
    m003_rule_outcomes,
    m004_refactorings,
)
