"""The prompt at a place, what is read anew from one keystroke to the next, and what is computed twice (nothing)."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from neural_fakes import SUBWORDS, FakeModel

from beast_lsp.engine.document import Document, Position, replace_range, split_lines
from beast_lsp.engine.subwords import CONTEXT, FILE, PREFIX, SUFFIX, family_mark
from beast_lsp.engine.tokens import file_tokens
from beast_lsp.router.backends.neural.ahead import Ahead, shared
from beast_lsp.router.backends.neural.prompt import PromptMaker
from beast_lsp.router.backends.neural.reader import Place, Reader

UNIT = "    "


@dataclass(frozen=True)
class Piece:
    path: str
    lines: tuple[str, ...]
    first_line: int = 0


def prompt(source: str, pieces: tuple[Piece, ...] = (), budget: int = 400) -> list[int]:
    """What the model reads at $0."""
    before, _, after = source.partition("$0")
    lines = split_lines(before + after)
    line = before.count("\n")
    typed = before.rpartition("\n")[2]
    maker = PromptMaker(SUBWORDS, budget)
    head = maker.head("python", "a/b.py", lines, line, UNIT, pieces)
    return [*head.ids, *maker.prefix(head, lines, line, typed, UNIT)]


def after_mark(ids: list[int], mark: int) -> list[int]:
    return ids[ids.index(mark) + 1 :]


def test_a_prompt_begins_with_the_family_and_the_path():
    ids = prompt("x = $0")
    assert ids[: 1 + len(SUBWORDS.encode_path("a/b.py"))] == [family_mark("python"), *SUBWORDS.encode_path("a/b.py")]


def test_the_prefix_is_the_file_up_to_the_cursor():
    assert after_mark(prompt("def f():\n    return $0"), PREFIX) == SUBWORDS.encode_file(["def f():\n", "    return"])


def test_a_line_break_says_how_deep_the_cursor_is():
    deep, flat = prompt("if x:\n    $0"), prompt("if x:\n$0")
    assert deep[-1:] == list(SUBWORDS.encode("\n+"))
    assert flat[-1:] == list(SUBWORDS.encode("\n0"))


def test_what_follows_comes_first():
    ids = prompt("def f():\n    $0\n\ndef g(): pass\n")
    assert ids.index(SUFFIX) < ids.index(PREFIX)
    assert after_mark(ids, SUFFIX)[0] == SUBWORDS.encode("\n\n-1")[0]


def test_nothing_after_the_cursor_needs_no_suffix():
    assert SUFFIX not in prompt("x = $0\n\n")


def test_pieces_of_other_files_come_with_their_paths_and_end_within_their_share():
    ids = prompt("$0", (Piece("c.py", ("name = 1\n",)), Piece("d.py", ("x\n",) * 500)))
    assert ids.count(CONTEXT) == 2
    assert ids.index(PREFIX) < 150


def test_the_file_s_beginning_is_marked_where_the_prefix_holds_it():
    assert after_mark(prompt("import x\n$0"), PREFIX)[0] == FILE
    assert FILE not in after_mark(prompt("name\n" * 400 + "$0", budget=200), PREFIX)


@pytest.mark.parametrize(("first_line", "marks"), [(0, 1), (7, 0)])
def test_the_file_s_beginning_is_marked_in_a_piece_that_holds_it(first_line, marks):
    ids = prompt("name\n" * 400 + "$0", (Piece("c.py", ("name = 1\n",), first_line),), budget=200)
    assert ids.count(FILE) == marks


class Typist:
    """Types into a document whose reader it asks after every key."""

    def __init__(self, source: str, model: FakeModel | None = None) -> None:
        self.model = model or FakeModel()
        self.reader = Reader(self.model, PromptMaker(SUBWORDS, self.model.context))  # type: ignore[arg-type]
        before, _, after = source.partition("$0")
        self.lines = split_lines(before + after)
        self.position = Position(before.count("\n"), len(before.rpartition("\n")[2]))
        self.asked = 0

    def ask(self) -> Ahead | None:
        document = Document("file:///a/b.py", "python", 1, self.lines)
        typed = self.lines[self.position.line][: self.position.column]
        with self.reader.at(Place(document, self.position.line, typed, UNIT), self._look) as ahead:
            return ahead

    def type(self, text: str) -> Ahead | None:
        self.lines = replace_range(self.lines, self.position, self.position, text)
        lines = text.count("\n")
        column = len(text.rpartition("\n")[2]) if lines else self.position.column + len(text)
        self.position = Position(self.position.line + lines, column)
        return self.ask()

    def _look(self) -> list[Piece]:
        self.asked += 1
        return []

    @property
    def fed(self) -> list[list[int]]:
        return self.model.states[0].fed


def test_typing_feeds_only_what_is_new():
    typist = Typist("def f(self):\n    return $0\n\nx = 1\n")
    typist.ask().after(())
    before = len(typist.fed)
    typist.type("self").after(())
    assert typist.fed[before:] == [list(SUBWORDS.encode(" self"))]


def test_a_place_is_not_read_twice():
    typist = Typist("x = $0")
    typist.ask().after(())
    passes = len(typist.fed)
    typist.ask().after(())
    assert len(typist.fed) == passes


def test_what_was_looked_at_ahead_is_known_once_it_is_typed():
    typist = Typist("x = $0")
    typist.ask().read(tuple(SUBWORDS.encode_all([" self", ".", "name"])))
    passes = len(typist.fed)
    assert typist.type("self.").after(()) is not None
    assert len(typist.fed) == passes


def test_pieces_are_looked_for_once_while_typing_goes_on():
    typist = Typist("def f():\n    $0\n\nx = 1\n")
    for text in ("return x", "\n    x", "(1)"):
        typist.type(text)
    assert typist.asked == 1


def test_a_jump_to_a_cold_place_is_not_waited_for():
    typist = Typist("name = name\n" * 60 + "$0")
    assert typist.ask() is None
    assert typist.reader.is_behind
    typist.reader.catch_up(lambda: False)
    assert not typist.reader.is_behind
    assert typist.ask() is not None


def test_reading_in_the_background_can_be_ended():
    typist = Typist("name = name\n" * 60 + "$0")
    typist.ask()
    typist.reader.catch_up(lambda: True)
    assert typist.reader.is_behind


def test_nobody_waits_for_reading_in_the_background():
    typist = Typist("x = $0")
    with typist.reader.at(Place(Document("file:///x", "python", 1, typist.lines), 0, "x", UNIT), list):
        assert typist.ask() is None


@pytest.mark.parametrize("text", ["name " * 500, "名" * 900])
def test_a_line_longer_than_the_context_is_cut(text: str):
    typist = Typist(text + "$0")
    typist.ask()
    typist.reader.catch_up(lambda: False)
    assert typist.ask().after(()) is not None


def test_beyond_the_context_nothing_is_known():
    model = FakeModel(context=12)
    ahead = Ahead(model.new_state(), [1, 2, 3], 12)  # type: ignore[arg-type]
    assert ahead.after(tuple(range(9))) is not None
    assert ahead.after(tuple(range(10))) is None
    assert ahead.score(tuple(range(12))) is None


def test_scores_are_those_of_the_path():
    ids = SUBWORDS.encode_all(["self", ".", "name"])
    model = FakeModel(["self", ".", "name"])
    ahead = Ahead(model.new_state(), [1], 100)  # type: ignore[arg-type]
    first, *others = ahead.score(tuple(ids))
    assert first < -3
    assert all(score > -0.1 for score in others)
    assert len(model.states[0].fed) == 1


edits = st.lists(st.sampled_from(["self", ".", " ", "\n    ", "\n", "(", ")", "name", "if x:", "é", "\t"]), max_size=30)


@settings(deadline=None, max_examples=60)
@given(edits)
def test_a_state_that_follows_holds_what_a_fresh_one_would(texts: list[str]):
    typist = Typist("def f():\n    $0\n\nx = 1\n")
    for text in texts:
        ahead = typist.type(text)
        if ahead is None:
            typist.reader.catch_up(lambda: False)
            ahead = typist.ask()
        found = ahead.after(())
        fresh = FakeModel().new_state()
        expected = fresh.feed(list(ahead.base))[0]
        assert np.allclose(found, expected - np.log(np.exp(expected).sum()), atol=1e-4)
        assert typist.model.states[0].ids[: len(ahead.base)] == list(ahead.base)


@given(st.lists(st.integers(0, 3)), st.lists(st.integers(0, 3)))
def test_shared_beginnings(first: list[int], second: list[int]):
    size = shared(first, second)
    assert first[:size] == second[:size]
    assert size in (len(first), len(second)) or first[size] != second[size]


def test_the_prefix_and_a_file_are_cut_the_same_way():
    source = ["class A:\n", "\n", "    def f(self):\n", "        return self\n", "\n", "\n", "x = A()\n"]
    ids = after_mark(prompt("".join(source) + "$0"), PREFIX)
    assert ids[:-1] == SUBWORDS.encode_all(file_tokens(source))
