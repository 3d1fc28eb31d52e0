"""Rename within a file in JavaScript, TypeScript, Go, Rust and Java: the name's every use, or why it stays."""

import pytest
from refactoring_case import done, offered, refused

JAVASCRIPT = [
    ("const ¦a = 1; f(a);", "const b = 1; f(b);"),
    ("let a = 1; { let ¦a = 2; a; } a;", "let a = 1; { let b = 2; b; } a;"),
    ("f(¦a); var a;", "f(b); var b;"),
    ("function g() { ¦a = 1; { var a; } }", "function g() { b = 1; { var b; } }"),
    ("const ¦a = 1; f({ a, x: a, a: 2 });", "const b = 1; f({ a: b, x: b, a: 2 });"),
    ("const { ¦a, x: y = a } = o;", "const { a: b, x: y = b } = o;"),
    ("const { ¦a = 1 } = o; a;", "const { a: b = 1 } = o; b;"),
    ("let ¦a; ({ a, x: a } = o);", "let b; ({ a: b, x: b } = o);"),
    ("function f(¦a, [x = a], ...y) { return () => a; }", "function f(b, [x = b], ...y) { return () => b; }"),
    ("import { ¦a } from 'x'; a();", "import { a as b } from 'x'; b();"),
    ("import { x as ¦a } from 'x'; a();", "import { x as b } from 'x'; b();"),
    ("import ¦a from 'x'; o.a = a;", "import b from 'x'; o.a = b;"),
    ("const ¦a = 1; export { a, a as c };", "const b = 1; export { b as a, b as c };"),
    ("const ¦a = 1; f(`${a} a`, a => a);", "const b = 1; f(`${b} a`, a => a);"),
    ("a: for (const ¦a of y) { if (a) continue a; }", "a: for (const b of y) { if (b) continue a; }"),
    ("try {} catch (¦a) { a.a; }", "try {} catch (b) { b.a; }"),
    ("const x = function ¦a() { a(); };", "const x = function b() { b(); };"),
    ("class ¦A { m() { return new A(); } }", "class B { m() { return new B(); } }"),
    ("const ¦A = p => p.x; <A x={A}><a/></A>;", "const B = p => p.x; <B x={B}><a/></B>;"),
    ("switch (x) { case 1: let ¦a; default: a; }", "switch (x) { case 1: let b; default: b; }"),
]
TYPESCRIPT = [
    ("function f<¦T>(x: T): T[] { return [x]; }", "function f<b>(x: b): b[] { return [x]; }"),
    ("interface ¦a { x: a } let y: a = z as a;", "interface b { x: b } let y: b = z as b;"),
    ("function f(¦a: unknown): a is string { return !!a; }", "function f(b: unknown): b is string { return !!b; }"),
    ("let ¦a = 1; let y: typeof a; type U = { a: number };", "let b = 1; let y: typeof b; type U = { a: number };"),
    ("type ¦A<X> = X extends infer W ? A<W> : never;", "type b<X> = X extends infer W ? b<W> : never;"),
]
GO = [
    ("¦a := 1; f(a)", "b := 1; f(b)"),
    ("a := 1; { ¦a := a; f(a) }; f(a)", "a := 1; { b := a; f(b) }; f(a)"),
    ("a := 1; a, ¦c := 2, a; f(c)", "a := 1; a, b := 2, a; f(b)"),
    ("¦a := 1; a, c := 2, a; f(c)", "b := 1; b, c := 2, b; f(c)"),
    ("if ¦a := g(); a > 0 { f(a) } else { h(a) }", "if b := g(); b > 0 { f(b) } else { h(b) }"),
    ("for ¦a, c := range m { f(a, c) }", "for b, c := range m { f(b, c) }"),
    ("switch ¦a := x.(type) { case int: f(a) }", "switch b := x.(type) { case int: f(b) }"),
    ("var ¦a int; x.a = a; a++; go func() { a = 2 }()", "var b int; x.a = b; b++; go func() { b = 2 }()"),
    ("¦a := 1; f(map[int]int{a: a}, []int{a: a}, T{a: a})", "b := 1; f(map[int]int{b: b}, []int{b: b}, T{a: b})"),
    ("select { case ¦a := <-c: f(a) }", "select { case b := <-c: f(b) }"),
    ("func(¦a int) { f(a) }(a)", "func(b int) { f(b) }(a)"),
]
RUST = [
    ("let ¦a = 1; f(a);", "let b = 1; f(b);"),
    ("let a = 1; let ¦a = a + 1; f(a);", "let a = 1; let b = a + 1; f(b);"),
    ("let ¦a = 1; let a = a + 1; f(a);", "let b = 1; let a = b + 1; f(a);"),
    ("let P { ¦a, x: y } = p; f(a, y);", "let P { a: b, x: y } = p; f(b, y);"),
    ("let ¦a = 1; f(P { a, x: a });", "let b = 1; f(P { a: b, x: b });"),
    ("match x { Some(¦a) if a > 1 => a, a @ 1 | a => a }", "match x { Some(b) if b > 1 => b, a @ 1 | a => a }"),
    ("if let Some(¦a) = a { f(a) } else { g(a) }", "if let Some(b) = a { f(b) } else { g(a) }"),
    ("let c = |¦a: i32| a + x.a; c(a)", "let c = |b: i32| b + x.a; c(a)"),
    ("for (¦a, c) in z { f(a, c); }", "for (b, c) in z { f(b, c); }"),
]
JAVA = [
    ("int ¦a = 1; f(a);", "int b = 1; f(b);"),
    ("int ¦a = 1; this.a = a; o.a(a);", "int b = 1; this.a = b; o.a(b);"),
    ("for (int ¦a = 0; a < 3; a++) { f(a); }", "for (int b = 0; b < 3; b++) { f(b); }"),
    ("for (var ¦a : as) f(a); f(this.a);", "for (var b : as) f(b); f(this.a);"),
    ("try (var ¦a = g()) { f(a); } catch (E e) {}", "try (var b = g()) { f(b); } catch (E e) {}"),
    ("F x = (¦a, c) -> a + c;", "F x = (b, c) -> b + c;"),
    ("F x = ¦a -> { return a; };", "F x = b -> { return b; };"),
    ("a: while (true) { int ¦a = 1; f(a); break a; }", "a: while (true) { int b = 1; f(b); break a; }"),
    ("switch (x) { case 1: int ¦a; default: a = 2; }", "switch (x) { case 1: int b; default: b = 2; }"),
]
HOLDERS = {
    "js": ("", "\nexport {};\n"),
    "ts": ("", "\nexport {};\n"),
    "go": ("package p\ntype T struct { a int }\nfunc m() { ", " }\n"),
    "rs": ("fn m() { ", " }\n"),
    "java": ("class M { int a; void m() { ", " } }\n"),
}
CASES = {"js": JAVASCRIPT, "ts": TYPESCRIPT, "go": GO, "rs": RUST, "java": JAVA}


@pytest.mark.parametrize(
    ("language", "before", "after"), [(key, *case) for key, cases in CASES.items() for case in cases]
)
def test_every_use_gets_the_name(language, before, after):
    start, end = HOLDERS[language]
    new = "B" if "B" in after else "b"
    assert done("rename", start + before + end, path=f"main.{language}", name=new) == start + after + end


@pytest.mark.parametrize(
    ("language", "source", "why"),
    [
        ("js", "let ¦a = 1; let b = 2; f(a, b);", "b"),
        ("js", "let ¦a = 1; { let b = 2; f(a); }", "b"),
        ("js", "let b = 1; { let ¦a = 2; f(b); }", "b"),
        ("js", "let ¦a = 1; f(b);", "b"),
        ("js", "export const ¦a = 1;", "other files"),
        ("js", "export function ¦a() {}", "other files"),
        ("js", "export const { x: ¦a } = o;", "other files"),
        ("js", "function f(¦a) { let b; }", "b"),
        ("js", "try {} catch (¦a) { let b; }", "b"),
        ("js", "function f() { let ¦a; try {} catch (b) { var b = 1; } }", "another variable"),
        ("js", "{ let ¦a; { var b; } }", "b"),
        ("js", "{ let b; { var ¦a; } }", "b"),
        ("js", "f(¦a);", "not defined"),
        ("js", "x.¦a = 1;", "other files"),
        ("js", "class A { ¦a() {} }", "other files"),
        ("js", "let ¦a = 1; eval('a');", "eval"),
        ("js", "function f(¦a) { with (x) { a; } }", "with"),
        ("ts", "class A { constructor(private ¦a: number) {} }", "other files"),
        ("ts", "enum E { ¦a, c = a }", "other files"),
        ("ts", "declare const ¦a: number; f(a);", "other files"),
        ("ts", "namespace ¦a { }", "other files"),
        ("go", "a, ¦c := 1, 2; f(a, c); b := 3; f(b, c)", "b"),
        ("go", "¦a := 1; f(b, a)", "b"),
        ("go", "¦a := 1; f(p.T{a: a})", "something else"),
        ("go", "x.¦a()", "other files"),
        ("rs", 'let ¦a = 1; println!("{a}");', "macro"),
        ("rs", "let ¦a = 1; let v = vec![a, 2];", "macro"),
        ("rs", "let P { ref ¦a } = p; f(a);", "field"),
        ("rs", "let ¦a = 1; let b = 2; f(a, b)", "b"),
        ("rs", "fn ¦a() {}", "other files"),
        ("java", "int ¦a = 1; int b = 2; f(a, b);", "b"),
        ("java", "int ¦a = 1; new B() { int g() { return a; } };", "inherit"),
        ("java", "int ¦a = 1; { int b = a; }", "another variable"),
        ("java", "int b = 1; F x = ¦a -> a;", "another variable"),
        ("java", "int b = f(¦a -> a);", "another variable"),
        ("java", "int ¦x = f(b);", "b"),
        ("java", "if (o instanceof B ¦a && a.c) {}", "flow"),
        ("java", "this.¦a = 1;", None),
    ],
)
def test_a_name_stays(language, source, why):
    start, end = HOLDERS[language]
    if why is None:
        assert not offered("rename", start + source + end, path=f"main.{language}", name="b")
    else:
        assert why in refused("rename", start + source + end, path=f"main.{language}", name="b")


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("main.js", "var ¦a = 1; f(a);\n"),
        ("main.ts", "function ¦a() {}\n"),
        ("main.js", "if (x) { function ¦a() {} a(); }\n"),
        ("main.go", "package p\nvar ¦a = 1\n"),
        ("main.go", "package p\nfunc ¦a() {}\n"),
        ("main.go", "package p\ntype ¦T struct{}\n"),
        ("main.go", 'package p\nimport ¦f "fmt"\n'),
        ("main.rs", "const ¦a: i32 = 1;\n"),
        ("main.java", "class M { int ¦a = 1; }\n"),
        ("main.java", "record R(int ¦a) {}\n"),
        ("main.java", "enum E { ¦A }\n"),
    ],
)
def test_what_other_files_may_know_stays(path, source):
    assert refused("rename", source, path=path, name="b")


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("main.java", "class M { void m(@RequestParam String ¦a) { f(a); } }\n"),
        ("main.java", "class M { @Bean Object m(Object ¦a) { return a; } }\n"),
        ("main.rs", "#[tracing::instrument]\nfn m(¦a: i32) -> i32 { a }\n"),
        ("main.rs", "fn m(#[serde] ¦a: i32) -> i32 { a }\n"),
    ],
)
def test_an_annotation_may_look_a_parameter_up(path, source):
    assert "by its name" in refused("rename", source, path=path, name="b")


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("main.java", "class M { @Override void m(@Nullable String ¦a) { f(a); } }\n"),
        ("main.rs", "#[inline]\nfn m(¦a: i32) -> i32 { a }\n"),
    ],
)
def test_ordinary_annotations_do_not(path, source):
    assert "a)" not in done("rename", source, path=path, name="b")


@pytest.mark.parametrize(
    ("path", "name", "why"),
    [
        ("main.js", "class", "means something"),
        ("main.js", "await", "means something"),
        ("main.js", "1a", "no name"),
        ("main.js", "a", "already"),
        ("main.rs", "B", "constant"),
        ("main.rs", "b$", "no name"),
        ("main.go", "len", "means something"),
        ("main.java", "int", "means something"),
    ],
)
def test_a_new_name_must_be_a_name(path, name, why):
    start, end = HOLDERS[path.partition(".")[2]]
    source = {"js": "let ¦a;", "rs": "let ¦a = 1;", "go": "¦a := 1", "java": "int ¦a;"}[path.partition(".")[2]]
    assert why in refused("rename", start + source + end, path=path, name=name)


def test_a_component_begins_with_an_upper_case_letter():
    source = "const ¦A = p => p.x;\nexport default () => <A/>;\n"
    assert "upper case" in refused("rename", source, path="main.jsx", name="b")


@pytest.mark.parametrize("language", ["js", "go", "rs", "java"])
def test_no_name_at_the_cursor(language):
    start, end = HOLDERS[language]
    assert not offered("rename", f"{start}f(¦1);{end}", path=f"main.{language}", name="b")
