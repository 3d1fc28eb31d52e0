"""Methods become functions or static, functions become methods: with every call, or not at all."""

import pytest
from refactoring_case import attempt, done, offered, refused, same, site

from beast_lsp.engine.refactors.signature import function_to_method, method_to_function, method_to_static

BOX = """
    class Box:
        x = 1

        def area(self, times=1):
            '''Text
            more.'''
            return self.side * times

        def __init__(self, side):
            self.side = side

        def run(self, other: "Box"):
            return self.area(2) + other.area() + Box.area(self, times=3)


    print(Box(2).area(), Box(3).run(Box(1)))
"""


def test_a_method_becomes_a_function_behind_its_class():
    text = same("method-to-function", BOX.replace("def area", "def a¦rea"))
    assert "\n\n\ndef area(self, times=1):\n    '''Text\n        more.'''\n    return self.side * times\n" in text
    assert "return area(self, 2) + area(other) + area(self, times=3)" in text
    assert "print(area(Box(2)), Box(3).run(Box(1)))" in text
    assert text.startswith("class Box:\n    x = 1\n\n    def __init__")


def test_calls_within_calls_are_turned_together():
    source = """
        class A:
            def f¦(self, a=None): return self
            def g(self): return self.f(self.f()).g
        print(A().f(A().f(1)) is None)
    """
    assert "f(self, f(self)).g" in same("method-to-function", source)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("print(", "class Big(Box):\n    def area(self): return 1\nprint("),
        ("print(", "area = 1\nprint("),
        ("class Box:", "class Box(foo.Bar):"),
        ("class Box:", "@foo\nclass Box:"),
        ("print(", "f = Box(1).area\nprint("),
        ("print(", "def f(x): return x.area()\nprint("),
        ("print(", "def f(x): return x.area\nprint("),
        ("print(", "def f(area): return Box(1).area()\nprint("),
        ("print(", "def f(x): return getattr(x, 'area')()\nprint("),
        ("print(", "text = '{{ box.area() }}'\nprint("),
        ("print(", "def f(x, k): return getattr(x, f'ar{k}')()\nprint("),
        ("times=1", "times=print(1)"),
        ("times=1", "times=x"),
        ("self.side * times", "self.__side * times"),
        ("self.side * times", "super().side * times"),
    ],
)
def test_a_method_that_its_class_needs_stays(old, new):
    source = "\n" + BOX.replace("def area", "def a¦rea").replace("\n    ", "\n").lstrip("\n")
    assert refused("method-to-function", source.replace(old, new, 1))


def test_calls_in_other_files_keep_a_method():
    files = {"a.py": "from main import Box\nprint(Box(1).area())\n"}
    assert "a.py" in refused("method-to-function", BOX.replace("def area", "def a¦rea"), files)


def test_another_name_may_be_chosen():
    source = BOX.replace("def area", "def a¦rea").replace("print(", "area = 1\n    print(")
    assert "box_area(self, 2) + box_area(other)" in done("method-to-function", source, name="box_area")
    assert refused("method-to-function", source, name="for")


@pytest.mark.parametrize("name", ["method-to-function", "method-to-static"])
@pytest.mark.parametrize(
    "source",
    [
        "def f¦(a): return 1\n",
        "class A:\n    @staticmethod\n    def f¦(): return 1\n",
        "class A:\n    @property\n    def f¦(self): return 1\n",
        "class A:\n    def __len__¦(self): return 1\n",
        "class A:\n    def f(self): return ¦1\n",
        "class A:\n    def f¦(*self): return 1\n",
        "class A:\n    def f(self): return 1\nA().f¦()\n",
    ],
)
def test_what_is_no_plain_method_is_not_offered(name, source):
    assert not offered(name, source)
    assert method_to_function.glance(site(source)) == method_to_static.glance(site(source)) == ""


AREA = """
    class Box:
        def __init__(self, side):
            self.side = side


    def a¦rea(box: Box, times=1):
        inner = [box for _ in "a"]
        return inner[0].side * times


    def run(box: Box, *more):
        new = Box(4)
        return area(box) + area(new, times=2) + area(Box(5), *more)


    print(run(Box(2), 3))
"""


def test_a_function_becomes_a_method_of_its_first_parameters_class():
    text = same("function-to-method", AREA)
    head = '        self.side = side\n\n    def area(self, times=1):\n        inner = [self for _ in "a"]\n'
    assert head in text
    assert "return box.area() + new.area(times=2) + Box(5).area(*more)" in text


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("class Box:", "class Box:\n    area = 1"),
        ("class Box:", "class Box(foo.Bar):"),
        ("class Box:", "class Other:\n    area = 2\nclass Box(Other):"),
        ("print(", "class Wide(Box):\n    area = 2\nprint("),
        ("print(", "def f(x): x.area = 1\nprint("),
        ("print(", "def f(x): return area(x)\nprint("),
        ("print(", "def f(x: Box | None): return area(x)\nprint("),
        ("print(", "def f(x: Box = None): return area(x)\nprint("),
        ("print(", "def f(*x): return area(*x)\nprint("),
        ("print(", "print(area(box=Box(1)))\nprint("),
        ("print(", "f = area\nprint("),
        ("times=1", "times=len('a')"),
        ("times=1", "times: Box = 1"),
        ("times=1):", "times=1) -> Box:"),
        ("inner[0].side", "inner[0].__side"),
        ("inner = [", "self = [box.side][0] and ["),
    ],
)
def test_a_function_that_is_not_surely_a_method_stays(old, new):
    source = "\n" + AREA.replace("\n    ", "\n").lstrip("\n")
    assert refused("function-to-method", source.replace(old, new, 1))


def test_an_import_by_name_keeps_a_function():
    assert refused("function-to-method", AREA, {"a.py": "from main import area\n"})
    files = {"a.py": "import main\nprint(main.area(main.Box(2), 3))\n"}
    outcome = attempt("function-to-method", AREA, files)
    assert outcome.refusal is None
    assert outcome.texts["a.py"] == "import main\nprint(main.Box(2).area(3))\n"


@pytest.mark.parametrize(
    "source",
    [
        "def f¦(a): return 1\n",
        "def f¦(): return 1\n",
        "def f¦(a: int): return 1\n",
        "class A: pass\n@print\ndef f¦(a: A): return 1\n",
        "class A: pass\ndef f¦(*a: A): return 1\n",
        "class A: pass\ndef g():\n    def f¦(a: A): return 1\n",
        "class A:\n    def f¦(self): return 1\n",
    ],
)
def test_without_a_class_of_the_file_it_is_not_offered(source):
    assert not offered("function-to-method", source)
    assert function_to_method.glance(site(source)) == ""


STATIC = """
    class A:
        def f¦(self, a, b=1):
            return a + b
        def g(self):
            return self.f(2), A().f(a=1, b=2)
    class B(A):
        def h(self):
            return super().f(1)
    print(A().g(), B().h())
"""


def test_a_method_that_does_not_use_its_object_becomes_static():
    text = same("method-to-static", STATIC)
    assert text.startswith("class A:\n    @staticmethod\n    def f(a, b=1):\n")


@pytest.mark.parametrize(
    "call", ["A.f(A(), 2)", "list(map(A.f, [A()], [1]))", "(lambda x: x.f(A(), 1, 2))(A)", "getattr(A, 'f')(A(), 2)"]
)
def test_a_method_whose_object_is_an_argument_stays(call):
    assert refused("method-to-static", STATIC.replace("A().g()", call))


def test_a_method_that_uses_its_object_is_not_offered_as_static():
    assert not offered("method-to-static", STATIC.replace("return a + b", "return self"))
    assert not offered("method-to-static", STATIC.replace("return a + b", "return super()"))


def test_a_menu_only_glances():
    assert "method `area`" in method_to_function.glance(site(BOX.replace("def area", "def a¦rea")))
    assert "method of `Box`" in function_to_method.glance(site(AREA))
    assert "static" in method_to_static.glance(site(STATIC))
