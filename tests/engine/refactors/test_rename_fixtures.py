"""Rename of pytest's fixtures: with the parameters of all that ask for them."""

import pytest
from refactoring_case import attempt, refused

HEAD = "import pytest\n@pytest.fixture\n"


def texts(source, files=None, path="test_a.py", new="new"):
    outcome = attempt("rename", source, files, path, name=new)
    assert outcome.refusal is None, outcome.refusal
    return outcome.texts


@pytest.mark.parametrize(
    "rest",
    [
        "def ¦old(): ...\ndef test_a(old): old\n",
        "def old(): ...\ndef test_a(¦old): old\n",
        "def ¦old(): ...\n@pytest.fixture\ndef b(old): ...\nclass TestC:\n    def test_d(self, old): return [old]\n",
        "def ¦old(): ...\n@pytest.mark.usefixtures('old')\ndef test_a(request): request.getfixturevalue('old')\n",
    ],
)
def test_who_asks_for_it(rest):
    assert texts(HEAD + rest)["test_a.py"] == (HEAD + rest).replace("¦", "").replace("old", "new")


@pytest.mark.parametrize(
    "rest",
    ["def help(old): old\n", "def test_a(old=1): old\n", "@pytest.mark.parametrize('old', [])\ndef test_a(old): old\n"],
)
def test_who_does_not(rest):
    assert texts(HEAD + "def ¦old(): ...\n" + rest)["test_a.py"] == HEAD + "def new(): ...\n" + rest


def test_a_fixture_of_a_folder():
    files = {"t/test_b.py": "def test_b(old): old\n", "u/test_c.py": "def test_c(old): old\n"}
    found = texts(HEAD + "def ¦old(): ...\n", files, "t/conftest.py")
    assert found["t/test_b.py"] == "def test_b(new): new\n"
    assert found["u/test_c.py"] == files["u/test_c.py"]


def test_fixtures_that_override_each_other():
    inner = HEAD + "def old(old): return old\ndef test_b(old): ...\n"
    found = texts(HEAD + "def ¦old(): ...\n", {"t/test_b.py": inner}, "conftest.py")
    assert found["t/test_b.py"] == inner.replace("old", "new")


@pytest.mark.parametrize(
    ("source", "new", "reason"),
    [
        (HEAD + "def ¦old(): ...\n" + HEAD + "def b(): ...\n", "tmp_path", "of pytest itself"),
        (HEAD + "def ¦tmp_path(): ...\n", "new", "of pytest itself"),
        (HEAD + "def ¦old(): ...\n@pytest.fixture\ndef new(): ...\n", "new", "new"),
        ("def test_a(¦client): ...\n", "new", "outside"),
        (HEAD + "def ¦old(): ...\ndef test_a(old, new): ...\n", "new", "new"),
    ],
)
def test_refusals(source, new, reason):
    assert reason in refused("rename", source, None, "test_a.py", name=new)


def test_a_new_name_that_another_file_gives():
    files = {"conftest.py": HEAD + "def new(): ...\n"}
    assert "conftest.py has a fixture" in refused("rename", HEAD + "def ¦old(): ...\n", files, "test_a.py", name="new")
