"""One run of the Python engine in real child processes: what is recorded and what is proposed pass the same judges."""

import ast
import sys
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

import pytest

from beast_lsp.engine.document import Document, split_lines
from beast_lsp.engine.scopes.resolution.program import Program
from beast_lsp.errors import CancelledRequest, TestsRefused
from beast_lsp.router.backends.testing.engines import Assignment
from beast_lsp.router.backends.testing.python import _unused, write
from beast_lsp.router.testing import Proposed, Stage, WantedTests, WrittenTests
from beast_lsp.sandbox.interpreter import Interpreter
from beast_lsp.store.index.sources import ProgramSources

CODE = '''\
"""Ends of processes, and how a code is read."""

import os


def code(text: str) -> str:
    """What a secret word opens, which nobody guesses."""
    if hash(("beast", text)) == 3 or text.encode().hex() == "6f70656e20736573616d65":
        return "treasure"
    return text.upper()


def leave() -> None:
    os._exit(3)
'''
THERE = """\
import unittest

from codes import code


class TestThere(unittest.TestCase):
    def test_there(self):
        self.assertEqual(code("a"), "A")
"""
PROPOSALS = """\
import unittest
from codes import code


class TestCode(unittest.TestCase):
    def test_opens(self):
        self.assertEqual(code("open sesame"), "treasure")

    def test_is_wrong(self):
        self.assertEqual(code("b"), "b")

    def test_adds_nothing(self):
        self.assertEqual(code("a"), "A")

    def test_by_chance(self):
        self.assertEqual(hash("a") % 2, 0)

    def test_cut(self):
        self.assertEqual(code("c"), "
"""


def assignment(folder: Path, **wanted: object) -> Assignment:
    path = folder / "codes.py"
    document = Document(path.as_uri(), "python", 1, split_lines(CODE), path, folder)
    order = WantedTests(**{"framework": "unittest", "seconds": 10.0, "is_unconfined": True, **wanted})  # type: ignore[arg-type]
    return Assignment(folder, "codes.py", document, Program(ProgramSources(folder)), None, order, lambda: False)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("engine")
    (folder / "tests").mkdir()
    (folder / "codes.py").write_text(CODE)
    (folder / "tests" / "test_codes.py").write_text(THERE)
    return folder


@pytest.fixture(scope="module")
def stages() -> list[Stage]:
    return []


@pytest.fixture(scope="module")
def written(folder: Path, stages: list[Stage]) -> WrittenTests:
    proposed: Future[Proposed] = Future()
    proposed.set_result(Proposed(PROPOSALS, "local"))
    return write(assignment(folder, proposed=proposed, tell=stages.append))


def test_a_proposal_stays_where_it_passes_and_adds_something(written: WrittenTests) -> None:
    proposed = {each.name.rpartition("::")[2]: each.why for each in written.kept if each.origin == "local"}
    assert list(proposed) == ["test_opens"], proposed
    assert "line" in proposed["test_opens"]
    assert not any(name in written.text for name in ("is_wrong", "adds_nothing", "by_chance", "test_cut"))


def test_what_was_there_stays_as_it_is(written: WrittenTests) -> None:
    assert written.before == THERE
    assert 'def test_there(self):\n        self.assertEqual(code("a"), "A")\n' in written.text
    ast.parse(written.text)
    assert 0 < written.coverage_before < written.coverage <= 1
    assert 0 < written.killed <= written.mutants


def test_what_ends_the_process_is_left_out_and_said(written: WrittenTests) -> None:
    assert any("leave" in note for note in written.notes)
    assert "leave" not in written.text


def test_the_stages_are_told_in_their_order(written: WrittenTests, stages: list[Stage]) -> None:
    percents = [each.percent for each in stages if not each.phase.startswith(("looking", "reading"))]
    assert percents == sorted(percents)
    assert (percents[-1], stages[-1].phase) == (100, "done")


def test_nothing_is_written_into_the_workspace(written: WrittenTests, folder: Path) -> None:
    assert (folder / written.path).read_text() == THERE
    assert sorted(path.name for path in folder.rglob("*") if path.is_file()) == ["codes.py", "test_codes.py"]


def test_a_name_that_is_not_there_is_refused_before_anything_is_recorded(folder: Path) -> None:
    with pytest.raises(TestsRefused, match="nothing in nobody"):
        write(assignment(folder, names=("nobody",)))


def test_a_test_file_that_is_broken_is_named_before_anything_is_recorded(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "codes.py").write_text(CODE)
    (tmp_path / "tests" / "test_codes.py").write_text("def test_f(:\n    pass\n")
    with pytest.raises(TestsRefused, match=r"tests/test_codes\.py can't be read"):
        write(assignment(tmp_path))


def test_an_environment_that_is_not_used_is_told(tmp_path: Path) -> None:
    elsewhere = Interpreter(Path(sys.executable), (3, 11, 0), has_pytest=True, has_hypothesis=False)
    assert not list(_unused(tmp_path, elsewhere))
    (tmp_path / ".venv").symlink_to(tmp_path / "gone")
    assert [note.partition(" ")[0] for note in _unused(tmp_path, elsewhere)] == [".venv"]
    assert not list(_unused(tmp_path, replace(elsewhere, path=tmp_path / ".venv/bin/python")))


def test_a_run_that_is_not_wanted_ends(folder: Path) -> None:
    with pytest.raises(CancelledRequest):
        write(replace(assignment(folder), is_cancelled=lambda: True))
