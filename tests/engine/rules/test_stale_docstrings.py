"""What docstrings say and is no longer so: each case with its repaired text, and as many that are left alone."""

import pytest

from beast_lsp.engine.document import split_lines
from beast_lsp.engine.rules.finding import Finding, Place
from beast_lsp.engine.rules.registry import RULES, findings
from beast_lsp.engine.syntax import parse


def function(head: str, doc: str, body: str = "return g(a)") -> str:
    """A function with a docstring whose lines are indented as the body is."""
    lines = [f"def {head}:", *(f"    {line}".rstrip() for line in f'"""Do.\n\n{doc}\n"""\n{body}'.split("\n"))]
    return "\n".join(lines) + "\n"


ARGS = "Args:\n    a: One.\n    {}: Two."
FOUND = [
    ("stale-parameter", "f(a, new_width)", ARGS.format("new_widht"), ARGS.format("new_width")),
    ("stale-parameter", "f(a, b_)", ":param a: One.\n:param b: Two.", ":param a: One.\n:param b_: Two."),
    ("stale-parameter", "f(a)", ARGS.format("gone"), "Args:\n    a: One."),
    ("stale-parameter", "f(a)", ":param a: One.\n:param b: Two.\n:type b: int", ":param a: One."),
    (
        "stale-parameter",
        "f(a)",
        "Parameters\n----------\na : int\n    One.\ngone : str\n    Two.\n\nReturns\n-------\nint\n    X.",
        "Parameters\n----------\na : int\n    One.\n\nReturns\n-------\nint\n    X.",
    ),
    ("stale-parameter", "f(a, width)", "@param a: One.\n@param widht: Two.", "@param a: One.\n@param width: Two."),
    ("stale-default", "f(a=3)", "Args:\n    a: One. Defaults to 2.", "Args:\n    a: One. Defaults to 3."),
    ("stale-default", "f(a=True)", "Args:\n    a: One (default: False).", "Args:\n    a: One (default: True)."),
    ("stale-default", "f(a='x')", ":param a: Defaults to 'y'.", ":param a: Defaults to 'x'."),
    ("stale-default", "f(a=1.5)", "Parameters\n----------\na : float, default 1", None),
    ("stale-type", "f(a: int)", "Args:\n    a (str): One.", "Args:\n    a (int): One."),
    ("stale-type", "f(a: 'str | None' = None)", ":type a: int\n:param a: One.", None),
    ("stale-type", "f(a: list[int])", "Parameters\n----------\na : tuple, optional\n    One.", None),
]
OUTCOMES = [
    ("stale-exception", "f(a)", "Raises:\n    ValueError: If so.", "return a", ""),
    ("stale-exception", "f(a)", ":raises KeyError: If so.", "if a is None:\n    raise TypeError('x')\nreturn a", ""),
    ("stale-result", "f(a)", "Returns:\n    The value.", "g(a)", ""),
    ("stale-result", "f(a) -> None", ":returns: It.\n:rtype: int", "if a:\n    return\nprint(a)", ""),
]
QUIET = [
    ("f(a, **options)", ARGS.format("width"), "return g(a)"),
    ("f(*args)", ARGS.format("width"), "return g(args)"),
    ("f(a)", "Args:\n    other: It.", "return g(a)"),
    ("f(a)", "Returns:\n    gone: it.", "return g(a)"),
    ("f(class_)", ":param class\\_: It.", "return g(class_)"),
    ("f(a=False)", ":param a=False: It.", "return g(a)"),
    ("f(a)", ":returns: It.\n    :key b: what.\n:param a: One.", "return g(a)"),
    ("f(nodeid)", ":param nodeid str: It.", "return g(nodeid)"),
    ("f(a, b)", "Parameters\n----------\na, b : int\n    Both.", "return g(a, b)"),
    ("f(a)", "Attributes:\n    width: not a parameter.", "return g(a)"),
    ("f(a)", ":param a: One.\n:param b: Deprecated, ignored.", "return g(a)"),
    ("f(a=None)", "Args:\n    a: Defaults to 3.", "return g(a)"),
    ("f(a=3)", "Args:\n    a: Defaults to 3 if so, else 2.", "return g(a)"),
    ("f(a=3)", "Args:\n    a: Defaults to 5 when b is set.", "return g(a)"),
    ("f(a=1000000)", "Args:\n    a: Default to 1M.", "return g(a)"),
    ("f(a=3)", "Args:\n    a: The default of 2 is fine elsewhere.", "return g(a)"),
    ("f(a='x:main')", "Args:\n    a: If no branch is named, it will default to 'main'.", "return g(a)"),
    ("f(a='low')", "Args:\n    a: Default is 'lowpass'.", "return g(a)"),
    ("f(a)", "Args:\n    a: It.\n    Returns: That.", "return g(a)"),
    ("f(a)", "Args:\n    a: It.\n    options: Of others.", "pass"),
    ("f(a=BIG)", "Args:\n    a: Defaults to 3.", "return g(a)"),
    ("f(a='utf-8')", "Args:\n    a: Defaults to utf-8.", "return g(a)"),
    ("f(a: float)", "Args:\n    a (int): One.", "return g(a)"),
    ("f(a: Path)", "Args:\n    a (str): One.", "return g(a)"),
    ("f(a: int)", "Args:\n    a (int, optional): One.", "return g(a)"),
    ("f(a: int | str)", "Args:\n    a (str): One.", "return g(a)"),
    ("f(a)", "Raises:\n    ValueError: If so.", "return g(a)"),
    ("f(a)", "Raises:\n    KeyError: If so.", "return a['x']"),
    ("f(a)", "Raises:\n    AppError: If so.", "if a is None:\n    raise NotFound\nreturn a"),
    ("f(a)", "Raises:\n    OSError: If so.", "if a is None:\n    raise FileNotFoundError\nreturn a"),
    ("f(a)", "Raises:\n    ValueError: Only subclasses do.", "return a"),
    ("f(a)", "Raises:\n    ValueError: If so.", "raise NotImplementedError"),
    ("f(a)", "Returns:\n    The value.", "pass"),
    ("f(a)", "Returns:\n    None: nothing.", "print(a)"),
    ("f(a)", "Returns:\n    The values.", "yield a"),
    ("f(a)", "Returns:\n    The value.", "return None"),
    ("f(a) -> int", "Returns:\n    The value.", "print(a)"),
    ("f(a)", "Returns:\n    This function only returns when cancelled.", "g(a)"),
    ("f(a)", "Returns:\n    It never returns unless cancelled.", "g(a)"),
    ("f(a, b=1)", ":param a: One.\n:param type: list", "return g(a)"),
    ("f(a)", "Args:\n    a: One.\n    image: It.", "def inner(image):\n    return a\nreturn inner"),
    ("f(rho)", "Parameters\n----------\nrho / psi : int\n    Both.", "return g(rho)"),
    ("f(a)", "Parameters\n----------\na : str or \\\ndefault: 3\n    One.", "return g(a)"),
]


def stale(source: str) -> list[Finding]:
    tree = parse("python", split_lines(source))
    assert tree is not None
    return [one for one in findings(Place(tree, "pkg/a.py")) if one.rule.startswith("stale-")]


def repaired(source: str, finding: Finding) -> str:
    assert finding.fix is not None
    lines = split_lines(source)
    starts = [sum(map(len, lines[:row])) for row in range(len(lines) + 1)]
    for edit in sorted(finding.fix.edits, key=lambda one: one.start, reverse=True):
        first, last = (starts[place.line] + place.column for place in (edit.start, edit.end))
        source = source[:first] + edit.text + source[last:]
    return source


@pytest.mark.parametrize(("rule", "head", "doc", "expected"), FOUND)
def test_what_is_stale_is_told_and_repaired(rule: str, head: str, doc: str, expected: str | None) -> None:
    source = function(head, doc)
    [one] = stale(source)
    assert one.rule == rule
    after = repaired(source, one)
    assert stale(after) == []
    assert expected is None or after == function(head, expected)


@pytest.mark.parametrize(("rule", "head", "doc", "body", "expected"), OUTCOMES)
def test_outcomes_that_no_longer_come(rule: str, head: str, doc: str, body: str, expected: str) -> None:
    source = function(head, doc, body)
    [one] = stale(source)
    assert one.rule == rule
    after = repaired(source, one)
    assert "aise" not in after.split('"""')[1]
    assert "eturn" not in after.split('"""')[1]
    assert after.split('"""')[1].strip() == f"Do.{expected}"
    compile(after, "a.py", "exec")


@pytest.mark.parametrize(("head", "doc", "body"), QUIET)
def test_what_is_true_or_uncertain_is_left_alone(head: str, doc: str, body: str) -> None:
    assert stale(function(head, doc, body)) == []


def test_a_name_that_is_only_in_its_place_is_no_sure_repair() -> None:
    [one] = stale(function("f(a, copy)", ARGS.format("inplace")))
    assert "is it `copy` now?" in one.message
    assert one.fix is None


def test_a_constructor_gives_the_object() -> None:
    method = function("__init__(self, a)", "Returns:\n    A cart.", "self.a = a")
    assert stale("class A:\n" + "".join(f"    {line}" for line in split_lines(method))) == []


def test_a_method_of_an_interface_without_self() -> None:
    method = function("f(name, timeout)", ":param name: It.\n:param timeout: That.", "pass")
    source = "class IThing(Interface):\n" + "".join(f"    {line}" for line in split_lines(method))
    assert stale(source) == []


@pytest.mark.parametrize("decorator", ["click.command()", "with_session", "pytest.fixture", "derived_from(x)"])
def test_a_decorator_that_may_change_the_parameters(decorator: str) -> None:
    assert stale(f"@{decorator}\n{function('f(a)', ARGS.format('b'))}") == []


def test_each_rule_has_a_case() -> None:
    names = {rule.name for rule in RULES if rule.name.startswith("stale-")}
    assert names == {one[0] for one in (*FOUND, *OUTCOMES)}
