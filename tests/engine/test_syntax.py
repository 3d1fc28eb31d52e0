"""Trees: equal to fresh ones after any edits, for any text; functions and errors are found in broken code."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beast_lsp.engine.document import Position, replace_range, split_lines
from beast_lsp.engine.languages import LANGUAGES
from beast_lsp.engine.syntax import MAX_LINE, MAX_SIZE, error_count, functions, parse

GRAMMARS = [name for name, language in LANGUAGES.items() if language.has_grammar]
PIECES = [
    "def f(a):\n",
    "    return x\n",
    "class A:\n",
    "(",
    ")",
    "'",
    '"""',
    "\n",
    "\r\n",
    "\r",
    "é𝔘",
    "\ud800",
    "\0",
    "x = 1\n",
]
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=20).map("".join)


def shape(tree) -> str:
    return str(tree.tree.root_node)


@settings(deadline=None)
@given(language=st.sampled_from(GRAMMARS), text=TEXTS)
def test_any_text_has_a_tree(language: str, text: str) -> None:
    tree = parse(language, split_lines(text))
    assert tree is not None
    assert error_count(tree) >= 0
    for function in functions(tree):
        assert function.start <= function.body_start <= function.body_end
        assert function.body_end.column <= len(tree.lines[function.body_end.line])


@st.composite
def edits(draw):
    lines = split_lines(draw(TEXTS))
    versions = [lines]
    for _ in range(draw(st.integers(1, 4))):
        places = []
        for _ in range(2):
            line = draw(st.integers(0, len(lines) - 1))
            places.append(Position(line, draw(st.integers(0, len(lines[line])))))
        lines = replace_range(lines, min(places), max(places), draw(TEXTS))
        versions.append(lines)
    return versions


@settings(deadline=None)
@given(language=st.sampled_from(["python", "typescript", "go"]), versions=edits())
def test_an_incremental_tree_covers_the_text_as_a_fresh_one_does(language: str, versions) -> None:
    tree = None
    for lines in versions:
        tree = parse(language, lines, tree)
    fresh = parse(language, versions[-1])
    assert tree.source == fresh.source
    assert tree.tree.root_node.end_byte == fresh.tree.root_node.end_byte
    # Recovery from errors may keep what the older tree had; correct code has one tree only.
    if not error_count(fresh):
        assert shape(tree) == shape(fresh)


def test_an_edit_in_the_middle_moves_what_follows() -> None:
    old = split_lines("def é(a):\n    return 'ß'\n\ndef b():\n    pass\n")
    new = replace_range(old, Position(1, 4), Position(1, 4), "x = 'ü'\n    ")
    tree = parse("python", new, parse("python", old))
    assert [(f.name, f.start.line, f.body_end) for f in functions(tree)] == [
        ("é", 0, Position(2, 14)),
        ("b", 4, Position(5, 8)),
    ]


def test_unchanged_lines_keep_their_tree() -> None:
    first = parse("python", ["a = 1\n", ""])
    assert parse("python", ["a = 1\n", ""], first).tree is first.tree


def test_another_languages_tree_is_not_reused() -> None:
    tree = parse("go", ["package p\n", ""], parse("python", ["package p\n", ""]))
    assert error_count(tree) == 0


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        ("text", ["def f(): pass"]),
        ("klingon", ["x"]),
        ("python", ["x" * (MAX_LINE + 1)]),
        ("python", ["x = 1\n"] * (MAX_SIZE // 6 + 1)),
    ],
)
def test_no_tree_for_text_and_for_what_is_too_large(language: str, lines: list[str]) -> None:
    assert parse(language, lines) is None


def test_a_cancelled_parse_has_no_tree() -> None:
    assert parse("python", ["x = (1, 2)\n"] * 5_000, cancelled=lambda: True) is None
    assert parse("python", ["x = (1, 2)\n"] * 5_000, cancelled=lambda: False) is not None


def test_nothing_without_a_tree() -> None:
    assert functions(None) == []
    assert error_count(None) == 0


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("python", "class A:\n  @p\n  def m(self): ...\ndef f(\n", [("m", "method")]),
        ("python", "async def f():\n  def g(): pass\n", [("f", "function"), ("g", "function")]),
        ("python", "f = lambda: 1\n", []),
        ("javascript", "class A { m() {} }\nconst f = (x) => { y }", [("m", "method"), ("f", "function")]),
        ("javascript", "const g = x => 2", []),
        ("typescript", "class A { m(): void {} }\ninterface I { n(): void }", [("m", "method")]),
        ("tsx", "const F = () => { return <a/> }", [("F", "function")]),
        (
            "go",
            "package p\nfunc (a A) M() {}\nfunc f() {}\ntype I interface { N() }",
            [("M", "method"), ("f", "function")],
        ),
        ("rust", "impl A { fn m(&self) {} }\nfn f() {}\ntrait T { fn n(); }", [("m", "method"), ("f", "function")]),
        ("java", "class A { A() {} abstract int n(); int m() { return 1; } }", [("A", "method"), ("m", "method")]),
        ("c", "int *f(int x) { return 0; }\nint g(void);", [("f", "function")]),
        ("cpp", "class A { int m() { } int n(); };\nint A::o() { }", [("m", "method"), ("A::o", "function")]),
    ],
)
def test_functions_are_those_with_a_body(language: str, text: str, expected: list[tuple[str, str]]) -> None:
    assert [(f.name, f.kind) for f in functions(parse(language, split_lines(text)))] == expected


def test_a_body_lies_between_its_braces() -> None:
    (found,) = functions(parse("go", ["package p\n", "func f() { é }\n"]))
    assert (found.body_start, found.body_end) == (Position(1, 10), Position(1, 13))


@pytest.mark.parametrize(
    ("text", "broken"), [("x = (1)\n", False), ("x = (1\n", True), ("def f(:\n", True), ("", False)]
)
def test_errors_are_counted(text: str, broken: bool) -> None:
    assert (error_count(parse("python", split_lines(text))) > 0) is broken
