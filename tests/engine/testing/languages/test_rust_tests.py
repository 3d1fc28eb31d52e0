import pytest

from beast_lsp.engine.testing.languages.model import Call, Case, Outcome
from beast_lsp.engine.testing.languages.rust.probe import probe, read
from beast_lsp.engine.testing.languages.rust.rendering import render
from beast_lsp.engine.testing.languages.rust.results import Results
from beast_lsp.engine.testing.languages.rust.targets import targets
from beast_lsp.engine.testing.languages.rust.values import Values
from beast_lsp.engine.testing.languages.trees import tree_of

TYPES = """\
#[derive(Debug, PartialEq)]
pub enum Shape { Dot, Square(u32), Named { name: String } }
#[derive(Debug, PartialEq)]
pub struct Point { x: i32, y: Option<i32> }
#[derive(Debug)]
pub struct Bare { x: i32 }
"""


def found(text):
    return {one.qualified: one for one in targets(tree_of("rust", text))}


def test_functions_and_methods_of_what_new_makes_are_targets():
    text = """
fn hidden(a: i32) -> i32 { a }
pub struct C { n: i32 }
impl C { pub fn new(n: i32) -> Self { C { n } } fn up(&mut self, by: i32) -> i32 { by } fn of(n: u8) -> u8 { n } }
"""
    known = found(text)
    assert set(known) == {"hidden", "C.new", "C.up", "C.of"}
    assert known["C.up"].is_changing
    assert known["C.up"].constructor is not None
    assert known["C.of"].is_static


@pytest.mark.parametrize(
    "text",
    [
        "fn main() -> i32 { 1 }",
        "fn nothing(a: i32) {}",
        "async fn later() -> i32 { 1 }",
        "unsafe fn risky() -> i32 { 1 }",
        "struct C; impl C { fn m(&self) -> i32 { 1 } }",
        "struct C<T>(T); impl<T> C<T> { fn new() -> Self { todo!() } fn m(&self) -> i32 { 1 } }",
        "fn f(",
    ],
)
def test_what_a_test_can_not_call_or_state_is_no_target(text):
    assert found(text) == {}


def test_examples_and_tests_give_rows():
    text = '/// ```\n/// assert_eq!(k::f("a b", 3), 1);\n/// ```\nfn f(a: &str, b: i32) -> i32 { b }\n'
    text += '#[test]\nfn t() { assert!(f("x", 4) > x); }\n'
    assert found(text)["f"].rows == (('"a b"', "3"), ('"x"', "4"))


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        ("i32", "-1"),
        ("&str", '"hello world"'),
        ("String", '"a".to_string()'),
        ("&[u8]", "&[2, 3, 5]"),
        ("Option<i32>", "None"),
        ("Vec<String>", "vec![]"),
        ("(i32, bool)", "(2, true)"),
        ("[u8; 2]", "[2, 3]"),
        ("Shape", "Shape::Dot"),
        ("&Point", "&Point { x: 2, y: None }"),
        ("impl Into<String>", '"a"'),
    ],
)
def test_values_come_from_types(type_, value):
    assert value in Values(tree_of("rust", TYPES)).for_type(type_)


@pytest.mark.parametrize("type_", ["u32", "usize"])
def test_an_unsigned_number_is_never_negative(type_):
    assert not any("-" in one for one in Values(tree_of("rust", TYPES)).for_type(type_))


@pytest.mark.parametrize("type_", ["T", "&mut Vec<i32>", "Box<dyn Fn(i32) -> i32>", "HashMap<String, i32>", "", "(("])
def test_a_type_beyond_this_has_no_values(type_):
    assert Values(tree_of("rust", TYPES)).for_type(type_) == []


@pytest.mark.parametrize(
    ("type_", "shown", "expected"),
    [
        ("i32", "-3", "-3"),
        ("f64", "NaN", "f64::NAN"),
        ("char", "'\\n'", "'\\n'"),
        ("&'static str", '"a\\"b"', '"a\\"b"'),
        ("String", '"a"', '"a".to_string()'),
        ("Vec<String>", '["a", "b"]', 'vec!["a".to_string(), "b".to_string()]'),
        ("Option<&str>", 'Some("a, b")', 'Some("a, b")'),
        ("Result<i32, String>", 'Err("no")', 'Err("no".to_string())'),
        ("(i32, Option<bool>)", "(1, None)", "(1, None)"),
        ("Shape", 'Named { name: "x" }', 'Shape::Named { name: "x".to_string() }'),
        ("Shape", "Square(3)", "Shape::Square(3)"),
        ("Point", "Point { x: 1, y: Some(2) }", "Point { x: 1, y: Some(2) }"),
        ("[u8; 2]", "[1, 2]", "[1, 2]"),
    ],
)
def test_a_debug_text_becomes_the_expression_of_its_type(type_, shown, expected):
    assert Results(tree_of("rust", TYPES)).expected(type_, shown) == expected


@pytest.mark.parametrize(
    ("type_", "shown"),
    [
        ("i32", "3; std::process::exit(1)"),
        ("i32", '"3"'),
        ("String", '"a" + evil()'),
        ("Bare", "Bare { x: 1 }"),
        ("Shape", "Circle"),
        ("Point", "Point { y: None, x: 1 }"),
        ("HashMap<i32, i32>", "{1: 2}"),
        ("impl Iterator<Item = i32>", "1"),
        ("Vec<i32>", "[1, 2"),
    ],
)
def test_a_text_that_its_type_does_not_account_for_is_refused(type_, shown):
    assert Results(tree_of("rust", TYPES)).expected(type_, shown) is None


def test_a_probe_is_code_and_knows_the_lines_of_its_calls():
    tree = tree_of("rust", "fn f(a: i32) -> i32 { match a { 1 => 2, _ => { 3 } } }\nconst fn g() -> i32 { 1 }\n")
    (one, _) = targets(tree)
    text, places = probe(tree, {4: Call(one, ("1",))}, "/out", with_beacons=True)
    assert not tree_of("rust", text).tree.root_node.has_error
    ((line, key),) = places.items()
    assert (key, "f(1)" in text.split("\n")[line - 1]) == (4, True)
    assert text.count("beast_hit(") == 4  # its definition, the body, and both arms.


def test_lines_of_a_probe_are_looked_at_like_any_input():
    tree = tree_of("rust", "fn f() -> i32 { 1 }")
    call = Call(targets(tree)[0], ())
    lines = [
        {"id": 1, "value": "5", "hits": [0, "x"]},
        {"id": 2, "value": 5},
        {"id": 3, "error": "a\nb"},
        {"id": 4, "error": "attempt to add with overflow"},
        {"id": 9, "value": "1"},
    ]
    told = read(lines, {1: call, 2: call, 3: call, 4: call}, Results(tree))
    assert told == {1: Outcome("5", "equal", "positive", "", frozenset({(0, 0)})), 2: None, 3: None, 4: None}


def rendered(text, form="equal", expected="2", error=""):
    tree = tree_of("rust", text)
    return render(tree, [Case(Call(targets(tree)[0], ("1",)), Outcome(expected, form, "", error))])


def test_tests_stand_in_a_module_of_their_own_at_the_end():
    assert rendered("fn f(a: i32) -> i32 { a }\n") == (
        "fn f(a: i32) -> i32 { a }\n\n#[cfg(test)]\nmod tests {\n    use super::*;\n\n"
        "    #[test]\n    fn f_returns_2_for_1() {\n        assert_eq!(f(1), 2);\n    }\n}\n"
    )


def test_tests_join_those_that_see_everything():
    text = "fn f(a: i32) -> i32 { a }\n\n#[cfg(test)]\nmod tests {\n    use super::*;\n"
    text += "\n    #[test]\n    fn f_returns_2_for_1() {}\n}\n"
    made = rendered(text)
    assert made.count("mod ") == 1
    assert "    fn f_returns_2_for_1() {}\n\n    #[test]\n    fn f_returns_2_for_1_2() {" in made


def test_tests_that_import_single_names_are_left_alone():
    text = "fn f(a: i32) -> i32 { a }\n#[cfg(test)]\nmod tests {\n    use super::f;\n}\n"
    assert "mod recorded_tests {\n    use super::*;" in rendered(text)


@pytest.mark.parametrize(
    ("form", "expected", "line"),
    [
        ("equal", "true", "assert!(f(1));"),
        ("err", "", "assert!(f(1).is_err());"),
        ("empty", "vec![]", "assert!(f(1).is_empty());"),
        ("close", "-0.333333333", "assert!((f(1) - (-0.333333333)).abs() < 1e-9);"),
    ],
)
def test_an_outcome_is_asserted_by_its_form(form, expected, line):
    assert line in rendered("fn f(a: i32) -> i32 { a }", form, expected)


def test_a_panic_is_expected_by_its_message():
    made = rendered("fn f(a: i32) -> i32 { a }", "error", 'no "x"', "panic")
    assert '#[should_panic(expected = "no \\"x\\"")]\n    fn f_panics_for_1() {\n        f(1);' in made
