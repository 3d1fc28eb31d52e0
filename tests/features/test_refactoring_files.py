"""Plans on the disk: which edits are done, how they look as a diff, and that what is interrupted can be undone."""

import subprocess

import pytest

from beast_lsp.config import Config
from beast_lsp.engine.document import Position
from beast_lsp.engine.refactors.plan import Plan, TextEdit
from beast_lsp.engine.refactors.proposal import Certainty
from beast_lsp.errors import RefactoringRefused
from beast_lsp.features.refactoring_files import RefactoredFolder, chosen, texts_after, unified_diff
from beast_lsp.store.files import FolderFiles

A, NOTES = "a = 1\nprint(x.a)\n", "About a.\n"


def edit(line, start, end, certainty=Certainty.CERTAIN):
    return TextEdit(Position(line, start), Position(line, end), "b", certainty)


def plan(*edits, notes=(), **more):
    found = {"a.py": edits, "notes.md": notes}
    found = {path: each for path, each in found.items() if each}
    return Plan("Rename a to b", found, {"a.py": A, "notes.md": NOTES}, {}, **more)


CERTAIN = edit(0, 0, 1)
PROBABLE = edit(1, 8, 9, Certainty.PROBABLE)
TEXTUAL = edit(0, 6, 7, Certainty.TEXTUAL)


def test_textual_edits_are_left_out_unless_they_are_included():
    assert texts_after(chosen(plan(CERTAIN, notes=(TEXTUAL,)), ())) == {"a.py": "b = 1\nprint(x.a)\n"}
    whole = chosen(plan(CERTAIN, notes=(TEXTUAL,)), [Certainty.TEXTUAL])
    assert texts_after(whole)["notes.md"] == "About b.\n"


def test_probable_edits_refuse_it_unless_they_are_included():
    with pytest.raises(RefactoringRefused, match=r"may belong to it: a\.py:2\. .*--include probable"):
        chosen(plan(CERTAIN, PROBABLE), [Certainty.TEXTUAL])
    assert texts_after(chosen(plan(CERTAIN, PROBABLE), [Certainty.PROBABLE])) == {"a.py": "b = 1\nprint(x.b)\n"}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("BEAST_LSP_HOME", str(tmp_path / "home"))
    root = tmp_path / "w"
    root.mkdir()
    (root / "a.py").write_text(A, "utf-8")
    (root / "notes.md").write_text(NOTES, "utf-8")
    (root / "old.py").write_text("no line end", "utf-8")
    return root


def content(folder):
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in folder.rglob("*.*")}


MOVES = {"moved": {"a.py": "p/c.py", "notes.md": "n.md"}, "created": {"new.py": "n\n", "e/__init__.py": ""}}


def whole(folder):
    made = plan(CERTAIN, **MOVES, deleted=frozenset({"old.py"}))
    return Plan(
        made.title, made.edits, {**made.before, "old.py": "no line end"}, {}, made.created, made.moved, made.deleted
    )


def test_git_applies_what_moves_comes_and_goes(folder):
    text = "".join(unified_diff(whole(folder)))
    subprocess.run(["git", "apply", "-"], input=text, text=True, check=True, cwd=folder)
    after = {"p/c.py": "b = 1\nprint(x.a)\n", "n.md": NOTES, "new.py": "n\n", "e/__init__.py": ""}
    assert content(folder) == after


def test_what_was_applied_is_undone(folder):
    before, place = content(folder), RefactoredFolder(folder, Config())
    place.apply(whole(folder))
    assert "p/c.py" in content(folder)
    place.undo()
    assert content(folder) == before


def test_a_failure_leaves_neither_files_nor_an_entry(folder, monkeypatch):
    before, place = content(folder), RefactoredFolder(folder, Config())

    def fail(*_):
        raise OSError("the disk is full")

    monkeypatch.setattr(FolderFiles, "_remove", fail)
    with pytest.raises(OSError, match="full"):
        place.apply(whole(folder))
    assert content(folder) == before
    with pytest.raises(RefactoringRefused, match="No refactoring"):
        place.undo()


def test_what_was_killed_half_way_is_undone(folder, monkeypatch):
    before, place = content(folder), RefactoredFolder(folder, Config())
    place.apply(whole(folder))
    (folder / "new.py").unlink()
    (folder / "old.py").write_text("no line end", "utf-8")
    place.undo()
    assert content(folder) == before
