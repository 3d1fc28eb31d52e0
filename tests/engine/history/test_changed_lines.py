"""What differs between two versions of a file, and which functions that concerns."""

from hypothesis import given
from hypothesis import strategies as st

from beast_lsp.engine.history.changes import Changed, changed

lines = st.lists(st.sampled_from(["a\n", "b\n", "  c\n", "\n", "d\r\n"]), max_size=15)
TWO = ["def f():\n", "    a()\n", "    b()\n", "\n", "def g():\n", "    c()\n"]


def test_only_the_lines_that_are_new_count() -> None:
    found = changed(TWO, [*TWO[:2], "    x()\n", *TWO[3:]])
    assert (found.rows, found.gaps) == ({2}, {})
    assert found.touches(0, 2)
    assert not found.touches(4, 5)


def test_a_deletion_within_a_function_touches_it_and_leaves_no_row() -> None:
    found = changed(TWO, [TWO[0], *TWO[2:]])
    assert (found.rows, found.gaps) == (set(), {1: "    a()"})
    assert found.touches(0, 1)
    assert not found.touches(3, 4)
    assert not found.has(0, 4)


def test_a_deleted_last_line_belongs_to_the_function_whose_depth_it_had() -> None:
    without = changed(TWO, [*TWO[:2], *TWO[3:]])
    assert without.touches(0, 1)
    assert not without.touches(3, 4)


def test_what_is_deleted_between_two_functions_touches_neither() -> None:
    found = changed([*TWO[:4], "x = 1\n", *TWO[4:]], TWO)
    assert found.gaps == {4: "x = 1"}
    assert not found.touches(0, 2)
    assert not found.touches(0, 3)
    assert not found.touches(4, 5)


def test_line_ends_do_not_count() -> None:
    found = changed(["a\n", "b"], ["a\r\n", "b\n"])
    assert (found.rows, found.gaps) == (set(), {})


def test_a_new_file_is_new_from_end_to_end() -> None:
    assert Changed.whole(TWO).rows == set(range(6))
    assert not Changed.whole([]).rows


@given(lines, lines)
def test_what_is_neither_new_nor_gone_stands_in_both_in_its_order(old: list[str], new: list[str]) -> None:
    found = changed(old, new)
    kept = [line.rstrip("\r\n") for row, line in enumerate(new) if row not in found.rows]
    rest = iter(line.rstrip("\r\n") for line in old)
    assert all(line in rest for line in kept)
    assert all(0 <= gap <= len(new) for gap in found.gaps)


@given(lines)
def test_nothing_changed_where_nothing_did(same: list[str]) -> None:
    assert changed(same, list(same)) == Changed(same)
