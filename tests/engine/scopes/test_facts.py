"""Facts: definitions, imports, members and receivers, per language, in whole and in broken code."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beast_lsp.engine.document import split_lines
from beast_lsp.engine.languages import LANGUAGES
from beast_lsp.engine.scopes import extract
from beast_lsp.engine.scopes.extract import extract_facts
from beast_lsp.engine.scopes.facts import Definition, FileFacts, Import
from beast_lsp.engine.syntax import parse

PYTHON = """\
import os.path, re as r
from a.b import (c as d, e)
from . import *
LIMIT: int = 1
x, (y, *z) = 1
x.attribute = 2
class K(B, m.C[int], metaclass=M):
    f = 1
    async def m(self, a, *, b: Dict[str, int] = {1: 2}, **kw):
        self.p = self.q.r(1)
        def inner(): local = 1
        self.s, v = other.t = 1, 2
@decorated
def g(a, /, b=f(1, 2)): np.array(np.int8)
"""


def read(language: str, text: str) -> FileFacts:
    return extract_facts(parse(language, split_lines(text)))


def test_python_in_full() -> None:
    facts = read("python", PYTHON)
    assert facts.definitions == (
        Definition("LIMIT", "constant", 3, 3),
        Definition("x", "variable", 4, 4),
        Definition("y", "variable", 4, 4),
        Definition("z", "variable", 4, 4),
        Definition("K", "class", 6, 11, bases=("B", "m.C")),
        Definition("f", "field", 7, 7, "K"),
        Definition("m", "method", 8, 11, "K", ("self", "a", "b", "kw")),
        Definition("inner", "function", 10, 10, "K.m"),
        Definition("g", "function", 13, 13, parameters=("a", "b")),
    )
    assert set(facts.imports) == {
        Import("os", "os", ""),
        Import("r", "re", ""),
        Import("d", "a.b", "c"),
        Import("e", "a.b", "e"),
    }
    assert facts.members == {"K": ("f", "m", "p", "s")}
    assert facts.receivers["self"] == ("p", "q", "s")
    assert facts.receivers["self.q"] == ("r",)
    assert facts.receivers["np"] == ("array", "int8")
    assert not {"local", "v", "g"} & set(facts.receivers)


@pytest.mark.parametrize(
    ("language", "text", "definitions", "members"),
    [
        ("python", "def broken(a,\n", "", {}),
        ("python", "class A:\n  def m(self): pass\n  def n(self:\n", "A:class m:method", {"A": ("m",)}),
        ("python", "def f():\n  x = 1\n", "f:function", {}),
        ("javascript", "class A extends B { #p = 1; q; m() { this.x = this.y } }", "A:class p:field q:field m:method",
         {"A": ("p", "q", "m", "x")}),
        ("javascript", "const F = ({ u }) => 1, G = g()", "G:constant F:function", {}),
        ("javascript", "export const { k, l: { m } } = z", "k:variable m:variable", {}),
        ("typescript", "interface I { m(): c; p: q }\nenum E { A, B = 1 }", "I:class m:method p:field E:class A:field B:field",  # noqa: E501
         {"I": ("m", "p"), "E": ("A", "B")}),
        ("typescript", "class A { constructor(private q: X) {} }", "A:class constructor:method q:field",
         {"A": ("constructor", "q")}),
        ("tsx", "function F() { const x = 1; return <a/> }", "F:function", {}),
        ("go", "package p\ntype S struct { A, B int }\nfunc (s *S) M() {}\nvar v = 1", "S:class A:field B:field M:method v:variable",  # noqa: E501
         {"S": ("A", "B", "M")}),
        ("go", "package p\nfunc f() { x := 1 }", "f:function", {}),
        ("rust", "struct S<T> { f: u8 }\nimpl<T> X for S<T> { fn m(&self) {} }\nmod o { fn g() {} }",
         "S:class f:field m:method g:function", {"S": ("f", "m")}),
        ("java", "class A<T> extends B { int x, y; A() {} void m() { int z; } }",
         "A:class x:field y:field A:method m:method", {"A": ("x", "y", "A", "m")}),
        ("c", "typedef struct { int a; } S;\nstatic int g = 1;\nint h(void);\n#define M 1\nstruct S x;",
         "S:class a:field g:variable h:function M:constant x:variable", {"S": ("a",)}),
        ("cpp", "namespace n { class A : B { int x; int m(int); }; }\nint A::w(int z) {}",
         "A:class x:field m:method w:method", {"A": ("x", "m", "w")}),
    ],
)  # fmt: skip
def test_definitions_and_members(language: str, text: str, definitions: str, members: dict) -> None:
    facts = read(language, text)
    assert [f"{item.name}:{item.kind}" for item in facts.definitions] == definitions.split()
    assert facts.members == members


@pytest.mark.parametrize(
    ("language", "text", "bases"),
    [
        ("python", "class A: pass", ()),
        ("python", "class A(metaclass=M): pass", ()),
        ("typescript", "class A<T> extends B<T> implements C, D {}", ("B", "C", "D")),
        ("typescript", "interface A extends B {}", ("B",)),
        ("rust", "trait A: B + C {}", ("B", "C")),
        ("java", "class A extends B<C> implements D, E {}", ("B", "D", "E")),
        ("java", "class A {}", ()),
        ("cpp", "class A : public B, private virtual C {};", ("B", "C")),
    ],
)
def test_bases(language: str, text: str, bases: tuple[str, ...]) -> None:
    assert read(language, text).definitions[0].bases == bases


@pytest.mark.parametrize(
    ("language", "text", "receivers"),
    [
        ("python", "f().x\n'a'.b\na[0].c\n", {}),
        ("python", "a.b.c(d.e)\n", {"a": ("b",), "a.b": ("c",), "d": ("e",)}),
        ("javascript", "a?.b(this.c)", {"a": ("b",), "this": ("c",)}),
        ("go", "package p\nvar x = a.B(c.D.E)", {"a": ("B",), "c": ("D",), "c.D": ("E",)}),
        ("java", "class A { void m() { this.x.y(); b.c(1).d(); } }", {"this": ("x",), "this.x": ("y",), "b": ("c",)}),
        ("c", "int f() { return a->b.c; }", {"a": ("b",), "a.b": ("c",)}),
    ],
)
def test_receivers(language: str, text: str, receivers: dict[str, tuple[str, ...]]) -> None:
    assert read(language, text).receivers == receivers


def test_windows_of_a_long_file_give_each_thing_once(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = read("python", PYTHON)
    monkeypatch.setattr(extract, "_WINDOW", 40)
    assert read("python", PYTHON) == whole


def test_no_tree_no_facts() -> None:
    assert extract_facts(None) is FileFacts.EMPTY


def test_json_keeps_everything() -> None:
    facts = read("python", PYTHON)
    assert FileFacts.from_json(json.loads(json.dumps(facts.to_json()))) == facts
    assert FileFacts.EMPTY.to_json() == {}


@pytest.mark.parametrize(
    "data",
    [
        None,
        1,
        [],
        "x",
        {"d": 1},
        {"d": [[1]]},
        {"d": [["a", "b", "c", "d"]]},
        {"i": [["a"]]},
        {"m": []},
        {"r": {"a": 1}},
    ],
)
def test_damaged_json_gives_no_facts(data: object) -> None:
    assert FileFacts.from_json(data) == FileFacts.EMPTY


@settings(deadline=None)
@given(
    language=st.sampled_from(sorted(LANGUAGES)),
    cuts=st.tuples(st.integers(0, len(PYTHON)), st.integers(0, len(PYTHON))),
    noise=st.text(alphabet="(){}[]<>:;=.,'\"`|&*\\\r\n\t \0é\ud800ax", max_size=12),
)
def test_facts_are_total(language: str, cuts: tuple[int, int], noise: str) -> None:
    facts = read(language, PYTHON[: cuts[0]] + noise + PYTHON[cuts[1] :])
    assert FileFacts.from_json(facts.to_json()) == facts
