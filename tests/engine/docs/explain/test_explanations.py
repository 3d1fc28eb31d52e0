"""What is said of functions, classes and modules, and what is left out."""

import pytest
from refactoring_case import DictSources

from beast_lsp.engine.docs.explain.gather import python_subject
from beast_lsp.engine.docs.explain.model import Covered, Link, Past, Risk, Subject
from beast_lsp.engine.docs.explain.others import other_subject
from beast_lsp.engine.docs.explain.sentences import explanation
from beast_lsp.engine.scopes.resolution.program import Program

SHOP = (
    "class Item:\n    def price(self, rate: float = 1.0) -> float:\n        '''What it costs. More.'''\n"
    "        if rate < 0:\n            raise ValueError(rate)\n        return helper(rate)\n\n\n"
    "def helper(rate):\n    print(rate)\n    return rate\n\n\ndef unused():\n    pass\n"
)
FILES = {
    "shop/__init__.py": "",
    "shop/a.py": SHOP,
    "shop/b.py": "from shop.a import Item, helper\n\n\ndef use(thing):\n    Item().price()\n    thing.price()\n"
                 "    return map(helper, [])\n\n\nclass Sub(Item):\n    pass\n",
    "tests/test_a.py": "from shop.a import Item\n\n\ndef test_it():\n    assert Item().price() == 1\n",
}  # fmt: skip


def told(line, path="shop/a.py", files=FILES):
    subject = python_subject(Program(DictSources(files)), path, line)
    return explanation(subject, lambda link: f"{link.path}#L{link.line + 1}")


def test_a_function_is_explained_by_its_facts():
    text = told(3)
    assert text.startswith("### `Item.price`\n\nMethod in [shop/a.py:2](shop/a.py#L2).")
    assert "> What it costs.\n" in text
    assert "- `rate` (`float`): by default `1.0`" in text
    assert "- `ValueError` where" in text
    assert "**Called by**\n\n- `use` ([shop/b.py:5](shop/b.py#L5))" in text
    assert "**Perhaps called by, for the object's type is not known**\n\n- `use` ([shop/b.py:6]" in text
    assert "**Calls**\n\n- `helper`" in text
    assert "**Used by these tests**\n\n- `test_it` ([tests/test_a.py:5]" in text


def test_effects_and_values_that_are_handed_on_are_told():
    text = told(8)
    assert "- It prints: `print(rate)`." in text or "- It prints" in text
    assert "**Handed on or named in**\n\n- `use` ([shop/b.py:7]" in text


def test_who_has_no_callers_is_said_to_have_none():
    assert "**Called by** nobody in this workspace that can be seen." in told(13)
    assert "Used by these tests" not in told(13)


def test_a_class_tells_what_it_has_who_makes_it_and_what_inherits_from_it():
    text = told(0)
    assert "**Its methods**: `price`." in text
    assert "**Made by**\n\n- `use`" in text
    assert "**Inherited by**\n\n- `Sub` ([shop/b.py:10]" in text
    assert "**Called by**" not in text


def test_outside_of_everything_it_is_the_module():
    text = told(None)
    assert "Module in" in text
    assert "**It has**: `Item`, `helper`, `unused`." in text
    assert "**Imported by**\n\n- `shop.b`" in text
    assert "**Imported by these tests**\n\n- `test_a`" in text
    assert told(6) == text


def test_what_is_not_known_is_left_out():
    text = explanation(Subject("function", "f", Link("a.py", 0, "f"), 1), lambda link: "x")
    assert text == "### `f`\n\nFunction in [a.py:1](x).\n"


@pytest.mark.parametrize(
    ("past", "sentence"),
    [
        (Past(0, 0, 0, 1.0), "nobody has changed it within a year"),
        (Past(1, 0, 1, 0.0), "1 change by 1 person within a year; the last one within the last two weeks"),
        (Past(3, 1, 2, 0.5), "3 changes by 2 people within a year, 1 of them a fix; the last one about 6 months ago"),
    ],
)
def test_history_is_told_in_a_sentence(past, sentence):
    subject = Subject("function", "f", Link("a.py", 0, "f"), 1, past=past)
    assert sentence in explanation(subject, lambda link: "x")


def test_risk_and_coverage_are_told():
    subject = Subject(
        "function", "f", Link("a.py", 0), 1, risk=Risk(40, "risky", 0.12, ("long",)), covered=Covered(0.5, "c.xml")
    )
    text = explanation(subject, lambda link: "x")
    assert "score 40 of 100, risky" in text
    assert "12.0%" in text
    assert "run 50% of its lines, as `c.xml` says" in text


def test_other_languages_tell_what_their_file_does():
    files = {
        "a.ts": "/** Adds. */\nexport function f(a: number) {\n  return a;\n}\nfunction g() {\n  return f(1);\n}\n"
    }
    program = Program(DictSources(files))
    text = explanation(other_subject(program, "a.ts", 2), lambda link: "x")
    assert "function f(a: number)" in text
    assert "> Adds." in text
    assert "**Used in this file by**\n\n- `g`" in text
    assert "**It exports**: `f`." in explanation(other_subject(program, "a.ts", None), lambda link: "x")


def test_broken_and_missing_files_are_no_failure():
    program = Program(DictSources({"a.py": "def f(:\n  return\n", "b.txt": "x"}))
    assert python_subject(program, "a.py", 0) is not None
    assert python_subject(program, "none.py", 0) is None
    assert other_subject(program, "b.txt", 0) is None
