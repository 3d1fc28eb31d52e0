"""Names out of parameter lists, patterns and imports, read from text that may be broken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beast_lsp.engine.scopes.signatures import imports, parameter_names, pattern_names, split_top

FAMILIES = ["python", "javascript", "go", "rust", "java", "c", "text"]
JUNK = st.text(alphabet="(){}[]<>:;=.,*&'\" \nabus_.import from", max_size=40)


@pytest.mark.parametrize(
    ("family", "text", "names"),
    [
        ("python", "self, a: Dict[str, int] = {1, 2}, *, b=f(1, 2), **kw", "self a b kw"),
        ("python", "a, /, *args", "a args"),
        ("python", "*, /", ""),
        ("javascript", "a, b = g(1, 2), ...c", "a b c"),
        ("javascript", "{ a, b: { c } }, [d, ...e]", "a c d e"),
        ("javascript", "private readonly a: Map<B, C>, f: (x: number) => void", "a f"),
        ("javascript", "{ a }: Props = {}", "a"),
        ("go", "a, b int, c ...string", "a b c"),
        ("go", "int, string", ""),
        ("go", "f func(int, string) error", "f"),
        ("rust", "&mut self, mut a: Vec<(u8, u8)>, (b, c): X", "self a b c"),
        ("java", "final Map<A, B> a, String... b, @Nullable C c", "a b c"),
        ("c", "const char *a, int b[], void (*cb)(int)", "a b cb"),
        ("c", "void", ""),
        ("c", "int, char *", ""),
        ("c", "int a = 1, unsigned long b", "a b"),
        ("python", "", ""),
        ("javascript", "a, (b", "a b"),
    ],
)
def test_parameter_names(family: str, text: str, names: str) -> None:
    assert parameter_names(family, text) == tuple(names.split())


@pytest.mark.parametrize(
    ("text", "names"),
    [("a", "a"), ("(a, [b, *c])", "a b c"), ("{ a, b: c, ...d }", "a c d"), ("{ a = 1 }", "a"), ("1", ""), ("", "")],
)
def test_pattern_names(text: str, names: str) -> None:
    assert pattern_names(text) == names.split()


@pytest.mark.parametrize(
    ("family", "text", "expected"),
    [
        ("python", "import a.b, c as d", [("a", "a", ""), ("d", "c", "")]),
        ("python", "from ..a import b as c, d", [("c", "..a", "b"), ("d", "..a", "d")]),
        ("python", "from a import (b,  # why\n  c\n", [("b", "a", "b"), ("c", "a", "c")]),
        ("python", "from a import *", []),
        ("python", "import ", []),
        (
            "javascript",
            "import d, { a as b, type T } from './x'",
            [("b", "./x", "a"), ("T", "./x", "T"), ("d", "./x", "default")],
        ),
        ("javascript", "import * as n from 'y'", [("n", "y", "")]),
        ("javascript", "import 'side-effect'", []),
        ("go", '"net/http"', [("http", "net/http", "")]),
        ("go", 'j "encoding/json"', [("j", "encoding/json", "")]),
        ("go", '"x.org/go-yaml/v3"', [("yaml", "x.org/go-yaml/v3", "")]),
        ("go", '_ "embed"', []),
        ("rust", "use a::b::{c as d, e::{f, self}};", [("d", "a::b", "c"), ("f", "a::b::e", "f"), ("e", "a::b", "e")]),
        ("rust", "use a::*;", []),
        ("java", "import a.b.C;", [("C", "a.b", "C")]),
        ("java", "import a.b.*;", []),
        ("c", "#include <a.h>", []),
    ],
)
def test_imports(family: str, text: str, expected: list[tuple[str, str, str]]) -> None:
    assert [tuple(item) for item in imports(family, text)] == expected


@given(family=st.sampled_from(FAMILIES), text=JUNK)
def test_reading_names_is_total(family: str, text: str) -> None:
    assert all(isinstance(name, str) for name in parameter_names(family, text))
    assert all(item.local for item in imports(family, "import " + text))
    assert all(pattern_names(text))


@given(text=JUNK)
def test_splitting_loses_no_name(text: str) -> None:
    assert sum(piece.count("a") for piece in split_top(text)) == text.count("a")
