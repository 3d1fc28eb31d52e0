"""What a function's text proves, and what it does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from refactoring_case import DictSources

from beast_lsp.engine.docs.facts.model import FunctionFacts
from beast_lsp.engine.docs.facts.python import local_class, local_facts, module_facts
from beast_lsp.engine.docs.facts.syntax import definitions
from beast_lsp.engine.docs.facts.through import Reader
from beast_lsp.engine.document import split_lines
from beast_lsp.engine.scopes.resolution.program import Program
from beast_lsp.engine.syntax import parse


def facts(source: str) -> FunctionFacts:
    tree = parse("python", split_lines(source))
    assert tree is not None
    functions = [one for one in definitions(tree.tree.root_node) if one.type == "function_definition"]
    return local_facts(functions[0])


def through(**files: str) -> FunctionFacts:
    """The facts of the last function of a.py, with what the workspace adds."""
    program = Program(DictSources({f"{name}.py": text for name, text in files.items()}))
    module = program.module("a.py")
    assert module is not None
    functions = [one for one in definitions(module.tree.tree.root_node) if one.type == "function_definition"]
    return Reader(program).function("a.py", functions[-1])


def test_parameters_of_every_kind() -> None:
    found = facts("def f(a, /, b: int = 3, *c, d, **e): pass\n").parameters
    assert [(one.name, one.kind) for one in found] == [
        ("a", "positional-only"), ("b", "plain"), ("c", "var-positional"), ("d", "keyword-only"), ("e", "var-keyword"),
    ]  # fmt: skip
    assert (found[1].annotation, found[1].default) == ("int", "3")


def test_the_receiver_is_no_parameter_but_for_static_methods_and_interfaces() -> None:
    assert [one.name for one in facts("class A:\n    def f(self, x): pass\n").parameters] == ["x"]
    assert [one.name for one in facts("class A:\n    @staticmethod\n    def f(x): pass\n").parameters] == ["x"]
    assert [one.name for one in facts("class IA(Interface):\n    def f(x): pass\n").parameters] == ["x"]
    assert [one.name for one in facts("class IA(DataInterface):\n    def f(self, x): pass\n").parameters] == ["x"]


@pytest.mark.parametrize(
    ("body", "kind", "may_be_none"),
    [
        ("return 1", "int", False),
        ("if x:\n        return ''\n    return f'{x}'", "str", False),
        ("if x:\n        return []", "list", True),
        ("while True:\n        return {}", "dict", False),
        ("while True:\n        if x:\n            break\n        return {}", "dict", True),
        ("try:\n        return 1\n    except E:\n        raise", "int", False),
        ("return x == 1", "", False),
        ("return 1 if x else ''", "", False),
    ],
)
def test_what_is_returned(body: str, kind: str, may_be_none: bool) -> None:
    one = facts(f"def f(x):\n    {body}\n").returned
    assert (one.type, one.may_be_none) == (kind, may_be_none)


@pytest.mark.parametrize(
    ("body", "condition"),
    [
        ("if x < 0:\n        raise E", "`x` is negative"),
        ("if not isinstance(x, (A, B)):\n        raise E", "`x` is not an instance of `A` or `B`"),
        ("if x is None or not y:\n        raise E", "`x` is None or `y` is falsy"),
        ("if not (x and y):\n        raise E", "`x` is falsy or `y` is falsy"),
        ("if len(x) == 0:\n        raise E", "`x` is empty"),
        ("if x:\n        return 1\n    else:\n        raise E", "`x` is falsy"),
        ("if x:\n        if y > 3:\n            raise E", "`x` is truthy and `y` is greater than `3`"),
        ("try:\n        g(x)\n    except OSError:\n        raise E", "`g(x)` raises OSError"),
        ("raise E", "always"),
        ("for a in x:\n        raise E", ""),
        ("if (x or y) and z:\n        raise E", ""),
        ("x = g(x)\n    if x is None:\n        raise E", ""),
        ("n = g(x)\n    if n is None:\n        raise E", "`n` is None"),
        ("n = g(x)\n    if n:\n        if n > y:\n            raise E", ""),
    ],
)
def test_conditions_of_what_is_raised(body: str, condition: str) -> None:
    [one] = facts(f"def f(x, y, z):\n    {body}\n").raises
    assert (one.name, one.condition) == ("E", condition)


@pytest.mark.parametrize(
    "body",
    [
        "try:\n        raise KeyError\n    except LookupError:\n        pass",
        "with suppress(KeyError):\n        raise KeyError",
        "def g():\n        raise KeyError",
        "raise error",
        "raise run.outcome.error",
        "raise make()",
    ],
)
def test_what_does_not_leave_the_function(body: str) -> None:
    assert facts(f"def f(x):\n    {body}\n").raises == ()


def test_what_was_caught_is_raised_again() -> None:
    found = facts("def f():\n    try:\n        g()\n    except (A, B) as error:\n        raise error\n").raises
    assert [(one.name, one.is_reraise) for one in found] == [("A", True), ("B", True)]


@pytest.mark.parametrize(
    ("body", "kind", "what"),
    [
        ("self.a.b = 1", "attribute", "self.a"),
        ("self.a.append(1)", "attribute", "self.a"),
        ("x[0] = 1", "argument", "x"),
        ("x.append(1)", "argument", "x"),
        ("global N\n        N += 1", "global", "N"),
        ("open(x, 'w')", "file", "open(x, 'w')"),
        ("print(x)", "print", "print"),
    ],
)
def test_side_effects(body: str, kind: str, what: str) -> None:
    [one] = facts(f"class A:\n    def f(self, x):\n        {body}\n").effects
    assert (one.kind, one.what) == (kind, what)


@pytest.mark.parametrize(
    "body",
    [
        "a = x",
        "x = []\n        x.append(1)",
        "open(x)",
        "x.pop(1)",
        "a = []\n        a[0] = 1",
        "self.a: int",
        "x.copy()[0] = 1",
        "self.a().b = 1",
    ],
)
def test_what_is_no_side_effect_for_sure(body: str) -> None:
    assert facts(f"class A:\n    def f(self, x):\n        {body}\n").effects == ()


def test_exceptions_come_through_calls_over_files_unless_they_are_caught() -> None:
    other = "class Bad(ValueError): pass\ndef h(x):\n    if x: raise Bad\ndef i(x):\n    h(1)\n"
    own = "from b import h\ndef f(x):\n    h(x)\n"
    [one] = through(a=own, b=other).raises
    assert (one.name, one.via, one.condition) == ("Bad", "h", "")
    assert (
        through(a=own.replace("    h(x)", "    try:\n        h(x)\n    except ValueError: pass"), b=other).raises == ()
    )
    assert through(a=own.replace("    h(x)", "    try:\n        h(x)\n    except KeyError: pass"), b=other).raises
    # What comes from deeper may be ruled out on the way.
    assert through(a=own.replace("h", "i"), b=other).raises == ()


def test_what_options_hold_is_the_functions_own() -> None:
    assert facts("def f(*a, **k):\n    k.setdefault('b', 1)\n    k['c'] = a\n").effects == ()


def test_calls_in_a_circle_and_generators_add_nothing() -> None:
    assert through(a="def g(): f()\ndef f(): g()\n").raises == ()
    assert through(a="def g():\n    raise KeyError\n    yield\ndef f(): g()\n").raises == ()
    assert through(a="@wrap\ndef g():\n    raise KeyError\ndef f(): g()\n").raises == ()


def test_constructors_are_called_and_methods_override() -> None:
    source = "class A:\n    def __init__(self):\n        raise KeyError\n    def m(self): pass\n"
    assert [one.name for one in through(a=f"{source}def f():\n    A()\n").raises] == ["KeyError"]
    assert through(a=f"{source}class B(A):\n    def m(self): pass\n").overrides == "A.m"


def test_a_class_and_a_module() -> None:
    tree = parse(
        "python", split_lines("'''M.'''\nN = 1\n@dataclass\nclass A(B):\n    x: int = 0\n    _y: int\ndef f(): ...\n")
    )
    assert tree is not None
    one = local_class(definitions(tree.tree.root_node)[0])
    assert (one.kind, one.bases, [each.name for each in one.fields]) == ("dataclass", ("B",), ["x"])
    module = module_facts("a.py", tree.tree.root_node)
    assert (module.classes, module.functions, module.docstring) == (("A",), ("f",), "M.")


SAMPLE = "class A(B):\n  def f(self, x: int = 1, *y):\n    try:\n      self.x = yield x\n    except E: raise F from e\n"


@given(st.integers(0, len(SAMPLE)), st.integers(0, 30), st.sampled_from(["", "(", "'", "\n", "é", "if x: raise "]))
def test_broken_code_has_fewer_facts_and_no_exception(start: int, gap: int, text: str) -> None:
    tree = parse("python", split_lines(SAMPLE[:start] + text + SAMPLE[start + gap :]))
    assert tree is not None
    for node in definitions(tree.tree.root_node):
        assert (local_facts if node.type == "function_definition" else local_class)(node).line > 0
