"""The tracker over the real store: an answer to the editor comes after the commit."""

from pathlib import Path

import pytest

from beast_lsp.config import Config
from beast_lsp.engine.document import Document, Position
from beast_lsp.errors import StoreError
from beast_lsp.features.feedback import FeedbackTracker, Shown
from beast_lsp.store import Store
from beast_lsp.store.database import export, open_database

HERE = Position(0, 4)
DOCUMENT = Document("file:///a.py", "python", 1, ["x = "])
SHOWN = Shown("s1", "value", HERE, HERE, "inline", "workspace", "python", 3.0, 0.7)


async def test_an_accept_is_on_the_disk_with_its_prediction_when_it_returns(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "beast.db")
    tracker = FeedbackTracker(store, lambda: 1e9, Config)
    tracker.shown(DOCUMENT, SHOWN)
    await tracker.accepted("s1")
    database, _ = open_database(tmp_path / "beast.db")
    (row,) = export(database)
    database.close()
    store.close()
    assert (row["prediction_id"], row["outcome"], row["source"], row["prefix"]) == (
        "s1",
        "accepted",
        "explicit",
        "x = ",
    )


async def test_an_accept_that_cannot_be_stored_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    store = Store.open(tmp_path / "file" / "beast.db")
    tracker = FeedbackTracker(store, lambda: 1e9, Config)
    tracker.shown(DOCUMENT, SHOWN)
    with pytest.raises(StoreError):
        await tracker.accepted("s1")
    store.close()
    assert tracker.live(DOCUMENT.uri) is None
