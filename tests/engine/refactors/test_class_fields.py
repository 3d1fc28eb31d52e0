"""Plain classes become dataclasses, and annotated fields get an `__init__`."""

import pytest
from refactoring_case import attempt, done, offered, plain, refused, same

POINT = """
    class Point:¦
        '''A point.'''

        def __init__(self, x: int, y: int = 0) -> None:  # why
            # first
            self.x = x
            self.y = y

        def total(self):
            return self.x + self.y


    point = Point(1, y=2)
    print(point.total(), point.x, Point.__doc__)
    """


def test_a_class_that_stores_its_parameters_becomes_a_dataclass():
    after = """
        from dataclasses import dataclass


        @dataclass(eq=False, repr=False)
        class Point:
            '''A point.'''

            # why
            # first
            x: int
            y: int = 0

            def total(self):
                return self.x + self.y


        point = Point(1, y=2)
        print(point.total(), point.x, Point.__doc__)
        """
    text = same("to-dataclass", POINT)
    assert text.split("\n\n", 1)[1].lstrip() == plain(after).split("\n\n", 1)[1].lstrip()
    assert text.startswith("from dataclasses import dataclass\n")


def test_the_user_is_told_what_else_changes():
    assert "docstring" in attempt("to-dataclass", POINT).plan.notes[0]


def test_parameters_without_annotation_are_of_any_type():
    source = "import os\nfrom typing import Any\n\nclass A:\n    def __init__¦(self, a, b=None):\n"
    text = done("to-dataclass", f"{source}        self.a = a\n        self.b = b\n")
    assert "    a: Any\n    b: Any = None\n" in text
    assert text.count("import Any") == 1


def test_objects_are_compared_hashed_and_shown_as_before():
    source = "class A:¦\n    def __init__(self, a):\n        self.a = a\n"
    same("to-dataclass", source + "a, b = A(1), A(1)\nprint(a == b, len({a, b}), repr(a).startswith('<'))\n")


def test_other_classes_and_files_go_on_using_it():
    source = "class A:¦\n    def __init__(self, a, b=2):\n        self.a = a\n        self.b = b\n"
    other = "from main import A\nclass B(A):\n    def __init__(self):\n        super().__init__(1, b=3)\nB()\nA(a=2)\n"
    assert "@dataclass" in attempt("to-dataclass", source, {"other.py": other}).text


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("def __init__(self, a, b):\n    self.a = a\n    self.b = b * 2", "more than to store"),
        ("def __init__(self, a, b):\n    self.b = b\n    self.a = a", "more than to store"),
        ("def __init__(self, a):\n    self.a = a\n    print(a)", "more than to store"),
        ("def __init__(self, a):\n    '''Makes it.'''\n    self.a = a", "more than to store"),
        ("def __init__(self, a, b):\n    self.a = a", "more than to store"),
        ("def __init__(self, *a):\n    self.a = a", "more than to store"),
        ("def __init__(self, *, a):\n    self.a = a", "more than to store"),
        ("def __init__(self, __a):\n    self.__a = __a", "private"),
        ("def __init__(self, a=[]):\n    self.a = a", "default"),
        ("def __init__(self, a=B):\n    self.a = a", "default"),
        ("def __init__(self, a: ClassVar[int]):\n    self.a = a", "annotation"),
        ("__slots__ = ('a',)\ndef __init__(self, a):\n    self.a = a", "`__slots__`"),
        ("def __post_init__(self): ...\ndef __init__(self, a):\n    self.a = a", "`__post_init__`"),
        ("a = 1\ndef __init__(self, a):\n    self.a = a", "`a` of its own"),
        ("def a(self): ...\ndef __init__(self, a):\n    self.a = a", "`a` of its own"),
        ("b: int = 1\ndef __init__(self, a):\n    self.a = a", "annotates"),
    ],
)
def test_a_class_that_does_more_stays(body, why):
    lines = "\n    ".join(body.splitlines())
    assert why in refused("to-dataclass", f"class A:¦\n    {lines}\n")


@pytest.mark.parametrize("head", ["class A(B):¦", "class A(metaclass=M):¦", "@register\nclass A:¦"])
def test_a_base_or_a_decorator_may_see_the_class(head):
    assert "how the class is made" in refused(
        "to-dataclass", f"{head}\n    def __init__(self, a):\n        self.a = a\n"
    )


def test_a_dataclass_that_inherits_would_take_the_fields_over():
    source = "class A:¦\n    def __init__(self, a):\n        self.a = a\n"
    heir = "from dataclasses import dataclass\nfrom main import A\n@dataclass\nclass B(A):\n    b: int\n"
    assert "`B` in other.py" in refused("to-dataclass", source, {"other.py": heir})


def test_a_default_must_not_hide_the_type_of_a_later_field():
    source = (
        "from datetime import date\nclass A:¦\n    def __init__(self, date: date = None, end: date = None):\n"
        "        self.date = date\n        self.end = end\n"
    )
    assert refused("to-dataclass", source)


def test_another_dataclass_is_in_the_way():
    source = "def dataclass(x): ...\nclass A:¦\n    def __init__(self, a):\n        self.a = a\n"
    assert "dataclass" in refused("to-dataclass", source)


@pytest.mark.parametrize(
    "source",
    [
        "class A:¦\n    a: int\n",
        "class A:¦\n    def __init__(self, a):\n        self.a = a * 2\n",
        "class A:¦\n    def __init__(self):\n        pass\n",
        "from dataclasses import dataclass\n@dataclass\nclass A:¦\n    def __init__(self, a):\n        self.a = a\n",
        "class A:\n    def __init__(self, a):\n        ¦self.a = a\n",
        "class A:\n    def __init__(self, a):\n        self.a = a\n    def f¦(self):\n        pass\n",
        "def f¦(a):\n    b.a = a\n",
    ],
)
def test_a_dataclass_is_not_offered(source):
    assert not offered("to-dataclass", source)


def test_annotated_fields_get_an_init():
    before = """
        class Point:¦
            '''A point.'''

            kind: ClassVar[str] = "point"
            x: int = 0  # across
            y: "Point"
            # end

            def total(self): ...
        """
    after = """
        class Point:
            '''A point.'''

            kind: ClassVar[str] = "point"
            x: int = 0  # across
            y: "Point"

            def __init__(self, y: "Point", x: int = 0) -> None:
                self.y = y
                self.x = x

            # end

            def total(self): ...
        """
    assert done("generate-init", before) == plain(after)


def test_a_class_of_fields_alone():
    assert done("generate-init", "class A:¦\n\ta: int\n\tb: str = 'b'\n") == (
        "class A:\n\ta: int\n\tb: str = 'b'\n\n"
        "\tdef __init__(self, a: int, b: str = 'b') -> None:\n\t\tself.a = a\n\t\tself.b = b\n"
    )


@pytest.mark.parametrize(
    "use", ["A()", "print(A)", "class B(A): ...", "a = A", "from other import make\nmake(A)", "A.make()"]
)
def test_a_class_that_is_used_keeps_how_it_is_made(use):
    files = {"other.py": f"from main import A\n{use}\n"}
    assert "is used in other.py" in refused("generate-init", "class A:¦\n    a: int\n", files)


@pytest.mark.parametrize("use", ["print(A.a)", "def f(x: A) -> list[A]: ...", "x: 'A' = None"])
def test_a_class_that_is_only_named_may_get_an_init(use):
    assert "__init__" in done("generate-init", "class A:¦\n    a: int\n", {"other.py": f"from main import A\n{use}\n"})


def test_a_default_that_all_would_share_is_refused():
    assert "share" in refused("generate-init", "class A:¦\n    a: list = []\n")


@pytest.mark.parametrize(
    "source",
    [
        "class A:¦\n    a = 1\n",
        "class A:¦\n    a: int\n    def __init__(self): ...\n",
        "class A(B):¦\n    a: int\n",
        "@dataclass\nclass A:¦\n    a: int\n",
        "class A(TypedDict):¦\n    a: int\n",
        "class A:¦\n    a: ClassVar[int]\n",
        "class A:\n    ¦a: int\n",
    ],
)
def test_an_init_is_not_offered(source):
    assert not offered("generate-init", source)
