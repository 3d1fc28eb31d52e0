"""Where tests go, by which name their module is imported, and in which style they are written."""

import pytest
from written_case import place_of, program_of

from beast_lsp.engine.testing.modules import module_name
from beast_lsp.engine.testing.placement import module_of_test

TEST = "def test_a():\n    assert 1\n"


def where(paths, path):
    return place_of({one: TEST if "test" in one else "" for one in paths.split()}, path).path


@pytest.mark.parametrize(
    ("paths", "path", "expected"),
    [
        ("mod.py", "mod.py", "tests/test_mod.py"),
        ("pkg/__init__.py pkg/mod.py", "pkg/mod.py", "tests/test_mod.py"),
        ("pkg/__init__.py", "pkg/__init__.py", "tests/test_pkg.py"),
        ("pkg/_mod.py", "pkg/_mod.py", "tests/test_mod.py"),
        ("pkg/mod.py test/x.py", "pkg/mod.py", "test/test_mod.py"),
        ("a/pyproject.toml a/mod.py", "a/mod.py", "tests/test_mod.py"),
        ("pkg/sub/a.py pkg/sub/b.py tests/sub/test_a.py", "pkg/sub/b.py", "tests/sub/test_b.py"),
        ("pkg/sub/a.py pkg/x/b.py tests/sub/test_a.py", "pkg/x/b.py", "tests/x/test_b.py"),
        ("pkg/sub/a.py pkg/sub/b.py tests/test_a.py", "pkg/sub/b.py", "tests/test_b.py"),
        ("src/p/s/a.py src/p/t/b.py tests/s/test_a.py", "src/p/t/b.py", "tests/t/test_b.py"),
        ("pkg/a.py pkg/b.py pkg/test_a.py", "pkg/b.py", "pkg/test_b.py"),
        ("pkg/a.py pkg/b.py pkg/a_test.py", "pkg/b.py", "pkg/b_test.py"),
        ("pkg/a.py oth/b.py pkg/tests/test_a.py", "oth/b.py", "oth/tests/test_b.py"),
        ("pkg/a.py tests/test_a.py", "pkg/a.py", "tests/test_a.py"),
        ("p/a/u.py p/b/u.py p/c.py tests/test_c.py tests/a/test_u.py", "p/b/u.py", "tests/b/test_b_u.py"),
    ],
)
def test_tests_go_where_the_others_are(paths, path, expected):
    assert where(paths, path) == expected


def test_a_file_that_is_there_is_added_to():
    files = {"pkg/a.py": "", "tests/test_a.py": TEST}
    assert place_of(files, "pkg/a.py").text == TEST
    assert place_of({**files, "pkg/b.py": ""}, "pkg/b.py").text == ""


def test_of_two_modules_of_one_name_the_one_that_is_imported_is_tested():
    files = {"a/u.py": "", "b/u.py": "", "tests/test_u.py": "from b.u import f\n\n\ndef test_f():\n    assert f\n"}
    files |= {"a/__init__.py": "", "b/__init__.py": ""}
    assert place_of(files, "b/u.py").path == "tests/test_u.py"
    assert place_of(files, "a/u.py").path != "tests/test_u.py"


def test_new_folders_are_packages_where_the_others_are():
    files = {"p/s/a.py": "", "p/t/b.py": "", "tests/s/test_a.py": TEST, "tests/s/__init__.py": ""}
    assert place_of({**files, "tests/__init__.py": ""}, "p/t/b.py").packages == ("tests/t/__init__.py",)
    assert place_of(files, "p/t/b.py").packages == ()


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("tests/test_a.py", ("a", "test_{}.py")),
        ("a_test.py", ("a", "{}_test.py")),
        ("a_tests.py", ("a", "{}_tests.py")),
        ("testA.py", ("A", "test{}.py")),
        ("mod.py", None),
        ("conftest.py", None),
        ("contest.py", None),
    ],
)
def test_a_test_file_is_called_after_its_module(path, expected):
    assert module_of_test(path) == expected


@pytest.mark.parametrize(
    ("files", "path", "name", "root"),
    [
        ({"mod.py": ""}, "mod.py", "mod", ""),
        ({"pkg/__init__.py": "", "pkg/mod.py": ""}, "pkg/mod.py", "pkg.mod", ""),
        ({"src/pkg/__init__.py": "", "src/pkg/mod.py": ""}, "src/pkg/mod.py", "pkg.mod", "src"),
        ({"src/ns/pkg/__init__.py": ""}, "src/ns/pkg/__init__.py", "ns.pkg", "src"),
        ({"tools/run.py": ""}, "tools/run.py", "run", "tools"),
        ({"tools/run.py": "", "a.py": "from tools.run import x\n"}, "tools/run.py", "tools.run", ""),
        ({"tools/run.py": "", "a.py": "from tools import run\n"}, "tools/run.py", "tools.run", ""),
        (
            {"app/p/m.py": "", "pyproject.toml": "[tool.pytest.ini_options]\npythonpath = 'app'\n"},
            "app/p/m.py",
            "p.m",
            "app",
        ),
        (
            {"app/p/m.py": "", "pyproject.toml": "[tool.setuptools]\npackage-dir = {'' = 'app'}\n"},
            "app/p/m.py",
            "p.m",
            "app",
        ),
        ({"app/m.py": "", "setup.cfg": "[options.packages.find]\nwhere = app\n"}, "app/m.py", "m", "app"),
        ({"app/m.py": "", "pytest.ini": "[pytest]\npythonpath = ../x app\n"}, "app/m.py", "m", "app"),
        ({"m.py": "", "pyproject.toml": "[broken", "setup.cfg": "broken"}, "m.py", "m", ""),
    ],
)
def test_a_module_is_imported_as_the_project_imports_it(files, path, name, root):
    found = module_name(program_of(files), path)
    assert (found.name, found.root) == (name, root)


UNITTEST = "import unittest\nclass MyTests(unittest.TestCase):\n    def test_a(self):\n        self.assertEqual(1, 1)\n"


def style(*texts, framework="", **files):
    tests = {f"tests/test_{number}.py": text for number, text in enumerate(texts)}
    return place_of({"mod.py": "", **tests, **files}, framework=framework).style


def test_the_framework_is_the_one_that_is_used():
    assert style().framework == "pytest"
    assert style(UNITTEST).framework == "unittest"
    assert style(UNITTEST, TEST, TEST).framework == "pytest"
    assert style(UNITTEST, framework="pytest").framework == "pytest"
    assert style(TEST, framework="unittest").has_classes


def test_names_classes_and_docstrings_are_as_in_the_other_tests():
    assert style(UNITTEST).class_suffix == "Tests"
    assert style("class TestA:\n    def test_b(self):\n        assert 1\n").form == "classes"
    assert style(TEST).form == "functions"
    assert style("def testOne():\n    assert 1\n").case == "camelCase"
    assert style("def test_it_should_work():\n    assert 1\n").says_should
    assert style(f'"""Says."""\n{TEST}').has_docstring
    assert not style(TEST).has_docstring
    assert style("def test_a() -> None:\n    assert 1\n").is_annotated


def test_coroutines_run_as_in_the_other_tests():
    assert style(TEST).async_form == "run"
    assert style(f"import pytest\n@pytest.mark.anyio\n{TEST}").async_form == "anyio"
    assert style(TEST, **{"pyproject.toml": 'asyncio_mode = "auto"\n'}).async_form == "auto"
    assert style(UNITTEST).async_form == "run"
    assert style(UNITTEST.replace("TestCase", "IsolatedAsyncioTestCase")).async_form == "isolated"
