"""Docstrings that are written, brought up to date, or left alone; each through the net."""

import ast
import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st
from refactoring_case import DictSources

from beast_lsp.engine.docs.actions import DOCUMENTATION
from beast_lsp.engine.refactors import registry
from beast_lsp.engine.refactors.refactoring import Refactoring, Site
from beast_lsp.engine.scopes.resolution.program import Program

FUNCTION, CLASS, MODULE = DOCUMENTATION


def documented(source: str, one: Refactoring = FUNCTION, path: str = "a.py", **options: str) -> str | None:
    """The text after what is marked by `|` was documented; None where nothing is offered."""
    start = len(source.partition("|")[0].encode())
    text = source.replace("|", "", 1)
    site = Site(Program(DictSources({path: text})), path, start, start, options)
    offer = registry.attempt(one, site)
    seen = registry.look(one, site, lambda: False)
    assert (offer is None) == (seen is None)
    if offer is None:
        return None
    assert offer.refusal is None
    assert offer.plan is not None
    return offer.plan.after[path]


def dedented(text: str) -> str:
    return textwrap.dedent(text).lstrip("\n")


RANGE = """
def |clamp(count: int, low, *rest, scale=1.5):{doc}
    if count < 0:
        raise ValueError("negative")
    return [count * scale, low, rest]
"""
GOOGLE = '''
    """Clamp, given `count`.

    Args:
        count: The count, compared with `0`.
        low (Any): The low.
        *rest (Any): Further positional arguments.
        scale (float): The scale. Defaults to `1.5`.

    Returns:
        list: `[count * scale, low, rest]`.

    Raises:
        ValueError: If `count` is negative.
    """'''
NUMPY = '''
    """Clamp, given ``count``.

    Parameters
    ----------
    count : int
        The count, compared with ``0``.
    low : Any
        The low.
    *rest : Any
        Further positional arguments.
    scale : float, default 1.5
        The scale.

    Returns
    -------
    list
        ``[count * scale, low, rest]``.

    Raises
    ------
    ValueError
        If ``count`` is negative.
    """'''
REST = '''
    """Clamp, given ``count``.

    :param count: The count, compared with ``0``.
    :param low: The low.
    :type low: Any
    :param rest: Further positional arguments.
    :type rest: Any
    :param scale: The scale. Defaults to ``1.5``.
    :type scale: float
    :returns: ``[count * scale, low, rest]``.
    :rtype: list
    :raises ValueError: If ``count`` is negative.
    """'''


@pytest.mark.parametrize(("style", "doc"), [("google", GOOGLE), ("numpy", NUMPY), ("rest", REST)])
def test_a_new_docstring_in_each_style_says_the_facts(style: str, doc: str) -> None:
    after = documented(RANGE.format(doc=""), style=style)
    assert after == RANGE.format(doc=doc).replace("|", "")
    assert documented(after.replace("def clamp", "def |clamp"), style=style) is None


def test_no_secret_is_repeated() -> None:
    token = "ghp_" + "a8Fk29dLmQ0xZpR7tYvB3nWcE5gHj1Ks6UoI"
    after = documented(f'def |check(token="{token}"):\n    return token == "{token}"\n', style="google")
    assert after is not None
    assert '"""' in after
    assert after.count(token) == 2  # where they were.


UPDATES = [
    # A parameter in its place, before what follows; the words of a person stay.
    (
        '"""Do  it —\n    my way.\n\n    Args:\n        b: Mine.\n\n    Note:\n        Stays.\n    """',
        '"""Do  it —\n    my way.\n\n    Args:\n        a (int): The argument `a`. Defaults to `1`.\n'
        "        b: Mine.\n\n"
        '    Returns:\n        Any: The result of `g`.\n\n    Note:\n        Stays.\n    """',
    ),
    # What is false is corrected in its place.
    (
        '"""Do it.\n\n    :param a: Mine. Defaults to 7.\n    :param c: Mine, too.\n    :returns: All.\n    """',
        '"""Do it.\n\n    :param a: Mine. Defaults to 1.\n    :param b: Mine, too.\n    :returns: All.\n    """',
    ),
    # A line alone becomes several.
    (
        '"""Do it."""',
        '"""Do it.\n\n    Args:\n        a (int): The argument `a`. Defaults to `1`.\n'
        "        b (int): The argument `b`. Defaults to `2`.\n\n"
        '    Returns:\n        Any: The result of `g`.\n    """',
    ),
]


@pytest.mark.parametrize(("doc", "expected"), UPDATES)
def test_what_is_true_stays_and_what_is_missing_comes(doc: str, expected: str) -> None:
    head, tail = "def |f(a=1, b=2):\n    ", "\n    return g(*[a, b])\n"
    assert documented(f"{head}{doc}{tail}", style="google") == f"{head}{expected}{tail}".replace("|", "")


SUMMARIES = [
    ("def is_valid(token): return True", "Return whether `token` is valid."),
    ("def read_lines(path): return []", "Read the lines."),
    ("def get_name(): return 1", "Return the name."),
    ("def header(): return 1", "Return the header."),
    ("def on_click(event): f()", "Handle the click."),
    ("def lines(): yield 1", "Yield the lines."),
    ("def text_to_html(x): return x", "Convert the text to html."),
    ("def freeze_cmd(): return 1", "Return the freeze cmd."),
    ("def make_key(): return 1", "Make the key."),
    ("def callback(x): return 1", "Act as the callback."),
    ("def main(): f()", "Run the main routine."),
    ("def keypress_max(size): f()", "Perform `keypress_max`."),
    ("def do_key_change(args): f()", "Perform the key change."),
    ("def has_item(db, name): return 1", "Return whether it has item."),
    ("def wrap(text): return text", "Wrap `text`."),
    ("def inner(): return 1", "Return the inner."),
    ("def head(x): return client.open(x)", "Return the result of `client.open`."),
    ("def key_strategy(x): yield x", "Yield values."),
    ("def wait_readable(x): f()", "Perform `wait_readable`."),
    ("def wait_for_start(x): f()", "Wait for start."),
    ("def untag(value): return value", "Untag, given `value`."),
    ("def stream_ended(x): f()", "Perform `stream_ended`."),
    ("def return_value_fits(x): f()", "Perform `return_value_fits`."),
    ("def query_to_pairs(x): return f(x)", "Convert the query to pairs."),
    ("def insert_options(): return f", "Return the insert options."),
    ("def make_conditional(x): f()", "Make conditional."),
    ("def format_message(x): return f(x)", "Format the message."),
    ("def on_request(x): return f(x)", "Perform `on_request`."),
    ("class Builtin:\n    def create(self): f()", "Create."),
    ("class A:\n    def to_url(self, value): return value", "Convert to url."),
    ("class A:\n    def to_url(self): return 1", "Convert it to url."),
    ("class A:\n    def contains(self, tag): return True", "Return whether it contains `tag`."),
    ("class A:\n    def render(self, context): return 1", "Render, given `context`."),
    ("class A:\n    def append(self, item): f()", "Append `item`."),
    ("class A:\n    def __truediv__(self, other): return 1", "Apply `/` to this object and another one."),
    ("class A:\n    def __iadd__(self, other): return self", "Apply `+=` to this object."),
    ("class A:\n    def __buffer__(self, flags): return 1", "Implement `__buffer__`."),
    ("class A:\n    @size.deleter\n    def size(self): f()", "Delete the size."),
    ("class A:\n    def __eq__(self, o): return True", "Return whether this object equals another one."),
    ("class MyCart:\n    def __init__(self): pass", "Initialize the my cart."),
    ("class Cart:\n    def close(self): pass", "Close the cart."),
    ("class Parser:\n    def parse(self): pass", "Parse."),
    ("class Cart:\n    def update(self, other): pass", "Update, given `other`."),
    ("class Cart:\n    @property\n    def size(self): return 1", "The size."),
]


@pytest.mark.parametrize(("source", "summary"), SUMMARIES)
def test_summaries_say_what_names_say(source: str, summary: str) -> None:
    after = documented(source.replace("def ", "def |", 1) + "\n", style="plain")
    assert after is not None
    assert f'"""{summary}' in after


RESULTS = [
    ("list[str | None]", "return x", False), ("tuple[int, Literal['a'] | None]", "return x", False),
    ("str | None", "return x", True), ("Optional[str]", "return x", True), ("Union[str, None]", "return x", True),
    ("'list[int] | None'", "return x", True), ("int", "while f():\n        return x", False),
]  # fmt: skip


@pytest.mark.parametrize(("annotation", "code", "is_said"), RESULTS)
def test_none_is_said_where_the_annotation_itself_allows_it(annotation: str, code: str, is_said: bool) -> None:
    after = documented(f"def |f(x) -> {annotation}:\n    {code}\n", style="google")
    assert after is not None
    assert ("or None" in after) == is_said


NOT_OFFERED = [
    'def |f(): """It."""\n',
    'def f():\n    """It."""\n    return |g()\n',
    "def f(a):\n    a = |1\n",
    "@overload\ndef |f(a): ...\n",
    'def |f(a):\n    """It.\n\n    Args:\n        a: The a.\n    """\n',
    'def |f(a, **k):\n    """It.\n\n    Args:\n        a: The a.\n        key: Of k.\n    """\n',
    'class A:\n    def m(self, a): pass\nclass B(A):\n    def |m(self, a):\n        """See A."""\n        f(a)\n',
    'def |f(a):\n    """It.\n\n    Arguments:\n    ----------\n        a: The a.\n    """\n',
    "x = |1\n",
    "def |f(:\n",
]


@pytest.mark.parametrize("source", NOT_OFFERED)
def test_nothing_is_offered_where_all_is_documented_or_nothing_stands(source: str) -> None:
    assert documented(source) is None


@pytest.mark.parametrize(
    "source", ['class |A:\n    """It."""\n', "class A:\n    x = |1\n", 'def f():\n    """|It."""\n']
)
def test_no_class_is_offered(source: str) -> None:
    assert documented(source, CLASS) is None


@pytest.mark.parametrize("source", ['"""M."""|\n', "import a\nx = |1\n"])
def test_no_module_is_offered(source: str) -> None:
    assert documented(source, MODULE) is None


def test_a_class_and_a_module() -> None:
    source = "#!/bin/sh\n|import b\n\n\nclass Cart:\n    size: int = 0\n"
    assert documented(source, MODULE) is None  # The cursor is below the first line.
    after = documented("|" + source.replace("|", ""), MODULE)
    assert after is not None
    assert after.startswith('#!/bin/sh\n\n"""A: `Cart`."""\n\nimport b\n')
    after = documented(source.replace("|", "").replace("Cart", "|Cart"), CLASS)
    assert after is not None
    assert '    """A cart.\n\n    Attributes:\n        size: The size.\n    """\n\n    size' in after


def test_one_line_bodies_blank_lines_tabs_and_crlf() -> None:
    assert documented("def |run(): return 1\n", style="plain") == 'def run():\n    """Run."""\n    return 1\n'
    assert documented("def |run():  # why\n\n    f()\n", style="plain") == (
        'def run():  # why\n    """Run."""\n    f()\n'
    )
    assert documented("def |run():\r\n\tf()\r\n", style="plain") == 'def run():\r\n\t"""Run."""\r\n\tf()\r\n'


def test_what_long_strings_hold_is_no_measure_of_the_indentation() -> None:
    page = 'PAGE = """\n<a>\n  <b>\n    <c>\n      <d>\n"""\n\n\n'
    after = documented(f"{page}def |f(a):\n    return a\n", style="numpy")
    assert after is not None
    assert "    a : Any\n        The argument" in after


def test_the_style_and_the_mood_are_those_of_the_file() -> None:
    others = "".join(
        f'def get{n}(a):\n    """Returns it.\n\n    :param a: The a of all.\n    :returns: It.\n    """\n    return a\n'
        for n in range(5)
    )
    after = documented(f"{others}def |get_name(a):\n    return a\n")
    assert after is not None
    assert after.endswith(
        'def get_name(a):\n    """Return the name.\n\n    :param a: The a of all.\n    :type a: Any\n'
        '    :returns: The result.\n    :rtype: Any\n    """\n    return a\n'
    )


def test_descriptions_come_from_the_base_and_from_the_callee() -> None:
    source = (
        'class A:\n    def m(self, mode):\n        """Run the thing.\n\n        Args:\n            mode: How to run.\n'
        '        """\n\n\nclass B(A):\n    def |m(self, mode):\n        return mode\n'
    )
    after = documented(source)
    assert after is not None
    assert after.count("mode: How to run.") == 1
    assert after.count("How to run.") == 2
    assert after.count("Run the thing.") == 2
    source = 'class A:\n    def m(self):\n        """clear it."""\n\n\nclass B(A):\n    def |m(self):\n        f()\n'
    after = documented(source)
    assert after is not None
    assert '"""Clear it.' in after
    source = (
        'def inner(width):\n    """Do.\n\n    Args:\n        width: In mm.\n    """\n\n\n'
        "def |outer(width):\n    inner(width)\n"
    )
    after = documented(source)
    assert after is not None
    assert "width (Any): In mm." in after


def test_a_wrong_option_is_refused() -> None:
    site = Site(Program(DictSources({"a.py": "def f(): pass\n"})), "a.py", 4, 4, {"style": "my"})
    offer = registry.attempt(FUNCTION, site)
    assert offer is not None
    assert "no style" in str(offer.refusal)


BODY = "    if a < 0: raise ValueError('no')\n    self.x = a; yield a\n"


@given(
    st.text(st.sampled_from("ab \n:`\\\"'-*éArgs()[],=:|"), max_size=60), st.sampled_from(["google", "numpy", "rest"])
)
def test_whatever_a_docstring_says_the_code_stays_as_it_is(text: str, style: str) -> None:
    text = text.replace("|", "").replace('"', "'")
    source = f'def f(a, b: int = 3):\n    """{text}\n    """\n{BODY}'
    try:
        before = ast.parse(source)
    except (SyntaxError, ValueError):
        return
    site = Site(Program(DictSources({"a.py": source})), "a.py", 4, 4, {"style": style})
    offer = registry.attempt(FUNCTION, site)
    if offer is not None and offer.plan is not None:
        after = ast.parse(offer.plan.after["a.py"])
        assert [*map(ast.dump, code(after))] == [*map(ast.dump, code(before))]


def code(module: ast.Module) -> list[ast.stmt]:
    """The statements of the module's function without its docstring."""
    [function] = module.body
    assert isinstance(function, ast.FunctionDef)
    return function.body[1:]
