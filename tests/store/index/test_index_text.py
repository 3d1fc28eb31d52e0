import errno
import json
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beast_lsp.errors import ModelError
from beast_lsp.store.index import text
from beast_lsp.store.index.text import TextBuilder, discard, open_layers
from beast_lsp.store.index.walk import walk


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.py").write_text("first = 1\n")
    (folder / "b.py").write_text("second = 2\n")
    (folder / "c.go").write_text("package c\n")
    return folder


def update(home: Path, folder: Path, max_lines: int = 1_000_000) -> None:
    builder = TextBuilder(home, folder, max_lines, lambda done, total: None)
    builder.update({file.path: file for file in walk(folder)})


def visible(home: Path) -> dict[str, set[str]]:
    """The files that a reader sees, by family."""
    found: dict[str, set[str]] = {}
    for family, layers in open_layers(home).items():
        for layer in layers:
            new = set(layer.index.paths) - layer.dead
            assert not new & found.get(family, set())
            found.setdefault(family, set()).update(new)
    return {family: paths for family, paths in found.items() if paths}


def uses(home: Path, family: str, word: str) -> int:
    return sum(layer.index.uses(word) for layer in open_layers(home)[family])


def test_each_family_has_a_base(folder: Path, tmp_path: Path) -> None:
    update(tmp_path / "text", folder)
    assert visible(tmp_path / "text") == {"python": {"a.py", "b.py"}, "go": {"c.go"}}
    assert uses(tmp_path / "text", "python", "second") == 1
    assert uses(tmp_path / "text", "go", "second") == 0


def test_changes_go_to_a_delta(folder: Path, tmp_path: Path) -> None:
    home = tmp_path / "text"
    update(home, folder)
    (folder / "a.py").write_text("renamed = 1\n")
    (folder / "b.py").unlink()
    (folder / "d.py").write_text("added = 1\n")
    update(home, folder)
    base, delta = open_layers(home)["python"]
    assert base.dead == {"a.py", "b.py"}
    assert sorted(delta.index.paths) == ["a.py", "d.py"]
    assert delta.dead == frozenset()
    assert len(open_layers(home)["go"]) == 1


def test_a_change_taken_back_needs_no_delta(folder: Path, tmp_path: Path) -> None:
    home = tmp_path / "text"
    update(home, folder)
    (folder / "d.py").write_text("added = 1\n")
    update(home, folder)
    (folder / "d.py").unlink()
    update(home, folder)
    assert len(open_layers(home)["python"]) == 1
    assert len([entry for entry in home.iterdir() if entry.is_dir()]) == 1


def test_nothing_changed_writes_nothing(folder: Path, tmp_path: Path) -> None:
    home = tmp_path / "text"
    update(home, folder)
    before = {file: file.stat().st_mtime_ns for file in home.rglob("*")}
    update(home, folder)
    assert {file: file.stat().st_mtime_ns for file in home.rglob("*")} == before


def test_a_large_change_makes_a_new_base(folder: Path, tmp_path: Path) -> None:
    home = tmp_path / "text"
    update(home, folder)
    for number in range(3):
        (folder / f"large{number}.py").write_text("value = 1\n" * 40_000)
    update(home, folder)
    assert len(open_layers(home)["python"]) == 1
    assert uses(home, "python", "value") == 120_000


def test_a_vanished_folder_leaves_nothing_visible(folder: Path, tmp_path: Path) -> None:
    home = tmp_path / "text"
    update(home, folder)
    shutil.rmtree(folder)
    update(home, folder)
    assert visible(home) == {}


def test_lines_over_the_limit_are_left_out(folder: Path, tmp_path: Path) -> None:
    update(tmp_path / "text", folder, max_lines=2)
    assert visible(tmp_path / "text") == {"python": {"a.py"}}


def test_secrets_do_not_reach_the_disk(folder: Path, tmp_path: Path) -> None:
    secret = "AKIA" + "QZ3MXB7RTLKW5VNP"
    (folder / "a.py").write_text(f'key = "{secret}"\n')
    update(tmp_path / "text", folder)
    stored = b"".join(file.read_bytes() for file in (tmp_path / "text").rglob("*") if file.is_file())
    assert secret.encode() not in stored
    assert b"key" in stored


def test_old_layers_are_deleted_and_stay_readable_while_open(folder: Path, tmp_path: Path) -> None:
    home = tmp_path / "text"
    update(home, folder)
    old = open_layers(home)["python"][0].index
    for name in ("new.py", "newer.py"):
        (folder / name).write_text("x = 1\n" * 100_000)
    update(home, folder)
    assert not old.folder.exists()
    assert old.uses("second") == 1


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"format": "1.1"}'])
def test_a_damaged_index_is_noticed_and_made_anew(folder: Path, tmp_path: Path, damage: str) -> None:
    home = tmp_path / "text"
    update(home, folder)
    (home / open_layers(home)["go"][0].index.folder.parent.name / "layer.json").write_text(damage)
    with pytest.raises(ModelError):
        open_layers(home)
    update(home, folder)
    assert visible(home) == {"python": {"a.py", "b.py"}, "go": {"c.go"}}


def test_a_cut_file_is_noticed_and_discarding_helps(folder: Path, tmp_path: Path) -> None:
    home = tmp_path / "text"
    update(home, folder)
    file = next(home.glob("base-*/python/order.i32"))
    file.write_bytes(file.read_bytes()[:-4])
    with pytest.raises(ModelError):
        open_layers(home)
    discard(home)
    assert open_layers(home) == {}
    update(home, folder)
    assert visible(home)["python"] == {"a.py", "b.py"}


def test_an_index_of_another_format_is_not_used(folder: Path, tmp_path: Path) -> None:
    home = tmp_path / "text"
    update(home, folder)
    current = json.loads((home / "current.json").read_text())
    (home / "current.json").write_text(json.dumps({**current, "format": "0"}))
    assert open_layers(home) == {}


def test_a_full_disk_leaves_the_old_index_and_no_rest(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "text"
    update(home, folder)
    before = sorted(home.rglob("*"))

    def fill_up(files: object, folder: Path, family: str) -> None:
        folder.mkdir()
        (folder / "tokens.i32").write_bytes(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(text, "build", fill_up)
    (folder / "d.py").write_text("added = 1\n")
    with pytest.raises(OSError, match="No space"):
        update(home, folder)
    assert sorted(home.rglob("*")) == before
    assert visible(home)["python"] == {"a.py", "b.py"}


_path = st.sampled_from(["a.py", "b.py", "lib/a.py", "lib/b.go", "c.md", "lib/deep/a.py"])
_operation = st.tuples(st.sampled_from(["write", "write", "delete", "wipe"]), _path, st.text("ab =1\n", max_size=30))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(_operation, max_size=4), max_size=4))
def test_base_and_delta_show_what_a_rebuild_shows(
    tmp_path_factory: pytest.TempPathFactory, rounds: list[list[tuple[str, str, str]]]
) -> None:
    root = tmp_path_factory.mktemp("random")
    folder = root / "folder"
    folder.mkdir()
    (folder / "a.py").write_text("first = 1\n")
    update(root / "text", folder)
    for number, operations in enumerate(rounds):
        for kind, path, content in operations:
            file = folder / path
            if kind == "write":
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(content + f"#{number}" * (number + 1))
            elif kind == "delete":
                file.unlink(missing_ok=True)
            else:
                shutil.rmtree(folder / "lib", ignore_errors=True)
        update(root / "text", folder)
        fresh = root / f"fresh{number}"
        update(fresh, folder)
        assert visible(root / "text") == visible(fresh)
