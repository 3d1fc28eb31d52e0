"""Members behind a receiver and parameters of a call."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from beast_lsp.engine.document import Position
from beast_lsp.engine.languages import LANGUAGES
from beast_lsp.engine.scopes.names import call_parameters, names_in_scope, receiver_class, receiver_members

CLASS = "class A:\n    def m(self, p): self.x = 1\nclass B(A):\n    def n(self): pass\n"


@pytest.mark.parametrize(
    ("language", "source", "receiver", "expected"),
    [
        ("python", CLASS + "    def o(self):\n        self.$0", "self", "B"),
        ("python", CLASS + "    def o(self):\n        def g():\n            self.$0", "self", "B"),
        ("python", CLASS + "def f(self):\n    self.$0", "self", None),
        ("python", CLASS + "self.$0", "self", None),
        ("python", CLASS + "a = A()\na.$0", "a", "A"),
        ("python", CLASS + "a = mod.A(1)\na = B()\na.$0", "a", "B"),
        ("python", CLASS + "def f(a: A, b: 'B'):\n    b.$0", "b", "B"),
        ("python", "def f():\n    with Session() as s:\n        s.$0", "s", "Session"),
        ("python", CLASS + "A.$0", "A", "A"),
        ("python", CLASS + "a = f(1)\na.$0", "a", None),
        ("python", CLASS + "ba = A()\na.$0", "a", None),
        ("python", CLASS + "a.$0\na = A()", "a", None),
        ("javascript", "class A {\n  m() {\n    this.$0\n  }\n}", "this", "A"),
        ("javascript", "const a = new A(1)\na.$0", "a", "A"),
        ("javascript", "function f() {\n  this.$0", "this", None),
        ("typescript", "function f(a: A, b?: B) {\n  b.$0", "b", "B"),
        ("go", "package p\nfunc (s *S) M() {\n\ts.$0", "s", "S"),
        ("go", "package p\ntype S struct{}\nfunc f() {\n\tx := &S{}\n\tx.$0", "x", "S"),
        ("go", "package p\nfunc (s *S) M() {\n\tt.$0", "t", None),
        ("rust", "impl T for S {\n    fn m(&self) {\n        self.$0", "self", "S"),
        ("rust", "fn f() {\n    let a = A::new(1);\n    a.$0", "a", "A"),
        ("java", "class A {\n  void m() {\n    this.$0", "this", "A"),
        ("java", "class A {\n  void m(B b) {\n    b.$0", "b", "B"),
        ("c", "struct S { int a; };\nvoid f(struct S *s) {\n  s->$0", "s", "S"),
        ("cpp", "int A::m() {\n  this->$0", "this", "A"),
        ("text", "a = A()\na.$0", "a", None),
    ],
)
def test_receiver_class(place, language: str, source: str, receiver: str, expected: str | None) -> None:
    at = place(language, source)
    assert receiver_class(at.document, at.facts, at.position, receiver) == expected


def test_members_of_the_class_come_before_what_was_seen(place) -> None:
    at = place("python", CLASS + "    def o(self):\n        self.seen()\n        self.$0")
    assert receiver_members(at.document, at.facts, at.position, "self")[:4] == ("n", "o", "m", "x")
    assert "seen" in receiver_members(at.document, at.facts, at.position, "self")


def test_an_unknown_receiver_has_what_was_seen_after_it(place) -> None:
    at = place("python", "import numpy as np\nnp.array(1)\nnp.$0")
    assert receiver_members(at.document, at.facts, at.position, "np") == ("array",)
    assert receiver_members(at.document, at.facts, at.position, "other") == ()
    assert receiver_members(at.document, at.facts, at.position, "") == ()


def test_classes_that_inherit_in_a_circle_end(place) -> None:
    at = place("python", "class A(B):\n    x = 1\nclass B(A):\n    y = 1\nA.$0")
    assert receiver_members(at.document, at.facts, at.position, "A")[:2] == ("x", "y")


FUNCTIONS = "def f(a, b=1): pass\nclass C:\n    def __init__(self, c): pass\n    def m(self, d): pass\n"


@pytest.mark.parametrize(
    ("language", "source", "expected"),
    [
        ("python", FUNCTIONS + "f($0", ("f", ("a", "b"))),
        ("python", FUNCTIONS + "x = f(1, [2, (3)], $0)", ("f", ("a", "b"))),
        ("python", FUNCTIONS + "f(\n    1,\n    $0\n)", ("f", ("a", "b"))),
        ("python", FUNCTIONS + "C($0)", ("C", ("c",))),
        ("python", FUNCTIONS + "C(1).m($0)", ("m", ("d",))),
        ("python", FUNCTIONS + "x = C(1)\nx.m($0)", ("x.m", ("d",))),
        ("python", FUNCTIONS + "f(g($0", ("g", ())),
        ("python", "class D:\n    x: int\n    y: int = 1\nD($0", ("D", ("x", "y"))),
        ("python", FUNCTIONS + "f(1)$0", None),
        ("python", FUNCTIONS + "f({$0", None),
        ("python", FUNCTIONS + "f('($0", ("f", ("a", "b"))),
        ("python", FUNCTIONS + "x = ($0", None),
        ("python", FUNCTIONS + "if ($0", None),
        ("python", "def g($0", None),
        ("python", "class G($0", None),
        ("javascript", "function f(a) {}\nf($0)", ("f", ("a",))),
        ("javascript", "class A { constructor(a) {} }\nnew A($0)", ("A", ("a",))),
        ("javascript", "function g($0", None),
        ("javascript", "f(() => {\n  $0", None),
        ("go", "package p\nfunc f(a int) {\n\tf($0", ("f", ("a",))),
        ("go", "package p\nfunc (s S) g($0", None),
        ("rust", "fn f(a: u8) {\n    f($0)\n}", ("f", ("a",))),
        ("java", "class A { void m(int a) {\n    m($0);\n}}", ("m", ("a",))),
        ("cpp", "int f(int a);\nint g() {\n  return f($0", ("f", ("a",))),
        ("cpp", "int g() {\n  while ($0", None),
    ],
)
def test_call_parameters(place, language: str, source: str, expected: object) -> None:
    at = place(language, source)
    assert call_parameters(at.document, at.facts, at.position) == expected


CODE = "class A(B):\n    def m(self, a):\n        x = [y for y in a if f(\n"
CODE += "for (const z of q) {\n  s := g(a, {b: |c| d => '"


# The fixture is a plain function, which keeps nothing between examples.
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    language=st.sampled_from(sorted(LANGUAGES)),
    cut=st.integers(0, len(CODE)),
    noise=st.text(alphabet="(){}[]<>:;=.,'\"`|&*\\\r\n\t \0é\ud800ax", max_size=12),
    line=st.integers(0, 9),
    column=st.integers(0, 60),
)
def test_any_text_and_place_is_answered(place, language: str, cut: int, noise: str, line: int, column: int) -> None:
    at = place(language, CODE[:cut] + noise + CODE[cut:], CODE)
    position = Position(line, column)
    names = names_in_scope(at.document, at.tree, at.facts, position)
    assert len({name.name for name in names}) == len(names)
    assert len(set(receiver_members(at.document, at.facts, position, "self"))) >= 0
    call = call_parameters(at.document, at.facts, position)
    assert call is None or call[0]
