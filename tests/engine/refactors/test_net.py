"""The net: what it lets pass, and what it refuses, whatever a refactoring proposes."""

import re

import pytest
from refactoring_case import DictSources

from beast_lsp.engine.refactors.net.check import checked
from beast_lsp.engine.refactors.proposal import Copy, Edit, Name, Proposal, Span
from beast_lsp.engine.scopes.resolution.program import Program
from beast_lsp.errors import RefactoringRefused


def spans(text, word, path="main.py"):
    return [Span(path, *match.span()) for match in re.finditer(rf"\b{word}\b", text)]


def renamed(text, old, new, which=None, others=None):
    found = spans(text, old)
    edits = [Edit(span, (Name(new, span),)) for index, span in enumerate(found) if which is None or index in which]
    program = Program(DictSources({"main.py": text, **(others or {})}))
    return checked(program, Proposal("Rename", tuple(edits))).after["main.py"]


def replaced(text, old, *pieces, index=0, **more):
    start = [match.start() for match in re.finditer(re.escape(old), text)][index]
    span = Span("main.py", start, start + len(old))
    program = Program(DictSources({"main.py": text}))
    return checked(program, Proposal("Edit", (Edit(span, pieces),), **more)).after["main.py"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a = 1\nprint(a)\n", "b = 1\nprint(b)\n"),
        ("def f(a):\n    return f'{a}'\nprint(f(a=1))\n", "def f(b):\n    return f'{b}'\nprint(f(b=1))\n"),
        ("class a: pass\nx: 'a' = a()\n", "class b: pass\nx: 'b' = b()\n"),
    ],
)
def test_a_renaming_that_is_complete_passes(text, expected):
    assert renamed(text, "a", "b") == expected


@pytest.mark.parametrize(
    ("text", "which"),
    [
        ("a = 1\nb = 2\nprint(a, b)\n", None),  # a clash in the scope
        ("a = 1\ndef f():\n    b = 2\n    return a + b\n", None),  # captured further in
        ("b = 1\ndef f():\n    a = 2\n    return a + b\n", None),  # captures what is further out
        ("a = 1\nprint(a)\n", {0}),  # one was forgotten
        ("a = 1\nprint(a)\n", {1}),
        ("def f(a):\n    return a\nprint(f(a=1))\n", {0, 1}),  # the keyword was forgotten
        ("__all__ = ['a']\na = 1\n", {1}),
        ("def f():\n    a = 1\n    return locals()\n", None),
        ("a = 1\nprint(f'{a=}')\n", None),
        ("def f():\n    a = 1\n    def g():\n        nonlocal a\n        a = 2\n    g()\n", {0, 1}),
    ],
)
def test_a_renaming_that_changes_a_meaning_is_refused(text, which):
    with pytest.raises(RefactoringRefused):
        renamed(text, "a", "b", which)


def test_a_built_in_name_is_not_taken_away():
    with pytest.raises(RefactoringRefused, match="built-in"):
        renamed("a = [1]\nprint(len(a))\n", "a", "len")


def test_another_file_that_uses_the_name_is_compared():
    with pytest.raises(RefactoringRefused, match=r"use\.py"):
        renamed("a = 1\n", "a", "b", others={"use.py": "from main import a\nprint(a)\n"})
    with pytest.raises(RefactoringRefused):
        renamed("a = 1\n", "a", "b", others={"use.py": "b = 0\nfrom main import *\nprint(b)\n"})
    assert renamed("a = 1\n", "a", "b", others={"use.py": "from other import a\nprint(a, b)\n"})


def test_an_expression_that_would_be_grouped_otherwise_is_refused():
    text = "a = 1\nc = a + 2\nprint(c * 3)\n"
    copy = Copy(Span("main.py", 10, 15))
    with pytest.raises(RefactoringRefused, match="grouped"):
        replaced(text, "c", copy, index=1)
    assert replaced(text, "c", "(", copy, ")", index=1) == "a = 1\nc = a + 2\nprint((a + 2) * 3)\n"


def test_a_copied_name_keeps_its_meaning_or_is_refused():
    text = "a = 1\ndef f(b):\n    return b\nprint(f(2))\n"
    assert "return b, a\n" in replaced(text, "\nprint", ", ", Copy(Span("main.py", 0, 1)), "\nprint")
    with pytest.raises(RefactoringRefused):
        replaced("a = 1\ndef f(a):\n    return 2\nprint(a)\n", "2", Copy(Span("main.py", 0, 1)))


def test_fresh_names_are_bound_and_do_not_meet_old_ones():
    assert replaced("a = 1\n", "a", "b = len('')\n", Copy(Span("main.py", 0, 1)))
    with pytest.raises(RefactoringRefused, match="bound by nothing"):
        replaced("a = 1\n", "1", "b")
    with pytest.raises(RefactoringRefused, match="already"):
        replaced("a = 1\nprint(a)\n", "1\n", "1\na = 2\n")


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        ("def f():\n    return 1\n", "return 1", "yield 1"),
        ("def f():\n    return 1\n", "1", "await g"),
        ("x = 1\n", "1", "(1"),
        ("x = 1\n", "x = 1", "return 1"),
        ("for x in y:\n    pass\n", "pass", "nonlocal x"),
    ],
)
def test_what_would_not_parse_or_compile_or_would_yield_is_refused(text, old, new):
    with pytest.raises(RefactoringRefused):
        replaced(text, old, new)


def test_a_broken_file_is_left_alone():
    with pytest.raises(RefactoringRefused, match="line 2"):
        renamed("a = 1\ndef f(:\n    pass\n", "a", "b")


def test_a_definition_that_is_still_read_stays():
    with pytest.raises(RefactoringRefused):
        replaced("import os\nprint(os)\n", "import os\n")
    assert replaced("import os\nprint(1)\n", "import os\n") == "print(1)\n"


def test_names_that_run_into_other_text_are_refused():
    with pytest.raises(RefactoringRefused):
        replaced("if a:\n    pass\na = 1\n", " ", "", index=0)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_copied_lines_take_the_new_indentation_and_strings_stay(end):
    text = 'if 1:\n    x = """\n    s"""\n    y = (1,\n  2)\n\nz = 0\n'.replace("\n", end)
    start, stop = text.index("x ="), text.index("2)") + 2
    copy = Copy(Span("main.py", start, stop), indent="")
    result = replaced(text, f"z = 0{end}", copy, "\n", splits=frozenset({Span("main.py", start, start + 1)}))
    assert result.endswith(f'x = """{end}    s"""{end}y = (1,{end}  2){end}'), result
