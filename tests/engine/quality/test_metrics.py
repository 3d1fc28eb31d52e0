"""What is measured of functions, by small texts of each language."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beast_lsp.engine.document import split_lines
from beast_lsp.engine.quality.metrics import METRICS, Measured, measure, measure_file
from beast_lsp.engine.syntax import parse


def measured(language: str, text: str) -> list[Measured]:
    tree = parse(language, split_lines(text))
    return measure(tree) if tree else []


def values(text: str, language: str = "python") -> dict[str, float]:
    [found] = measured(language, text)
    return dict(zip(METRICS, found.values, strict=True))


@pytest.mark.parametrize(
    ("language", "text", "names"),
    [
        ("python", "class A:\n    def f(self):\n        def g():\n            pass\n", ["A.f", "A.f.g"]),
        ("python", "def f():\n    pass\n\n\ndef f():\n    pass\n", ["f", "f#2"]),
        ("python", "@d\ndef f(): ...\n", ["f"]),
        ("javascript", "class A { f() { return 1 } }\nconst g = () => { return 2 }\n", ["A.f", "g"]),
        ("typescript", "abstract class A { abstract f(): void; g(): void { h() } }\n", ["A.g"]),
        ("go", "func (r *Router[T]) F() { g() }\nfunc h() {}\n", ["Router.F", "h"]),
        ("rust", "impl<T> Iterator for Rows<T> {\n    fn next(&self) {}\n}\n", ["Rows.next"]),
        ("java", "class A { class B { void f() {} } abstract void g(); }\n", ["A.B.f"]),
        ("cpp", "class A { int f() { return 1; } };\nint g() { return 2; }\n", ["A.f", "g"]),
        ("python", "x = lambda: 1\n", []),
        ("python", "def\n", []),
        ("javascript", "f(() => { g() })\n", []),
    ],
)
def test_functions_have_qualified_names(language: str, text: str, names: list[str]) -> None:
    assert [each.name for each in measured(language, text)] == names


def test_a_decorated_function_begins_at_its_own_line() -> None:
    [found] = measured("python", "@d\n@e\ndef f():\n    return 1\n\n\nx = 1\n")
    assert (found.line, found.end_line) == (2, 3)


def test_strings_and_comments_are_no_code() -> None:
    plain = values("def f(a):\n    return a\n")
    noted = values('def f(a):\n    """If a or b: for c in d."""\n    # while not e: raise\n    return a\n')
    for name in ("branches", "loops", "conditions", "raises", "names"):
        assert plain[name] == noted[name]
    assert noted["comments"] == 1
    assert noted["lines"] == plain["lines"] + 2


def test_what_it_counts() -> None:
    found = values(
        "def f(self, a, *, b=1):\n    for x in a:\n        if x and not b:\n            raise E(x.y)\n"
        "    return [1, 'b']\n"
    )
    assert {name: found[name] for name in ("parameters", "loops", "branches", "conditions", "raises", "returns")} == {
        "parameters": 3, "loops": 1, "branches": 1, "conditions": 2, "raises": 1, "returns": 1,
    }  # fmt: skip
    assert (found["nesting"], found["calls"], found["attributes"]) == (3, 2, 1)


def test_depth_does_not_depend_on_the_unit() -> None:
    go = "func f() {\n\tif a {\n\t\tg()\n\t}\n}\n"
    assert values(go, "go")["nesting"] == values(go.replace("\t", "        "), "go")["nesting"] == 2


def test_a_file_sums_its_functions() -> None:
    text = "def f():\n    if a:\n        b()\n\n\ndef g():\n    if c:\n        d()\n"
    tree = parse("python", split_lines(text))
    assert tree is not None
    whole = dict(zip(METRICS, measure_file(tree, measure(tree)).values, strict=True))
    assert (whole["lines"], whole["parameters"], whole["branches"], whole["nesting"]) == (8, 2, 2, 2)


@given(st.sampled_from(["python", "typescript", "go", "rust", "java", "cpp"]), st.text(max_size=200))
def test_any_text_can_be_measured(language: str, text: str) -> None:
    for each in measured(language, text):
        assert len(each.values) == len(METRICS)
        assert all(
            value >= 0 or name in {"nesting", "indentation"} for name, value in zip(METRICS, each.values, strict=True)
        )
