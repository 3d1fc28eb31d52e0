"""Layers, circles and groups of modules, and the page that tells of them."""

from hypothesis import given, settings
from hypothesis import strategies as st
from refactoring_case import DictSources

from beast_lsp.engine.docs.pages.architecture import Architecture
from beast_lsp.engine.docs.pages.dependencies import other_imports, python_imports
from beast_lsp.engine.docs.pages.graph import Import, components, cycles, folders, layers
from beast_lsp.engine.document import split_lines
from beast_lsp.engine.scopes.resolution.program import Program
from beast_lsp.engine.syntax import parse


def edge(first, second, *, is_deferred=False):
    return Import(first, second, first, 0, is_deferred)


def python(files):
    return [(one.importer, one.imported, one.line, one.is_deferred) for one in
            python_imports(Program(DictSources(files)), files)]  # fmt: skip


def others(language, files, **more):
    trees = {path: parse(language, split_lines(text)) for path, text in files.items()}
    return [(one.importer, one.imported) for one in other_imports(trees, more.get("modules", {}))]


def test_each_stands_above_all_that_it_imports():
    assert layers(["a", "b", "c", "d"], [edge("a", "b"), edge("b", "c"), edge("a", "c")]) == [["c", "d"], ["b"], ["a"]]


def test_a_circle_is_one_layer():
    assert layers(["a", "b", "c"], [edge("a", "b"), edge("b", "a"), edge("a", "c")]) == [["c"], ["a", "b"]]


def test_the_shortest_circle_is_told_with_its_imports():
    found = cycles(["a", "b", "c"], [edge("a", "b"), edge("b", "c"), edge("c", "a"), edge("b", "a")])
    assert [(cycle.modules, [one.importer for one in cycle.way]) for cycle in found] == [(3, ["a", "b"])]
    assert cycles(["a", "b"], [edge("a", "b")]) == []


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=20))
def test_components_are_those_that_reach_each_other(pairs):
    edges = {node: [second for first, second in pairs if first == node] for node in range(8)}
    reached = {node: {node} for node in edges}
    for _ in edges:
        reached = {node: some | {far for near in some for far in edges[near]} for node, some in reached.items()}
    found = components(range(8), edges)
    assert sorted(node for group in found for node in group) == list(range(8))
    for number, group in enumerate(found):
        assert set(group) == {node for node in reached if group[0] in reached[node] and node in reached[group[0]]}
        later = {node for other in found[number + 1 :] for node in other}
        assert not later & reached[group[0]]


def test_many_files_are_told_of_by_their_folders():
    files = [f"p/{folder}/{name}.py" for folder in "abcde" for name in "xyz"]
    assert set(folders(files, 10).values()) == {f"p/{folder}" for folder in "abcde"}
    assert set(folders(files, 40).values()) == set(files)


def test_a_flat_package_is_not_one_group():
    files = [f"p/m{number}.py" for number in range(50)]
    assert len(set(folders(files, 40).values())) == 50


def test_imports_of_python_have_their_lines_and_whether_they_run():
    files = {
        "p/__init__.py": "",
        "p/a.py": "import os\nfrom p import b\nfrom p.c import f\n\ndef g():\n    import p.d\n",
        "p/b.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from . import a\n",
        "p/c.py": "def f(): ...\n",
        "p/d.py": "",
    }
    assert python(files) == [
        ("p/a.py", "p/b.py", 1, False), ("p/a.py", "p/c.py", 2, False), ("p/a.py", "p/d.py", 5, True),
        ("p/b.py", "p/a.py", 2, True),
    ]  # fmt: skip


def test_imports_of_other_languages_are_followed_by_their_paths():
    scripts = {"src/a.ts": "import { b } from './b';\nimport x from 'react';\n", "src/b.ts": "export const b = 1;\n"}
    assert others("typescript", scripts) == [("src/a.ts", "src/b.ts")]
    go = {"a.go": 'package p\n\nimport "example.org/m/q"\n', "q/b.go": "package q\n", "q/c.go": "package q\n"}
    assert others("go", go, modules={"": "example.org/m"}) == [(".", "q")]
    assert others("go", go) == []
    rust = {"src/lib.rs": "use crate::b::f;\nuse std::io;\n", "src/b.rs": "pub fn f() {}\n"}
    assert others("rust", rust) == [("src/lib.rs", "src/b.rs")]
    java = {"a/A.java": "import b.B;\nimport java.util.List;\n", "b/B.java": "public class B {}\n"}
    assert others("java", java) == [("a", "b")]


def page(imports, paths=None, **more):
    known = paths or sorted({path for one in imports for path in (one.importer, one.imported)})
    return {part.name: part.text for part in Architecture(known, imports, **more).parts()}


def test_the_page_draws_what_is_loaded_with_quoted_labels():
    made = page([edge('p/a".py', "p/b.py"), edge("p/b.py", 'p/a".py', is_deferred=True)])
    assert 'n0["a#quot;.py"]' in made["graph"]
    assert "n0 --> n1" in made["graph"]
    assert "n1 --> n0" not in made["graph"]
    assert "run later" in made["cycles"]


def test_arrows_that_a_longer_way_implies_are_left_out_of_a_dense_graph():
    nodes = [f"p/{letter}.py" for letter in "abcdefg"]
    made = page([edge(first, second) for first in nodes for second in nodes if first < second])
    assert made["graph"].count("-->") == len(nodes) - 1


def test_a_page_without_imports_draws_nothing():
    made = page([], ["a.py"], held={"a.py": "`f`"})
    assert set(made) == {"title", "packages"}
    assert "`f`" in made["packages"]


def test_circles_link_to_the_imports_that_close_them():
    made = page([edge("a.py", "b.py"), edge("b.py", "a.py")], source="..")
    assert "[line 1](../a.py#L1)" in made["cycles"]
    assert "When the modules are loaded" in made["cycles"]
