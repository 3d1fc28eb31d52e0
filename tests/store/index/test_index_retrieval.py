from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from beast_lsp.engine.embedding import Embedding
from beast_lsp.store.index.facts import FactsBuilder
from beast_lsp.store.index.retrieval import Piece, Retriever
from beast_lsp.store.index.symbols import SymbolTable
from beast_lsp.store.index.text import TextBuilder, open_layers
from beast_lsp.store.index.walk import walk

PARSER = ["def parse_header(stream):\n", "    magic = stream.read_magic()\n", "    return magic\n"]
OTHER = ["def paint(canvas):\n", "    canvas.fill_circle(3)\n"]
QUERY = ["magic = stream.read_magic()\n"]


class Workspace:
    """A folder, and a retriever over its index."""

    def __init__(self, folder: Path, home: Path) -> None:
        self.folder, self.home = folder, home
        self.symbols = SymbolTable()
        index = SimpleNamespace(folder=folder, symbols=self.symbols, layers=self.layers)
        self.retriever = Retriever(index)

    def layers(self, family: str) -> tuple[object, ...]:
        return open_layers(self.home).get(family, ())

    def write(self, path: str, lines: list[str]) -> None:
        (self.folder / path).write_text("".join(lines))

    def update(self) -> None:
        files = {file.path: file for file in walk(self.folder)}
        TextBuilder(self.home, self.folder, 1_000_000, lambda done, total: None).update(files)
        facts = FactsBuilder(self.home / "facts.db", self.folder, lambda done, total: None)
        facts.update(files)
        facts.close()
        self.symbols.open(self.home / "facts.db")

    def pieces(self, query: list[str], path: str = "new.py", at: int | None = None) -> list[Piece]:
        return self.retriever.pieces("python", path, query, 3, at)

    def found(self, query: list[str] = QUERY, path: str = "new.py", family: str = "python") -> list[str]:
        return [piece.path for piece in self.retriever.pieces(family, path, query, 3)]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    (tmp_path / "folder").mkdir()
    made = Workspace(tmp_path / "folder", tmp_path / "text")
    made.write("a.py", PARSER)
    made.write("b.py", OTHER)
    made.update()
    return made


def test_a_piece_that_shares_rare_words_is_found(workspace: Workspace) -> None:
    assert workspace.pieces(QUERY) == [Piece("a.py", 0, tuple(PARSER))]


def test_the_document_itself_is_never_returned(workspace: Workspace) -> None:
    assert workspace.found(path="a.py") == []


@pytest.mark.parametrize("query", [[], ["unheard_of = 1\n"], ["\n"], ["\ud800 = '\n"]])
def test_nothing_for_words_that_nobody_uses(workspace: Workspace, query: list[str]) -> None:
    assert workspace.found(query) == []


def test_nothing_of_another_family(workspace: Workspace) -> None:
    assert workspace.found(family="go") == []


def test_no_more_than_asked_for(workspace: Workspace) -> None:
    assert workspace.retriever.pieces("python", "new.py", QUERY, 0) == []


def test_a_change_is_found_and_what_it_replaced_is_not(workspace: Workspace) -> None:
    workspace.found()
    workspace.write("a.py", OTHER)
    workspace.write("c.py", ["\n", "\n", *PARSER])
    workspace.update()
    assert workspace.pieces(QUERY) == [Piece("c.py", 2, tuple(PARSER))]


def test_a_file_that_changed_since_it_was_indexed_gives_nothing(workspace: Workspace) -> None:
    workspace.write("a.py", ["# one line more\n", *PARSER])
    assert workspace.found() == []


def test_a_deleted_file_gives_nothing(workspace: Workspace) -> None:
    (workspace.folder / "a.py").unlink()
    assert workspace.found() == []


def test_a_secret_is_redacted(workspace: Workspace) -> None:
    workspace.write("a.py", [*PARSER, "key = 'ghp_" + "Ab1" * 12 + "'\n"])
    workspace.update()
    (piece,) = workspace.pieces(QUERY)
    assert "ghp_" not in "".join(piece.lines)
    assert "<redacted>" in "".join(piece.lines)


def test_damaged_pieces_are_left_out(workspace: Workspace) -> None:
    for file in workspace.home.glob("*/python/pieces/pieces.json"):
        file.write_text("{")
    assert workspace.found() == []


def test_long_and_blank_lines_and_empty_files_shift_nothing(workspace: Workspace) -> None:
    workspace.write("0.py", [])
    workspace.write("1.py", ["\n", "x" * 2_100 + "\n", "   \n", "\f\n", "y = 1\n", "\n"])
    workspace.write("a.py", ["\n", "z = '" + "z" * 2_100 + "'\n", "\n", *PARSER, "\n\n", *OTHER])
    workspace.update()
    (first, *_) = workspace.pieces(QUERY)
    assert first.path == "a.py"
    assert set(PARSER) <= set(first.lines)


CALL = ["result = paint(\n"]
BIG = ["def paint(canvas):\n", *(f"    step_{number}()\n" for number in range(9))]


def test_the_definition_of_a_name_at_the_cursor_comes_with_its_first_lines(workspace: Workspace) -> None:
    workspace.write("b.py", ["pigment_of = {}\n", "\n", *BIG])
    for number in range(9):
        workspace.write(f"use_{number}.py", [f"result = canvas_result(paint, {number})\n"])
    workspace.update()
    assert workspace.pieces(["result = canvas_result(paint\n"])[1] == Piece("b.py", 2, tuple(BIG[:6]))


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("b.py", CALL),  # The document defines it.
        ("new.py", [*CALL, "\n", "\n", "x\n"]),  # The name stands too far from the cursor.
        ("new.py", ["paint"[:2]]),
    ],
)
def test_a_definition_that_does_not_help_is_left_out(workspace: Workspace, path: str, query: list[str]) -> None:
    workspace.write("c.py", ["other()\n", *CALL, *QUERY])
    workspace.update()
    assert not [piece for piece in workspace.pieces(query, path) if piece.path == "b.py"][1:]
    assert Piece("b.py", 0, tuple(OTHER[:1])) not in workspace.pieces(query, path)


def test_what_stands_nearer_to_the_cursor_counts_more(workspace: Workspace) -> None:
    query = [*QUERY, *("\n" for _ in range(6)), "canvas.fill_circle(1)\n"]
    assert [piece.path for piece in workspace.pieces(query)][:2] == ["b.py", "a.py"]
    assert [piece.path for piece in workspace.pieces(query, at=0)][:2] == ["a.py", "b.py"]


def test_a_copy_is_not_returned_again(workspace: Workspace) -> None:
    workspace.write("copy.py", PARSER)
    workspace.update()
    assert len(workspace.pieces(QUERY)) == 1


def test_a_description_is_met_by_what_it_means(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = np.array([[127, 0], [127, 0], [0, 127]], dtype=np.int8)
    embedding = Embedding(["begin", "start", "stop"], rows, np.ones(3) / 127)
    monkeypatch.setattr(Embedding, "shipped", lambda: embedding)
    workspace.write("c.py", ["def start(server):\n", "    server.run_all()\n"])
    workspace.write("d.py", ["def stop(server):\n", "    server.run_none()\n"])
    (workspace.home / "current.json").unlink()
    workspace.update()
    assert workspace.found(["# begin the server\n", "\n"])[0] == "c.py"
    assert workspace.found(["# end the server, stop it\n", "\n"])[0] == "d.py"
    monkeypatch.setattr(Embedding, "shipped", lambda: pytest.fail("code has no use for it"))
    fresh = Workspace(workspace.folder, workspace.home)
    assert set(fresh.found(["begin(server)\n"])) == {"c.py", "d.py"}
