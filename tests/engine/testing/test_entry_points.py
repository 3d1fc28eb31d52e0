"""Commands and views are called through their framework, with the lines and requests that they declare."""

import pytest
from written_case import brief_of

CLICK = """
import click

@click.group()
def cli(): pass

@cli.command("greet")
@click.argument("name")
@click.option("--count", "-c", default=1, type=int)
@click.option("--style", type=click.Choice(["plain", "loud"]))
@click.option("--dry-run", is_flag=True)
def greet(name, count, style, dry_run): return name

@cli.command()
@click.argument("source", type=click.Path(exists=True))
def lines(source): return source

def helper(name): return name
"""
TYPER = """
import typer
app = typer.Typer()

@app.command()
def hello(name: str, count: int = 1, formal: bool = False): return name

@app.command("good-bye")
def bye(name: str = "all"): return name == "nobody"
"""
ARGPARSE = """
import argparse

def build():
    parser = argparse.ArgumentParser()
    parser.add_argument("number", type=int)
    parser.add_argument("--mode", "-m", choices=["sum", "max"])
    parser.add_argument("--quiet", action="store_true")
    return parser

def main(argv=None):
    return build().parse_args(argv)

def other(argv): return argv
"""
FLASK = """
from flask import Blueprint, Flask, request
app = Flask(__name__)
part = Blueprint("part", __name__)

@app.route("/items/<int:number>", methods=["GET", "DELETE"])
def item(number): return str(number)

@app.route("/search")
def search(): return request.args.get("q") or ""

@app.post("/echo")
def echo(): return request.get_json()["text"]

@part.get("/of/<name>")
def named(name): return name

@unknown.get("/x")
def lost(): return ""
"""
FACTORY = """
from flask import Flask

def create_app(config=None):
    app = Flask(__name__)
    @app.get("/")
    def index(): return "hello"
    return app

def create_with(config):
    app = Flask(__name__)
    @app.get("/")
    def index(): return "hello"
    return app
"""
FASTAPI = """
from fastapi import FastAPI
app = FastAPI()

@app.get("/double/{number}")
async def double(number: int, plus: int = 0): return number
"""


def targets(tmp_path, source):
    made = brief_of(tmp_path, {"pkg/__init__.py": "", "pkg/mod.py": source})
    return {one["name"]: one for one in made["targets"]}, made["imports"]


def acts(target):
    return [one["act"] for one in target["sketches"]]


def test_a_command_of_click_is_run_with_what_it_declares(tmp_path):
    found, imports = targets(tmp_path, CLICK)
    assert found["greet"]["kind"] == "entry"
    assert found["greet"]["parameters"] == []
    assert acts(found["greet"]) == [
        'runner.invoke(greet, ["--help"])',
        'runner.invoke(greet, ["text"])',
        'runner.invoke(greet, ["text", "--count", "3"])',
        'runner.invoke(greet, ["text", "--style", "plain"])',
        'runner.invoke(greet, ["text", "--dry-run"])',
        'runner.invoke(greet, ["text", "--style", "loud"])',
        'runner.invoke(greet, ["text", "--count", "-1"])',
        "runner.invoke(greet, [])",
        'runner.invoke(greet, ["text", "--count", "many"])',
        'runner.invoke(greet, ["text", "--style", "no-such-choice"])',
        'runner.invoke(greet, ["text", "--no-such-option"])',
    ]
    assert {one["arrange"][-1] for one in found["greet"]["sketches"]} == {"runner = CliRunner()"}
    assert imports["greet"] == "from pkg.mod import greet"
    assert imports["CliRunner"] == "from click.testing import CliRunner"


def test_a_file_that_a_command_reads_is_made_for_it(tmp_path):
    sketch = targets(tmp_path, CLICK)[0]["lines"]["sketches"][1]
    assert sketch["act"] == 'runner.invoke(lines, [str(tmp_path / "input.txt")])'
    assert sketch["arrange"][0] == '(tmp_path / "input.txt").write_text("one\\ntwo\\n")'


def test_an_ordinary_function_beside_commands_stays_one(tmp_path):
    found = targets(tmp_path, CLICK)[0]["helper"]
    assert (found["kind"], found["sketches"]) == ("function", [])


def test_one_of_several_typer_commands_is_called_by_its_name(tmp_path):
    found, imports = targets(tmp_path, TYPER)
    assert 'runner.invoke(app, ["hello", "text", "--count", "3"])' in acts(found["hello"])
    assert 'runner.invoke(app, ["hello", "text", "--formal"])' in acts(found["hello"])
    assert 'runner.invoke(app, ["good-bye", "--name", "text"])' in acts(found["bye"])
    assert 'runner.invoke(app, ["good-bye", "--name", "nobody"])' in acts(found["bye"])
    assert imports["CliRunner"] == "from typer.testing import CliRunner"


def test_a_typer_command_alone_is_the_program(tmp_path):
    found = targets(tmp_path, TYPER.partition('@app.command("good-bye")')[0])[0]
    assert 'runner.invoke(app, ["text"])' in acts(found["hello"])


def test_lists_of_arguments_are_seeds_of_a_function_that_parses_them(tmp_path):
    found = targets(tmp_path, ARGPARSE)[0]
    (argv,) = found["main"]["parameters"]
    assert found["main"]["kind"] == "function"
    assert argv["seeds"][:2] == ['["--help"]', '["3"]']
    assert {'["3", "--mode", "max"]', '["3", "--quiet"]', '["many"]', "[]"} <= set(argv["seeds"])
    assert '["3"]' not in found["other"]["parameters"][0]["annotation"]


def test_views_of_flask_are_asked_by_a_client(tmp_path):
    found = targets(tmp_path, FLASK)[0]
    assert acts(found["item"]) == [f'client.{verb}("/items/{one}")' for verb in ("get", "delete") for one in (1, 0)]
    assert acts(found["search"]) == ['client.get("/search?q=text")', 'client.get("/search")']
    assert 'client.post("/echo", json={"text": "text"})' in acts(found["echo"])
    assert found["item"]["sketches"][0]["arrange"] == ["client = app.test_client()"]
    assert found["named"]["sketches"][0]["arrange"][:2] == ['app = Flask("app")', "app.register_blueprint(part)"]


def test_a_view_of_an_application_that_is_not_there_is_an_ordinary_function(tmp_path):
    assert targets(tmp_path, FLASK)[0]["lost"]["kind"] == "function"


def test_an_application_is_made_by_its_factory_unless_that_needs_something(tmp_path):
    found = targets(tmp_path, FACTORY)[0]
    assert found["create_app"]["kind"] == "function"
    assert found["create_app"]["sketches"][0]["arrange"] == ["client = create_app().test_client()"]
    assert acts(found["create_app"]) == ['client.get("/")']
    assert found["create_with"]["sketches"] == []


def test_views_of_fastapi_are_asked_by_starlettes_client(tmp_path):
    found, imports = targets(tmp_path, FASTAPI)
    assert acts(found["double"]) == [
        'client.get("/double/1?plus=1")',
        'client.get("/double/1")',
        'client.get("/double/0?plus=1")',
        'client.get("/double/0")',
    ]
    assert imports["TestClient"] == "from starlette.testclient import TestClient"
    # The view is asynchronous, its client is not; Quart's is.
    assert not found["double"]["is_async"]
    quart = FASTAPI.replace("fastapi", "quart").replace("FastAPI", "Quart")
    assert targets(tmp_path, quart)[0]["double"]["is_async"]


@pytest.mark.parametrize("source", [CLICK, TYPER, FLASK, FASTAPI])
def test_without_the_framework_the_same_names_mean_nothing(tmp_path, source):
    kept = "\n".join(line for line in source.splitlines() if not line.startswith(("import", "from")))
    assert {one["kind"] for one in targets(tmp_path, kept)[0].values()} == {"function"}
