"""What manifests say, and what of it stands in a README."""

import pytest

from beast_lsp.engine.docs.pages.project import Project, read_project
from beast_lsp.engine.docs.pages.readme import Example, Readme


def project(**files):
    return read_project({name.replace("__", "."): text for name, text in files.items()}.get)


@pytest.mark.parametrize(
    ("files", "name", "needs", "commands"),
    [
        ({"pyproject__toml": "[project]\nname='x'\nrequires-python='>=3.9'\nscripts={c='x.m:f'}\n"},
         "x", "Python >=3.9", {"c": "x.m:f"}),
        ({"pyproject__toml": "[tool.poetry]\nname='x'\n[tool.poetry.dependencies]\npython='^3.9'\n"},
         "x", "Python ^3.9", {}),
        ({"setup__cfg": "[metadata]\nname = x\nversion = attr: x.v\n[options.entry_points]\n"
                       "console_scripts =\n c=x.m:f\n"},
         "x", "", {"c": "x.m:f"}),
        ({"setup__py": "from setuptools import setup\nsetup(name='x', version=read(), entry_points={'console_scripts': "
                       "['c = x.m:f']})\n"}, "x", "", {"c": "x.m:f"}),
        ({"package__json": '{"name": "@a/x", "bin": "./c.js", "engines": {"node": ">=18"}}'},
         "@a/x", "Node.js >=18", {"x": ""}),
        ({"Cargo__toml": "[package]\nname='x'\nrust-version='1.70'\n[[bin]]\nname='c'\n"}, "x", "Rust 1.70", {"c": ""}),
        ({"go__mod": "module example.org/x\n\ngo 1.22\n"}, "example.org/x", "Go 1.22", {}),
        ({"pom__xml": "<project><parent><artifactId>p</artifactId></parent><groupId>g</groupId>"
                      "<artifactId>x</artifactId></project>"}, "g:x", "", {}),
    ],
)  # fmt: skip
def test_what_each_manifest_says(files, name, needs, commands):
    found = project(**files)
    assert (found.name, found.needs, found.commands, found.version) == (name, needs, commands, "")


@pytest.mark.parametrize(
    "files",
    [{}, {"pyproject__toml": "not toml"}, {"package__json": "[]"}, {"setup__py": "def ("}, {"setup__cfg": "x"},
     {"pyproject__toml": "[project]\nname = 1\nscripts = 2\n"}, {"Cargo__toml": "[workspace]\n"}, {"pom__xml": "<a>"}],
)  # fmt: skip
def test_broken_manifests_say_nothing(files):
    assert project(**files).name == ""


def test_a_command_that_is_no_function_is_none():
    assert project(pyproject__toml="[project]\nname='x'\nscripts={c='os; evil', d='x.m:f'}\n").commands == {
        "d": "x.m:f"
    }


def test_tests_are_run_as_the_project_says():
    manifest = "[project]\nname='x'\n[tool.pytest.ini_options]\n"
    assert project(pyproject__toml=manifest, Makefile="test:\n\tpytest\n").tests == ("make test", "python -m pytest")
    assert project(package__json='{"name": "x", "scripts": {"test": "echo no test specified"}}').tests == ()
    assert project(pyproject__toml="[project]\nname='x'\n").tests == ()


def test_installing_is_told_as_the_readme_says_else_for_a_checkout():
    manifest = "[project]\nname='x'\n"
    assert project(pyproject__toml=manifest, README__md="Say `pip install x`.").install == ("pip install x",)
    assert project(pyproject__toml=manifest, README__md="Say pip install xy").install == ("python -m pip install .",)


def test_a_readme_has_parts_for_what_is_known_and_no_others():
    known = Project(name="x", license="MIT", license_file="LICENSE", commands={"c": "x:f"})
    parts = {one.name: one.text for one in Readme(known, {"c": "Usage: c"}).parts()}
    assert set(parts) == {"title", "commands", "license"}
    assert "$ c --help\nUsage: c" in parts["commands"]
    assert Readme(Project()).parts() == []


def test_an_example_says_where_it_is_from():
    parts = Readme(Project(), example=Example(">>> f()", "pycon", "a b.py", 4)).parts()
    assert [one.name for one in parts] == ["usage"]
    assert "[a b.py](a%20b.py#L5)" in parts[0].text
