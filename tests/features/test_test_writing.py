"""What is offered, what the plan of written tests is, and how it is told."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beast_lsp.config import Config
from beast_lsp.engine.document import Document, split_lines
from beast_lsp.engine.refactors.net.reverse import edited
from beast_lsp.engine.snapshot import Snapshot
from beast_lsp.errors import TestsRefused
from beast_lsp.features.test_writing import (
    INTERPRETERS,
    WritingFeature,
    is_testable,
    named_interpreter,
    plan_of,
    summary,
)
from beast_lsp.features.written_files import WrittenFolder
from beast_lsp.router.endpoints import Endpoints
from beast_lsp.router.lanes import Lanes
from beast_lsp.router.router import Router
from beast_lsp.router.task import CancelToken
from beast_lsp.router.testing import KeptTest, WantedTests, WrittenTests

FOLDER = Path("/home/somebody/project")
CODE = """\
import os

LIMIT = 3


def total(items):
    def one(item):
        return item.price
    return sum(map(one, items))


class Shop:
    name = "x"

    class Till:
        def open(self):
            return 1
"""
KEPT = KeptTest("test_a", "first", "recorded")
WRITTEN = WrittenTests("tests/test_a.py", "a\nb\n", None, "pytest", "Python 3.12", (KEPT,), 0.0, 0.944, 31, 40)


def document(text: str = CODE, name: str = "a.py", language: str = "python", folder: Path | None = FOLDER) -> Document:
    path = FOLDER / name
    return Document(path.as_uri(), language, 1, split_lines(text), path, folder)


async def offered(line: int, given: Document | None = None, **settings: object) -> list[tuple[str, str]]:
    lanes, snapshot = (
        Lanes(),
        Snapshot(config=Config({key.replace("_", "."): value for key, value in settings.items()})),
    )
    try:
        feature = WritingFeature(Router([]), lanes)
        found = await feature.offers(snapshot, given or document(), line, CancelToken())
        return [(each.title, each.name) for each in found]
    finally:
        lanes.close()


@pytest.mark.parametrize(
    ("line", "names"),
    [
        (0, [""]),
        (2, [""]),
        (5, ["total", ""]),
        (7, ["total", ""]),  # within an inner function, which nobody can call.
        (12, ["Shop", ""]),
        (15, ["Shop.Till.open", "Shop.Till", ""]),
    ],
)
async def test_the_innermost_that_a_test_can_call_comes_first(line: int, names: list[str]) -> None:
    assert [name for _, name in await offered(line)] == names


async def test_titles_say_what_is_tested() -> None:
    titles = [title for title, _ in await offered(16)]
    assert titles == ["Write tests for open", "Write tests for class Till", "Write tests for this module"]


@pytest.mark.parametrize(
    "given",
    [
        document(name="tests/test_a.py"),
        document(name="conftest.py"),
        document(folder=None),
        document("def f(:\n    pass\n"),
        document("x = 1\n"),
        document("def f(): pass\n" * 200_000),
        document(language="text"),
    ],
    ids=["a test", "conftest", "outside", "broken", "nothing to call", "large", "text"],
)
async def test_where_no_tests_can_be_written_none_are_offered(given: Document) -> None:
    assert await offered(0, given) == []


async def test_a_setting_takes_the_offers_away() -> None:
    assert await offered(5, tests_enabled=False) == []


@pytest.mark.parametrize("given", [document(name="tests/test_a.py"), document(folder=None), document(language="text")])
async def test_an_order_for_such_a_document_is_refused_with_the_reason(given: Document) -> None:
    lanes = Lanes()
    assert not is_testable(given)
    with pytest.raises(TestsRefused):
        await WritingFeature(Router([]), lanes).write(Snapshot(), given, WantedTests(), CancelToken())
    lanes.close()


async def test_nobody_who_answers_is_said() -> None:
    lanes = Lanes()
    with pytest.raises(TestsRefused, match="No tests were written"):
        await WritingFeature(Router([]), lanes).write(Snapshot(), document(), WantedTests(), CancelToken())
    lanes.close()


def test_a_new_file_comes_with_the_empty_ones_that_its_folder_needs() -> None:
    plan = plan_of(replace(WRITTEN, beside=("tests/__init__.py",)))
    assert plan.created == {"tests/__init__.py": "", "tests/test_a.py": "a\nb\n"}
    assert plan.edits == {}


LINES = st.lists(st.sampled_from(["a\n", "b\n", "\n", "c\r\n"]), max_size=6).map("".join)


@given(LINES, LINES, st.sampled_from(["", "x"]), st.sampled_from(["", "x", "y"]))
def test_an_existing_file_is_edited_into_the_new_one(before: str, after: str, end: str, new_end: str) -> None:
    plan = plan_of(replace(WRITTEN, before=before + end, text=after + new_end))
    [(path, edits)] = plan.edits.items()
    assert path == WRITTEN.path
    assert edited(plan.before[path], edits) == after + new_end


def test_lines_that_stay_are_no_part_of_the_edit() -> None:
    plan = plan_of(replace(WRITTEN, before="import a\n\nold\n", text="import a\n\nold\nnew\n"))
    [edit] = plan.edits[WRITTEN.path]
    assert edit.text == "new\n"


def test_the_summary_counts_and_asks() -> None:
    assert summary(WRITTEN) == "1 test in tests/test_a.py: 94% of lines and branches, 31 of 40 mutants."
    doubt = KeptTest("test_b", "second", "recorded", "f returns None for an empty list; is that meant?")
    both = replace(WRITTEN, kept=(*WRITTEN.kept, doubt), coverage_before=0.5, mutants=0)
    assert summary(both) == (
        "2 tests in tests/test_a.py: 94% of lines and branches (50% before); one looks like a bug: "
        "f returns None for an empty list; is that meant?"
    )


def test_the_owner_names_an_interpreter_by_folder(tmp_path: Path) -> None:
    inner = tmp_path / "work" / "shop"
    inner.mkdir(parents=True)
    tables = [
        {"folder": str(tmp_path), "path": "/opt/any/python"},
        {"folder": str(tmp_path / "work"), "path": "/opt/work/python"},
        {"folder": "relative", "path": "/opt/never/python"},
        {"path": "/opt/never/python"},
        {"folder": str(inner), "path": "python"},
    ]
    config = Config({INTERPRETERS.key: tables})
    assert named_interpreter(config, inner) == Path("/opt/work/python")
    assert named_interpreter(config, tmp_path) == Path("/opt/any/python")
    assert named_interpreter(config, tmp_path.parent) is None
    assert named_interpreter(config, None) is None


def test_tests_that_no_file_can_be_made_for_are_refused(tmp_path: Path) -> None:
    (tmp_path / "tests").write_text("This is no folder.\n")
    new = WrittenTests("tests/test_a.py", "def test_a(): pass\n", None, "pytest", "", (), 0.0, 1.0, 0, 0)
    with pytest.raises(TestsRefused, match=r"tests/test_a\.py can't be written"):
        WrittenFolder(tmp_path, Config({}), Endpoints()).apply(new)
    assert [each.name for each in tmp_path.iterdir()] == ["tests"]
