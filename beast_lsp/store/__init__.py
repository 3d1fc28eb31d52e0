"""SQLite: what was asked, shown and kept."""

from beast_lsp.store.rows import Feedback, Limits, Prediction, Survival
from beast_lsp.store.store import Store

__all__ = ["Feedback", "Limits", "Prediction", "Store", "Survival"]
