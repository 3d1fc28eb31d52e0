from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from beast_lsp.engine.document import split_lines
from beast_lsp.engine.retrieval.cut import Span, cut


def pieces(source: str) -> list[str]:
    """The first line of each piece."""
    lines = split_lines(source)
    return [lines[span.start].strip() for span in cut(lines)]


def function(name: str, size: int, indent: str = "") -> str:
    body = "".join(f"{indent}    step_{number}()\n" for number in range(size))
    return f"{indent}def {name}():\n{body}\n"


def test_a_long_function_is_a_piece() -> None:
    assert pieces(function("one", 20) + function("two", 20)) == ["def one():", "def two():"]


def test_small_neighbours_stay_together() -> None:
    assert pieces(function("one", 2) + function("two", 2)) == ["def one():"]


def test_a_decorator_and_a_comment_belong_to_what_follows() -> None:
    source = function("one", 20) + "# Why.\n@cached\n" + function("two", 20)
    assert pieces(source) == ["def one():", "# Why."]


def test_a_long_class_is_cut_between_its_methods() -> None:
    source = "class A:\n    x = 1\n\n" + function("one", 20, "    ") + function("two", 20, "    ")
    assert pieces(source) == ["class A:", "def one():", "def two():"]


def test_a_closing_bracket_begins_nothing() -> None:
    source = "".join(f"call_{number}(\n    {number},\n)\n" for number in range(20))
    assert ")" not in pieces(source)
    assert "} else {" not in pieces("".join(f"if ({n}) {{\n  a()\n}} else {{\n  b()\n}}\n" for n in range(20)))


def test_blank_and_overlong_lines_at_the_border_are_left_out() -> None:
    assert cut(["\n", "x" * 3_000 + "\n", "a = 1\n", "  \n"]) == [Span(2, 3)]
    assert cut([]) == cut(["\n"]) == []


@given(st.lists(st.sampled_from(["\n", "a\n", "  b\n", "\tc\n", "    d\n", "}\n", "é\n"]), max_size=120))
def test_pieces_are_in_order_short_and_hold_every_line_that_is_not_blank(lines: list[str]) -> None:
    spans = cut(lines)
    assert all(0 < span.end - span.start <= 30 for span in spans)
    assert all(one.end <= other.start for one, other in pairwise(spans))
    held = {number for span in spans for number in range(*span)}
    assert {number for number, line in enumerate(lines) if line.strip()} <= held
