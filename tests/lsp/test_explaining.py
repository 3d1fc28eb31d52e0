"""Explanations over the wire: the code action, the link in hovers, the command, and who is shown what."""

import json
import time
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from lsp_client import PATIENCE, RawClient

TEXT = "def total(items):\n    '''Adds up.'''\n    return sum(items)\n\n\nVALUE = total([])\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "w"
    made.mkdir()
    (made / "a.py").write_text(TEXT, "utf-8")
    return made


def actions(client: RawClient, uri: str, line: int, **context: Any) -> list[Any]:
    place = {"line": line, "character": 0}
    params = {
        "textDocument": {"uri": uri},
        "range": {"start": place, "end": place},
        "context": {"diagnostics": [], **context},
    }
    return [each for each in client.request("textDocument/codeAction", params) or [] if each.get("kind") == "explain"]


def ready(client: RawClient, folder: Path) -> str:
    """The URI of the open document, once it can be explained."""
    client.wait_until_ready()
    uri = (folder / "a.py").as_uri()
    client.open(uri, TEXT)
    end = time.monotonic() + PATIENCE
    while not actions(client, uri, 0) and time.monotonic() < end:
        time.sleep(0.05)
    return uri


def test_a_client_that_shows_answers_gets_them(tmp_path: Path, folder: Path) -> None:
    offered = {"experimental": {"explanations": True, "hoverCommands": True}}
    with RawClient(tmp_path / "home") as client:
        client.initialize(folder, capabilities=offered)
        uri = ready(client, folder)
        [action] = actions(client, uri, 2)
        assert action["title"] == "Explain the function total"
        assert "edit" not in action
        answer = client.command(action["command"]["command"], *action["command"]["arguments"])
        assert answer["title"] == "function total"
        assert f"({uri}#L1)" in answer["markdown"]
        assert "> Adds up." in answer["markdown"]
        [module] = actions(client, uri, 5)
        assert module["command"]["arguments"] == [uri, None]
        assert "Module in" in client.command("beast.explain", uri)["markdown"]
        assert actions(client, uri, 2, triggerKind=2) == []
        assert actions(client, uri, 2, only=["quickfix"]) == []
        hover = client.request(
            "textDocument/hover", {"textDocument": {"uri": uri}, "position": {"line": 0, "character": 5}}
        )
        arguments = hover["contents"]["value"].rpartition("command:beast.explain?")[2].rpartition(")")[0]
        assert json.loads(unquote(arguments)) == [uri, 0]
        assert "error" in client.ask("workspace/executeCommand", {"command": "beast.explain", "arguments": [uri, "x"]})
        assert "error" in client.ask(
            "workspace/executeCommand", {"command": "beast.explain", "arguments": ["file:///x"]}
        )


def test_another_client_is_told_where_the_text_lies_and_gets_no_links(tmp_path: Path, folder: Path) -> None:
    with RawClient(tmp_path / "home") as client:
        client.initialize(folder, capabilities={"textDocument": {"codeLens": {}}})
        uri = ready(client, folder)
        client.command("beast.explain")
        told = [each["params"]["message"] for each in client.from_server if each["method"] == "window/showMessage"]
        [message] = [each for each in told if "is explained in" in each]
        file = Path(message.rpartition("is explained in ")[2])
        assert file.is_relative_to(tmp_path / "home")
        assert file.read_text("utf-8").startswith("### `a`")
        params = {"textDocument": {"uri": uri}, "position": {"line": 0, "character": 5}}
        assert client.request("textDocument/hover", params) is None
