"""What an editor's status item is told, and who is told nothing."""

import time
from pathlib import Path
from typing import Any

import pytest
from lsp_client import RawClient

from beast_lsp.lsp.status import METHOD, ServerStatus, server_status

WANTED = {"experimental": {"serverStatusNotification": True}}
OFF = "off: this machine is too slow (75 ms a keystroke)"


def state(*, ready: bool = True, finished: bool = True, problem: str = "", **parts: str) -> dict[str, Any]:
    return {"ready": ready, "parts": parts, "index": [{"finished": finished, "problem": problem, "history": ""}]}


def test_where_all_is_well_nothing_is_said() -> None:
    assert server_status(state(model="ready"), paused=False) == ServerStatus("ok", True, "")


def test_a_machine_that_is_too_slow_is_told_and_no_fault() -> None:
    told = server_status(state(model=OFF), paused=False)
    assert told == ServerStatus("ok", True, f"The model is {OFF}.")


@pytest.mark.parametrize(
    "given", [state(ready=False), state(finished=False), state(model="loading")], ids=["parts", "index", "model"]
)
def test_what_is_being_made_is_no_trouble(given: dict[str, Any]) -> None:
    assert server_status(given, paused=False) == ServerStatus("ok", False, "")


def test_what_is_missing_is_a_warning_and_comes_before_other_notes() -> None:
    told = server_status(state(model=OFF, feedback="failed: no room", problem="Not a folder."), paused=True)
    assert told.health == "warning"
    assert told.message.splitlines()[:3] == ["The feedback failed: no room", "Not a folder.", "Suggestions pause."]


def test_a_client_that_shows_it_hears_of_each_change_once(tmp_path: Path) -> None:
    with RawClient(tmp_path / "home") as client:
        client.initialize(capabilities=WANTED)
        while not client.wait_for(METHOD)["params"]["quiescent"]:
            pass
        client.command("beast.pause")
        told = client.wait_for(METHOD)["params"]
        assert told == {"health": "ok", "quiescent": True, "message": "Suggestions pause."}
        client.command("beast.resume")
        assert client.wait_for(METHOD)["params"]["message"] == ""
        assert not [message for message in client.from_server if message["method"] == METHOD]


@pytest.mark.parametrize("offered", [None, {}, {"experimental": {"serverStatusNotification": False}}])
def test_a_client_that_does_not_ask_for_it_hears_nothing(tmp_path: Path, offered: Any) -> None:
    with RawClient(tmp_path / "home") as client:
        client.initialize(capabilities=offered)
        client.wait_until_ready()
        client.command("beast.pause")
        time.sleep(1.5)  # The clock ticks meanwhile.
        client.command("beast.status")
        assert not [message for message in client.from_server if message["method"] == METHOD]
