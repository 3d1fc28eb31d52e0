"""Each rule where it applies and, as often, where it must not: the line that is marked with `#!` or `//!` is found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beast_lsp.engine.document import split_lines
from beast_lsp.engine.rules.finding import Place
from beast_lsp.engine.rules.registry import RULES, findings
from beast_lsp.engine.syntax import parse

PYTHON_FOUND = {
    "identical-operands": [
        "ok = len(a) == len(a) #!",
        "if name.startswith(p) or name.startswith(p): #!\n    pass",
        "ok = width == width #!",
        "size = total - total #!",
        "if self.a.b and self.a.b: #!\n    pass",
        "if x is x: #!\n    pass",
    ],
    "repeated-operand": [
        "if a or f() or a: #!\n    pass",
        "if isinstance(x, A) or f(x) or isinstance(x, A): #!\n    pass",
        "ok = a and (b and a) #!",
        "if a or b or a: #!\n    pass",
        "ok = a.x and not b and a.x #!",
    ],
    "repeated-condition": [
        "if isinstance(x, int):\n    f()\nelif isinstance(x, int): #!\n    g()",
        "if a:\n    f()\nelse:\n    if a: #!\n        g()",
        "if a > 1:\n    f()\nelif b:\n    g()\nelif a > 1: #!\n    h()",
    ],
    "repeated-key": [
        "t = {A.b: 1, A.b: 2} #!",
        't = {\n    "a": 1,\n    "b": 2,\n    "a": 3, #!\n}',
        "t = {1: x, 1: y} #!",
    ],
    "unreachable-code": [
        "def f():\n    yield 1\n    return\n    for x in y: #!\n        yield x",
        "for x in y:\n    return 1\n    break #!",
        "def f():\n    return 1\n    print(2) #!",
        "for x in y:\n    continue\n    f(x) #!",
        "def f():\n    raise E\n\n    # why\n    g() #!",
    ],
    "unreachable-handler": [
        "try:\n    f()\nexcept Exception:\n    pass\nexcept socket.timeout_error.ReadError: #!\n    pass",
        "try:\n    f()\nexcept (A, B):\n    pass\nexcept A: #!\n    pass",
        "class E(ValueError): pass\ntry:\n    f()\nexcept Exception:\n    pass\nexcept E: #!\n    pass",
        "try:\n    f()\nexcept OSError:\n    pass\nexcept (FileExistsError, FileNotFoundError): #!\n    pass",
        "try:\n    f()\nexcept Exception:\n    pass\nexcept ValueError: #!\n    pass",
        "try:\n    f()\nexcept (OSError, KeyError) as e:\n    pass\nexcept FileNotFoundError: #!\n    pass",
    ],
    "discarded-comparison": [
        "def f(x):\n    try:\n        x == 3 #!\n        g()\n    except E:\n        pass",
        "def f(x):\n    with lock:\n        x == 3 #!",
        "def f(x):\n    x == 3 if y else 4 #!",
        "def f(x):\n    a, b == x, y #!",
        "def f(x):\n    x.y == 3 #!",
    ],
    "impossible-comparison": [
        "def f(x: int):\n    return x == '3' #!",
        "def f(y):\n    x = y.find('a')\n    n = len(y)\n    return n == 'a' #!",
        "ok = sys.platform == 3 #!",
        "def f(x):\n    return x == 'a' or x == 'b' or x == 3 #!",
        "class C:\n    size: int\n    def f(self):\n        return self.size == 'a' #!",
        'ok = len(x) == "3" #!',
        "ok = len(x) < 0 #!",
        "ok = len(x) >= 0 #!",
        "ok = len(x) == -1 #!",
        'ok = name.lower() == "Total" #!',
        'ok = "total" == name.upper() #!',
        'ok = 3 == "3" #!',
        "ok = str(x) == 3 #!",
        "ok = len(x) != None #!",
    ],
    "identity-of-a-literal": [
        "ok = x is -1 #!",
        'if x is "abc": #!\n    pass',
        "ok = n is not 3 #!",
        "ok = t is () #!",
    ],
    "assertion-of-a-tuple": ['assert (x == 1, "no") #!', "assert (x,) #!"],
    "raised-notimplemented": ["raise NotImplemented #!", 'raise NotImplemented("later") #!'],
    "replaced-definition": [
        "class A:\n    @property\n    def x(self): pass\n    @property\n    def x(self): pass #!",
        "def f(): pass\ndef g():\n    f()\ndef f(): pass #!",
        "def f(): pass\ndef g(): pass\ndef f(): pass #!",
        "class T:\n    def test_a(self): pass\n    def test_a(self): pass #!",
        "class A: pass\nclass A: pass #!",
    ],
    "swapped-arguments": [
        "def resize(width, height): pass\nresize(new_height, width) #!",
        "class Box:\n    def __init__(self, width, height): pass\nBox(height, width) #!",
        "def f(key_name, value): pass\nf(3 + x, key_name) #!",
        "def resize(width, height): pass\nresize(str(height), box['width']) #!",
        "def resize(width, height): pass\nresize(height, width) #!",
        "def move(self, source, target=None): pass\nself.move(job.target, job.source) #!",
    ],
    "impossible-call": [
        "class C:\n    def m(self, a): pass\nclass D(C):\n    def n(self):\n        self.m() #!",
        "class C:\n    def __init__(self, a): pass\nC() #!",
        "class C:\n    @staticmethod\n    def m(a): pass\n"
        "    @classmethod\n    def k(cls, a): pass\nC.m()  #!\nC.k()  #!",
        "class C:\n    def m(self, a): pass\ndef f(c: C):\n    c.m() #!",
        "class C:\n    def m(self, a): pass\ndef f():\n    c = C()\n    c.m() #!",
        "from dataclasses import dataclass, field\n@dataclass\nclass C:\n"
        "    a: int\n    b: int = field(default=1)\nC() #!",
        "class C:\n    def m(self, a): pass\nclass D:\n    def __init__(self):\n"
        "        self.c = C()\n    def n(self):\n        self.c.m() #!",
        "class C:\n    def __init__(self, a): pass\nclass D(C):\n"
        "    def __init__(self):\n        super().__init__() #!",
        "def f(a): pass\ndef g():\n    f = 1\ndef h():\n    f() #!",
        "def f(a, b=1): pass\nf() #!",
        "def f(a): pass\nf(1, 2) #!",
        "def f(a): pass\nf(1, b=2) #!",
        "def f(a): pass\nf(1, a=2) #!",
        "def f(*, key): pass\nf() #!",
        "def f(a, /): pass\nf(a=1) #!",
        "class C:\n    def m(self, a): pass\n    def n(self):\n        self.m() #!",
    ],
}
PYTHON_QUIET = {
    "identical-operands": [
        "ok = q.get() or q.get()",
        "ok = x.pop() == x.pop()",
        "ok = x != x",  # NaN
        "y = x * x + x",
        "ok = f() == f()",
        "z = 1 - 1",
        "ok = a == b == a",
        "ok = next(i) and next(i)",
    ],
    "repeated-operand": [
        "if self.x or self.load() or self.x:\n    pass",
        "ok = a and b or a",
        "ok = f() or b or f()",
        "ok = (a or b) and (a or c)",
        "ok = a and b",
    ],
    "repeated-condition": [
        "if self.x:\n    pass\nelif self.load():\n    pass\nelif self.x:\n    pass",
        "if a:\n    f()\nelse:\n    g()\n    if a:\n        h()",
        "if f():\n    pass\nelif f():\n    pass",
        "if a:\n    pass\nif a:\n    pass",
        "if a:\n    if a:\n        pass",
        "if (x := y):\n    pass\nelif b:\n    pass",
    ],
    "repeated-key": [
        't = {"a": 1, "a": 2, "b": 1, "b": 2, "c": 1, "c": 2, "d": 1, "d": 2, "e": 1, "e": 2, "f": 1, "f": 2}',
        't = {"a": 1, "a": 1}',
        't = {"a": 1, **other, "a": 2}',
        "t = {a[0]: 1, a[0]: 2}",
        "t = {f(): 1, f(): 2}",
    ],
    "unreachable-code": [
        "def f():\n    yield 1\n    raise E\n    yield 2",
        "def f():\n    return\n    yield",
        "def f():\n    if x:\n        return\n    g()",
        "def f():\n    return 1\n    # the end",
        "for x in y:\n    if x:\n        continue\n    f(x)",
    ],
    "unreachable-handler": [
        "try:\n    f()\nexcept Exception:\n    pass\nexcept asyncio.CancelledError:\n    pass",
        "class E(BaseException): pass\ntry:\n    f()\nexcept Exception:\n    pass\nexcept E:\n    pass",
        "try:\n    f()\nexcept Exception:\n    pass\nexcept trio.Cancelled:\n    pass",
        "try:\n    f()\nexcept ValueError:\n    pass\nexcept Exception:\n    pass",
        "try:\n    f()\nexcept my.Exception:\n    pass\nexcept ValueError:\n    pass",
        "try:\n    f()\nexcept OSError:\n    pass\nexcept (FileNotFoundError, ValueError):\n    pass",
    ],
    "discarded-comparison": [
        "def f():\n    User.name == 'x'",
        "def f(x):\n    x == 3 and g()",
        "def f():\n    x = y == 3",
        "with raises(E):\n    x == 3",
        "def f():\n    try:\n        x == 3\n    except E:\n        pass",
        "def f():\n    x < 3",
    ],
    "impossible-comparison": [
        "def f(x: int | str):\n    return x == '3'",
        "def f(x: int):\n    x = g()\n    return x == '3'",
        "def f(x):\n    return x == 'a' or x == 3",
        "class C:\n    def __init__(self):\n        self.mode = None\n"
        "    def f(self):\n        return self.mode == 'a'",
        "MODE = 1\nok = MODE == 'a'",
        "ok = len(x) == 0",
        "ok = len(x) > -1",
        'ok = name.lower() == "total"',
        'ok = name.lower(x) == "Total"',
        'ok = name.upper() == "ß"' if "ß".upper() == "ß" else 'ok = name.lower() == "ß"',
        'ok = x == "3"',
        "ok = 1 == True",
        'ok = b"a" == x.strip()',
        "ok = sorted(x) == other(y)",
        "ok = int(x) == float(y)",
    ],
    "identity-of-a-literal": ["ok = x is None", "ok = x is True", "ok = x is other", 'ok = x == "a"'],
    "assertion-of-a-tuple": ['assert x == 1, "no"', "assert ()", "assert (x == 1)"],
    "raised-notimplemented": ["raise NotImplementedError", "return NotImplemented"],
    "replaced-definition": [
        "@app.route('/a')\ndef f(): pass\n@app.route('/b')\ndef f(): pass",
        "@overload\ndef f(a): ...\ndef f(a): pass",
        "def f(): pass\nf()\ndef f(): pass",
        "@overload\ndef f(a: int): ...\n@overload\ndef f(a: str): ...\ndef f(a): pass",
        "class T:\n    @property\n    def x(self): pass\n    @x.setter\n    def x(self, v): pass",
        "if a:\n    def f(): pass\nelse:\n    def f(): pass",
        "def f(): pass\ndef g(a=f): pass\ndef f(): pass",
        "def f(): pass\nold = f\ndef f(): pass",
        "class A:\n    def f(self): pass\nclass B:\n    def f(self): pass",
        "def _(x): pass\ndef _(x): pass",
    ],
    "swapped-arguments": [
        "def visit(left, right): pass\nvisit(b.right, b.left)",
        "def f(start, end): pass\nf(x.line, start)",
        "def _negate(a, b):\n    return make(b, a)\ndef make(a_one, b_one): pass",
        "def resize(width, height): pass\nresize(width, height)",
        "def resize(width, height): pass\nresize(y, x)",
        "def f(x, y): pass\nf(y, x)",
        "def resize(width, height): pass\nresize(width, height)\nresize(height, width)",
        "def overlaps(left, right):\n    return overlaps(right, left)",
        "def resize(width, height): pass\ndef swapped(width, height):\n    resize(height, width)",
        "def less(left, right): pass\nok = less(left, right) or less(right, left)",
        "def resize(width, height): pass\nresize(height=width, width=height)",
        "resize(height, width)",
    ],
    "impossible-call": [
        "def f(a): pass\nwith raises(TypeError):\n    f()",
        "def f(a): pass\nf()  # type: ignore",
        "class C:\n    pass\nC(1)",
        "class M(type): pass\nclass C(metaclass=M):\n    def __init__(self, a): pass\nC()",
        "class C(Enum):\n    def __init__(self, a, b): pass\nC(1)",
        "class C:\n    def m(self):\n        raise NotImplementedError\n    def n(self):\n        self.m(1)",
        "class I(Interface):\n    def m(a): pass\ndef f(i: I):\n    i.m(1)",
        "class C(Unknown):\n    def n(self):\n        self.m()",
        "@pydantic.dataclasses.dataclass\nclass C:\n    a: int\nC()",
        "class C:\n    def m(self, a): pass\ndef f(c: C):\n    c = other()\n    c.m()",
        "class C:\n    def m(self, a): pass\nc = C()\nc.m = len\nc.m()",
        "def f(a): pass\ndef g(b):\n    global f\n    f = b\nf()",
        "@overload\ndef f(a): ...\ndef f(a=1): pass\nf()",
        "def f(a, b=1): pass\nf(1)\nf(1, 2)\nf(a=1, b=2)",
        "def f(*a, **k): pass\nf(1, 2, x=3)",
        "def f(a): pass\nf(*args)\nf(**args)",
        "def f(a): pass\nf = wrap(f)\nf()",
        "@wrap\ndef f(a): pass\nf()",
        "def f(a): pass\ndef g(f):\n    f()",
        "def f(a): pass\ndef g():\n    def f(): pass\n    f()",
        "class C:\n    def m(self, a): pass\n    def n(self):\n        self.m = None\n        self.m()",
        "class C:\n    @staticmethod\n    def m(a): pass\n    def n(self):\n        self.m(1)",
        "class C:\n    def m(self, a): pass\nclass D(C, Other):\n    def n(self):\n        self.k()",
        "try:\n    from x import f\nexcept ImportError:\n    def f(a): pass\nf()",
    ],
}
OTHERS = [
    ("javascript", "identical-operands", "if (a.b === a.b) { } //!"),
    ("javascript", "repeated-condition", "if (a) { f() } else if (b) { g() } else if (a) { h() } //!"),
    ("javascript", "unreachable-code", "function f() {\n  return 1;\n  g(); //!\n}"),
    ("typescript", "repeated-operand", "const ok = a || b || a; //!"),
    ("go", "identical-operands", "package p\nfunc f(a int) bool { return a == a } //!"),
    ("go", "repeated-condition", "package p\nfunc f() {\n\tif a {\n\t} else if b {\n\t} else if a { //!\n\t}\n}"),
    ("go", "unreachable-code", "package p\nfunc f() int {\n\treturn 1\n\tg() //!\n}"),
    ("rust", "identical-operands", "fn f() -> bool { a.b >= a.b } //!"),
    ("rust", "repeated-condition", "fn f() { if a { x() } else if a { y() } } //!"),
    ("java", "identical-operands", "class A { boolean f() { return a && a; } } //!"),
    ("java", "unreachable-code", "class A { int f() { while (x) {\n break;\n g(); //!\n } return 1; } }"),
    ("c", "identical-operands", "int f(int a) { return a == a; } //!"),
    ("cpp", "repeated-condition", "void f() { if (a) { } else if (a) { } } //!"),
    ("javascript", "", "if (x !== x) { }"),
    ("javascript", "", "function f() {\n  return g();\n  function g() {}\n}"),
    ("javascript", "", "switch (a) {\n  case 1: {\n    return 1;\n    break;\n  }\n}"),
    ("javascript", "", "if (f()) { } else if (f()) { }"),
    ("typescript", "", "const ok = a || b;"),
    ("go", "", "package p\nfunc f() bool { return <-c == <-c }"),
    ("go", "", "package p\nfunc f() {\n\tif x := g(); x > 0 {\n\t} else if x := h(); x > 0 {\n\t}\n}"),
    ("rust", "", "fn f() { if let A(x) = y { } else if let A(x) = y { } }"),
    ("rust", "", "fn f() { assert!(a == a); }"),
    ("java", "", "class A { int f() { switch (a) { case 1: return 1; case 2: return 2; } return 3; } }"),
    ("c", "", "int f() { goto end; end: return 1; }"),
]


def found(language: str, source: str, path: str = "pkg/a.py") -> list[tuple[str, int]]:
    tree = parse(language, split_lines(source))
    assert tree is not None
    return [(finding.rule, finding.start.line) for finding in findings(Place(tree, path))]


def marked(rule: str, source: str, mark: str) -> list[tuple[str, int]]:
    return [(rule, number) for number, line in enumerate(source.split("\n")) if line.endswith(mark)]


@pytest.mark.parametrize(("rule", "source"), [(rule, one) for rule, some in PYTHON_FOUND.items() for one in some])
def test_python_is_told(rule: str, source: str) -> None:
    assert found("python", source) == marked(rule, source, "#!")


@pytest.mark.parametrize("source", [one for some in PYTHON_QUIET.values() for one in some])
def test_python_is_left_alone(source: str) -> None:
    assert found("python", source) == []


@pytest.mark.parametrize(("language", "rule", "source"), OTHERS)
def test_other_languages(language: str, rule: str, source: str) -> None:
    assert found(language, source, "pkg/a.x") == (marked(rule, source, "//!") if rule else [])


@pytest.mark.parametrize("path", ["tests/data/a.py", "tests/x/fixtures/a.py", "typing_tests/a.py", "testdata/a.py"])
def test_what_tests_read_is_left_alone(path: str) -> None:
    assert found("python", "raise NotImplemented\n", path) == []


@pytest.mark.parametrize("path", ["data/a.py", "tests/test_a.py", "pkg/cases/a.py"])
def test_what_only_looks_like_it_is_not(path: str) -> None:
    assert found("python", "raise NotImplemented\n", path) == [("raised-notimplemented", 0)]


@pytest.mark.parametrize("path", ["pkg/_tests/a.py", "tests/a.py", "pkg/test_a.py"])
def test_tests_may_compare_a_value_with_itself(path: str) -> None:
    assert found("python", "ok = a < a\n", path) == []
    assert found("python", "ok = a < a\n", "pkg/latest.py") == [("identical-operands", 0)]


def test_no_further_rule_is_asked_once_it_is_cancelled() -> None:
    tree = parse("python", split_lines("ok = a == a\nraise NotImplemented\n"))
    assert tree is not None
    answers = iter([False, *[True] * len(RULES)])
    found = findings(Place(tree, "a.py"), cancelled=lambda: next(answers))
    assert [finding.rule for finding in found] == ["identical-operands"]


ALL = "\n".join(one for some in (PYTHON_FOUND, PYTHON_QUIET) for each in some.values() for one in each)


@given(
    st.integers(0, len(ALL)), st.integers(0, 400), st.integers(0, 30), st.sampled_from(["", "(", "'", "\n", "é", ":"])
)
def test_broken_code_yields_fewer_findings_and_no_exception(start: int, size: int, gap: int, text: str) -> None:
    middle = start + size // 2
    source = ALL[start:middle] + text + ALL[middle + gap : start + size]
    tree = parse("python", split_lines(source))
    assert tree is not None
    lines = source.count("\n")
    assert all(finding.start.line <= finding.end.line <= lines for finding in findings(Place(tree, "a.py")))


def test_a_text_that_is_broken_as_a_whole() -> None:
    tree = parse("python", split_lines("(r or d in r(o(h=r(d == ''if o"))
    assert tree is not None
    assert tree.tree.root_node.type == "ERROR"
    assert findings(Place(tree, "a.py")) == []


def test_every_rule_has_cases_of_both_kinds() -> None:
    # Those of docstrings have theirs in `test_stale_docstrings`.
    names = {rule.name for rule in RULES if not rule.name.startswith("stale-")}
    assert names == set(PYTHON_FOUND) == set(PYTHON_QUIET)
    assert all(rule.summary for rule in RULES)
