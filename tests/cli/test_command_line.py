import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from beast_lsp import __version__
from beast_lsp.cli.group import NAMES, commands
from beast_lsp.replay.client import Client

ROOT = Path(__file__).parent.parent.parent
LOADED = "import sys; from beast_lsp.cli import main; print(*sys.modules)"


def run(*words):
    return CliRunner().invoke(commands, words)


def test_help_is_a_page_that_names_every_command_and_what_the_exit_codes_mean():
    result = run("--help")
    assert result.exit_code == 0
    assert "\n  Exit codes:  0  done\n" in result.output
    assert max(map(len, result.output.splitlines())) <= 100
    for name in NAMES:
        assert f"\n  {name} " in result.output
    assert "..." not in result.output.partition("Commands:")[2]


@pytest.mark.parametrize("name", NAMES)
def test_each_command_has_a_help_of_its_own(name):
    result = run(name, "--help")
    assert result.exit_code == 0
    assert f"{name} " in result.output.splitlines()[0]
    assert "\\b" not in result.output  # click's mark for lines that stay as they are.


def test_the_version_is_told():
    assert run("--version").output == f"beast-lsp {__version__}\n"


def test_an_unknown_command_is_wrong_usage():
    result = run("complete")
    assert result.exit_code == 2
    assert "No such command 'complete'" in result.output


def test_an_error_of_ours_is_a_sentence_and_not_a_traceback(monkeypatch):
    from beast_lsp.errors import StoreError

    @click.command("doctor")
    def failing():
        raise StoreError("The database is locked.", hint="Close the other server.")

    monkeypatch.setattr("beast_lsp.cli.group.LazyCommands.get_command", lambda *_: failing)
    result = run("doctor")
    assert result.exit_code == 1
    assert result.output == "Error: The database is locked. Close the other server.\n"


def test_starting_loads_no_command_line_library():
    loaded = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True).stdout.split()
    assert "beast_lsp.cli" in loaded
    assert not {"click", "rich", "httpx", "numpy"} & set(loaded)


@pytest.mark.parametrize("words", [(), ("--stdio",), ("serve",), ("serve", "--stdio")])
def test_each_way_to_serve_over_stdio_answers_and_ends_well(words):
    with Client([sys.executable, "-m", "beast_lsp", *words], {"PYTHONPATH": str(ROOT)}) as client:
        client.initialize(None)
        assert "inlineCompletionProvider" in client.capabilities
    assert client.process.returncode == 0
