"""Which functions no test reaches: by a report, else by names; and what stands above them in a document."""

from dataclasses import replace
from pathlib import Path

import pytest

from beast_lsp.config import Config
from beast_lsp.engine.analysis import analyse
from beast_lsp.engine.document import Document, split_lines
from beast_lsp.engine.snapshot import Snapshot
from beast_lsp.features.untested import LENS, MEASURED, PREDICTED, UntestedFeature, listing, survey
from beast_lsp.store.index.options import DEFAULTS

SHOP = """\
class Shop:
    def total(self, items):
        return sum(items)

    def close(self):
        return len(items)


def spare(items):
    found = []
    for item in items:
        found.append(item)
    return found
"""
TEST = "from shop import Shop\n\n\ndef test_total():\n    assert Shop().total([1]) == 1\n"
# total ran; close and spare did not.
REPORT = (
    "SF:shop.py\nDA:1,1\nDA:2,1\nDA:3,1\nDA:5,1\nDA:6,0\nDA:9,1\nDA:10,0\nDA:11,0\nDA:12,0\nDA:13,0\nend_of_record\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "shop.py").write_text(SHOP)
    (tmp_path / "test_shop.py").write_text(TEST)
    return tmp_path


def names(folder: Path, *within: str) -> list[tuple[str, str]]:
    return [(each.name, each.how) for each in survey(folder, within, DEFAULTS).functions]


def test_a_report_says_what_did_not_run(folder: Path) -> None:
    (folder / "lcov.info").write_text(REPORT)
    assert names(folder) == [("Shop.close", MEASURED), ("spare", MEASURED)]
    assert names(folder, "shop.py") == names(folder, "") == names(folder)
    assert names(folder, "other") == []


def test_a_report_that_is_older_than_the_file_says_nothing(folder: Path) -> None:
    import os

    (folder / "lcov.info").write_text(REPORT)
    os.utime(folder / "lcov.info", (1, 1))
    assert names(folder) == []


def test_without_a_report_it_is_predicted_and_said_so(folder: Path) -> None:
    found = survey(folder, [], DEFAULTS)
    assert ("spare", PREDICTED) in [(each.name, each.how) for each in found.functions]
    assert "Shop.total" not in [each.name for each in found.functions]
    assert found.functions[0].title == "probably no test reaches this"
    assert "predicted" in found.notes[0]
    assert "predicted" in listing(found)


def test_where_there_are_no_tests_that_is_no_news(folder: Path) -> None:
    (folder / "test_shop.py").unlink()
    assert survey(folder, [], DEFAULTS).functions == ()


def test_the_listing_counts_and_groups_by_file(folder: Path) -> None:
    (folder / "lcov.info").write_text(REPORT)
    assert listing(survey(folder, [], DEFAULTS)) == (
        "2 functions in 1 file without a test.\n\n**shop.py**\n\n- `Shop.close` (line 5)\n- `spare` (line 9)\n"
    )
    assert listing(survey(folder, ["nothing"], DEFAULTS)).startswith("No functions")


def opened(folder: Path, text: str, path: str = "shop.py", how: str = MEASURED) -> tuple[Snapshot, Document]:
    file = folder / path
    document = Document(file.as_uri(), "python", 2, split_lines(text), file, folder)
    analysis = analyse(document)
    assert analysis is not None
    return Snapshot(analyses={document.uri: analysis}, config=Config({LENS.key: how})), document


async def lines(folder: Path, text: str, how: str = MEASURED, path: str = "shop.py") -> list[tuple[int, str]]:
    found = await UntestedFeature().of_document(*opened(folder, text, path, how))
    return [(each.line, each.name) for each in found]


async def test_a_function_that_moved_while_it_is_edited_keeps_its_lens(folder: Path) -> None:
    (folder / "lcov.info").write_text(REPORT)
    assert await lines(folder, SHOP) == [(4, "Shop.close"), (8, "spare")]
    assert await lines(folder, "# mine\n" + SHOP.replace("spare", "other")) == [(5, "Shop.close")]
    assert await lines(folder, SHOP, "off") == []
    assert await lines(folder, TEST, path="test_shop.py") == []


async def test_a_prediction_stands_there_only_where_it_is_wanted(folder: Path) -> None:
    assert await lines(folder, SHOP) == []
    assert (8, "spare") in await lines(folder, SHOP, PREDICTED)


async def test_a_document_outside_of_a_folder_has_none(folder: Path) -> None:
    snapshot, document = opened(folder, SHOP, how=PREDICTED)
    assert await UntestedFeature().of_document(snapshot, replace(document, folder=None)) == []
    assert await UntestedFeature().of_document(Snapshot(), document) == []
