"""Entry points are recorded through their framework, and what they answer is asserted by its code and its text."""

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from beast_lsp.guest.record.oracles.answers import answered, is_answer
from beast_lsp.sandbox.guest import run_guest
from beast_lsp.sandbox.limits import Limits
from beast_lsp.sandbox.support import support

SOURCE = """
import click

@click.command()
@click.argument("number", type=int)
def root(number):
    if number < 0:
        raise click.ClickException("negative")
    click.echo(number ** 0.5)
"""


def answer(module, **attributes):
    """An object whose class comes from that module."""
    return type("Answer", (SimpleNamespace,), {"__module__": module})(**attributes)


def texts(value):
    return [each["text"] for each in answered("result", value, repr)]


@pytest.mark.skipif(not support().is_confined, reason=f"nothing confines here: {support().lacks}")
def test_a_command_of_click_is_recorded(tmp_path):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    (tmp_path / "program.py").write_text(SOURCE)
    acts = ['runner.invoke(root, ["9"])', 'runner.invoke(root, ["--", "-1"])', 'runner.invoke(root, ["many"])']
    target = {
        "name": "root", "kind": "entry", "is_async": False, "is_generator": False, "line": 4, "end_line": 9,
        "parameters": [],
        "sketches": [{"arrange": ["runner = CliRunner()"], "act": act, "fixtures": []} for act in acts],
    }  # fmt: skip
    imports = {"CliRunner": "from click.testing import CliRunner", "root": "from program import root"}
    brief = {
        "folder": str(tmp_path), "path": [str(tmp_path)], "module": "program", "file": str(tmp_path / "program.py"),
        "targets": [target], "imports": imports, "literals": [], "fixtures": [], "scratch": str(scratch),
        "outbox": str(scratch / "outbox"), "seconds": 5.0, "seed": 0, "skip": [],
    }  # fmt: skip
    found = run_guest("record", brief, Path(sys.executable), Limits(40.0, 1000, 16, (scratch,)), {})
    cases = [event["case"] for event in found.events if event.get("event") == "case"]
    # Only a number gets past the framework, and only these two are told apart by what they run.
    checks = {tuple(check["text"] for check in case["checks"]) for case in cases}
    assert ("result.exit_code == 0", "result.output == '3.0\\n'") in checks
    assert ("result.exit_code == 1", "result.output == 'Error: negative\\n'") in checks
    assert {case["imports"]["root"] for case in cases} == {"from program import root"}
    assert not any(case["raises"] for case in cases)


def test_of_a_long_output_the_first_line_is_told():
    value = answer("click.testing", exit_code=0, output="Usage: x\n" + "y" * 300, exception=None)
    assert texts(value) == ["result.exit_code == 0", "result.output.splitlines()[0] == 'Usage: x'"]


@pytest.mark.parametrize(("error", "said"), [(KeyError("a"), 1), (SystemExit(2), 0), (None, 0)])
def test_what_a_command_lets_out_is_told_unless_it_ends_the_program(error, said):
    value = answer("typer.testing", exit_code=1, output="", exception=error)
    assert texts(value)[1:] == ["type(result.exception).__name__ == 'KeyError'"] * said


def test_a_response_is_told_by_its_code_and_its_json():
    json = {"Content-Type": "application/json"}
    value = answer("httpx", status_code=200, headers=json, json=lambda: {"a": 1}, text='{"a": 1}')
    assert texts(value) == ["result.status_code == 200", "result.json() == {'a': 1}"]
    broken = answer("httpx", status_code=200, headers=json, json=lambda: 1 / 0, text="no")
    assert texts(broken) == ["result.status_code == 200", "result.text == 'no'"]


def test_the_page_of_an_error_is_not_told_and_of_a_redirection_where_to():
    missing = answer("werkzeug.test", status_code=404, headers={"Content-Type": "text/html"}, text="<h1>")
    assert texts(missing) == ["result.status_code == 404"]
    moved = answer("werkzeug.test", status_code=302, headers={"Location": "/"}, text="<h1>")
    assert texts(moved) == ["result.status_code == 302", "result.headers[\"Location\"] == '/'"]


def test_objects_of_other_modules_are_no_answers():
    assert is_answer(answer("click.testing", exit_code=0, output=""))
    assert not is_answer(answer("click.testing", output=""))
    assert not is_answer(answer("project", exit_code=0, output=""))
    assert not is_answer(answer("project", status_code=0, headers={}))
