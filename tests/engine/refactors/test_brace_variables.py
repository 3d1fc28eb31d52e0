"""Extracting and inlining variables in languages with braces."""

import pytest
from refactoring_case import done, offered, refused

HOLDERS = {
    "js": ("function m(a, b) {\n", "\n}\n"),
    "ts": ("function m(a: any, b: any) {\n", "\n}\n"),
    "go": ("package p\nfunc m(a, b int) {\n", "\n}\n"),
    "rs": ("fn m(a: i32, b: i32) {\n", "\n}\n"),
    "java": ("class M { void m(int a, int b) {\n", "\n} }\n"),
}


def within(refactoring, language, statements, **options):
    """The statements of a function after it."""
    start, end = HOLDERS[language]
    text = done(refactoring, start + statements + end, path=f"main.{language}", **options)
    assert text.startswith(start)
    assert text.endswith(end)
    return text[len(start) : len(text) - len(end)]


def reason(name, language, statements):
    """Why they stay."""
    start, end = HOLDERS[language]
    return refused(name, start + statements + end, path=f"main.{language}")


@pytest.mark.parametrize(
    ("language", "before", "after"),
    [
        ("js", "  f(«a + b», a);", "  const value = a + b;\n  f(value, a);"),
        ("js", "return «g(a)» + b;", "const value = g(a);\nreturn value + b;"),
        ("js", "console.log(«g(a)»);", "const value = g(a);\nconsole.log(value);"),
        ("js", "«g(a)»;", "const value = g(a);"),
        ("js", "if («a.b» && c()) {}", "const value = a.b;\nif (value && c()) {}"),
        ("js", "for (const x of «a.b») {}", "const value = a.b;\nfor (const x of value) {}"),
        ("js", "const x = «a.b[0]».c;", "const value = a.b[0];\nconst x = value.c;"),
        ("js", "f(«(a + b)»);", "const value = a + b;\nf(value);"),
        ("js", "if «(a === b)» {}", "const value = a === b;\nif (value) {}"),
        ("js", "f(1); g(«a + 1»);", "f(1); const value = a + 1; g(value);"),
        ("js", "f(`${«a.b»}`);", "const value = a.b;\nf(`${value}`);"),
        ("js", "const f = () => { return «a + 1»; };", "const f = () => { const value = a + 1; return value; };"),
        ("js", "a.b = «c()»;", "const value = c();\na.b = value;"),
        ("ts", "let x: number = «a.b + 1»;", "const value = a.b + 1;\nlet x: number = value;"),
        ("go", "\tf(a, «a*b+1»)", "\tvalue := a*b+1\n\tf(a, value)"),
        ("go", "x := float64(«2 * 3»)", "const value = 2 * 3\nx := float64(value)"),
        ("go", "x := T{y: «a.b»}", "value := a.b\nx := T{y: value}"),
        ("go", "fmt.Println(«g(a)», 1)", "value := g(a)\nfmt.Println(value, 1)"),
        ("go", 'f(«"a" + "b"»)', 'const value = "a" + "b"\nf(value)'),
        ("rs", "    f(«a + b»);", "    let value = a + b;\n    f(value);"),
        ("rs", "let x = «a > 1» || g();", "let value = a > 1;\nlet x = value || g();"),
        ("java", 'f(«"a" + b»);', 'String value = "a" + b;\nf(value);'),
        ("java", "x = «a > b» && c();", "boolean value = a > b;\nx = value && c();"),
        ("java", "f(g(a), «new B(a)»);", None),
        ("java", "f(«new B(a)»);", "var value = new B(a);\nf(value);"),
        ("java", "x = «a * b» - 1;", "var value = a * b;\nx = value - 1;"),
        ("java", "«g().h()».k();", "var value = g().h();\nvalue.k();"),
    ],
)
def test_an_expression_becomes_a_variable(language, before, after):
    if after is None:
        assert "before it" in reason("extract-variable", language, before)
    else:
        assert within("extract-variable", language, before) == after


def test_it_gets_the_name_that_is_wanted_or_a_free_one():
    assert within("extract-variable", "js", "f(«a + b», value);").startswith("const value1 = a + b;")
    assert within("extract-variable", "js", "f(«a + b»);", name="sum") == "const sum = a + b;\nf(sum);"
    start, end = HOLDERS["js"]
    assert refused("extract-variable", f"{start}f(«a + b»);{end}", path="main.js", name="a")


@pytest.mark.parametrize(
    ("language", "source", "why"),
    [
        ("js", "x = a && «g(b)»;", "exactly once"),
        ("js", "x = a ?? «g(b)»;", "exactly once"),
        ("js", "x = a ? «g(b)» : 1;", "exactly once"),
        ("js", "x = a?.f(«g(b)»);", "exactly once"),
        ("js", "if (a) f(«a + b»);", "exactly once"),
        ("js", "if (a) {} else if («b.c») {}", "exactly once"),
        ("js", "while («a.b») {}", "exactly once"),
        ("js", "for (let i = 0; i < «a.b»; i++) {}", "exactly once"),
        ("js", "f(() => «a + b»);", "exactly once"),
        ("js", "switch (a) { case 1: f(«a + b»); }", "exactly once"),
        ("js", "function g(x = «a + b») {}", "exactly once"),
        ("js", "f(g(a), «h(b)»);", "before it"),
        ("js", "f(x.y, «h(b)»);", "before it"),
        ("js", "x.f(«h(b)»);", "before it"),
        ("js", "const x = 1, y = «x + 1»;", "before it"),
        ("js", "f(1, «x && 1»); let x = 1;", "further down"),
        ("js", "const x = [x, «g(a)»];", "further down"),
        ("js", "«a.f»(b);", "where the value is"),
        ("js", "«a.b» = 1;", "where the value is"),
        ("js", "delete «a.b»;", "where the value is"),
        ("js", "«a.b»++;", "where the value is"),
        ("ts", "f(«{ x: a }»);", "type"),
        ("ts", "f(«(x) => x»);", "type"),
        ("go", "f(«g(a)»)", "more than one"),
        ("go", "x, ok := «y[a]»", "more than one"),
        ("go", "f(«LIMIT + 1»)", "constant"),
        ("go", "p := &«x.y»", "where the value is"),
        ("go", "if x := g(); «x > a» {}", "exactly once"),
        ("rs", "f(«g(a)»);", "live longer"),
        ("rs", "let x = «a.b()».c();", "live longer"),
        ("rs", "f(&«(a + b)»);", "where the value is"),
        ("java", "f(«g(a)»);", "type"),
        ("java", "byte x = «1 + 2»;", "type"),
        ("java", "f(«x -> x»);", "type"),
        ("java", "Runnable r = () -> f(«a * b»);", "exactly once"),
    ],
)
def test_an_expression_stays(language, source, why):
    assert why in reason("extract-variable", language, source)


@pytest.mark.parametrize(
    ("language", "source"),
    [
        ("js", "«f(a);»"),
        ("js", "«a»;"),
        ("js", "let «x» = 1;"),
        ("js", "¦f(a);"),
        ("js", "f(«a, b»);"),
        ("go", "«x := 1»"),
        ("rs", 'println!("{}", «a + b»);'),
        ("java", "«int» x = 1;"),
    ],
)
def test_extraction_is_not_offered(language, source):
    start, end = HOLDERS[language]
    assert not offered("extract-variable", start + source + end, path=f"main.{language}")


@pytest.mark.parametrize(
    ("language", "before", "after"),
    [
        ("js", "  const ¦x = 5;\n  f(x, x + 1);", "  f(5, 5 + 1);"),
        ("js", "const ¦x = 5;\nf(x.toFixed());", "f((5).toFixed());"),
        ("js", "const x = a === b;\nf(!¦x, () => x);", "f(!(a === b), () => (a === b));"),
        ("js", "const ¦x = 'a';\nf({ x, y: x });", "f({ x: 'a', y: 'a' });"),
        ("js", "const ¦x = g(a);\nreturn x * 2;", "return g(a) * 2;"),
        ("js", "const ¦x = a + b;\nf(x * 2);", "f((a + b) * 2);"),
        ("js", "const ¦x = { y: 1 };\n// why\nreturn x;", "// why\nreturn { y: 1 };"),
        ("js", "const ¦x = 1; // why\nf(x);", "// why\nf(1);"),
        ("js", "f(); let ¦x = 1; g(x);", "f(); g(1);"),
        ("ts", "const ¦x: number = 1;\nf(x);", "f(1);"),
        ("go", "\t¦x := a + 1\n\tf(x * 2)", "\tf((a + 1) * 2)"),
        ("go", "¦x := 5\nf(x, y[x])", "f(5, y[5])"),
        ("go", 'const ¦x = "a"\nf(x)', 'f("a")'),
        ("rs", 'let ¦x = "a";\nf(x, x);', 'f("a", "a");'),
        ("rs", "let ¦x = true;\nlet y = !x;", "let y = !true;"),
        ("java", "int ¦x = a * 2;\nf(x);\ng(x);", "f((a * 2));\ng((a * 2));"),
        ("java", 'final String ¦x = "a";\nf(x.length());', 'f("a".length());'),
        ("java", "var ¦x = g(a);\nreturn x;", "return g(a);"),
    ],
)
def test_a_variable_becomes_its_value(language, before, after):
    if language == "java" and "a * 2" in before:
        after = after.replace("((a * 2))", "(a * 2)")
    assert within("inline-variable", language, before) == after


@pytest.mark.parametrize(
    ("language", "source", "why"),
    [
        ("js", "let ¦x = 1;\nx = 2;\nf(x);", "more than once"),
        ("js", "let ¦x = 1;\nx++;", "more than once"),
        ("js", "const ¦x = 1;", "Nothing reads"),
        ("js", "const ¦x = g(a);\nf(x, x);", "change"),
        ("js", "const ¦x = g(a);\nh();\nf(x);", "change"),
        ("js", "const ¦x = g(a);\nf(h(), x);", "before it"),
        ("js", "const ¦x = g(a);\nf(() => x);", "exactly once"),
        ("js", "const ¦x = g(a);\nwhile (x) {}", "exactly once"),
        ("js", "const ¦x = g(a);\nif (b) { f(x); }", "may not evaluate"),
        ("js", "const ¦x = a.b;\na.b = 2;\nf(x);", "change"),
        ("js", "const ¦x = a + b;\na = 2;\nf(x);", "change"),
        ("js", "const ¦x = this;\nreturn function () { return x; };", "may not evaluate"),
        ("js", "const ¦x = [];\nf(x, x);", "change"),
        ("js", "const ¦x = y;\nf(x);\nlet y = 1;", "further down"),
        ("js", "f(x);\nvar ¦x = 1;", "before it has"),
        ("js", "var ¦x = 1;\nf(() => x);", "before it has"),
        ("js", "if (a) { var ¦x = 1; }\nf(x);", "before it has"),
        ("js", "const ¦x = a === b;\n{ let a = 2; f(x); }", "a"),
        ("ts", "const ¦x = 1;\nlet y: typeof x;", "itself"),
        ("js", "const ¦X = g(a);\nf(<X/>);", "itself"),
        ("go", "¦x := 5\nf(x * 1e3)", "another one"),
        ("go", "¦x := 5\nf(byte(x))", "another one"),
        ("go", "¦x := 5\np := &x\nf(p)", "itself"),
        ("go", "var ¦x int64 = 5\nf(x)", "another type"),
        ("go", "¦x := a / b\nf(g(), x)", "before it"),
        ("rs", "let ¦x = a + b;\nf(x);", "moved"),
        ("rs", "let mut ¦x = 1;\nf(x);", "changed"),
        ("rs", "let ¦x: u8 = 1;\nf(x);", "another type"),
        ("rs", "let ¦x = 1;\nf(x as u8);", "another one"),
        ("rs", "let ¦x = 1;\nf(&x);", "itself"),
        ("rs", 'let ¦x = "a";\nprintln!("{}", x);', "macro"),
        ("java", "double ¦x = a * 2;\nf(x / 4);", "another type"),
        ("java", "long ¦x = 5;\nf(x);", "another type"),
        ("java", "Object ¦x = g(a);\nf(x);", "another type"),
    ],
)
def test_a_variable_stays(language, source, why):
    assert why in reason("inline-variable", language, source)


@pytest.mark.parametrize(
    ("language", "source"),
    [
        ("js", "const { ¦x } = a;\nf(x);"),
        ("js", "const ¦x = 1, y = 2;\nf(x, y);"),
        ("js", "let ¦x;\nf(x);"),
        ("js", "f(¦a);"),
        ("js", "for (const ¦x of a) f(x);"),
        ("js", "for (let ¦x = 0; a;) f(x);"),
        ("js", "f(a.¦x);"),
        ("go", "¦x, y := 1, 2\nf(x, y)"),
        ("go", "if ¦x := 1; x > a {}"),
        ("rs", "let (¦x, y) = a;\nf(x, y);"),
        ("java", "int ¦x;\nf(x);"),
        ("java", "f(this.¦a);"),
    ],
)
def test_inlining_is_not_offered(language, source):
    start, end = HOLDERS[language]
    assert not offered("inline-variable", start + source + end, path=f"main.{language}")
