"""The modules of a folder: found as Python would, read anew when they change, and nothing outside."""

import os
from pathlib import Path

import pytest

from beast_lsp.engine.document import split_lines
from beast_lsp.engine.syntax import SyntaxTree, parse
from beast_lsp.store.index.sources import ModuleSource

FILES = {
    "src/pkg/__init__.py": "",
    "src/pkg/core.py": "",
    "src/pkg/sub/__init__.py": "",
    "src/pkg/sub/deep.py": "",
    "src/pkg/json.py": "",
    "tests/helper.py": "",
    "tests/test_a.py": "",
    "top.py": "",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "w"
    for path in FILES:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(f"# {path}\n")
    (tmp_path / "outside.py").write_text("")
    return root


@pytest.mark.parametrize(
    ("importer", "name", "path"),
    [
        ("src/pkg/core.py", ".sub", "src/pkg/sub/__init__.py"),
        ("src/pkg/core.py", ".", "src/pkg/__init__.py"),
        ("src/pkg/sub/deep.py", "..core", "src/pkg/core.py"),
        ("src/pkg/sub/deep.py", "pkg.core", "src/pkg/core.py"),
        ("tests/test_a.py", "pkg.sub.deep", "src/pkg/sub/deep.py"),
        ("tests/test_a.py", "helper", "tests/helper.py"),
        ("tests/test_a.py", "top", "top.py"),
        ("src/pkg/core.py", "json", None),  # Python's own.
        ("src/pkg/core.py", "core", None),  # a package's modules are not found by their bare names.
        ("top.py", "helper", None),
        ("top.py", "..outside", None),
        ("top.py", ".....outside", None),
        ("top.py", "", None),
        ("top.py", "pkg.missing", None),
    ],
)
def test_a_module_is_found_where_python_finds_it(folder: Path, importer: str, name: str, path: str | None) -> None:
    found = ModuleSource(folder).module(importer, name)
    assert (found.path if found else None) == path


def test_a_module_is_parsed_once_and_again_when_it_changed(folder: Path) -> None:
    source = ModuleSource(folder)
    first = source.module("top.py", "pkg.core")
    assert first is not None
    assert source.module("tests/test_a.py", "pkg.core") is first
    (folder / "src/pkg/core.py").write_text("x = 1\n")
    os.utime(folder / "src/pkg/core.py", (1, 1))
    again = source.module("top.py", "pkg.core")
    assert again is not None
    assert again.tree.source == b"x = 1\n"
    (folder / "src/pkg/core.py").unlink()
    assert source.module("top.py", "pkg.core") is None


def test_what_stands_in_the_editor_counts_before_the_file(folder: Path) -> None:
    trees: dict[Path, SyntaxTree] = {}
    source = ModuleSource(folder, trees.get)
    tree = parse("python", split_lines("y = 2\n"))
    assert tree is not None
    trees[folder / "top.py"] = tree
    found = source.module("tests/test_a.py", "top")
    assert found is not None
    assert found.tree is tree


def test_no_link_is_followed(folder: Path) -> None:
    (folder / "link.py").symlink_to(folder.parent / "outside.py")
    assert ModuleSource(folder).module("top.py", "link") is None
