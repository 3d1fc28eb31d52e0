"""What importing a module runs, in which order, and whether imports go in a circle."""

import pytest
from refactoring_case import DictSources, plain

from beast_lsp.engine.refactors.imports.graph import ImportGraph, eager_imports, shown_cycle
from beast_lsp.engine.refactors.imports.load_effects import first_effect
from beast_lsp.engine.refactors.imports.loading import Loading
from beast_lsp.engine.scopes.resolution.program import Program
from beast_lsp.errors import RefactoringRefused


def program(files):
    return Program(DictSources({path: plain(text) for path, text in files.items()}))


def test_only_imports_that_run_count():
    text = plain("""
        import a, b.c as d
        from .e import (f,  # why
            g as h)
        if TYPE_CHECKING:
            import never
        else:
            import i
        def function():
            import never
            if True:
                import never
        try:
            import j
        except ImportError:
            from k import *
        class Klass:
            import l
            def method(self): pass
            from m import n
    """)
    assert list(eager_imports(text)) == [
        ("a", []),
        ("b.c", []),
        (".e", ["f", "g"]),
        ("i", []),
        ("j", []),
        ("k", ["*"]),
        ("l", []),
        ("m", ["n"]),
    ]


def test_packages_run_before_what_lies_in_them():
    files = {
        "main.py": "import pack.inner.deep\nimport other",
        "pack/__init__.py": "from pack import side",
        "pack/side.py": "",
        "pack/inner/__init__.py": "",
        "pack/inner/deep.py": "",
        "other.py": "",
    }
    order = ImportGraph(program(files)).load_order("main.py")
    assert order == [
        "pack/side.py", "pack/__init__.py", "pack/inner/__init__.py", "pack/inner/deep.py", "other.py", "main.py",
    ]  # fmt: skip


def test_a_circle_is_told_with_its_way():
    graph = ImportGraph(program({"a.py": "import b", "b.py": "from c import x", "c.py": "import a"}))
    assert shown_cycle(graph.cycle("a.py", "b.py"), lambda path: path[0]) == "a → b → c → a"


def test_imports_in_functions_and_of_the_own_package_make_no_circle():
    lazy = ImportGraph(program({"a.py": "import b", "b.py": "def f():\n    import a"}))
    assert lazy.cycle("a.py", "b.py") is None
    files = {"pack/__init__.py": "from pack.a import x", "pack/a.py": "from pack.b import x", "pack/b.py": "x = 1"}
    assert ImportGraph(program(files)).cycle("pack/a.py", "pack/b.py") is None


@pytest.mark.parametrize(
    "text",
    [
        "x = 1\ndef f():\n    print()\nclass C:\n    y = [1]\n",
        "import re\nx = re.compile('a')\n",
        "from functools import cache\n@cache\ndef f(): pass\n",
        "if __name__ == '__main__':\n    print(1)\n",
        "x = []\nx.append(1)\n",
        "def make():\n    return [1]\nx = make()\n",
        "class C: pass\nc = C()\nc.d = 1\n",
    ],
)
def test_definitions_and_own_objects_have_no_effect(text):
    assert first_effect(program({"a.py": text}), "a.py") is None


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("x = 1\nprint(x)\n", 1),
        ("import other\nother.y = 1\n", 1),
        ("import other\nother.items.append(1)\n", 1),
        ("from other import items\nitems[0] = 1\n", 1),
        ("import os\nif True:\n    os.environ.update(a='b')\n", 2),
        ("from other import register\n@register\ndef f(): pass\n", 1),
        ("def f():\n    print()\nx = f()\n", 2),
        ("class C:\n    print('made')\n", 1),
        ("count = 0\ndef f():\n    global count\n    count += 1\n    return count\nx = f()\n", 5),
        ("raise ImportError\n", 0),
    ],
)
def test_what_does_more_than_define_is_found(text, row):
    other = "items = [1]\ndef register(function):\n    items.append(function)\n    return function\n"
    found = first_effect(program({"a.py": text, "other.py": other}), "a.py")
    assert found is not None
    assert found.start_point[0] == row


def checked(before, after, path="main.py"):
    start = program(before)
    loading = Loading(start, start.with_texts(after))
    loading.check_cycles([path])
    loading.check([path])


LOUD = "print('loud')\n"


def test_quiet_modules_may_come_and_go():
    checked({"main.py": "import a", "a.py": "", "b.py": ""}, {"main.py": "import b"})
    checked({"main.py": "import a\nimport b", "a.py": LOUD, "b.py": ""}, {"main.py": "import b\nimport a"})


def test_modules_with_effects_stay_where_they_are():
    with pytest.raises(RefactoringRefused, match=r"would load b\.py"):
        checked({"main.py": "", "b.py": LOUD}, {"main.py": "import b"})
    with pytest.raises(RefactoringRefused, match=r"no longer load b\.py"):
        checked({"main.py": "import b", "b.py": LOUD}, {"main.py": ""})
    with pytest.raises(RefactoringRefused, match="another order"):
        checked({"main.py": "import a\nimport b", "a.py": LOUD, "b.py": LOUD}, {"main.py": "import b\nimport a"})


def test_only_a_new_circle_counts():
    with pytest.raises(RefactoringRefused, match="main → a → main"):
        checked({"main.py": "", "a.py": "import main"}, {"main.py": "import a"})
    checked({"main.py": "import a", "a.py": "import main"}, {"main.py": "import a\nx = 1"})
