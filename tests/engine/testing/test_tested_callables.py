"""Which callables of a module tests are written for, and what is known of their parameters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from written_case import program_of

from beast_lsp.engine.testing.targets import callables


def found(source, names=()):
    return callables(program_of({"mod.py": source}).module("mod.py"), names)


def kinds(source, names=()):
    return {one.name: one.kind for one in found(source, names)}


def parameters(signature):
    (one,) = found(f"def f({signature}):\n    return 1\n")
    return [(each["name"], each["kind"], each["annotation"], each["default"]) for each in one.parameters]


CLASS = """
class Money:
    def __init__(self, amount): self.amount = amount
    def add(self, n): return n
    @classmethod
    def of(cls, text): return cls(text)
    @staticmethod
    def parse(text): return text
    @property
    def cents(self): return 1
    class Inner:
        def go(self): return 1
"""


def test_every_kind_of_callable_is_found():
    assert kinds(CLASS) == {
        "Money": "constructor",
        "Money.add": "method",
        "Money.of": "classmethod",
        "Money.parse": "staticmethod",
        "Money.cents": "property",
        "Money.Inner": "constructor",
        "Money.Inner.go": "method",
    }


def test_self_and_cls_are_no_parameters_and_what_a_static_method_takes_first_is():
    assert {one.name: [each["name"] for each in one.parameters] for one in found(CLASS)} == {
        "Money": ["amount"],
        "Money.add": ["n"],
        "Money.of": ["text"],
        "Money.parse": ["text"],
        "Money.cents": [],
        "Money.Inner": [],
        "Money.Inner.go": [],
    }


@pytest.mark.parametrize(
    "source",
    [
        "def f(): ...",
        "def f(): pass",
        'def f():\n    """Says."""\n    raise NotImplementedError',
        "@overload\ndef f(a): return 1",
        "class A:\n    @abstractmethod\n    def f(self): return 1\n    x = 1",
        "class A(Protocol):\n    def f(self): ...",
        "class A(Enum):\n    RED = 1",
        "if TYPE_CHECKING:\n    def f(): return 1",
        "if __name__ == '__main__':\n    def f(): return 1",
        "x = 1",
        "def f(:",
    ],
)
def test_what_does_nothing_is_no_target(source):
    assert [one.name for one in found(source) if one.kind != "constructor"] == []


def test_a_function_within_a_function_is_no_target():
    assert kinds("def f():\n    def g(): return 1\n    return g\n") == {"f": "function"}


def test_definitions_below_a_condition_are_targets():
    assert kinds("try:\n    def f(): return 1\nexcept E:\n    def g(): return 1\n") == {
        "f": "function",
        "g": "function",
    }


def test_private_ones_come_last_and_those_that_others_use_at_the_very_end():
    source = "def _used(): return 1\ndef _alone(): return 2\ndef f(): return _used()\n"
    assert list(kinds(source)) == ["f", "_alone", "_used"]
    assert list(kinds(source, ["_used"])) == ["_used"]


def test_the_name_of_a_class_stands_for_all_in_it():
    assert list(kinds(CLASS, ["Money.Inner"])) == ["Money.Inner", "Money.Inner.go"]
    assert kinds(CLASS, ["Mon"]) == {}


def test_parameters_have_kind_annotation_and_default():
    assert parameters("a, /, b: int, *c, d: 'T' = 1, **e") == [
        ("a", "positional-only", "", ""),
        ("b", "plain", "int", ""),
        ("c", "var-positional", "", ""),
        ("d", "keyword-only", "T", "1"),
        ("e", "var-keyword", "", ""),
    ]
    assert [kind for _, kind, _, _ in parameters("a=1, *, b")] == ["plain", "keyword-only"]


def test_a_data_class_is_built_of_its_fields():
    (one,) = found(
        "@dataclass\nclass P:\n    x: int\n    y: int = field(default=2)\n    z: ClassVar[int] = 1\n    n = 0\n"
    )
    assert [(each["name"], each["default"]) for each in one.parameters] == [("x", ""), ("y", "field(default=2)")]


def test_generators_coroutines_and_lines():
    source = "@wraps\nasync def f():\n    return 1\n\ndef g():\n    yield 1\n\n@contextmanager\ndef h():\n    yield\n"
    assert [(one.is_async, one.is_generator, one.lines) for one in found(source)] == [
        (True, False, (1, 3)),
        (False, True, (5, 6)),
        (False, False, (8, 10)),
    ]


@given(st.text(alphabet="def (a):\n @class*/=,.x", max_size=60))
def test_any_text_gives_targets_or_none(source):
    found(source)
