"""Names in scope in Python: each source says what is seen at the mark, and what is not."""

import pytest

from beast_lsp.engine.scopes.names import names_in_scope


def seen(place, source: str, analysed: str | None = None) -> set[str]:
    at = place("python", source, analysed)
    return {name.name for name in names_in_scope(at.document, at.tree, at.facts, at.position)}


@pytest.mark.parametrize(
    ("source", "visible", "hidden"),
    [
        ("def f(a, *b, c: int = 1, **d):\n    $0\n", "f a b c d", "int"),
        ("def f(a, b): return $0\n", "a b", "return"),
        ("def f(\n    a,\n    b=g(1),\n) -> int:\n    $0", "a b", "g int"),
        ("def f():\n    x = 1\n    $0\n    y = 2\n", "x", "y"),
        ("def f():\n    x = $0\n", "f", "x"),
        ("def f():\n    a, (b, *c) = d = g()\n    $0", "a b c d", "g"),
        ("def f():\n    a.b = 1\n    c[d] = 2\n    a.e, h = 3\n    $0", "h", "a b c d e"),
        ("def f():\n    a: int = 1\n    b: str\n    $0", "a b", "int str"),
        ("def f():\n    a == 1\n    b += 1\n    g(c=1,\n      d=2)\n    $0", "f", "a b c d g"),
        ("def f():\n    g(\n        c=1,\n        d=2,\n    )\n    e = 1\n    $0", "e", "c d"),
        ("def f():\n    for i, (j, k) in x:\n        $0", "i j k", "x"),
        ("def f():\n    for i in x: pass\n    $0", "i", "x"),
        ("def f():\n    with a as b, c() as (d, e):\n        $0", "b d e", "a c"),
        ("def f():\n    with (\n        a as b,\n        c() as d,\n    ):\n        $0", "b d", "a c"),
        ("def f():\n    try: pass\n    except E as e:\n        $0", "e", "E"),
        ("def f():\n    if (n := g()) > 1:\n        $0", "n", "g"),
        (
            "def f():\n    import os.path, re as r\n    from a import (b as c,\n        d)\n    $0",
            "os r c d",
            "path re a b",
        ),
        ("def f():\n    global g\n    nonlocal h, i\n    $0", "g h i", "j"),
        ("def f(x):\n    match x:\n        case P(a=b, c) | [d, *e] if g:\n            $0", "b c d e", "P a g"),
        ("def f(x):\n    match x:\n        case {'k': v, **w} as y:\n            $0", "v w y", "k"),
        ("def f(x):\n    match x:\n        case E.A: $0", "x", "E A"),
        ("def f():\n    def g(a):\n        b = 1\n    class C:\n        d = 1\n    $0", "g C", "a b d"),
        ("def f(a):\n    def g(b):\n        $0\n    c = 1\n", "a b c g", "d"),
        ("def f():\n    def g(a):\n        b = 1\n    c = 1\n    def h():\n        $0", "c g h", "a b"),
        ("class A:\n    x = 1\n    def m(self):\n        $0\n", "A self", "x m"),
        ("class A:\n    x = 1\n    def m(self): pass\n    y = $0\n", "A x m", "self y"),
        ("class A:\n    x = 1\n    class B:\n        y = 1\n        $0\n", "A y", "x"),
        ("[a$0 for a, (b, c) in d if e]", "a b c", "d e"),
        ("[a for a in $0]", "", "a"),
        ("[a for a in b if $0]", "a", "b"),
        ("[b for a in x for b in $0]", "a", "b x"),
        ("[c for c in (\n    $0)]", "", "c"),
        ("{\n    k: v$0\n    for k, v in x\n}", "k v", "x"),
        ("g(a for a in b)\n$0", "", "a b g"),
        ("lambda a, b=1: $0", "a b", "lambda"),
        ("g(lambda a: 1, $0)", "", "a g"),
        ("g(lambda a: h(b, $0))", "a", "b g h"),
        ("x = 1\n$0\ny = 2\n", "x", "y"),
        ("x = 1\ndef f():\n    $0\ny = 2\n", "x y f", "z"),
        ("import a.b\nfrom c import d as e\n$0", "a e", "b c d"),
        ("for i in x:\n    pass\n$0", "i", "x"),
        ("if a:\n    b = 1\ndef f():\n    $0", "b", "a"),
        ('def f(a):\n    """one\nlow\n"""\n    b = 1\n    $0', "a b", "low one"),
        ("def f(a):\n    x = '''\nlow = 1\n'''\n    $0", "a x", "low"),
        ("def f(a):\n    # b = 1\n# low\n    c = 'd = 1'\n    $0", "a c", "b d"),
        ("def f(a):\n    b = 1\n$0", "f", "a b"),
        ("def f(a):\n    b = 1\n    $0\ndef g(c): pass", "a b g", "c"),
        ("async def f(a):\n    async for b in c:\n        async with d as e:\n            $0", "a b e", "c d"),
        ("def f(a):\n    b = (1\n    return 2\n    c = 3\n    $0", "a b c", "d"),
        ("def f(a:\n    b = 1\n    $0", "a", "c"),
        ("type X = int\nmatch = 1\ndef f():\n    $0", "X match", "int"),
    ],
)
def test_what_a_place_sees(place, source: str, visible: str, hidden: str) -> None:
    names = seen(place, source)
    assert set(visible.split()) <= names
    assert not set(hidden.split()) & names


def test_the_nearest_name_comes_first_and_counts_once(place) -> None:
    at = place("python", "x = 1\ndef f(x, a):\n    def g(b):\n        x = 2\n        c = 3\n        $0")
    names = names_in_scope(at.document, at.tree, at.facts, at.position)
    assert [name.name for name in names] == ["c", "x", "b", "g", "a", "f"]
    assert [name.distance for name in names] == [0, 0, 0, 1, 1, 2]
    assert [name.kind for name in names] == ["variable", "variable", "parameter", "function", "parameter", "function"]


OLD = "import os\ndef f(a):\n    b = 1\n    return b\ndef g(): pass\n"


@pytest.mark.parametrize(
    ("new", "visible", "hidden"),
    [
        ("import os\ndef f(a):\n    b = 1\n    z = 1\n    $0\n    return b\ndef g(): pass\n", "os f g a b z", "c"),
        (
            "import os\nimport re\ndef h(q):\n    $0\ndef f(a):\n    b = 1\n    return b\ndef g(): pass\n",
            "re f g q h",
            "a b",
        ),
        ("import os\ndef f(a):\n    foo(b.\n    $0\n    return b\ndef g(): pass\n", "a f", "b foo"),
        ("$0", "os", "a b g"),
        ("\n\n\n\n\n\n\n\n\n\n$0", "os", "a b"),
    ],
)
def test_an_older_analysis_still_serves(place, new: str, visible: str, hidden: str) -> None:
    names = seen(place, new, OLD)
    assert set(hidden.split()).isdisjoint(names)
    assert set(visible.split()) <= names


def test_without_a_tree_the_text_tells(place) -> None:
    at = place("python", "def f(a):\n    b = 1\n    $0")
    names = {name.name for name in names_in_scope(at.document, None, at.facts.EMPTY, at.position)}
    assert names == {"a", "b"}


def test_plain_text_has_no_names(place) -> None:
    at = place("text", "x = 1\n$0")
    assert names_in_scope(at.document, at.tree, at.facts, at.position) == []
