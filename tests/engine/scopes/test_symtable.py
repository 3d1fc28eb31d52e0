"""The table of names against the interpreter's own: `symtable` over the standard library."""

import re
import symtable
import sysconfig
import warnings
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from beast_lsp.engine.document import split_lines
from beast_lsp.engine.scopes.resolution.build import build_table
from beast_lsp.engine.scopes.resolution.table import BINDS, Role, Scope, Table
from beast_lsp.engine.syntax import parse

_LIBRARY = Path(sysconfig.get_path("stdlib"))
# In test_scope, a function named `top` misleads `symtable`; it is left out.
_NAMES = """
    argparse ast asyncio/base_events asyncio/tasks collections/__init__ contextlib dataclasses datetime difflib enum
    functools inspect typing unittest/mock tarfile turtle smtplib statistics pathlib pickle tkinter/__init__
    test/test_listcomps test/test_patma test/test_generators test/test_fstring test/test_coroutines test/test_grammar
"""
_KINDS = {"lambda": "lambda", "listcomp": "comprehension", "setcomp": "comprehension", "dictcomp": "comprehension"}
_KINDS["genexpr"] = "comprehension"
Row = tuple[str, int, frozenset[str], frozenset[str], frozenset[str]]


def rows_of_symtable(found: symtable.SymbolTable) -> Iterator[Row]:
    """Each scope: its kind, its line, and which of its names are its own, of a function around it, and global."""
    kind = str(getattr(found.get_type(), "value", found.get_type()))
    kind = _KINDS.get(found.get_name(), kind)
    symbols = [one for one in found.get_symbols() if one.get_name() not in {".0", "__class__", "__classdict__"}]
    symbols = [
        one for one in symbols if one.is_referenced() or one.is_assigned() or one.is_parameter() or one.is_imported()
    ]
    own = frozenset(one.get_name() for one in symbols if one.is_local() and not (kind != "module" and one.is_global()))
    free = frozenset(one.get_name() for one in symbols if one.is_free())
    other = frozenset(one.get_name() for one in symbols if one.get_name() not in own | free)
    line = 0 if kind == "module" else found.get_lineno()
    yield kind, line, own if kind != "module" else frozenset(), free, other if kind != "module" else frozenset()
    for child in found.get_children():
        yield from rows_of_symtable(child)


def rows_of_table(table: Table) -> Iterator[Row]:
    """The same of our table."""
    by_scope: dict[int, list] = {}
    for one in table.occurrences:
        if not one.in_string and one.role not in {Role.ATTRIBUTE, Role.KEYWORD, Role.IMPORTED, Role.DECLARE}:
            by_scope.setdefault(id(one.scope), []).append(one)
    stack: list[Scope] = [table.module]
    while stack:
        scope = stack.pop()
        stack += scope.children
        found = [one for one in by_scope.get(id(scope), ()) if one.name != "__class__"]
        own = frozenset(one.name for one in found if one.symbol is not None and one.symbol.scope is scope)
        free = frozenset(
            one.name for one in found if one.symbol is not None and one.symbol.scope not in {scope, table.module}
        )
        other = frozenset(one.name for one in found) - own - free
        module = scope.kind == "module"
        line = 0 if module else scope.node.start_point[0] + 1
        if module:
            own = other = frozenset()
        yield scope.kind, line, own, free, other


def differences(text: str, path: str = "x.py") -> list[Row]:
    """The scopes that both see differently."""
    # Under it, the interpreter looks at no annotation.
    text = re.sub(r"(?m)^ *from __future__ import annotations.*$", "", text)
    tree = parse("python", split_lines(text))
    assert tree is not None
    ours = Counter(rows_of_table(build_table(tree)))
    theirs = Counter(rows_of_symtable(symtable.symtable(text, path, "exec")))
    return sorted(
        [("-", *row) for row in (theirs - ours)] + [("+", *row) for row in (ours - theirs)],
        key=lambda r: (r[2], str(r)),
    )


@pytest.mark.parametrize("name", _NAMES.split())
def test_every_scope_is_seen_as_the_interpreter_sees_it(name):
    path = _LIBRARY / f"{name}.py"
    if not path.exists():
        pytest.skip(f"this Python has no {name}")
    text = path.read_text("utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # old escapes.
        assert differences(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "x = 1\ndef f():\n    global x\n    x = 2\n    def g():\n        x = 3\n        return x\n",
        "def f():\n    a = 1\n    def g():\n        nonlocal a\n    return [a for b in a if (a := b)]\n",
        "class A:\n    x = 1\n    y = [x for _ in x]\n    def f(self, z=x):\n        return x, __class__\n",
        "class A:\n    __p = 1\n    def __m(self, __q):\n        return __q + self.__p\n",
        "match a:\n    case {'k': v, **r} | P(x=q, y=[_, *s]) if t:\n        pass\n    case m.C as u:\n        pass\n",
        "def f():\n    try:\n        pass\n    except E as e:\n        e\n    for i, (j, *k) in f'{l!r:>{w}}': u\n",
        "type(self).x = 1\nlambda a, *b, c=d, **e: (a, b, c, e, g)\nwith o as (p, q.r): pass\n",
        "def f():\n    (x): int\n    y: int\n    print(x, y)\n",
        "import a.b, c.d as e\nfrom .f import g as h, i\ndef j(ﬁ): return fi\n",
    ],
)
def test_traps_of_the_scoping_rules(text):
    assert differences(text) == []


def test_type_parameters_are_a_scope_of_their_own():
    text = "class A[T: (int, str)](B[T]):\n    x: T\n    def f[U](self, a: U = T): return U\ntype C[V] = dict[V, A]\n"
    tree = parse("python", split_lines(text))
    table = build_table(tree)
    kinds = {one.name: one.symbol.scope.kind for one in table.occurrences if one.symbol is not None}
    assert kinds["T"] == kinds["U"] == kinds["V"] == "type"
    assert kinds["A"] == kinds["C"] == "module"


def _names(text, name):
    tree = parse("python", split_lines(text))
    return [one for one in build_table(tree).occurrences if one.name == name]


def test_names_in_annotations_and_in_all_are_found_in_their_strings():
    found = _names('__all__ = ["A"]\nclass A: pass\ndef f(x: "list[A]", y: Literal["A"]) -> "A": "A"\n', "A")
    assert len({id(one.symbol) for one in found}) == 1
    assert [one.in_string for one in found] == [True, False, True, True]
    assert all(one.role in {Role.READ} | BINDS for one in found)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('B = Optional["A"]\n', True),
        ('B = typing.Callable[["A", int], None]\n', True),
        ('B: TypeAlias = dict[str, "list[A]"]\n', True),
        ('B = t.TypeVar("B", bound="A | int")\n', True),
        ('B = NewType("B", "A")\n', True),
        ('A = TypeVar("A")\n', False),
        ('B = table["A"]\n', False),
        ('B: str = "A"\n', False),
        ('B = Union[Literal["A"], int]\n', False),
    ],
)
def test_types_are_found_in_strings_outside_of_annotations(line, expected):
    assert any(one.in_string for one in _names(f"class A: pass\n{line}", "A")) is expected


def test_what_calls_locals_may_use_its_names_unseen():
    text = "def f(a):\n    return locals()\ndef g(b):\n    return b\n"
    assert _names(text, "a")[0].scope.is_dynamic
    assert not _names(text, "b")[0].scope.is_dynamic


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x = 1\nclass A:\n    x = x\n", True),
        ("x = 1\nclass A:\n    x = 2\n", False),
        ("input = input\n", True),
        ("input = 1\nprint(input)\n", False),
        ("x = 1\nclass A:\n    x = 2\n    y = x\n", False),
        ("x = 1\nclass A:\n    def x(self, y=x): pass\n", True),
        ("x = 1\nclass A:\n    x = 2\n    del x\n    y = x\n", True),
        ("x = 1\nclass A:\n    if y:\n        x = 2\n    y = x\n", True),
        ("x = 1\nclass A:\n    for x in y:\n        z = x\n", False),
        ("input = input\nclass A:\n    for x in y: pass\n", True),
    ],
)
def test_a_read_that_may_mean_two_things_is_marked(text, expected):
    assert any(one.symbol is not None and one.symbol.is_ambiguous for one in _names(text, text.split()[0])) is expected
