"""Names of tests that say the behaviour."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from written_case import case, raising, target

from beast_lsp.engine.testing.naming import names
from beast_lsp.engine.testing.phrases import details, value_words
from beast_lsp.engine.testing.style import Style

PORT = target("port", text="", strict="False")


def named(*cases, style=None, targets=PORT, taken=()):
    return names(cases, targets, style or Style(), taken)


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (raising("port", "port('')", "ValueError"), "test_port_raises_value_error_for_empty_text"),
        (raising("port", "port(None)", "errors.PortError"), "test_port_raises_port_error_for_none"),
        (case("port", "port('80')", "result == 80"), "test_port_returns_80_for_80"),
        (case("port", "port(-1)", "result == []"), "test_port_returns_empty_list_for_minus_1"),
        (case("port", "port([])", "identity: result is None"), "test_port_returns_none_for_empty_list"),
        (case("port", "port('a', strict=True)", "identity: result is True"), "test_port_returns_true_with_strict"),
        (case("port", "port('a', strict=False)", "result == 1"), "test_port_returns_1_without_strict"),
        (case("port", "port()", "result == 1"), "test_port_returns_1_by_default"),
        (case("port", "port('a b')", "result == {'a': 1}"), "test_port_returns_single_item_dict_for_a_b"),
        (case("port", "port(True)", "result == 1"), "test_port_returns_1_for_true"),
        (case("port", "list(port(3))", "items: list(result) == [1, 2]"), "test_port_yields_list_of_two_for_3"),
        (case("port", "port(1)", "output: capsys.readouterr().out == 'x'"), "test_port_prints_text_for_1"),
        (case("port", "port(1)", "file: (tmp_path / 'a').read_text() == 'x'"), "test_port_writes_file_for_1"),
        (case("port", "port(1)", "type: isinstance(result, Door)"), "test_port_returns_door_for_1"),
        (case("port", "port(1)"), "test_port_completes_for_1"),
        (case("Box", "Box(1)", "attribute: result.size == 1"), "test_box_sets_size_for_1"),
        (case("Box.add", "box.add(1)", "identity: result is box"), "test_box_add_returns_itself_for_1"),
        (case("Box.add", "box.add(1)", "attribute: box.size == 1"), "test_box_add_sets_size_for_1"),
        (
            case("Box.__len__", "len(box)", "result == 0", arrange=["box = Box([])"]),
            "test_box_len_returns_zero_with_empty_list",
        ),
        (case("Box.__contains__", "'a' in box", "identity: result is True"), "test_box_contains_returns_true_for_a"),
        (case("Box.__getitem__", "box['k']", "result == 1"), "test_box_getitem_returns_1_for_k"),
        (case("Box.__add__", "box + 2", "result == 3"), "test_box_add_returns_3_for_2"),
        (
            case("Box.__setitem__", "operator.setitem(box, 'k', 1)", "equal: len(box) == 1", arrange=["box = Box()"]),
            "test_box_setitem_leaves_one_item_for_k",
        ),
        (case("Box", "Box(1)", "type: isinstance(result, Box)"), "test_box_is_created_for_1"),
        (
            case("Box.pop", "box.pop()", "result == 1", arrange=["box = Box()", "box.push(1)", "box.push(2)"]),
            "test_box_pop_returns_1_after_push_twice",
        ),
        (
            case("Box.size", "box.size", "result == 1", arrange=["box = Box()", "box.size = 1"]),
            "test_box_size_returns_1_after_setting_size",
        ),
        (case("port", "port(1)", "type: type(result).__name__ == 'generator'"), "test_port_returns_generator_for_1"),
        (case("port", "port(1)", "equal: str(result) == 'x y'"), "test_port_shows_x_y_for_1"),
        (case("enc", "enc(s)", "property: dec(enc(s)) == s", given={"s": "st.text()"}), "test_enc_round_trips"),
        (case("enc", "enc(s)", "property: enc(enc(s)) == enc(s)", given={"s": "st.text()"}), "test_enc_is_idempotent"),
    ],
)
def test_a_name_says_what_comes_out_for_which_input(one, expected):
    (name,) = named(one)
    assert name == expected


def test_what_all_cases_share_is_not_said():
    first, second = named(
        case("port", "port('80', strict=True)", "result == 80"), case("port", "port('90', strict=True)", "result == 90")
    )
    assert (first, second) == ("test_port_returns_80_for_80", "test_port_returns_90_for_90")


def test_no_two_names_are_the_same():
    one = case("port", "port('80')", "result == 80")
    found = named(one, one, one, taken=["test_port_returns_80_for_80"])
    assert len({*found, "test_port_returns_80_for_80"}) == 4


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        (Style(case="camelCase"), "testPortReturns80For80"),
        (Style(says_should=True), "test_port_should_return_80_for_80"),
        (Style(framework="unittest"), "test_port_returns_80_for_80"),
    ],
)
def test_names_are_as_in_the_other_tests(style, expected):
    assert named(case("port", "port('80')", "result == 80"), style=style) == [expected]


def test_a_class_of_tests_says_its_class_once():
    one = case("Box.add", "Box(2).add(1)", "result == 3")
    assert named(one, style=Style(form="classes"), targets=target("Box", "constructor", size="")) == [
        "test_add_returns_3_for_1"
    ]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("''", "empty_string"),
        ("' '", "blank_string"),
        ("'é'", "non_ascii_string"),
        ("'a\\nb'", "multiline_string"),
        ("'?'", "question_mark"),
        ("b''", "empty_bytes"),
        ("b'\\xff'", "non_ascii_bytes"),
        ("0", "zero"),
        ("-2", "minus_2"),
        ("1.5", "1_point_5"),
        ("1e400", "infinity"),
        ("[[1]]", "nested_list"),
        ("{1: 2, 3: 4}", "dict_of_two"),
        ("set()", "empty_set"),
        ("float('nan')", "nan"),
        ("Money(3)", "money"),
        ("Color.RED", "red"),
        ("lambda: 1", "lambda"),
    ],
)
def test_values_in_words(value, expected):
    assert value_words(ast.parse(value, mode="eval").body) == expected


@given(st.one_of(st.text(), st.binary(), st.integers(), st.floats(), st.lists(st.text(), max_size=3)))
def test_words_of_any_value_fit_into_a_name(value):
    for words in details(ast.parse(repr(value), mode="eval").body, "text"):
        assert f"test_{words}".isidentifier()
        assert words.isascii()
