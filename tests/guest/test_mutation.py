"""Which mutants a module has, and which it hasn't."""

import ast
from textwrap import dedent

import pytest

from beast_lsp.guest.mutation import mutants


def found(source, most=1000, **options):
    return {(each.before, each.after) for each in mutants(dedent(source), most, 0, **options)}


def of(body):
    """The mutants of a function's body, or of an expression that it returns."""
    return found(f"def f(a, b, *c, d=None):\n    {body}\n")


@pytest.mark.parametrize(
    ("body", "before", "after"),
    [
        ("return [a < b]", "a < b", "a <= b"),
        ("return [a == b]", "a == b", "a != b"),
        ("return [a not in b]", "a not in b", "a in b"),
        ("return [a is b]", "a is b", "a is not b"),
        ("return [a + b]", "a + b", "a - b"),
        ("return a % b", "a % b", "a * b"),
        ("return [a and b]", "a and b", "a or b"),
        ("return [not a]", "not a", "a"),
        ("return [3]", "3", "4"),
        ("return ['']", "''", "'XX'"),
        ("return [True]", "True", "False"),
        ("return a.b", "return a.b", "return None"),
        ("return a < b", "return a < b", "return not a < b"),
        ("a.run()", "a.run()", "pass"),
        ("a.x = b", "a.x = b", "pass"),
        ("a += b", "a += b", "pass"),
        ("raise KeyError(a)", "raise KeyError(a)", "raise RuntimeError(a)"),
        ("return a[b:]", "b:", ":"),
        ("return a(b=1)", "a(b=1)", "a()"),
        ("return a if b else c", "a if b else c", "a if True else c"),
        ("return [x for x in a if x]", "x", "True"),
    ],
)
def test_an_operator_has_its_mutant(body, before, after):
    assert (before, after) in of(body)


def test_a_branch_is_taken_always_and_never():
    source = "def f(a):\n    if a:\n        return 1\n    return 2\n"
    assert {("if a:", "if True:"), ("if a:", "if False:")} <= found(source)


def test_a_loop_ends_early_or_not_at_all():
    source = "def f(a):\n    for x in a:\n        if x:\n            break\n        continue\n"
    assert {("break", "continue"), ("continue", "break"), ("for x in a:", "for x in ():")} <= found(source)


def test_a_default_is_changed():
    assert ("1", "2") in found("def f(a=1):\n    return a\n")


@pytest.mark.parametrize(
    "source",
    [
        'def f():\n    """Says 1."""\n',
        "def f(a: 'int | None') -> 'Literal[1]': ...\n",
        "__all__ = ['f']\n",
        "__version__ = '1.0'\n",
        "LIMIT = 10\n",
        "def f():\n    logger.warning('%s', 1)\n",
        "def f():\n    self.log.debug('a' if x else 'b')\n",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    x = 1\n",
        "if __name__ == '__main__':\n    main()\n",
        "@overload\ndef f(a=1): ...\n",
        "def f(a):\n    x = a  # pragma: no cover\n",
        "def f(:\n",
        "",
    ],
)
def test_what_no_test_has_to_notice_is_left_alone(source):
    assert found(source) == set()


def test_the_message_of_an_assertion_is_left_alone():
    assert of("assert a, 'no a'") == set()


def test_a_removed_statement_never_leaves_a_missing_name():
    assert of("x = a\n    del x\n    return x") == {("del x", "pass"), ("return x", "return None")}


def test_of_each_function_there_is_one_before_there_is_a_second():
    source = "".join(f"def f{n}(a, b):\n    if a < b:\n        return a + 1\n    return b * 2\n" for n in range(5))
    drawn = mutants(source, 5, 3)
    assert {each.site.function for each in drawn} == {f"f{n}" for n in range(5)}


def test_the_draw_is_the_seed_s():
    source = "def f(a, b):\n    return [a < b, a + b, a * b, a and b]\n"
    texts = [[each.after for each in mutants(source, 3, seed)] for seed in (1, 1, 2, 3, 4, 5)]
    assert texts[0] == texts[1]
    assert len({tuple(each) for each in texts}) > 1


def test_only_named_functions_have_mutants():
    source = (
        "class A:\n    def f(self):\n        return 1\n    def g(self):\n        return 1\ndef f():\n    return 1\n"
    )
    drawn = mutants(source, 100, 0, frozenset({"A.f"}))
    assert {each.site.function for each in drawn} == {"A.f"}
    assert {each.site.function for each in mutants(source, 100, 0, frozenset({"A"}))} == {"A.f", "A.g"}


def test_every_mutant_compiles_and_leaves_the_tree_as_it_was():
    source = dedent("""
        class A:
            async def f(self, x, *, y=1):
                async with x as z:
                    try:
                        await z.go(k=1)
                    except (KeyError, ValueError):
                        raise TypeError(f"{x!r:>{y}} is {'odd'}") from None
                    finally:
                        self.x[1:2] = -x
                return [not a for a in x if a > 1] or {1: "x", **x}
    """)
    drawn = mutants(source, 1000, 0)
    before = ast.unparse(drawn[0].site.top)
    for each in drawn:
        each.site.change.apply()
        compile(ast.unparse(each.site.top), "", "exec")
        compile(ast.Module([each.site.top], []), "", "exec")
        each.site.change.undo()
    assert ast.unparse(drawn[0].site.top) == before
