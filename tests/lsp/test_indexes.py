"""The index of a folder: made anew when its settings change, and only then."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from beast_lsp import store
from beast_lsp.config import Config
from beast_lsp.lsp.indexes import Indexes
from beast_lsp.lsp.language_server import Server
from beast_lsp.lsp.progress import IndexProgressReporter
from beast_lsp.store.index.options import EXCLUDE

FOLDER = Path("/w")


class Fake:
    """An index that does nothing."""

    ready, notice, profile, home = True, None, object(), Path("/nowhere")

    def __init__(self, _folder: Path, _cache: Path, _changed: Callable[[], None], options: Any) -> None:
        self.options = options
        self.is_closed = False

    async def start(self, _report: Callable[[Any], None]) -> None:
        await asyncio.sleep(0)

    async def close(self) -> None:
        self.is_closed = True


@pytest.fixture
async def indexes(monkeypatch: pytest.MonkeyPatch) -> Indexes:
    monkeypatch.setattr(store.index, "WorkspaceIndex", Fake)
    return Indexes(IndexProgressReporter(Server(), False), lambda _folder: None)


async def test_an_index_stays_while_its_settings_do(indexes: Indexes) -> None:
    await indexes.follow([FOLDER], lambda _: Config())
    first = indexes.get(FOLDER)
    await indexes.follow([FOLDER], lambda _: Config())
    assert indexes.get(FOLDER) is first


async def test_other_settings_make_another_index(indexes: Indexes) -> None:
    await indexes.follow([FOLDER], lambda _: Config())
    first: Any = indexes.get(FOLDER)
    await indexes.follow([FOLDER], lambda _: Config({EXCLUDE.key: ("*.sql",)}))
    assert first.is_closed
    assert indexes.get(FOLDER).options.exclude == ("*.sql",)  # type: ignore[union-attr]


async def test_an_index_goes_with_its_folder_and_two_calls_at_once_agree(indexes: Indexes) -> None:
    await indexes.follow([FOLDER], lambda _: Config())
    first: Any = indexes.get(FOLDER)
    await asyncio.gather(indexes.follow([], lambda _: Config()), indexes.follow([], lambda _: Config()))
    assert first.is_closed
    assert indexes.get(FOLDER) is None
