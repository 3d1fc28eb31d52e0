"""What the functions of files mention, and which of them tests reach."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beast_lsp.engine.coverage.mentions import mentions
from beast_lsp.engine.coverage.reach import reached
from beast_lsp.engine.document import split_lines
from beast_lsp.engine.scopes.extract import extract_facts
from beast_lsp.engine.syntax import parse


def read(path, text):
    lines = split_lines(text)
    return mentions(path, extract_facts(parse("python", lines)), lines)


def names(text, number=0):
    return read("a.py", text).functions[number].names


def distances(code, test, path="pkg/a.py", test_path="tests/test_a.py"):
    """The distance of each function by its qualified name."""
    files = [read(path, code), read(test_path, test)]
    found = reached(files).distances
    known = [each.definition for each in files[0].functions]
    return {each.name: found[path, each.line] for each in known if (path, each.line) in found}


def test_names_are_told_by_what_they_are_a_member_of():
    found = names("def f(self, x):\n    self.a(b, x.c.d)\n    super().e()\n    cls.g = 'h'\n")
    assert found.own == {"a", "e", "g"}
    assert found.members == {"c", "d"}
    assert found.alone == {"self", "b", "x", "super", "cls"}


def test_signatures_imports_comments_and_strings_mention_nothing():
    header = "def f(a: Type = default(), *,\n      b: Other) -> Third:\n"
    text = header + "    '''Says.'''\n    from x import y\n    # g()\n    return 'h'\n"
    assert names(text).all == set()


def test_modules_are_known_by_their_whole_names():
    assert read("a.py", "import os, a.b.c as d\ndef f():\n    import e.f\n").modules == {"os", "a.b.c", "e.f"}
    assert read("a.py", "from a.b import c\nx = 'import d'\n").modules == set()


def test_a_function_on_one_line_mentions_what_follows_its_header():
    assert names("def f(a: B): return c(a)\n").alone == {"c", "a"}


def test_an_inner_function_is_mentioned_by_the_outer_one_and_has_names_of_its_own():
    text = "def f():\n    @deco\n    def g():\n        inner()\n    after()\n"
    assert names(text).alone == {"deco", "g", "after"}
    assert names(text, 1).alone == {"inner"}


def test_what_runs_at_import_lies_outside_and_definitions_are_no_use():
    found = read("a.py", "import os\nX = make()\n@register\ndef f():\n    g()\nclass C(Base):\n    field = h()\n")
    assert found.outside.alone == {"X", "make", "register", "field", "h"}


@pytest.mark.parametrize(
    "text",
    ["def f(): ...\n", "def f():\n    pass\n", "def f():\n    'Says.'\n    raise NotImplementedError('f')\n"],
)
def test_a_function_that_only_passes_or_refuses_is_a_stub(text):
    assert read("a.py", text).functions[0].is_stub


@pytest.mark.parametrize(
    "text", ["def f():\n    return 1\n", "def f():\n    raise ValueError\n", "def f():\n    g()\n"]
)
def test_a_function_that_does_something_is_no_stub(text):
    assert not read("a.py", text).functions[0].is_stub


def test_distances_count_calls_from_a_test():
    code = "def a():\n    b()\ndef b():\n    c()\ndef c():\n    pass\ndef d():\n    a()\n"
    assert distances(code, "def test_a():\n    a()\n") == {"a": 1, "b": 2, "c": 3}


def test_without_a_mention_nothing_is_reached():
    assert distances("def a():\n    b()\ndef b():\n    pass\n", "def test_x():\n    other()\n") == {}
    assert distances("def a():\n    pass\n", "a()\n", test_path="tool.py") == {}


def test_an_alias_means_what_was_imported():
    code = "def a():\n    pass\ndef other():\n    pass\n"
    assert distances(code, "from pkg.a import a as other\ndef test_x():\n    other()\n") == {"a": 1}
    assert distances(code, "from pkg.a import a\n") == {}  # An import alone runs nothing.


def test_a_method_needs_an_object_of_its_class():
    code = "class A:\n    def run(self):\n        pass\nclass B:\n    def go(self):\n        pass\n"
    assert distances(code, "def test_x():\n    A().run()\n    y.go()\n") == {"run": 1}


def test_the_class_may_come_to_light_after_the_call():
    code = "class A:\n    def run(self):\n        pass\ndef make():\n    return A()\n"
    assert distances(code, "def test_x():\n    make().run()\n") == {"make": 1, "run": 2}


def test_constructors_come_with_the_class_and_from_its_bases():
    code = (
        "class Base:\n    def __init__(self):\n        pass\n    def f(self):\n        pass\nclass A(Base):\n    pass\n"
    )
    files = [read("pkg/a.py", code), read("test_a.py", "def test_x():\n    A()\n")]
    found = reached(files)
    assert found.classes == {"A", "Base"}
    assert set(found.distances) == {("pkg/a.py", 1)}
    assert found.strengths["pkg/a.py", 1] > 0


def test_self_means_the_class_its_bases_and_its_heirs_only():
    code = (
        "class Base:\n    def start(self):\n        self.step()\n    def step(self):\n        pass\n"
        "class A(Base):\n    def step(self):\n        helper()\nclass Other:\n    def step(self):\n        pass\n"
        "def helper():\n    pass\n"
    )
    files = [read("a.py", code), read("test_a.py", "def test_x():\n    Base().start()\n    Other\n")]
    assert {line for _, line in reached(files).distances} == {1, 3, 6, 11}


def test_names_that_are_built_reach_the_methods_that_begin_so():
    code = (
        'class V:\n    def visit(self, n):\n        getattr(self, f"visit_{n}")()\n'
        "    def visit_a(self):\n        pass\n    def other(self):\n        pass\n"
    )
    assert distances(code, "def test_x():\n    V().visit(1)\n") == {"visit": 1, "visit_a": 2}
    assert distances(code.replace("getattr", "lookup"), "def test_x():\n    V().visit(1)\n") == {"visit": 1}


def test_what_an_imported_module_runs_is_reached():
    code = "def make():\n    pass\nX = make()\n"
    assert distances(code, "import pkg.a\n") == {"make": 2}
    assert distances(code, "from pkg import a\n") == {"make": 2}
    assert distances(code, "import pkg.b\nimport os\n") == {}


def test_a_call_that_may_mean_many_is_weaker_for_each():
    one, two = "def a():\n    pass\n", "class X:\n    def run(self):\n        pass\n"
    test = read("test_a.py", "def test_x():\n    a()\n    X, Y\n    z.run()\n")
    files = [read("a.py", one), read("x.py", two), read("y.py", two.replace("X", "Y")), test]
    strengths = reached(files).strengths
    assert strengths["a.py", 0] > strengths["x.py", 1] == strengths["y.py", 1] > 0


def test_strength_grows_with_each_test_and_fades_with_each_call():
    code = read("a.py", "def a():\n    b()\ndef b():\n    pass\n")
    tests = [read(f"test_{number}.py", "def test_x():\n    a()\n") for number in range(3)]
    first, last = reached([code, tests[0]]).strengths, reached([code, *tests]).strengths
    assert first["a.py", 0] < last["a.py", 0]
    assert first["a.py", 2] < first["a.py", 0]


def test_circles_of_calls_and_of_bases_end():
    code = "class A(B):\n    def f(self):\n        self.g()\nclass B(A):\n    def g(self):\n        self.f()\n"
    assert distances(code, "def test_x():\n    A().f()\n") == {"f": 1, "g": 2}


BEGINNINGS = ["def f(a):\n", "class A(B, A):\n", "    def g(self):\n", "@p\n", "import a.b as c, d\n", "import\n"]
PIECES = st.sampled_from([*BEGINNINGS, "        self.g(f)\n", "    return x.f()\n", "(\n", ")\n"])


@given(st.lists(PIECES, max_size=12).map("".join), st.lists(PIECES, max_size=8).map("".join))
def test_any_code_is_walked(code, test):
    files = [read("a.py", code), read("test_a.py", test)]
    found = reached(files)
    assert all(path == "a.py" for path, _ in found.distances)
    assert all(strength > 0 for strength in found.strengths.values())
    assert all(distance > 0 for distance in found.distances.values())
