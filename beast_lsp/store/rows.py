"""What is stored: predictions, the feedback on them, and what became of what was accepted."""

from dataclasses import dataclass
from typing import Any

from beast_lsp.engine.secrets import redact, redact_parts
from beast_lsp.store.journal import Entry, Undone
from beast_lsp.store.outcomes import Forgotten, RuleOutcome
from beast_lsp.store.scores import LaterFix, Score, Verdict

# A prompt longer than this says no more about the candidate, and a longer candidate is never shown.
_MAX_PROMPT, _MAX_TEXT = 4_000, 8_000


@dataclass(frozen=True, slots=True)
class Limits:
    """How long texts (prompts, candidates, what became of them) are kept: days, and megabytes in all."""

    days: int = 90
    megabytes: int = 50


@dataclass(frozen=True, slots=True)
class Prediction:
    """One suggestion that was shown. Times are seconds since the epoch, lengths are characters.

    `prefix`, `candidate` and `suffix` are None where the user keeps no texts; they are redacted on their way
    to the database, not before.
    """

    prediction_id: str
    created_at: float
    task: str
    model: str
    language: str
    latency_ms: float
    probability: float
    context_hash: str
    prompt_length: int
    candidate_length: int
    prefix: str | None = None
    candidate: str | None = None
    suffix: str | None = None

    def columns(self) -> dict[str, Any]:
        """The row of `ml_predictions`, without secrets."""
        names = ("prediction_id", "created_at", "task", "model", "language", "latency_ms", "probability")
        row = {name: getattr(self, name) for name in (*names, "context_hash", "prompt_length", "candidate_length")}
        if self.candidate is not None:
            # Redacted as one text: a password may begin before the cursor and end in the candidate.
            texts = (self.prefix or "", self.candidate[:_MAX_TEXT], self.suffix or "")
            parts = redact_parts(*map(_storable, texts))
            row |= {"prefix": parts[0][-_MAX_PROMPT:], "candidate": parts[1], "suffix": parts[2][:_MAX_PROMPT]}
        return row


@dataclass(frozen=True, slots=True)
class Feedback:
    """What the user did with a prediction.

    `outcome` is accepted, partial, typed-through, rejected or ignored; `source` is explicit or inferred, and
    `confidence` (0 to 1) says how sure an inference is.
    """

    prediction_id: str
    created_at: float
    outcome: str
    source: str
    confidence: float
    accepted_length: int = 0

    def columns(self) -> dict[str, Any]:
        """The row of `quality_feedback`."""
        names = ("prediction_id", "created_at", "outcome", "source", "confidence", "accepted_length")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True, slots=True)
class Survival:
    """How much of an accepted text is still there (0 to 1) so many seconds later, and what it had become."""

    prediction_id: str
    seconds: int
    share: float
    became: str | None

    def columns(self) -> dict[str, Any]:
        """The columns of `quality_feedback` that change."""
        became = None if self.became is None else redact(_storable(self.became[:_MAX_TEXT]))
        return {f"share_{self.seconds}s": self.share, "became": became}


def _storable(text: str) -> str:
    """The text without the halves of characters, which SQLite refuses."""
    return text.encode(errors="replace").decode()


Row = Prediction | Feedback | Survival | Score | Verdict | LaterFix | RuleOutcome | Forgotten | Entry | Undone
