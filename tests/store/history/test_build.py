"""What a workspace's risks are set against, made of real repositories: odd ones, too."""

import json
import shutil
from pathlib import Path

import pytest
from git_fakes import Repository

from beast_lsp import paths
from beast_lsp.engine.quality.features import FUNCTION
from beast_lsp.engine.quality.judge import Models, load_models
from beast_lsp.engine.quality.standing import Standing
from beast_lsp.errors import ModelError
from beast_lsp.store.history.build import load_standing, update_standing
from beast_lsp.store.index.options import DEFAULTS

CODE = "".join(f"def f{n}(a):\n    return a + {n}\n\n\n" for n in range(30))
KEY = ("python", FUNCTION)


@pytest.fixture(scope="module")
def models() -> Models:
    return load_models(paths.models_folder())


class Workspace(Repository):
    """A repository with a cache of its own."""

    def __init__(self, folder: Path, models: Models) -> None:
        super().__init__(folder / "w")
        self.home, self.models = folder / "home", models

    def says(self, message: str, text: str, day: str) -> None:
        self.commit({"a.py": text}, message, day)

    def update(self) -> Standing:
        return update_standing(self.folder, self.home, DEFAULTS, self.models)


@pytest.fixture
def workspace(tmp_path: Path, models: Models) -> Workspace:
    return Workspace(tmp_path, models)


def changed(number: int) -> str:
    return CODE.replace(f"a + {number}\n", f"a + fixed({number})\n")


def test_it_knows_who_was_fixed_within_the_year(workspace: Workspace) -> None:
    workspace.says("First", CODE, "2023-01-01")
    workspace.says("Fix f1", changed(1), "2023-06-01")
    workspace.says("Fix f2", changed(2).replace("a + 1\n", "a + fixed(1)\n"), "2025-06-01")
    standing = workspace.update()
    assert standing.has_past
    assert standing.past("a.py", "f2")[1] == 1
    assert standing.past("a.py", "f1")[1] == standing.past("a.py", "f3")[1] == 0
    assert list(standing.fixes["a.py"]) == ["", "f2"]
    assert standing.grounds[KEY].reference.count == 30


def test_nothing_is_done_twice(workspace: Workspace) -> None:
    workspace.says("First", CODE, "2025-01-01")
    first = workspace.update()
    stamp = (workspace.home / "quality.json").stat().st_mtime_ns
    assert workspace.update().head == first.head
    assert (workspace.home / "quality.json").stat().st_mtime_ns == stamp


def test_a_rewritten_history_is_read_anew(workspace: Workspace) -> None:
    workspace.says("First", CODE, "2025-01-01")
    workspace.says("Fix f1", changed(1), "2025-02-01")
    before = workspace.update()
    workspace.git("reset", "-q", "--hard", "HEAD~1")
    workspace.says("Fix f2", changed(2), "2025-03-01")
    after = workspace.update()
    assert after.head != before.head
    assert (list(before.fixes["a.py"]), list(after.fixes["a.py"])) == (["", "f1"], ["", "f2"])


def test_a_folder_without_git_has_no_past_and_says_so(tmp_path: Path, models: Models) -> None:
    (tmp_path / "w").mkdir()
    (tmp_path / "w" / "a.py").write_text(CODE, "utf-8")
    standing = update_standing(tmp_path / "w", tmp_path / "home", DEFAULTS, models)
    assert not standing.has_past
    assert standing.notice
    assert standing.grounds[KEY].reference.count == 30


def test_a_shallow_clone_has_no_past_and_says_what_to_do(workspace: Workspace, tmp_path: Path) -> None:
    workspace.says("First", CODE, "2023-01-01")
    workspace.says("Fix f1", changed(1), "2025-01-01")
    workspace.says("Fix f2", changed(2), "2025-02-01")
    origin = workspace.folder.as_uri()
    workspace.git("clone", "-q", "--depth", "1", origin, str(tmp_path / "shallow"))
    standing = update_standing(tmp_path / "shallow", tmp_path / "home2", DEFAULTS, workspace.models)
    assert not standing.has_past
    assert "--unshallow" in standing.notice


def test_a_repository_of_one_small_file_is_set_against_other_projects(workspace: Workspace) -> None:
    workspace.says("First", "def f():\n    return 1\n", "2025-01-01")
    ground = workspace.update().grounds[KEY]
    assert ground.reference.count > 1_000
    assert ground.curve.scores([0.9]) == [0]


def test_an_empty_repository_is_none(workspace: Workspace) -> None:
    assert workspace.update().notice


@pytest.mark.parametrize("content", ["", "{", "[]", json.dumps({"version": 1})])
def test_a_damaged_cache_is_made_anew(workspace: Workspace, content: str) -> None:
    workspace.says("First", CODE, "2025-01-01")
    workspace.update()
    (workspace.home / "quality.json").write_text(content, "utf-8")
    (workspace.home / "measures.json.gz").write_bytes(content.encode())
    assert load_standing(workspace.home) is None
    assert workspace.update().grounds[KEY].reference.count == 30


def test_other_models_make_it_anew(workspace: Workspace) -> None:
    workspace.says("First", CODE, "2025-01-01")
    known = workspace.update()
    text = (workspace.home / "quality.json").read_text("utf-8").replace(known.models, "others")
    (workspace.home / "quality.json").write_text(text, "utf-8")
    assert workspace.update().models == known.models


@pytest.mark.parametrize("damage", ["missing", "truncated", "altered"])
def test_a_damaged_model_is_named(tmp_path: Path, damage: str) -> None:
    folder = tmp_path / "models"
    shutil.copytree(paths.models_folder(), folder, ignore=shutil.ignore_patterns("resume", "completion*", "prior*"))
    file = folder / "fix-risk-function.onnx"
    content = file.read_bytes()
    file.unlink()
    if damage != "missing":
        file.write_bytes(content[:-9] if damage == "truncated" else content[:-1] + b"?")
    with pytest.raises(ModelError, match=r"fix-risk-function\.onnx"):
        load_models(folder)
