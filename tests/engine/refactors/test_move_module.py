"""Moving a module or a package to another package: its imports and all imports of it follow, or it stays."""

import pytest
from refactoring_case import attempt, offered, refused

PACK = {"pack/__init__.py": "", "pack/shapes.py": "def size(side):\n    return side\n", "pack/base.py": "unit = 1\n"}
MAIN = "import pack.sha¦pes\nprint(pack.shapes.size(1))\n"


def moved(source, /, files=None, path="main.py", to="pack.inner.forms"):
    outcome = attempt("move-module", source, files={**PACK, **(files or {})}, path=path, to=to)
    assert outcome.refusal is None, outcome.refusal
    assert outcome.plan is not None
    return outcome


def stays(source, /, files=None, path="main.py", to="pack.inner.forms"):
    return refused("move-module", source, files={**PACK, **(files or {})}, path=path, to=to)


def test_every_form_of_import_follows():
    users = {
        "a.py": "import pack.shapes as s\nprint(s.size)\n",
        "b.py": "from pack import shapes, base\nprint(shapes.size, base)\n",
        "c.py": "from pack.shapes import size\n",
        "d.py": "from pack import shapes as s\n",
        "pack/e.py": "from . import shapes\nfrom .shapes import size\nprint(shapes.size)\n",
    }
    found = moved(MAIN, files=users)
    texts = found.texts
    assert found.text == "import pack.inner.forms\nprint(pack.inner.forms.size(1))\n"
    assert texts["a.py"] == "import pack.inner.forms as s\nprint(s.size)\n"
    assert texts["b.py"] == "from pack import base\nfrom pack.inner import forms\nprint(forms.size, base)\n"
    assert texts["c.py"] == "from pack.inner.forms import size\n"
    assert texts["d.py"] == "from pack.inner import forms as s\n"
    assert texts["pack/e.py"] == "from .inner import forms\nfrom .inner.forms import size\nprint(forms.size)\n"
    assert texts["pack/inner/forms.py"] == PACK["pack/shapes.py"]
    assert texts["pack/inner/__init__.py"] == ""
    assert "pack/shapes.py" not in texts


def test_relative_imports_within_it_follow():
    shapes = "from .base import unit\nfrom . import base\ndef size(side):\n    from pack.base import unit\n"
    texts = moved(MAIN, files={"pack/shapes.py": shapes}).texts
    assert texts["pack/inner/forms.py"] == shapes.replace("from .base", "from ..base").replace("from . ", "from .. ")


def test_a_module_that_comes_out_of_its_package_is_imported_by_its_own_name():
    found = moved(MAIN, files={"pack/user.py": "from . import shapes\nprint(shapes.size)\n"}, to="forms")
    assert found.text == "import forms\nprint(forms.size(1))\n"
    assert found.texts["pack/user.py"] == "import forms\nprint(forms.size)\n"


def test_a_package_moves_with_all_that_lies_in_it():
    files = {
        "pack/sub/__init__.py": "from .deep import a\nfrom ..base import unit\n",
        "pack/sub/deep.py": "from . import other\na = 1\n",
        "pack/sub/other.py": "",
        "new/__init__.py": "",
        "user.py": "from pack.sub.deep import a\nimport pack.sub.other\nprint(pack.sub.a)\n",
    }
    found = moved("import pack.su¦b\nprint(pack.sub.a)\n", files=files, to="new.sub")
    assert found.plan.moved.keys() == {"pack/sub/__init__.py", "pack/sub/deep.py", "pack/sub/other.py"}
    assert found.texts["new/sub/__init__.py"] == "from .deep import a\nfrom pack.base import unit\n"
    assert found.texts["new/sub/deep.py"] == files["pack/sub/deep.py"]
    assert found.texts["user.py"] == "from new.sub.deep import a\nimport new.sub.other\nprint(new.sub.a)\n"


def test_the_file_itself_is_asked_at_its_beginning():
    found = moved("¦\nx = 1\n", path="pack/shapes.py")
    assert "pack/inner/forms.py" in found.texts


def test_a_stub_goes_along():
    assert "pack/inner/forms.pyi" in moved(MAIN, files={"pack/shapes.pyi": "def size(side): ...\n"}).texts


def test_texts_that_name_it_are_asked_about():
    plan = moved(MAIN + "# see pack.shapes.size\n").plan
    assert plan.doubtful == 1
    assert plan.notes[0].startswith("1 files move; 2 places in 1 files")


@pytest.mark.parametrize(
    ("shapes", "reason"),
    [
        ("print(__file__)\n", "__file__"),
        ("where = __package__\n", "__package__"),
        ("def where():\n    return __name__\n", "__name__"),
    ],
)
def test_a_module_that_knows_its_place_stays(shapes, reason):
    assert reason in stays(MAIN, files={"pack/shapes.py": shapes})


def test_a_logger_may_be_called_by_the_name():
    shapes = (
        PACK["pack/shapes.py"]
        + "import logging\nlog = logging.getLogger(__name__)\nif __name__ == '__main__':\n    pass\n"
    )
    assert moved(MAIN, files={"pack/shapes.py": shapes}).plan is not None


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"pack/inner/__init__.py": "", "pack/inner/forms.py": ""}, "already"),
        ({"pack/inner/__init__.py": "forms = 1\n"}, "of its own"),
        ({"pack/inner/__init__.py": "print(1)\n"}, "would load pack/inner/__init__.py"),
        ({"user.py": "import pack\nprint(pack.shapes)\n"}, "attribute of its package"),
        ({"user.py": "load('pack.shapes')\n"}, "has the module's name"),
        ({"user.py": "patch('pack.shapes.size')\n"}, "has the module's name"),
        ({"pack/inner/__init__.py": "from pack.base import unit\n", "pack/base.py": "import pack.shapes\n"}, "circle"),
    ],
)
def test_it_stays_where_the_new_place_does_not_fit(files, reason):
    assert reason in stays(MAIN, files=files)


@pytest.mark.parametrize("to", ["json", "pack.class", "pack.a-b", "conftest", "pack"])
def test_targets_that_are_none(to):
    stays(MAIN, to=to)


def test_it_is_offered_where_a_name_means_a_module():
    assert not offered("move-module", MAIN, files=PACK)
    assert not offered("move-module", "x = ¦1\n", files=PACK, to="pack.new")
    assert not offered("move-module", "import o¦s\n", files=PACK, to="pack.new")
