"""Refactorings that raise a low score, over the wire: offered when they were tried, done by `codeAction/resolve`."""

import time
from pathlib import Path
from typing import Any

import pytest
from git_fakes import Repository
from lsp_client import PATIENCE, RawClient

CLIENT = {
    "textDocument": {
        "codeLens": {},
        "codeAction": {
            "codeActionLiteralSupport": {"codeActionKind": {"valueSet": [""]}},
            "dataSupport": True,
            "resolveSupport": {"properties": ["edit"]},
        },
    },
    "workspace": {"workspaceEdit": {"documentChanges": True}},
}


def function(name: str, branches: int) -> str:
    body = "".join(
        f"    if a > {n} and (b or c):\n        total += a * b\n        c = call(total, {n})\n" for n in range(branches)
    )
    return f"def {name}(a, b, c):\n    total = 0\n{body}    return total, c\n\n\n"


LONG = function("long", 24)
# Functions of many lengths, which the pieces can be set against.
SMALL = "".join(function(f"f{n}", n % 12) for n in range(60))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A repository in which `long` was fixed again and again."""
    made = Repository(tmp_path / "w")
    made.commit({"a.py": (LONG + SMALL).replace("a > 3", "a > 33")}, "First", "2025-01-01")
    made.commit({"a.py": (LONG + SMALL).replace("a > 4", "a > 44")}, "Fix a crash in long", "2025-04-01")
    made.commit({"a.py": LONG + SMALL}, "Fix a bug in long", "2025-06-01")
    return tmp_path / "w"


def actions(client: RawClient, uri: str, line: int, **context: Any) -> list[Any]:
    place = {"line": line, "character": 6}
    params = {"textDocument": {"uri": uri}, "range": {"start": place, "end": place}}
    return client.request("textDocument/codeAction", {**params, "context": {"diagnostics": [], **context}})


def scored(client: RawClient, uri: str, line: int) -> list[Any]:
    """The actions that speak of scores, once they were tried in the background."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        client.request("textDocument/codeLens", {"textDocument": {"uri": uri}})
        found = [one for one in actions(client, uri, line) if "score" in one["title"]]
        if found:
            return found
        time.sleep(0.2)
    return []


def test_a_low_function_is_offered_what_raises_its_score(tmp_path: Path, folder: Path) -> None:
    with RawClient(tmp_path / "home") as client:
        client.initialize(folder, capabilities=CLIENT)
        client.wait_until_ready()
        uri = (folder / "a.py").as_uri()
        client.open(uri, LONG + SMALL)
        found = scored(client, uri, 1)
        assert found
        assert len(found) <= 2
        assert all("an estimate" in one["title"] for one in found)
        resolved = client.request("codeAction/resolve", found[0])
        [change] = resolved["edit"]["documentChanges"]
        assert any("def extracted" in edit["newText"] for edit in change["edits"])
        safe = len(LONG.splitlines()) + 1
        assert not [one for one in actions(client, uri, safe) if "score" in one["title"]]


def test_nothing_is_offered_where_nothing_is_low(tmp_path: Path, folder: Path) -> None:
    with RawClient(tmp_path / "home") as client:
        client.initialize(folder, capabilities=CLIENT, initializationOptions={"refactoring": {"improve_below": 0}})
        client.wait_until_ready()
        uri = (folder / "a.py").as_uri()
        client.open(uri, LONG + SMALL)
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and not client.request("textDocument/codeLens", {"textDocument": {"uri": uri}}):
            time.sleep(0.1)
        for _ in range(5):
            assert not [one for one in actions(client, uri, 1) if "score" in one["title"]]
            time.sleep(0.1)
