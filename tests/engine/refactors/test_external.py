"""What another tool made of a file: taken where every name means what it meant, refused where one does not."""

import pytest
from refactoring_case import attempt

USE = "\n\ndef use():\n    return os.sep, sys, re, g, h\n"
BEFORE = f"import sys\nimport os, re\nfrom m import g, f as h\n{USE}"
AFTER = f"import os\nimport re\nimport sys\n\nfrom m import f as h\nfrom m import g\n{USE}"
M = {"m.py": "f = g = 1\n"}


def external(before, after, files=None, path="main.py"):
    return attempt("fix-all", f"¦{before}", files, path, text=after)


def test_sorted_imports_are_what_they_were():
    assert external(BEFORE, AFTER, M).text == AFTER


def test_line_ends_stay_what_they_were():
    before, after = (text.replace("\n", "\r\n") for text in (BEFORE, AFTER))
    assert external(before, after, M).text == after


def test_an_unused_import_may_go():
    assert external("import os\nimport re\nre\n", "import re\nre\n").text == "import re\nre\n"


def test_names_in_changed_lines_are_what_stood_there():
    before = "from m import f\n\ndef k(a):\n    if a == None: return f(a)\n"
    after = "from m import f\n\ndef k(a):\n    if a is None:\n        return f(a)\n"
    assert external(before, after, M).text == after


def test_what_is_exported_may_be_listed_in_another_order():
    before = "__all__ = ('g', 'f')\n\n\ndef f(): ...\n\n\ndef g(): ...\n"
    assert external(before, before.replace("'g', 'f'", "'f', 'g'")).text.startswith("__all__ = ('f', 'g')")


def test_a_name_that_is_bound_again_keeps_its_order():
    before = "import sys\nimport os\ntry:\n    import json\nexcept ImportError:\n    json = None\nos, sys\n"
    after = before.replace("import sys\nimport os\n", "import os\nimport sys\n")
    assert external(before, after).text == after


def test_a_text_that_is_the_same_is_no_refactoring():
    outcome = external(BEFORE, BEFORE, M)
    assert (outcome.plan, outcome.refusal) == (None, None)


def test_without_a_text_it_applies_nowhere():
    outcome = attempt("organize-imports", "¦import os\n")
    assert (outcome.plan, outcome.refusal) == (None, None)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("import os\nos\n", "os\n"),  # still used.
        ("from m import f\nf\n", "from m import g as f\nf\n"),  # another thing of the same name.
        ("import os\ndef k(a):\n    return os\n", "import os\ndef k(os):\n    return os\n"),  # captured.
        ("from m import f\n\ndef k():\n    return f\n", "\ndef k():\n    from m import g as f\n    return f\n"),
        ("x = 1\nprint(x)\n", "x = 1\nprint(y)\n"),  # bound by nothing.
        ("x = 1\n", "x = (1\n"),  # no Python.
        ("from m import f as x\nfrom m import g as x\nx\n", "from m import g as x\nfrom m import f as x\nx\n"),
    ],
)
def test_it_is_refused_where_a_name_would_mean_something_else(before, after):
    assert external(before, after, M).refusal


def test_an_import_that_another_file_takes_from_here_may_not_go():
    assert external("import os\nfrom m import f\n", "import os\n", {**M, "user.py": "from main import f\nf\n"}).refusal
