import contextlib
import shutil
import sqlite3
import threading
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beast_lsp.store.index.facts import FactsBuilder
from beast_lsp.store.index.symbols import SymbolTable
from beast_lsp.store.index.walk import walk

SHAPES = """
import numpy as np

class Shape(Base):
    def __init__(self, name, colour):
        self.name = name

    def area(self):
        return 0

class Circle(Shape):
    def radius(self):
        return 1

def draw(shape, canvas=None):
    pass

def _load(path):
    pass
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "folder"
    (folder / "pkg").mkdir(parents=True)
    (folder / "pkg" / "shapes.py").write_text(SHAPES)
    (folder / "pkg" / "base.py").write_text("class Base:\n    def close(self): ...\n")
    (folder / "notes.md").write_text("class Circle is here\n")
    return folder


def update(file: Path, folder: Path) -> None:
    with contextlib.closing(FactsBuilder(file, folder, lambda done, total: None)) as builder:
        builder.update({found.path: found for found in walk(folder)})


def table(file: Path) -> SymbolTable:
    symbols = SymbolTable()
    symbols.open(file)
    return symbols


@pytest.fixture
def database(folder: Path, tmp_path: Path) -> Path:
    update(tmp_path / "facts.db", folder)
    return tmp_path / "facts.db"


def test_definitions_say_where_and_what(database: Path) -> None:
    ((path, definition),) = table(database).definitions("python", "draw")
    assert path == "pkg/shapes.py"
    assert (definition.kind, definition.parameters) == ("function", ("shape", "canvas"))


def test_members_include_those_of_bases_in_other_files(database: Path) -> None:
    members = table(database).members("python", "Circle")
    assert members[0] == "radius"
    assert {"area", "name", "close"} <= set(members)


def test_parameters_of_a_class_are_its_constructors(database: Path) -> None:
    symbols = table(database)
    assert symbols.parameters("python", "draw") == [("shape", "canvas")]
    assert any({"name", "colour"} <= set(names) for names in symbols.parameters("python", "Shape"))


def test_a_module_gives_its_own_names(database: Path) -> None:
    names = table(database).module_names("python", "pkg.shapes")
    assert {"Shape", "Circle", "draw", "np"} <= set(names)
    assert "area" not in names
    assert "Base" not in names


@pytest.mark.parametrize("name", ["", "nothing", "draw' OR 1=1", "shapes", "numpy"])
def test_unknown_names_have_no_facts(database: Path, name: str) -> None:
    symbols = table(database)
    assert symbols.definitions("python", name) == []
    assert symbols.members("python", name) == ()
    assert symbols.parameters("python", name) == []
    assert symbols.definitions("go", "draw") == []
    assert symbols.module_names("python", "numpy") == ()
    assert symbols.style_facts("gone.py").counts == {}


def test_classes_that_inherit_in_a_circle_end(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.py").write_text("class A(B):\n    def a(self): ...\nclass B(A):\n    def b(self): ...\n")
    update(tmp_path / "facts.db", folder)
    assert set(table(tmp_path / "facts.db").members("python", "A")) == {"a", "b"}


def test_a_table_shows_one_state_until_it_is_opened_again(folder: Path, database: Path) -> None:
    symbols = table(database)
    (folder / "pkg" / "shapes.py").write_text("def other(): ...\n")
    update(database, folder)
    assert symbols.definitions("python", "draw")
    symbols.open(database)
    assert symbols.definitions("python", "draw") == []
    assert symbols.definitions("python", "other")


def test_a_closed_or_missing_table_is_empty(database: Path, tmp_path: Path) -> None:
    symbols = table(database)
    symbols.close()
    assert symbols.definitions("python", "draw") == []
    assert table(tmp_path / "none.db").styles() == []
    assert not (tmp_path / "none.db").exists()


def test_many_threads_may_ask_while_it_is_opened_again(database: Path) -> None:
    symbols = table(database)
    wrong: list[object] = []

    def ask() -> None:
        for _ in range(200):
            members = symbols.members("python", "Circle")
            if "radius" not in members:
                wrong.append(members)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(20):
        symbols.open(database)
    for thread in threads:
        thread.join()
    assert wrong == []


@pytest.mark.parametrize("data", [b"", b"no database at all" * 100])
def test_a_damaged_database_reads_empty_and_is_made_anew(folder: Path, database: Path, data: bytes) -> None:
    database.write_bytes(data)
    assert table(database).definitions("python", "draw") == []
    update(database, folder)
    assert table(database).definitions("python", "draw")


def test_a_database_of_another_version_is_made_anew(folder: Path, database: Path) -> None:
    with contextlib.closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA user_version = 999")
    assert table(database).styles() == []
    update(database, folder)
    assert table(database).styles()


def test_the_text_of_files_is_not_stored(folder: Path, database: Path) -> None:
    secret = "AKIA" + "QZ3MXB7RTLKW5VNP"
    (folder / "key.py").write_text(f'key = "{secret}"\n{secret} = 1\ndef {secret}(a): ...\n')
    update(database, folder)
    stored = b"".join(file.read_bytes() for file in database.parent.glob("facts.db*"))
    assert secret.encode() not in stored


def test_files_that_are_no_text_are_known_and_have_no_facts(folder: Path, database: Path) -> None:
    (folder / "bad.py").write_bytes(b"\0\1\2def x(): ...")
    update(database, folder)
    assert table(database).definitions("python", "x") == []
    with contextlib.closing(FactsBuilder(database, folder, lambda done, total: None)) as builder:
        assert "bad.py" in builder.known


def styles(symbols: SymbolTable) -> dict[str, dict[str, int]]:
    return {style.family: dict(style.counts) for style in symbols.styles() if style.counts}


_path = st.sampled_from(["a.py", "b.py", "lib/a.py", "lib/b.go", "c.md"])
_line = st.sampled_from(
    ["def f(a): ...", "class A(B):", "    def m(self): ...", "x = 'y'", "func G(a int) {}", "import os"]
)
_operation = st.tuples(st.sampled_from(["write", "write", "delete", "wipe"]), _path, st.lists(_line, max_size=4))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(_operation, max_size=4), min_size=1, max_size=3))
def test_after_any_changes_the_facts_are_those_of_a_rebuild(
    tmp_path_factory: pytest.TempPathFactory, rounds: list[list[tuple[str, str, list[str]]]]
) -> None:
    root = tmp_path_factory.mktemp("random")
    folder = root / "folder"
    folder.mkdir()
    for number, operations in enumerate(rounds):
        for kind, path, lines in operations:
            file = folder / path
            if kind == "write":
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text("\n".join(lines) + "\n" * (number + 1))
            elif kind == "delete":
                file.unlink(missing_ok=True)
            else:
                shutil.rmtree(folder / "lib", ignore_errors=True)
        update(root / "facts.db", folder)
    update(root / "fresh.db", folder)
    live, fresh = table(root / "facts.db"), table(root / "fresh.db")
    assert styles(live) == styles(fresh)
    total: dict[str, Counter[str]] = {}
    for file in walk(folder):
        facts = live.style_facts(file.path)
        assert facts == fresh.style_facts(file.path)
        total.setdefault(facts.family, Counter()).update(facts.counts)
    assert {family: dict(counts) for family, counts in total.items() if counts} == styles(live)
    for name in ("f", "A", "m", "x", "G"):
        for family in ("python", "go"):
            assert sorted(live.definitions(family, name)) == sorted(fresh.definitions(family, name))
            assert sorted(live.members(family, name)) == sorted(fresh.members(family, name))
