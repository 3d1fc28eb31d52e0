"""Moving a definition to another module: what follows it, and when it has to stay."""

import pytest
from refactoring_case import attempt, offered, refused

SHAPES = """
def si¦ze(side):
    return side * side
"""


def moved(source, /, files=None, path="shapes.py", to="tools", **options):
    outcome = attempt("move-symbol", source, files={"tools.py": "", **(files or {})}, path=path, to=to, **options)
    assert outcome.refusal is None, outcome.refusal
    assert outcome.plan is not None
    return outcome


def stays(source, /, files=None, path="shapes.py", to="tools", **options):
    return refused("move-symbol", source, files={"tools.py": "", **(files or {})}, path=path, to=to, **options)


def test_a_type_that_a_string_names_is_imported():
    found = moved("from typing import TypeVar\nT¦ = TypeVar('T', bound='C')\nclass C: pass\n")
    assert "from shapes import C" in found.texts["tools.py"]


def test_it_takes_its_comments_and_decorators_along():
    found = moved("""
        import functools

        x = 1
        # Twice as far.
        @functools.cache
        def dou¦ble(a):
            return 2 * a

        y = 2
    """)
    assert found.text == "\nx = 1\ny = 2\n"
    expected = "import functools\n\n\n# Twice as far.\n@functools.cache\ndef double(a):\n    return 2 * a\n"
    assert found.texts["tools.py"] == expected


def test_importers_follow_in_the_form_that_they_have():
    users = {
        "a.py": "from shapes import size\n",
        "b.py": "from shapes import size as s, other\n",
        "c.py": "import shapes\nprint(shapes.size(1), shapes.other)\n",
        "d.py": "import shapes as sh\ndef f():\n    return sh.size(1)\n",
        "e.py": "def f():\n    from shapes import size\n    return size(1)\n",
    }
    texts = moved(SHAPES + "other = 1\n", files=users).texts
    assert texts["a.py"] == "from tools import size\n"
    assert texts["b.py"] == "from shapes import other\nfrom tools import size as s\n"
    assert texts["c.py"] == "import shapes\nimport tools\nprint(tools.size(1), shapes.other)\n"
    assert texts["d.py"] == "import tools\ndef f():\n    return tools.size(1)\n"
    assert texts["e.py"] == "def f():\n    from tools import size\n    return size(1)\n"


def test_a_package_keeps_its_dots():
    files = {
        "pack/__init__.py": "from .shapes import size\n",
        "pack/user.py": "from . import shapes\nprint(shapes.size(1))\n",
        "pack/sub/__init__.py": "",
        "pack/sub/tools.py": "",
        "main.py": "import pack.shapes\nprint(pack.size, pack.shapes.size)\n",
    }
    source = "from .user import unit\n" + SHAPES.replace("return side", "return unit * side")
    source = source.replace("from .user import unit", "from .base import unit")
    files["pack/base.py"] = "unit = 1\n"
    texts = moved(source, files=files, path="pack/shapes.py", to="pack.sub.tools").texts
    assert texts["pack/sub/tools.py"].startswith("from ..base import unit\n")
    assert texts["pack/__init__.py"] == "from .sub.tools import size\n"
    assert texts["pack/user.py"] == "from .sub import tools\nprint(tools.size(1))\n"
    assert texts["main.py"] == "import pack.shapes\nimport pack.sub.tools\nprint(pack.size, pack.sub.tools.size)\n"


def test_relative_imports_within_it_are_rewritten():
    files = {"pack/__init__.py": "", "pack/base.py": "unit = 1\n", "pack/sub/__init__.py": "", "pack/sub/tools.py": ""}
    source = "def si¦ze():\n    from .base import unit\n    from . import base\n    return unit, base\n"
    texts = moved(source, files=files, path="pack/shapes.py", to="pack/sub/tools.py").texts
    assert "    from ..base import unit\n    from .. import base\n" in texts["pack/sub/tools.py"]


def test_the_old_module_uses_it_from_the_new_place():
    found = moved(SHAPES + "area = size(2)\n")
    assert found.text.strip() == "from tools import size\n\narea = size(2)"


def test_a_list_further_down_is_too_late():
    source = "import os\nif os.name:\n    pass\n" + SHAPES + "area = size(2)\nfrom tools import unit\n"
    text = moved(source, files={"tools.py": "unit = 1\n"}).text
    assert text.index("import size") < text.index("size(2)")


def test_the_old_module_keeps_the_name_where_it_is_asked_to():
    files = {"main.py": 'import importlib\nprint(getattr(importlib.import_module("shapes"), "size"))\n'}
    assert "keep_alias" in stays(SHAPES, files=files)
    assert moved(SHAPES, files=files, keep_alias="yes").text.strip() == "from tools import size"


def test_what_it_uses_of_its_old_module_is_imported_from_there():
    found = moved("rate = 2\n" + SHAPES.replace("side * side", "side * rate"))
    assert found.texts["tools.py"].startswith("from shapes import rate\n")


def test_a_name_that_the_target_has_gets_another_one():
    found = moved("rate = 2\n" + SHAPES.replace("side * side", "side * rate"), files={"tools.py": "rate = 5\n"})
    assert found.texts["tools.py"].startswith("from shapes import rate as shapes_rate\n")
    assert "side * shapes_rate" in found.texts["tools.py"]


def test_the_target_uses_it_as_its_own():
    tools = "import shapes\nfrom shapes import size as s\n\n\ndef f():\n    return s(1) + shapes.size(2)\n"
    text = moved(SHAPES, files={"tools.py": tools}).texts["tools.py"]
    assert "shapes" not in text
    assert "return size(1) + size(2)" in text


def test_it_uses_the_target_as_its_own():
    source = "import tools\nfrom tools import unit as u\n" + SHAPES.replace("side * side", "u * tools.unit")
    text = moved(source, files={"tools.py": "unit = 1\n"}).texts["tools.py"]
    assert text == "unit = 1\n\n\ndef size(side):\n    return unit * unit\n"


def test_exports_follow():
    files = {"main.py": "from shapes import *\nprint(size)\n", "tools.py": '__all__ = ["unit"]\nunit = 1\n'}
    texts = moved('__all__ = ["size", "other"]\n' + SHAPES + "other = 1\n", files=files).texts
    assert '__all__ = ["other"]' in texts["shapes.py"]
    assert '__all__ = ["unit", "size"]' in texts["tools.py"]
    assert texts["main.py"] == "from shapes import *\nfrom tools import size\nprint(size)\n"


def test_a_variable_comes_behind_the_imports():
    found = moved("LIM¦IT = 3\n", files={"tools.py": "import os\n\ndef f():\n    return os\n"})
    assert found.texts["tools.py"] == "import os\n\nLIMIT = 3\n\ndef f():\n    return os\n"


def test_it_comes_before_the_code_that_only_a_program_runs():
    guard = 'if __name__ == "__main__":\n    print(1)\n'
    text = moved(SHAPES, files={"tools.py": guard}).texts["tools.py"]
    assert text.index("def size") < text.index("if __name__")


def test_imports_for_types_stay_for_types():
    source = (
        "from __future__ import annotations\nfrom typing import TYPE_CHECKING\n"
        "if TYPE_CHECKING:\n    from base import B\n"
        "def si¦ze(b: B) -> int:\n    return 1\n"
    )
    texts = moved(source, files={"base.py": "class B: pass\n"}, to="fresh").texts
    assert texts["fresh.py"].startswith("from __future__ import annotations\n\nfrom typing import TYPE_CHECKING\n")
    assert "if TYPE_CHECKING:\n    from base import B\n" in texts["fresh.py"]


def test_what_only_type_checkers_have_is_imported_for_them():
    source = (
        "from __future__ import annotations\nfrom typing import TYPE_CHECKING\n"
        "if TYPE_CHECKING:\n    Side = int\ndef si¦ze(side: Side): pass\n"
    )
    text = moved(source, to="fresh").texts["fresh.py"]
    assert "if TYPE_CHECKING:\n    from shapes import Side\n" in text


def test_annotations_stay_strings_or_stay_objects():
    future = "from __future__ import annotations\n"
    source = future + "def si¦ze(side: Side): pass\nclass Side: pass\n"
    text = moved(source, files={"tools.py": "x = 1\n"}).texts["tools.py"]
    assert text.startswith(future)
    assert "Annotations are evaluated" in stays(source, files={"tools.py": "x: int = 1\n"})
    assert "Annotations are evaluated" in stays("def si¦ze(side: int): pass\n", files={"tools.py": future})


def test_a_new_module_gets_the_packages_that_it_needs():
    files = {"pack/__init__.py": ""}
    texts = moved(SHAPES, files=files, path="pack/shapes.py", to="pack.new.tools").texts
    assert texts["pack/new/__init__.py"] == ""
    assert texts["pack/new/tools.py"] == "def size(side):\n    return side * side\n"


def test_a_name_that_is_imported_under_a_condition_stays_under_it():
    main = "try:\n    from fast import size\nexcept ImportError:\n    from shapes import size\nprint(size(1))\n"
    texts = moved(SHAPES, files={"main.py": main}).texts
    assert texts["main.py"] == main.replace("from shapes", "from tools")


def test_notes_tell_what_is_touched():
    notes = moved(SHAPES, files={"tests/test_shapes.py": "from shapes import size\n"}).plan.notes
    assert "1 imports and uses in 1 other files" in notes[0]
    assert any("tests/test_shapes.py" in note for note in notes)


def test_documents_that_name_it_are_asked_about():
    plan = moved(SHAPES, files={"main.py": "from shapes import size  # see shapes.size\n"}).plan
    assert plan.doubtful == 1
    assert "tools" not in plan.after["main.py"].split("#")[1]


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("__all¦__ = []\n", "means something to Python"),
        ("def pytest_ru¦n(): pass\n", "hook"),
        ("def a¦(): pass\ndef a(): pass\n", "bound again in line 2"),
        ("def a¦(): pass\ndef b():\n    global a\n    a = 1\n", "bound again"),
        ("def a¦():\n    return __file__\n", "__file__"),
        ("def a¦():\n    global n\n    n = 1\n", "global `n`"),
        ("def a¦():\n    return globals()\n", "by their text"),
        ("a¦ = locals()\n", "by their text"),
        ("import sys\ndef a¦():\n    return sys._getframe(1)\n", "_getframe"),
        ("a¦ = print(1)\n", "does more than define"),
        ("x = []\nx.append(1)\na¦ = len(x)\n", "may have changed"),
        ("from typing import ForwardRef\nT¦ = ForwardRef('C')\nclass C: pass\n", "the type `C`"),
        ("from star import *\ndef a¦():\n    return odd\n", "star import"),
        ("import pytest\n@pytest.fixture\ndef a¦(): pass\n", "may register"),
        ("a¦ = 1; b = 2\n", "shares its line"),
        ("import te\na¦: \"te.Literal['\\\\n']\" = '1'\n", "names `te` in a string"),
    ],
)
def test_what_depends_on_its_module_stays(source, reason):
    assert reason in stays(source)


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"main.py": "import shapes\nshapes.size = 1\n"}, "another value"),
        ({"main.py": "import shapes\ndel shapes.size\n"}, "another value"),
        ({"main.py": "import shapes\nprint(vars(shapes))\n"}, "hands the module on"),
        ({"main.py": "import shapes\nprint(shapes.__dict__)\n"}, "by their text"),
        ({"main.py": "import shapes\npatch.object(shapes, 'size')\n"}, "hands the module on"),
        ({"main.py": "patch('shapes.size')\n"}, "names it by its module"),
        ({"main.py": "table = {'size': '.shapes'}\n"}, "names `size` and its module"),
        ({"main.py": "import importlib\nm = importlib.import_module(x)\nm.size()\n"}, "which it loads"),
        ({"tools.py": "print('loud')\n", "main.py": "from shapes import size\n"}, "would load tools.py"),
        ({"tools.py": "size = 1\n"}, "one name for"),
        ({"tools.py": "for name in globals().values(): pass\n"}, "by their text"),
        ({"tools.py": "import user\n", "user.py": "from shapes import size\n"}, "circle: user → tools → user"),
    ],
)
def test_it_stays_where_others_hold_it_there(files, reason):
    assert reason in stays(SHAPES, files=files)


def test_what_it_uses_is_not_replaced_by_others():
    source = "import time\nrate = 1\n" + SHAPES.replace("side * side", "rate * time.time()")
    assert "binds anew" in stays(source, files={"main.py": "import shapes\nshapes.rate = 2\n"})
    assert "replaces `rate`" in stays(source, files={"main.py": "patch('shapes.rate')\n"})
    assert "replaces `time`" in stays(source, files={"main.py": "patch('shapes.time')\n"})


def test_a_program_is_not_run_twice():
    source = "rate = 1\n" + SHAPES.replace("side * side", "rate") + 'if __name__ == "__main__":\n    size(1)\n'
    assert "run it again" in stays(source)


def test_a_circle_is_refused_with_its_way():
    source = "rate = 1\n" + SHAPES.replace("side * side", "rate") + "area = size(2)\n"
    assert "shapes → tools → shapes" in stays(source)


def test_a_class_whose_bases_note_it_down_stays():
    base = "class Base:\n    def __init_subclass__(cls):\n        known.append(cls)\n"
    assert "note down" in stays("from base import Base\nclass A¦(Base): pass\n", files={"base.py": base})


@pytest.mark.parametrize("to", ["1bad", "class", "json", "shapes", "a-b.py"])
def test_targets_that_are_none(to):
    stays(SHAPES, to=to)


def test_it_is_offered_on_the_head_of_what_stands_at_the_top():
    files = {"tools.py": ""}
    assert not offered("move-symbol", SHAPES, files=files)
    assert not offered("move-symbol", "def f():\n    x = ¦1\n", files=files, to="tools")
    assert not offered("move-symbol", "if 1:\n    def f¦(): pass\n", files=files, to="tools")
    assert not offered("move-symbol", "import ¦os\n", files=files, to="tools")
    assert not offered("move-symbol", "a, b¦ = 1, 2\n", files=files, to="tools")


@pytest.mark.parametrize("to", ["shop.money", "money", "shop/money.py"])
def test_a_namespace_package_keeps_its_modules(to):
    files = {"main.py": "from shop.prices import price\nprint(price(1))\n"}
    source = "def ¦price(x):\n    return x\n"
    assert "__init__" in refused("move-symbol", source, files, "shop/prices.py", to=to)


def test_a_folder_of_scripts_is_no_namespace():
    files = {"lib/main.py": "from prices import price\nprint(price(1))\n"}
    outcome = attempt("move-symbol", "def ¦price(x):\n    return x\n", files, "lib/prices.py", to="money")
    assert outcome.texts["lib/main.py"].startswith("from money import price\n")
