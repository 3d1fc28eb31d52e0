import pytest

from beast_lsp.engine.testing.languages.beacons import instrument
from beast_lsp.engine.testing.languages.model import Call, Case, Outcome, Parameter, Target
from beast_lsp.engine.testing.languages.selecting import select
from beast_lsp.engine.testing.languages.trees import of_type, tree_of
from beast_lsp.engine.testing.languages.wording import camel, named, slug

TARGET = Target("f", parameters=(Parameter("a", "number"),))


def kept(*outcomes, target=TARGET, is_meant=False):
    calls = {key: Call(target, (str(key),)) for key in range(len(outcomes))}
    cases = select(calls, dict(enumerate(outcomes)), lambda _call, _outcome: is_meant)
    return [int(case.call.arguments[0]) for case in cases]


def seen(kind, *regions, error=""):
    return Outcome("x", "error" if error else "equal", kind, error, frozenset(regions))


def test_a_case_stays_for_new_code_or_a_new_kind_of_outcome():
    assert kept(
        seen("zero", (0, 9)), seen("zero", (0, 9)), seen("zero", (0, 9), (20, 30)), seen("negative", (0, 9))
    ) == [2, 3]


def test_regions_that_are_only_cut_otherwise_add_nothing():
    assert kept(seen("zero", (0, 20)), seen("zero", (0, 10), (10, 20))) == [0]


def test_an_error_of_wrong_values_stays_only_where_the_code_raises_it():
    outcomes = [seen("zero", (0, 9)), seen("error TypeError", (0, 9), (9, 12), error="TypeError")]
    assert kept(*outcomes) == [0]
    assert kept(*outcomes, is_meant=True) == [0, 1]


def test_guesses_for_untyped_parameters_are_not_pinned_one_by_one():
    untyped = Target("f", parameters=(Parameter("a"),))
    assert kept(seen("zero", (0, 9)), seen("negative", (0, 9)), target=untyped) == [0]


def test_a_function_gets_eight_tests_at_most():
    assert len(kept(*(seen(f"kind {number}") for number in range(20)))) == 8


def test_beacons_stay_on_the_line_of_their_block():
    tree = tree_of("java", "class A { int f(int a) {\n if (a > 1) return 1;\n else { a = 2; }\n return a; } }")
    blocks = [one.start_byte + 1 for one in of_type(tree.tree.root_node, "block")]
    (branch,) = of_type(tree.tree.root_node, "if_statement")
    text, count = instrument(
        tree, blocks, [branch.child_by_field_name("consequence")], lambda number: f"hit({number});"
    )
    assert count == 3
    assert text == (
        "class A { int f(int a) { hit(0);\n if (a > 1)  { hit(1); return 1; }\n else { hit(2); a = 2; }\n return a; } }"
    )


def case(text, *arguments, form="equal", error=""):
    return Case(Call(TARGET, arguments), Outcome(text, form, "list", error))


@pytest.mark.parametrize(
    ("one", "name"),
    [
        (case("5", "2", "3"), "returns 5 for 2 and 3"),
        (case("5", "1", "2", "3"), "returns 5 for 1, 2, 3"),
        (case("''", "[]"), "returns an empty string for an empty list"),
        (case("no", "-1", form="error", error="RangeError"), "throws RangeError for -1"),
        (case("5"), "returns 5 without arguments"),
        (case("[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]", "1"), "returns list for 1"),
    ],
)
def test_a_name_says_what_comes_of_what(one, name):
    assert named([one]) == [name]


@pytest.mark.parametrize(
    ("text", "snake", "camels"),
    [
        ("f returns -1 for 'a b'", "f_returns_minus_1_for_a_b", "fReturnsMinus1ForAB"),
        ("f throws IllegalStateException", "f_throws_illegalstateexception", "fThrowsIllegalStateException"),
        ("f throws java.io.IOException", "f_throws_ioexception", "fThrowsIOException"),
        ("…", "case", "case"),
    ],
)
def test_names_become_identifiers(text, snake, camels):
    assert (slug(text), camel(text)) == (snake, camels)
