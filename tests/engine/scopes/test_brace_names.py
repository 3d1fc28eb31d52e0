"""Names in scope in the languages with braces."""

import pytest

from beast_lsp.engine.scopes.names import names_in_scope

CASES = [
    ("javascript", "function f(a, { b, c: d }, ...e) {\n  $0\n}", "f a b d e", "c"),
    ("javascript", "function f() {\n  const a = 1\n  { let b = 2 }\n  $0\n}", "a", "b"),
    ("javascript", "function f() {\n  $0\n  const a = 1\n}", "f", "a"),
    ("javascript", "const f = (a, b = 1) => {\n  $0\n}", "f a b", "c"),
    ("javascript", "xs.map(a => a.$0)", "a", "xs map"),
    ("javascript", "xs.map(a => a.b).filter($0)", "", "a b"),
    ("javascript", "function f() {\n  for (const [k, v] of o) {\n    $0", "k v", "o"),
    ("javascript", "function f() {\n  for (let i = 0; i < 1; i++) { g() }\n  $0", "f", "i g"),
    ("javascript", "function f() {\n  try { let a } catch (e) {\n    $0", "e", "a"),
    ("javascript", "class A {\n  m(a) {\n    $0\n  }\n  n(b) {}\n}", "A a", "b m"),
    ("javascript", "class A {\n  m(a) {}\n  n(b) {\n    if (b) {\n      $0", "A b", "a"),
    ("javascript", "import d, { a as b } from 'x'\nimport * as n from 'y'\n$0", "d b n", "a x y"),
    ("javascript", "function f() {\n  const { a, b: { c } } = x\n  $0", "a c", "b x"),
    ("javascript", "function f(a) {\n  // const b = 1\n  const s = 'let c = 1'\n  $0", "a s", "b c"),
    ("typescript", "function f(a: A, b?: Map<B, C>): D {\n  $0", "a b", "A B C D"),
    ("typescript", "export const f = async (a: A): Promise<void> => {\n  const b: B = 1\n  $0", "f a b", "A B"),
    ("typescript", "class A {\n  constructor(private a: X) {\n    $0", "a", "X private"),
    ("tsx", "const F = ({ a, b }: P) => {\n  return <div>{$0}</div>", "F a b", "P"),
    ("go", "package p\nfunc (s *S) M(a, b int, c ...T) (d int, err error) {\n\t$0\n}", "s a b c d err", "S T int"),
    ("go", "package p\nfunc f() {\n\tx, y := 1, 2\n\tvar z int\n\t$0", "x y z", "int"),
    ("go", "package p\nfunc f() {\n\tif v, ok := m[k]; ok {\n\t\t$0", "v ok", "m k"),
    ("go", "package p\nfunc f() {\n\tif v := g(); v {\n\t\tw := 1\n\t}\n\t$0", "f", "v w"),
    ("go", "package p\nfunc f() {\n\tfor i, e := range xs {\n\t\t$0", "i e", "xs"),
    ("go", 'package p\nimport (\n\tj "encoding/json"\n\t"net/http"\n)\nfunc f() {\n\t$0', "j http", "json net"),
    ("go", "package p\nfunc f() {\n\tgo func(a int) {\n\t\t$0", "a", "int"),
    ("rust", "fn f(a: u8, mut b: &str) -> u8 {\n    $0\n}", "f a b", "u8 mut"),
    ("rust", "fn f() {\n    let (a, b) = c;\n    let mut d: T = e;\n    $0", "a b d", "c e T"),
    ("rust", "fn f() {\n    if let Some(x) = y {\n        $0", "x", "y Some"),
    ("rust", "fn f() {\n    if let Some(x) = y { let z = 1; }\n    $0", "f", "x z"),
    ("rust", "fn f() {\n    for (i, e) in it {\n        $0", "i e", "it"),
    ("rust", "fn f() {\n    match a {\n        Some(b) => {\n            $0", "b", "Some a"),
    ("rust", "fn f() {\n    it.map(|a| a.$0)", "a", "it map"),
    ("rust", "use a::{b as c, d::*, e::{g, self}};\nfn f() {\n    $0", "c g e", "b d a"),
    ("java", "class A {\n  void m(Map<B, C> a, final int b) throws X {\n    $0\n  }\n}", "A a b", "B C X"),
    ("java", "class A {\n  void m() {\n    int a = 1; List<B> b;\n    { int c = 2; }\n    $0", "a b", "c B"),
    ("java", "class A {\n  void m(int a) {}\n  void n(int b) {\n    $0", "b", "a"),
    ("java", "class A {\n  void m() {\n    for (B b : bs) {\n      $0", "b", "bs B"),
    ("java", "class A {\n  void m() {\n    try { int a = 1; } catch (E | F e) {\n      $0", "e", "a E F"),
    ("java", "import a.B;\nimport static c.D.e;\nclass A { $0 }", "B e", "a c D"),
    ("java", "class A {\n  void m() {\n    return x;\n    throw y;\n    $0", "A", "x y"),
    ("c", "int f(const char *a, int b[], void (*cb)(int)) {\n  $0\n}", "f a b cb", "int char"),
    ("c", "static int g = 1;\nint f(void) {\n  for (int i = 0; i < g; i++) {\n    $0", "g i", "void"),
    ("c", "int f() {\n  if (a) {\n    int b = 1;\n  }\n  struct S *s = a;\n  $0", "s", "b a"),
    ("cpp", "int A::m(std::vector<B> &a) const {\n  for (auto &e : a) {\n    $0", "a e", "B const auto"),
    ("cpp", "int f() {\n  std::string s;\n  try { int a = 1; } catch (const E &e) {\n    $0", "s e", "a E"),
]


@pytest.mark.parametrize(("language", "source", "visible", "hidden"), CASES)
def test_what_a_place_sees_in_braces(place, language: str, source: str, visible: str, hidden: str) -> None:
    at = place(language, source)
    names = {name.name for name in names_in_scope(at.document, at.tree, at.facts, at.position)}
    assert set(visible.split()) <= names
    assert not set(hidden.split()) & names


def test_inner_blocks_come_first(place) -> None:
    at = place("javascript", "let z\nfunction f(a) {\n  let b\n  if (b) {\n    let c\n    $0\n  }\n}")
    names = names_in_scope(at.document, at.tree, at.facts, at.position)
    assert [(name.name, name.distance) for name in names] == [("c", 0), ("b", 1), ("a", 1), ("f", 2), ("z", 3)]


def test_names_of_lines_typed_since_the_analysis(place) -> None:
    old = "function f(a) {\n}\nfunction g(b) {}\n"
    at = place("javascript", "function f(a) {\n  const x = a\n  foo($0\n}\nfunction g(b) {}\n", old)
    names = {name.name for name in names_in_scope(at.document, at.tree, at.facts, at.position)}
    assert {"x", "a", "f", "g"} <= names
    assert not {"b", "foo"} & names
