"""Calls of what other files of the workspace define: what they surely are, and what nobody can know."""

import pytest

from beast_lsp.engine.document import split_lines
from beast_lsp.engine.rules.finding import Place
from beast_lsp.engine.rules.registry import findings
from beast_lsp.engine.syntax import parse

FILES = {
    "shapes": "from .base import Base\n"
    "def resize(width, height): pass\n"
    "class Box(Base):\n"
    "    def __init__(self, size): pass\n"
    "    def move(self, *, by): pass\n"
    "def make() -> Box: ...\n"
    "async def later() -> Box: ...\n"
    "twice = 1\n"
    "def twice(a): pass\n",
    ".base": "class Base:\n    def draw(self, pen): pass\n",
    "pkg": "from shapes import resize as scale\n",
    "pkg.inner": "def deep(a): pass\n",
    "loop": "from loop import f\n",
    "circle": "class A(B): pass\nclass B(A): pass\n",
}


class Workspace:
    """The modules above, for whoever imports them."""

    def module(self, _importer: str, name: str) -> Place | None:
        return place(FILES[name], f"{name}.py") if name in FILES else None


def place(source: str, path: str = "a.py") -> Place:
    tree = parse("python", split_lines(source))
    assert tree is not None
    return Place(tree, path, modules=Workspace())


def found(source: str) -> list[tuple[str, int]]:
    return [(finding.rule, finding.start.line) for finding in findings(place(source))]


@pytest.mark.parametrize(
    "source",
    [
        "from shapes import resize\nresize(1)",
        "from shapes import resize as f\nf(1)",
        "import shapes\nshapes.resize(1)",
        "from pkg import scale\nscale(1)",
        "from pkg import inner\ninner.deep()",
        "from shapes import Box\nBox()",
        "from shapes import Box\nBox(1).draw()",
        "from shapes import make\nmake().move()",
        "from shapes import Box\ndef f(box: 'Box'): box.draw()",
        "from shapes import Box\ndef f(box: Box | None): box.draw()",
        "def f():\n    from shapes import resize\n    resize(1)",
        "from shapes import Box\nclass Cube(Box, mixin()): pass\ndef f(cube: Cube): cube.move()",
        "import shapes\nclass Cube(shapes.Box):\n    def f(self): self.draw()",
        "from shapes import Box\nclass Cube(Box):\n    def draw(self, pen): super().draw()",
    ],
)
def test_an_impossible_call_across_files(source: str) -> None:
    assert [rule for rule, _ in found(source)] == ["impossible-call"]


@pytest.mark.parametrize(
    "source",
    [
        "from shapes import resize\nresize(1, 2)",
        "from elsewhere import resize\nresize(1)",
        "from shapes import missing\nmissing()",
        "from shapes import twice\ntwice()",
        "from shapes import resize\nresize = wrap(resize)\nresize(1)",
        "try:\n    from shapes import resize\nexcept ImportError:\n    def resize(*a): pass\nresize(1)",
        "from shapes import later\nlater().move()",
        "from shapes import Box\nBox(1).unknown()",
        "from shapes import Box\ndef f(box): box.draw()",
        "from shapes import Box\nclass Cube(Box, Other):\n    def draw(self, pen): super().draw()",
        "from loop import f\nf()",
        "from circle import A\nA(1)\nA().m()",
        "import shapes.base\nshapes.base()",
        # A mixin whose base is the same may come before it.
        "from shapes import Box\nclass Cube(Box, mixin()): pass\ndef f(cube: Cube): cube.draw()",
    ],
)
def test_what_is_not_sure_is_left_alone(source: str) -> None:
    assert found(source) == []


def test_arguments_are_swapped_where_both_orders_are_in_other_functions() -> None:
    both = "from shapes import resize\ndef f(width, height): resize(width, height)\n"
    assert found(f"{both}def g(width, height): resize(height, width)\n") == [("swapped-arguments", 2)]
    assert found(f"{both.rstrip()}; resize(height, width)\n") == []


def test_a_name_of_another_package_is_not_taken_for_one_of_the_workspace() -> None:
    class Names:
        def definitions(self, _family: str, _name: str) -> list[object]:
            raise AssertionError("what is imported from elsewhere is asked for by its name")

    source = "import re\nre.search(value, pattern)\n"
    tree = parse("python", split_lines(source))
    assert tree is not None
    assert findings(Place(tree, "a.py", Names(), Workspace())) == []  # type: ignore[arg-type]
