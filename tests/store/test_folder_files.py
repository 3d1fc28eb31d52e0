"""Files of a folder, written as a refactoring needs it: exact, all or none, never outside."""

import stat

import pytest

from beast_lsp.engine.refactors.plan import Plan
from beast_lsp.errors import RefactoringRefused
from beast_lsp.store.files import FolderFiles


@pytest.fixture
def folder(tmp_path):
    root = tmp_path / "w"
    root.mkdir()
    (root / "a.py").write_bytes(b"a = 1\r\nb = 2\n")
    (root / "b.py").write_bytes(b"\xef\xbb\xbfb = 1\n")
    return root


def content(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def plan(folder, after=(), **more):
    read = FolderFiles(folder).read
    after = dict(after)
    return Plan("t", {}, {path: read(path) for path in after}, after, **more)


def write(folder, plan):
    FolderFiles(folder).write(plan, plan.after)


def test_bytes_that_no_edit_touches_stay(folder):
    write(folder, plan(folder, {"a.py": "x = 1\r\nb = 2\n", "b.py": "é = 1\n"}))
    assert content(folder) == {"a.py": b"x = 1\r\nb = 2\n", "b.py": b"\xef\xbb\xbf\xc3\xa9 = 1\n"}


def test_permissions_stay(folder):
    (folder / "a.py").chmod(0o751)
    write(folder, plan(folder, {"a.py": "x\n"}))
    assert stat.S_IMODE((folder / "a.py").stat().st_mode) == 0o751


def test_files_come_go_and_move_with_their_edits(folder):
    (folder / "old.py").write_bytes(b"o\n")
    done = plan(
        folder,
        {"a.py": "x\n"},
        created={"p/q/n.py": "n\n"},
        moved={"a.py": "p/a.py"},
        deleted=frozenset({"old.py"}),
    )
    write(folder, done)
    assert content(folder) == {"b.py": b"\xef\xbb\xbfb = 1\n", "p/a.py": b"x\n", "p/q/n.py": b"n\n"}


def test_a_folder_moves_with_its_edited_files(folder):
    (folder / "p").mkdir()
    (folder / "p" / "m.py").write_bytes(b"m\n")
    write(folder, plan(folder, {"p/m.py": "x\n"}, moved={"p": "q"}))
    assert content(folder)["q/m.py"] == b"x\n"
    assert not (folder / "p").exists()


@pytest.mark.parametrize(
    "data",
    [b"a = '\xe9'\n", b"# coding: latin-1\na = 1\n", b"#!/x\n# -*- coding: cp1252 -*-\n", "a".encode("utf-16")],
)
def test_what_is_not_utf8_is_refused(folder, data):
    (folder / "a.py").write_bytes(data)
    with pytest.raises(RefactoringRefused, match=r"a\.py is not encoded as UTF-8"):
        FolderFiles(folder).read("a.py")


def test_a_cookie_that_says_utf8_is_fine(folder):
    (folder / "a.py").write_bytes("# -*- coding: UTF_8 -*-\né\n".encode())
    assert FolderFiles(folder).read("a.py") == "# -*- coding: UTF_8 -*-\né\n"


def test_there_is_no_text_where_there_is_no_file(folder):
    files = FolderFiles(folder)
    assert [files.read(path) for path in ("none.py", "none/a.py", "a.py/b.py", ".")] == [None] * 4


def test_a_file_that_changed_is_refused_and_nothing_is_done(folder):
    late = plan(folder, {"a.py": "x\n", "b.py": "y\n"})
    (folder / "b.py").write_bytes(b"mine\n")
    before = content(folder)
    with pytest.raises(RefactoringRefused, match=r"b\.py changed in the meantime"):
        write(folder, late)
    assert content(folder) == before


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"created": {"a.py": ""}}, "exists already"),
        ({"moved": {"a.py": "b.py"}}, "exists already"),
        ({"moved": {"none.py": "n.py"}}, "is gone"),
        ({"deleted": frozenset({"none.py"})}, "is gone"),
        ({"created": {"../out.py": ""}}, "outside"),
        ({"created": {"link/n.py": ""}}, "link"),
        ({"deleted": frozenset({"link.py"})}, "link"),
    ],
)
def test_what_would_overwrite_or_leave_the_folder_is_refused(folder, tmp_path, more, reason):
    (folder / "link").symlink_to(tmp_path)
    (folder / "link.py").symlink_to(folder / "a.py")
    with pytest.raises(RefactoringRefused, match=reason):
        write(folder, plan(folder, **more))
    assert not (tmp_path / "out.py").exists()


def test_a_failure_in_between_takes_back_what_was_done(folder, monkeypatch):
    (folder / "old.py").write_bytes(b"o\n")
    before = content(folder)
    done = plan(folder, {"a.py": "x\n", "b.py": "y\n"}, created={"p/n.py": "n\n"}, moved={"b.py": "q/b.py"})
    replace = type(folder).replace

    def fail(self, target):
        if target.name == "n.py":
            raise OSError("the disk is full")
        return replace(self, target)

    monkeypatch.setattr(type(folder), "replace", fail)
    with pytest.raises(OSError, match="full"):
        write(folder, done)
    assert content(folder) == before
    assert sorted(each.name for each in folder.iterdir()) == ["a.py", "b.py", "old.py"]
