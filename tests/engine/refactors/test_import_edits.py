"""Imports that are added and removed: to the list of their module, or to their group, and whole statements."""

import textwrap

from hypothesis import given
from hypothesis import strategies as st
from refactoring_case import DictSources, plain

from beast_lsp.engine.refactors.imports.edits import ImportEdits
from beast_lsp.engine.refactors.imports.statements import Wanted, dotted_from, statements
from beast_lsp.engine.refactors.net.render import Renderer
from beast_lsp.engine.scopes.resolution.program import Program


def module_of(text):
    return Program(DictSources({"main.py": plain(text)})).module("main.py")


def changed(text, *, add=(), typed=(), remove=(), behind=None):
    """The text after imports were added and removed; `own` is a module of the workspace."""
    module = module_of(text)
    edits = ImportEdits(module, lambda name: name.startswith((".", "own")))
    for statement in edits.statements:
        for item in statement.items:
            if item.bound in remove:
                edits.remove(statement, item)
        if behind is not None:
            edits.add_behind(statement, behind)
    for wanted in add:
        edits.add(wanted)
    for wanted in typed:
        edits.add_for_types(wanted)
    return Renderer(lambda _: module.tree).file("main.py", edits.edits()).source.decode()


def test_a_name_joins_the_list_of_its_module_in_order():
    assert changed("from own import a, c\n", add=[Wanted("own", "b")]) == "from own import a, b, c\n"
    assert changed("from own import a\n", add=[Wanted("own", "b", "d")]) == "from own import a, b as d\n"
    stacked = "from own import (\n    a,\n    c,\n)\n"
    assert changed(stacked, add=[Wanted("own", "b")]) == "from own import (\n    a,\n    b,\n    c,\n)\n"
    assert changed(stacked, add=[Wanted("own", "d")]) == "from own import (\n    a,\n    c,\n    d,\n)\n"


def test_a_list_without_order_gets_the_name_at_its_end():
    assert changed("from own import c, a\n", add=[Wanted("own", "b")]) == "from own import c, a, b\n"


def test_a_line_that_is_long_already_is_left_alone():
    long = f"from own import {', '.join(f'name_{number}' for number in range(10))}\n"
    after = changed(long, add=[Wanted("own", "zebra")])
    assert after == f"{long}from own import zebra\n"


def test_what_is_imported_already_is_not_imported_again():
    text = "import os\nfrom own import a\n"
    assert changed(text, add=[Wanted("os"), Wanted("own", "a")]) == text
    assert changed(text, add=[Wanted("own", "a", "b")]) == "import os\nfrom own import a, a as b\n"


def test_statements_stand_in_their_groups():
    text = '"""Doc."""\n\nfrom __future__ import annotations\n\nimport os\n\nfrom own import a\n\nx = 1\n'
    found = changed(text, add=[Wanted("sys"), Wanted("numpy"), Wanted("own.b", "c")])
    assert found == (
        '"""Doc."""\n\nfrom __future__ import annotations\n\nimport os\nimport sys\n\nimport numpy\n\n'
        "from own import a\nfrom own.b import c\n\nx = 1\n"
    )


def test_a_file_without_imports_keeps_its_beginning_first():
    assert changed('"""Doc."""\n\nx = 1\n', add=[Wanted("os")]) == '"""Doc."""\n\nimport os\n\nx = 1\n'
    assert changed("#!/usr/bin/env python\nx = 1\n", add=[Wanted("os")]).startswith("#!/usr/bin/env python\n")
    art = "# a picture\n# of two lines\n\n# x\nx = 1\n"
    assert changed(art, add=[Wanted("os")]) == art.replace("\n\n", "\n\nimport os\n\n")
    assert changed("x = 1\n", add=[Wanted("os")]) == "import os\n\nx = 1\n"
    assert changed("", add=[Wanted("os")]) == "import os\n"


def test_the_last_name_takes_its_statement_along():
    assert changed("import os\nfrom own import a, b\n", remove="a") == "import os\nfrom own import b\n"
    assert changed("import os\nfrom own import a, b\n", remove="ab") == "import os\n"
    assert changed("from own import (\n    a,\n    b,\n)\n", remove="b") == "from own import (\n    a,\n)\n"
    assert changed("from own import a, b, c\n", remove="ab") == "from own import c\n"


def test_a_block_is_not_left_empty():
    text = "def f():\n    from own import a\n    from own import b\n"
    assert changed(text, remove="a") == "def f():\n    from own import b\n"
    assert changed(text, remove="ab") == "def f():\n    pass\n"


def test_one_import_takes_the_place_of_another():
    text = "try:\n    from own import a  # why\nexcept ImportError:\n    a = None\n"
    found = changed(text, remove="a", behind=Wanted("other", "a"))
    assert found == "try:\n    from other import a  # why\nexcept ImportError:\n    a = None\n"


def test_a_comment_stays_with_its_import():
    found = changed("from own import a  # why\n", behind=Wanted("other", "b"))
    assert found == "from own import a  # why\nfrom other import b\n"


def test_imports_for_types_have_their_block():
    block = "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from own import a\n\nx = 1\n"
    assert changed(block, typed=[Wanted("own.b", "c")]) == block.replace("a\n\n", "a\n    from own.b import c\n\n", 1)
    made = changed("import os\n\nx = 1\n", typed=[Wanted("own", "a")])
    assert made == "import os\nfrom typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from own import a\n\nx = 1\n"


def test_statements_say_when_they_run():
    found = statements(
        module_of("""
            import a.b, c as d
            if TYPE_CHECKING:
                from .x import (y, z as w)
            else:
                from . import v
            def f():
                from . . import *
        """).tree
    )
    assert [(one.module, [item.bound for item in one.items]) for one in found] == [
        ("", ["a", "d"]),
        (".x", ["y", "w"]),
        (".", ["v"]),
        ("..", ["*"]),
    ]
    assert [one.is_typing for one in found] == [False, True, False, False]
    assert [one.is_lazy for one in found] == [False, False, False, True]


def test_relative_names():
    assert dotted_from("pack.a", "pack.b", False) == ".b"
    assert dotted_from("pack.sub.a", "pack.b", False) == "..b"
    assert dotted_from("pack", "pack.b", True) == ".b"
    assert dotted_from("pack.a", "pack", False) == "."
    assert dotted_from("a", "b", False) == ""


NAMES = st.sampled_from("abcdef")
LISTS = st.lists(NAMES, min_size=1, max_size=5, unique=True)


@given(st.lists(st.tuples(NAMES, LISTS), min_size=1, max_size=4), st.sets(NAMES), st.lists(NAMES, max_size=3))
def test_what_is_bound_afterwards_is_what_was_asked_for(lines, gone, added):
    text = "".join(f"from own.{module} import {', '.join(names)}\n" for module, names in lines) + "end = 1\n"
    after = changed(text, remove=gone, add=[Wanted("other", name) for name in added])
    compile(after, "after", "exec")
    before = {(module, name) for module, names in lines for name in names if name not in gone}
    found = {
        (one.module.removeprefix("own."), item.name) for one in statements(module_of(after).tree) for item in one.items
    }
    assert found == before | {("other", name) for name in added}
    assert textwrap.dedent(after).endswith("end = 1\n")
