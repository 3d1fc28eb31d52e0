"""`beast-lsp docs` and `beast-lsp explain` from the shell; commands are asked for help in the sandbox."""

import json

import pytest
from click.testing import CliRunner

from beast_lsp.cli.group import commands
from beast_lsp.sandbox.support import support


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "w"
    (made / "shop").mkdir(parents=True)
    (made / "pyproject.toml").write_text(
        "[project]\nname = 'shop'\nscripts = {shop = 'shop:main', broken = 'shop:nothing'}\n", "utf-8"
    )
    source = (
        "import argparse\nimport pathlib\n\n\ndef main():\n    pathlib.Path('written').touch()\n\n\n"
        "def helped():\n    parser = argparse.ArgumentParser(prog='shop', description='Sells.')\n"
        "    parser.parse_args()\n    main()\n"
    )
    (made / "shop/__init__.py").write_text(source, "utf-8")
    return made


def run(*words):
    return CliRunner().invoke(commands, [str(word) for word in words])


def test_nothing_is_written_unless_it_is_said(folder):
    result = run("docs", folder, "--no-run")
    assert result.exit_code == 0
    assert "Would write: README.md" in result.stdout
    assert "+# `shop`" in result.stdout
    assert not (folder / "docs").exists()


def test_check_fails_where_something_would_change(folder):
    assert run("docs", folder, "--no-run", "--check").exit_code == 1
    assert run("docs", folder, "--no-run", "--write").exit_code == 0
    result = run("docs", folder, "--no-run", "--check")
    assert (result.exit_code, result.stdout) == (0, "Nothing to change.\n")
    (folder / "shop/__init__.py").write_text("def other(): ...\n", "utf-8")
    assert run("docs", folder, "--no-run", "--check").exit_code == 1


def test_machines_get_one_object(folder):
    told = json.loads(run("docs", folder, "--no-run", "--json").stdout)
    assert told["written"] is False
    assert "docs/reference/shop.md" in told["created"]
    assert told["deleted"] == told["kept"] == []


def test_a_file_is_printed(folder):
    result = run("docs", folder / "shop/__init__.py")
    assert result.stdout.startswith("# `shop`")
    assert run("docs", folder / "pyproject.toml").exit_code == 2


@pytest.mark.skipif(not support().is_confined, reason="this system gives no limits to a child process")
def test_commands_are_asked_for_help_in_the_sandbox(folder):
    manifest = folder / "pyproject.toml"
    manifest.write_text(manifest.read_text("utf-8").replace("shop:main", "shop:helped"), "utf-8")
    result = run("docs", folder, "--write", "--output", folder / "d")
    readme = (folder / "README.md").read_text("utf-8")
    assert "$ shop --help\nusage: shop [-h]" in readme
    assert "Sells." in readme
    assert "$ broken" not in readme
    assert "The help of broken is left out" in result.stderr
    manifest.write_text(manifest.read_text("utf-8").replace("shop:helped", "shop:main"), "utf-8")
    run("docs", folder, "--write", "--output", folder / "d")
    assert not (folder / "written").exists()


def test_explain_tells_no_secret(tmp_path):
    token = "ghp_" + "a8Fk29dLmQ0xZpR7tYvB3nWcE5gHj1Ks6UoI"
    (tmp_path / "shop.py").write_text(
        f'def check(token="{token}"):\n    """Like {token}."""\n    return token == "{token}"\n'
    )
    said = run("explain", f"{tmp_path / 'shop.py'}:1", "--root", tmp_path).stdout
    assert "### `check`" in said
    assert token not in said


def test_explain_tells_of_a_line_or_a_module(folder):
    assert "### `main`" in run("explain", f"{folder / 'shop/__init__.py'}:6", "--root", folder).stdout
    assert "### `shop`" in run("explain", folder / "shop/__init__.py", "--root", folder).stdout


@pytest.mark.parametrize(("place", "code"), [("nothing.py:1", 2), ("pyproject.toml:1", 1), ("shop/__init__.py:999", 1)])
def test_explain_says_where_nothing_is_known(folder, place, code):
    assert run("explain", folder / place, "--root", folder).exit_code == code
