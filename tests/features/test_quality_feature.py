"""The ratings of an open document: once a version, for everybody who asks, and for nobody where they are off."""

import asyncio
import threading
from pathlib import Path

import pytest

from beast_lsp.config import Config
from beast_lsp.engine.document import Document, split_lines
from beast_lsp.engine.quality.standing import Standing
from beast_lsp.engine.snapshot import Snapshot
from beast_lsp.errors import CancelledRequest
from beast_lsp.features import quality as module
from beast_lsp.features.quality import ENABLED, QualityFeature
from beast_lsp.router.lanes import Lanes

FOLDER = Path("/w")
STANDING = Standing()


@pytest.fixture
def feature() -> QualityFeature:
    return QualityFeature(Lanes(), lambda _: STANDING, {})


@pytest.fixture
def rated(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that were rated; each rating is the name of the file's first function."""
    found: list[str] = []

    def rate(file, *_) -> str:
        found.append(file.functions[0].name)
        return found[-1]

    monkeypatch.setattr(module, "rate_file", rate)
    return found


def document(name: str) -> Document:
    lines = split_lines(f"def {name}():\n    return 1\n")
    return Document("file:///w/a.py", "python", 1, lines, FOLDER / "a.py", FOLDER)


async def rate(feature: QualityFeature, one: Document, **settings: bool) -> object:
    return await feature.rate(Snapshot(config=Config({ENABLED.key: settings.get("enabled", True)})), one)


async def test_who_asks_together_gets_the_same_rating(feature: QualityFeature, rated: list[str]) -> None:
    one = document("f")
    assert await asyncio.gather(rate(feature, one), rate(feature, one)) == ["f", "f"]
    assert await rate(feature, one) == "f"
    assert rated == ["f"]


async def test_who_gives_up_takes_it_from_nobody(feature: QualityFeature, rated: list[str]) -> None:
    one = document("f")
    first, second = (asyncio.ensure_future(rate(feature, one)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    assert await second == "f"
    with pytest.raises(asyncio.CancelledError):
        await first


async def test_a_newer_version_takes_the_place_of_an_older(
    feature: QualityFeature, monkeypatch: pytest.MonkeyPatch
) -> None:
    go = threading.Event()
    monkeypatch.setattr(module, "rate_file", lambda file, *_: go.wait(20) and file.functions[0].name)
    older = asyncio.ensure_future(rate(feature, document("older")))
    await asyncio.sleep(0)
    newer = asyncio.ensure_future(rate(feature, document("newer")))
    await asyncio.sleep(0)
    go.set()
    assert await newer == "newer"
    with pytest.raises(CancelledRequest):
        await older


async def test_what_failed_is_tried_again(feature: QualityFeature, monkeypatch: pytest.MonkeyPatch) -> None:
    one = document("f")
    monkeypatch.setattr(module, "rate_file", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        await rate(feature, one)
    monkeypatch.setattr(module, "rate_file", lambda *_: "again")
    assert await rate(feature, one) == "again"


async def test_nothing_is_rated_where_it_is_off_or_nothing_is_known(feature: QualityFeature, rated: list[str]) -> None:
    assert await rate(feature, document("f"), enabled=False) is None
    assert await rate(QualityFeature(Lanes(), lambda _: None, {}), document("f")) is None
    assert rated == []
