"""Folders, files on disk, settings, notebooks, progress and commands, over a real process."""

import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from lsp_client import PATIENCE, RawClient

CODE = (
    "def read_page(number):\n    return number\n\n\nclass Reader:\n    def close(self):\n        return read_page(1)\n"
)
AUTOMATIC = {"triggerKind": 2}
PROGRESS = {"window": {"workDoneProgress": True}}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    for number in range(5):
        (folder / f"module_{number}.py").write_text(CODE * 5)
    return folder


@pytest.fixture
def client(tmp_path: Path) -> Iterator[RawClient]:
    with RawClient(tmp_path / "home") as client:
        yield client
        client.shut_down()


def eventually(look: Callable[[], Any]) -> Any:
    """What `look` gives once it is true."""
    end = time.monotonic() + PATIENCE
    while not (found := look()):
        assert time.monotonic() < end, "it never came"
        time.sleep(0.05)
    return found


def status(client: RawClient) -> Mapping[str, Any]:
    return client.command("beast.status")


def indexed(client: RawClient, folder: Path) -> bool:
    return any(each["folder"] == str(folder) and each["finished"] for each in status(client)["index"])


def test_a_folder_is_indexed_with_progress_and_its_style_can_be_seen(client: RawClient, folder: Path) -> None:
    for number in range(400):  # what takes no time shows no progress.
        (folder / f"large_{number}.py").write_text(CODE * 40)
    client.initialize(folder, capabilities=PROGRESS)
    assert client.wait_for("window/workDoneProgress/create")["params"]["token"]
    kinds = [client.wait_for("$/progress")["params"]["value"]["kind"]]
    while kinds[-1] != "end":
        kinds.append(client.wait_for("$/progress")["params"]["value"]["kind"])
    assert kinds[0] == "begin"
    assert set(kinds[1:-1]) <= {"report"}
    report = client.command("beast.showStyleProfile")
    assert "Python" in report["markdown"]
    assert report["folder"] == str(folder)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lists the children of a process")
@pytest.mark.parametrize("way", ["shutdown", "kill"])
def test_child_processes_end_with_the_server(tmp_path: Path, folder: Path, way: str) -> None:
    with RawClient(tmp_path / "home") as client:
        client.initialize(folder)
        number = client.process.pid
        children = eventually(Path(f"/proc/{number}/task/{number}/children").read_text).split()
        client.shut_down() if way == "shutdown" else client.process.kill()
        eventually(lambda: not any(_lives(child) for child in children))


def _lives(number: str) -> bool:
    try:
        return " Z " not in Path(f"/proc/{number}/stat").read_text()
    except OSError:
        return False


def test_no_progress_is_shown_to_a_client_that_cannot_show_it(client: RawClient, folder: Path) -> None:
    client.initialize(folder)
    eventually(lambda: indexed(client, folder))
    assert not [message for message in client.from_server if "rogress" in message["method"]]


def test_folders_come_and_go(client: RawClient, folder: Path) -> None:
    client.initialize()
    client.wait_until_ready()
    item = {"uri": folder.as_uri(), "name": "project"}
    client.notify("workspace/didChangeWorkspaceFolders", {"event": {"added": [item], "removed": []}})
    eventually(lambda: indexed(client, folder))
    client.notify("workspace/didChangeWorkspaceFolders", {"event": {"added": [], "removed": [item]}})
    eventually(lambda: not status(client)["index"])
    assert status(client)["folders"] == []


def test_a_folder_that_is_not_there_leaves_the_server_live(client: RawClient, tmp_path: Path) -> None:
    client.initialize(tmp_path / "vanished")
    client.open((tmp_path / "vanished" / "a.py").as_uri(), CODE)
    client.wait_until_ready()
    assert status(client)["faults"] == 0


def test_without_a_folder_there_is_no_style_profile(client: RawClient) -> None:
    client.initialize()
    client.wait_until_ready()
    answer = client.ask("workspace/executeCommand", {"command": "beast.showStyleProfile"})
    assert "no style profile yet" in answer["error"]["message"]


def test_it_asks_for_files_and_settings_where_the_client_lets_it(client: RawClient) -> None:
    dynamic = {"dynamicRegistration": True}
    capabilities = {"didChangeWatchedFiles": dynamic, "didChangeConfiguration": dynamic, "configuration": True}
    client.initialize(capabilities={"workspace": capabilities})
    registrations = client.wait_for("client/registerCapability")["params"]["registrations"]
    methods = [each["method"] for each in registrations]
    assert methods == ["workspace/didChangeWatchedFiles", "workspace/didChangeConfiguration"]
    items = client.wait_for("workspace/configuration")["params"]["items"]
    assert items == [{"section": "beast"}]


def test_it_asks_nothing_of_a_client_that_offers_nothing(client: RawClient) -> None:
    client.initialize()
    client.wait_until_ready()
    assert client.from_server == []


@pytest.mark.parametrize("way", ["options", "pushed", "pulled"])
def test_a_bad_setting_is_told_once_however_it_comes(client: RawClient, way: str) -> None:
    bad = {"enabled": "perhaps"}
    capabilities = {"workspace": {"configuration": way == "pulled"}}
    client.answer = lambda message: [bad] if message["method"] == "workspace/configuration" else None  # type: ignore[method-assign]
    client.initialize(capabilities=capabilities, initializationOptions=bad if way == "options" else None)
    client.wait_until_ready()
    client.notify("workspace/didChangeConfiguration", {"settings": {"beast": bad} if way == "pushed" else None})
    message = client.wait_for("window/showMessage")["params"]["message"]
    assert "enabled" in message
    client.notify("workspace/didChangeConfiguration", {"settings": {"beast": bad} if way == "pushed" else None})
    status(client)
    time.sleep(0.3)
    status(client)
    assert not [each for each in client.from_server if each["method"] == "window/showMessage"]


def test_an_editor_may_not_name_an_endpoint(client: RawClient) -> None:
    client.initialize(initializationOptions={"endpoints": {"evil": {"url": "http://example.com/v1"}}})
    assert "endpoints" in client.wait_for("window/showMessage")["params"]["message"]


def test_a_corrupt_database_is_set_aside_and_told(tmp_path: Path) -> None:
    database = tmp_path / "data" / "beast.db"
    database.parent.mkdir()
    for name in ("beast.db", "feedback.db", "beast.sqlite3", "feedback.sqlite3"):
        database.with_name(name).write_bytes(b"this is no database" * 1000)
    with RawClient(tmp_path) as client:
        client.initialize()
        assert "aside" in client.wait_for("window/showMessage")["params"]["message"]


def test_paused_it_suggests_nothing_and_says_so(client: RawClient) -> None:
    client.initialize()
    client.open("untitled:1", CODE)
    client.wait_until_ready()
    assert client.command("beast.pause") == {"paused": True}
    place = {"textDocument": {"uri": "untitled:1"}, "position": {"line": 1, "character": 4}, "context": AUTOMATIC}
    assert client.request("textDocument/inlineCompletion", place) is None
    assert client.request("textDocument/completion", place) is None
    assert status(client)["paused"]
    assert client.command("beast.resume") == {"paused": False}
    assert client.request("textDocument/completion", place) is not None


def test_feedback_for_a_suggestion_that_nobody_knows_changes_nothing(client: RawClient) -> None:
    client.initialize()
    client.wait_until_ready()
    for command, arguments in {"accept": [], "reject": [], "partialAccept": [3]}.items():
        client.ask("workspace/executeCommand", {"command": f"beast.{command}", "arguments": ["unknown", *arguments]})
    assert status(client)["faults"] == 0


def test_notebook_cells_are_documents(client: RawClient) -> None:
    def cell(name: str, text: str) -> dict[str, Any]:
        return {"uri": f"notebook-cell:/n.ipynb#{name}", "languageId": "python", "version": 1, "text": text}

    notebook = {"uri": "file:///n.ipynb", "version": 1, "notebookType": "jupyter-notebook", "cells": []}
    client.initialize()
    opened = {"notebookDocument": notebook, "cellTextDocuments": [cell("a", "x = 1\n"), cell("b", "")]}
    client.notify("notebookDocument/didOpen", opened)
    assert status(client)["documents"] == 2
    array = {"start": 1, "deleteCount": 1, "cells": [{"kind": 2, "document": cell("c", "")["uri"]}]}
    structure = {"array": array, "didOpen": [cell("c", "y = 2")], "didClose": [{"uri": cell("b", "")["uri"]}]}
    edit = {"document": {"uri": cell("a", "")["uri"], "version": 2}, "changes": [{"text": "whole"}]}
    cells = {"structure": structure, "textContent": [edit]}
    client.notify("notebookDocument/didChange", {"notebookDocument": notebook, "change": {"cells": cells}})
    assert status(client)["documents"] == 2
    place = {
        "textDocument": {"uri": cell("a", "")["uri"]},
        "position": {"line": 0, "character": 5},
        "context": AUTOMATIC,
    }
    client.request("textDocument/inlineCompletion", place)
    closed = [{"uri": cell("a", "")["uri"]}, {"uri": cell("c", "")["uri"]}]
    client.notify("notebookDocument/didClose", {"notebookDocument": notebook, "cellTextDocuments": closed})
    assert status(client)["documents"] == 0
    assert status(client)["faults"] == 0


def test_where_nothing_can_be_written_it_serves_and_tells(tmp_path: Path, folder: Path) -> None:
    home = tmp_path / "file"
    home.write_text("no folder can be made below a file, by root neither")
    with RawClient(home) as client:
        client.initialize(folder)
        assert client.wait_for("window/showMessage")["params"]["message"]
        client.open((folder / "new.py").as_uri(), CODE)
        place = {
            "textDocument": {"uri": (folder / "new.py").as_uri()},
            "position": {"line": 1, "character": 4},
            "context": AUTOMATIC,
        }
        client.wait_until_ready()
        client.request("textDocument/inlineCompletion", place)
        assert client.request("textDocument/completion", place) is not None
        assert client.shut_down() == 0


def test_a_folder_that_vanishes_while_it_is_open_leaves_the_server_live(client: RawClient, folder: Path) -> None:
    client.initialize(folder)
    eventually(lambda: indexed(client, folder))
    shutil.rmtree(folder)
    uri = (folder / "module_1.py").as_uri()
    client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": uri, "type": 3}]})
    client.open(uri, CODE)
    place = {"textDocument": {"uri": uri}, "position": {"line": 1, "character": 4}, "context": AUTOMATIC}
    assert client.request("textDocument/completion", place) is not None
    assert status(client)["faults"] == 0
