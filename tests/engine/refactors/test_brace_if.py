"""Inverting an `if` in languages with braces."""

import pytest
from refactoring_case import done, offered, refused

HOLDERS = {
    "js": ("", "\n"),
    "go": ("package p\nfunc m() {\n", "\n}\n"),
    "rs": ("fn m() {\n", "\n}\n"),
    "java": ("class M { void m() {\n", "\n} }\n"),
}


def inverted(language, statement, files=None):
    """The statement after it, within a function."""
    start, end = HOLDERS[language]
    text = done("invert-if", start + statement + end, files, path=f"main.{language}")
    assert text.startswith(start)
    assert text.endswith(end)
    return text[len(start) : len(text) - len(end)]


@pytest.mark.parametrize(
    ("condition", "opposite"),
    [
        ("a", "!a"),
        ("!a", "a"),
        ("!(a || b)", "(a || b)"),
        ("a === b", "a !== b"),
        ("a != b", "a == b"),
        ("a < b", "!(a < b)"),
        ("a in b", "!(a in b)"),
        ("a ?? b", "!(a ?? b)"),
        ("a && b", "!(a && b)"),
        ("a == 1 && b", "a != 1 || !b"),
        ("a && !b || c === d", "(!a || b) && c !== d"),
        ("(a !== b || c) && d", "(a === b && !c) || !d"),
        ("f(a).b[c]", "!f(a).b[c]"),
        ("a ? b : c", "!(a ? b : c)"),
        ("a = b", "!(a = b)"),
        ("await a", "!(await a)"),
        ("a instanceof B", "!(a instanceof B)"),
    ],
)
def test_conditions_of_javascript(condition, opposite):
    assert (
        inverted("js", f"if (¦{condition}) {{ x(); }} else {{ y(); }}") == f"if ({opposite}) {{ y(); }} else {{ x(); }}"
    )


@pytest.mark.parametrize(
    ("language", "condition", "opposite"),
    [
        ("go", "len(a) > 0", "len(a) <= 0"),
        ("go", "a > 0", "!(a > 0)"),
        ("go", "x := f(); x == nil && !y", "x := f(); x != nil || y"),
        ("go", "a.(bool)", "!a.(bool)"),
        ("rs", "a == b", "a != b"),
        ("rs", "a < b", "!(a < b)"),
        ("rs", "matches!(a, b) && f()?", "!(matches!(a, b) && f()?)"),
        ("rs", "a as bool", "!(a as bool)"),
    ],
)
def test_conditions_of_go_and_rust(language, condition, opposite):
    head, _, rest = condition.rpartition("; ")
    marked = f"{head}; ¦{rest}" if head else f"¦{rest}"
    assert inverted(language, f"if {marked} {{ x(); }} else {{ y(); }}") == f"if {opposite} {{ y(); }} else {{ x(); }}"


def test_conditions_of_java():
    before = "if (¦a instanceof B b && b.c) { x(b); } else y();"
    assert inverted("java", before) == "if (!(a instanceof B b && b.c)) y(); else { x(b); }"


def test_a_type_of_rust_may_say_what_unequal_is():
    other = {"other.rs": "impl PartialEq for A { fn ne(&self, o: &A) -> bool { true } }\n"}
    assert "if !(a == b) {" in inverted("rs", "if ¦a == b { x(); } else { y(); }", other)


def test_a_function_called_len_may_give_anything():
    source = "package p\nfunc m(len func() float64) {\nif ¦len() > 0 { x() } else { y() }\n}\n"
    assert "if !(len() > 0) { y() }" in done("invert-if", source, path="main.go")


def test_a_chain_becomes_nested():
    before = "    if (¦a) {\n        x();\n    } // why\n    else if (b) {\n        // b\n        y();\n    } else z();"
    after = (
        "    if (!a) {\n        if (b) {\n            // b\n            y();\n        } else z();\n    } // why\n"
        "    else {\n        x();\n    }"
    )
    assert inverted("js", before) == after
    assert inverted("java", before) == after


def test_chains_of_go_and_rust():
    before = "\tif ¦a {\n\t\tx()\n\t} else if b {\n\t\ty()\n\t}"
    after = "\tif !a {\n\t\tif b {\n\t\t\ty()\n\t\t}\n\t} else {\n\t\tx()\n\t}"
    assert inverted("go", before) == after
    assert inverted("rs", before) == after


def test_minified_code_gets_the_blank_that_it_needs():
    assert inverted("js", "if(¦a)return b;else{c()}") == "if(!a){c()}else return b;"


def test_an_else_keeps_its_if():
    # Without braces, the `else` would belong to the inner `if`.
    before = "if (¦a) x(); else for (const b of c) if (b) y();"
    assert inverted("js", before) == "if (!a) {\n    for (const b of c) if (b) y();\n} else x();"


def test_the_inner_if_of_a_chain_is_inverted_alone():
    before = "if (a) { x(); } else if (¦b) { y(); } else { z(); }"
    assert inverted("js", before) == "if (a) { x(); } else if (!b) { z(); } else { y(); }"
    assert inverted("js", before.replace("¦", "").replace("} else {", "} el¦se {")) == inverted("js", before)


def test_a_value_that_an_if_gives_is_the_same():
    assert inverted("rs", "let x = if ¦a { 1 } else { 2 };") == "let x = if !a { 2 } else { 1 };"


def test_a_condition_that_binds_is_refused():
    start, end = HOLDERS["rs"]
    assert "binds" in refused("invert-if", f"{start}if ¦let Some(a) = b {{ 1 }} else {{ 2 }}{end}", path="main.rs")


@pytest.mark.parametrize(
    ("language", "statement"),
    [
        ("js", "if (¦a) { x(); }"),
        ("js", "if (a) { x¦(); } else { y(); }"),
        ("js", "while (¦a) { x(); }"),
        ("js", "x = ¦a ? b : c;"),
        ("go", "if ¦a { x() }"),
        ("rs", "if ¦a { x() }"),
        ("java", "if (¦a) x();"),
        ("java", "if (¦a) x( else y();"),
    ],
)
def test_it_is_not_offered(language, statement):
    start, end = HOLDERS[language]
    assert not offered("invert-if", start + statement + end, path=f"main.{language}")
