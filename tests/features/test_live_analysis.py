"""Analyses follow the open documents, and a folder's profile is its files on disk with the open ones put in."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from beast_lsp.engine.document import Document, split_lines
from beast_lsp.engine.style.facts import StyleFacts, file_style
from beast_lsp.engine.style.profile import StyleProfile
from beast_lsp.features.analysis import LiveAnalysis
from beast_lsp.router.lanes import Lanes

FOLDER = Path("/w")
DISK = 'name = "double"\nother = "double"\n'
LIVE = "name = 'single'\nother = 'single'\nthird = 'single'\n"


def document(text: str, version: int = 1, name: str = "a.py") -> Document:
    path = FOLDER / name
    return Document(path.as_uri(), "python", version, split_lines(text), path, FOLDER)


def style(text: str, name: str = "a.py") -> StyleFacts:
    return file_style("python", split_lines(text), FOLDER / name)


class Base:
    """A folder with a.py and b.py on disk."""

    def __init__(self) -> None:
        self.files = {FOLDER / name: style(DISK, name) for name in ("a.py", "b.py")}
        self.profile: StyleProfile | None = StyleProfile.of(self.files.values())

    def style_facts(self, path: Path) -> StyleFacts:
        return self.files.get(path, StyleFacts.EMPTY)


class Kept:
    def __init__(self) -> None:
        self.base: Base | None = Base()
        self.lanes = Lanes()
        self.published = 0
        self.live = LiveAnalysis(self.lanes, lambda folder: self.base if folder == FOLDER else None, self.publish)

    def publish(self) -> None:
        self.published += 1

    def analysed(self, it: Document) -> bool:
        analysis = self.live.analyses.get(it.uri)
        return analysis is not None and analysis.document is it

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(15):
            while not holds():  # noqa: ASYNC110 - analyses end in a thread.
                await asyncio.sleep(0.01)


@pytest.fixture
async def kept() -> AsyncIterator[Kept]:
    kept = Kept()
    yield kept
    kept.live.close()
    kept.lanes.close()


async def test_an_opened_document_is_analysed_and_an_edited_one_again(kept: Kept) -> None:
    first, second = document(DISK), document(LIVE, 2)
    kept.live.opened(first)
    await kept.until(lambda: kept.analysed(first))
    kept.live.changed(second)
    assert kept.analysed(first)
    await kept.until(lambda: kept.analysed(second))
    assert kept.published >= 2


async def test_only_the_newest_of_many_edits_is_analysed(kept: Kept) -> None:
    kept.live.opened(document(DISK))
    edits = [document(LIVE + "x" * number, 2 + number) for number in range(20)]
    for edit in edits:
        kept.live.changed(edit)
    await kept.until(lambda: kept.analysed(edits[-1]))
    assert kept.published <= 2


async def test_the_profile_has_the_live_version_of_an_open_file(kept: Kept) -> None:
    kept.live.rebase(FOLDER)
    it = document(LIVE)
    kept.live.opened(it)
    await kept.until(lambda: kept.analysed(it))
    assert kept.live.profiles[FOLDER] == StyleProfile.of([style(LIVE), style(DISK, "b.py")])


async def test_a_profile_that_comes_after_the_analyses_has_them_too(kept: Kept) -> None:
    it = document(LIVE)
    kept.live.opened(it)
    await kept.until(lambda: kept.analysed(it))
    assert kept.live.profiles == {}
    kept.live.rebase(FOLDER)
    assert kept.live.profiles[FOLDER] == StyleProfile.of([style(LIVE), style(DISK, "b.py")])


async def test_a_closed_document_counts_as_it_is_on_disk(kept: Kept) -> None:
    kept.live.rebase(FOLDER)
    it = document(LIVE)
    kept.live.opened(it)
    await kept.until(lambda: kept.analysed(it))
    kept.live.closed(it.uri)
    assert it.uri not in kept.live.analyses
    assert kept.live.profiles[FOLDER] == kept.base.profile  # type: ignore[union-attr]


async def test_a_document_that_is_closed_before_its_analysis_ends_is_not_kept(kept: Kept) -> None:
    kept.live.rebase(FOLDER)
    kept.live.opened(document(LIVE))
    kept.live.closed(document(LIVE).uri)
    other = document(DISK, name="b.py")
    kept.live.opened(other)
    await kept.until(lambda: kept.analysed(other))
    assert list(kept.live.analyses) == [other.uri]


async def test_the_profile_goes_with_its_folder(kept: Kept) -> None:
    kept.live.rebase(FOLDER)
    kept.base = None
    kept.live.rebase(FOLDER)
    assert kept.live.profiles == {}


async def test_closing_what_was_never_open_changes_nothing(kept: Kept) -> None:
    kept.live.closed("file:///never.py")
    assert kept.published == 0


async def test_a_long_document_is_analysed_after_its_last_edit(kept: Kept) -> None:
    text = "value = 1\n" * 6_000
    kept.live.opened(document(text))
    await asyncio.sleep(0.05)
    edits = [document(text + "x" * number, 2 + number) for number in range(5)]
    for edit in edits:
        kept.live.changed(edit)
        await asyncio.sleep(0.02)
    await kept.until(lambda: kept.analysed(edits[-1]))
