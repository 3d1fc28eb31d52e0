"""Scores over the wire: lenses, hover for clients without them, the command, the notification, and who gets none."""

import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lsp_client import PATIENCE, RawClient

LENSES = {"textDocument": {"codeLens": {}}}
TOLD = {"experimental": {"qualityNotification": True}}
LONG = (
    "def long(a, b):\n" + "".join(f"    if a > {n}:\n        b = a.c(b, {n})\n" for n in range(40)) + "    return b\n"
)
SHORT = "\n\nclass C:\n    def short(self):\n        return 1\n"
SMALL = "".join(f"\n\ndef f{n}(x):\n    return x + {n}\n" for n in range(30))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A repository with a history: `long` was fixed a moment ago."""
    made = tmp_path / "w"
    made.mkdir()
    (made / "a.py").write_text(LONG.replace("b, 7", "b") + SHORT, "utf-8")
    (made / "b.py").write_text(SMALL, "utf-8")
    (made / "test_a.py").write_text(SMALL, "utf-8")
    git(made, "init", "-q", "-b", "main")
    commit(made, "First", "2025-01-01")
    (made / "a.py").write_text(LONG + SHORT, "utf-8")
    commit(made, "Fix a crash in long", "2025-06-01")
    return made


def git(folder: Path, *words: str, **environment: str) -> None:
    name = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *name, *words], cwd=folder, check=True, env={**os.environ, **environment})


def commit(folder: Path, message: str, day: str) -> None:
    git(folder, "add", "-A")
    date = f"{day}T12:00:00Z"
    git(folder, "commit", "-q", "-m", message, GIT_COMMITTER_DATE=date, GIT_AUTHOR_DATE=date)


@pytest.fixture
def client(tmp_path: Path) -> Iterator[RawClient]:
    with RawClient(tmp_path / "home") as client:
        yield client


def lenses(client: RawClient, path: Path, text: str) -> list[Any]:
    """What there is once the folder's history is known."""
    client.wait_until_ready()
    client.open(path.as_uri(), text)
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = client.request("textDocument/codeLens", {"textDocument": {"uri": path.as_uri()}})
        if found:
            return found
        time.sleep(0.1)
    return []


def test_each_function_has_its_score_and_the_reasons(client: RawClient, folder: Path) -> None:
    client.initialize(folder, capabilities=LENSES)
    long, short = lenses(client, folder / "a.py", LONG + SHORT)
    assert long["range"]["start"] == {"line": 0, "character": 0}
    assert "changed 2 times in a year by 1 person" in long["command"]["title"]
    assert int(long["command"]["title"].split()[0]) < int(short["command"]["title"].split()[0])
    explained = client.command(long["command"]["command"], *long["command"]["arguments"])
    assert explained["name"] == "long"
    assert explained["base"] + sum(each["contribution"] for each in explained["reasons"]) == pytest.approx(
        explained["logit"], abs=1e-9
    )
    inner = client.command("beast.explainQuality", (folder / "a.py").as_uri(), short["range"]["start"]["line"] + 1)
    assert inner["name"] == "C.short"
    for outside in ([], [short["range"]["start"]["line"] - 1]):
        assert client.command("beast.explainQuality", (folder / "a.py").as_uri(), *outside)["name"] == ""


def test_an_edit_changes_the_score(client: RawClient, folder: Path) -> None:
    client.initialize(folder, capabilities=LENSES)
    text, uri = LONG + SHORT, (folder / "a.py").as_uri()
    before = lenses(client, folder / "a.py", text)[1]["command"]["title"]
    grown = text + "".join(f"        for each in self.all[{n}]:\n            each(self, {n})\n" for n in range(60))
    changed = {"textDocument": {"uri": uri, "version": 2}, "contentChanges": [{"text": grown}]}
    client.notify("textDocument/didChange", changed)
    after = client.request("textDocument/codeLens", {"textDocument": {"uri": uri}})[1]["command"]["title"]
    assert int(after.split()[0]) < int(before.split()[0])


def test_without_lenses_a_function_s_first_line_explains_itself(client: RawClient, folder: Path) -> None:
    client.initialize(folder)
    lenses(client, folder / "a.py", LONG + SHORT)
    at = {"textDocument": {"uri": (folder / "a.py").as_uri()}, "position": {"line": 0, "character": 5}}
    assert "long" in client.request("textDocument/hover", at)["contents"]["value"]
    assert client.request("textDocument/hover", {**at, "position": {"line": 1, "character": 5}}) is None


def test_with_lenses_hover_is_left_to_others(client: RawClient, folder: Path) -> None:
    client.initialize(folder, capabilities=LENSES)
    lenses(client, folder / "a.py", LONG + SHORT)
    at = {"textDocument": {"uri": (folder / "a.py").as_uri()}, "position": {"line": 0, "character": 5}}
    assert client.request("textDocument/hover", at) is None


def test_who_wants_to_know_is_told_of_the_file(client: RawClient, folder: Path) -> None:
    client.initialize(folder, capabilities=TOLD)
    lenses(client, folder / "a.py", LONG + SHORT)
    while not (told := client.wait_for("beast/quality")["params"])["quality"]:
        pass  # It was told before the history was known.
    assert told["uri"] == (folder / "a.py").as_uri()
    assert 0 <= told["quality"]["score"] <= 100
    assert told["quality"]["word"] in told["quality"]["text"]


def test_without_a_history_it_says_so(client: RawClient, tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    bare.mkdir()
    (bare / "b.py").write_text(SMALL, "utf-8")
    client.initialize(bare, capabilities=LENSES)
    assert "(no history)" in lenses(client, bare / "b.py", SMALL)[0]["command"]["title"]
    assert client.command("beast.status")["index"][0]["history"] == ""


def test_a_history_that_can_t_be_read_is_something_to_tell(client: RawClient, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    (broken / ".git").mkdir(parents=True)
    (broken / "b.py").write_text(SMALL, "utf-8")
    client.initialize(broken, capabilities=LENSES)
    assert "(no history)" in lenses(client, broken / "b.py", SMALL)[0]["command"]["title"]
    assert "not a git repository" in client.command("beast.status")["index"][0]["history"]


def test_tests_have_no_scores(client: RawClient, folder: Path) -> None:
    client.initialize(folder, capabilities=LENSES)
    assert lenses(client, folder / "a.py", LONG + SHORT)
    client.open((folder / "test_a.py").as_uri(), SMALL)
    assert client.request("textDocument/codeLens", {"textDocument": {"uri": (folder / "test_a.py").as_uri()}}) == []


def test_one_setting_switches_them_off(client: RawClient, folder: Path) -> None:
    off = {"quality": {"enabled": False}}
    client.initialize(folder, capabilities=LENSES, initializationOptions=off)
    client.wait_until_ready()
    client.open((folder / "a.py").as_uri(), LONG)
    time.sleep(3)  # In which they come where they are on; see the other tests.
    assert client.request("textDocument/codeLens", {"textDocument": {"uri": (folder / "a.py").as_uri()}}) == []
    answer = client.ask("workspace/executeCommand", {"command": "beast.explainQuality", "arguments": ["file:///n"]})
    assert "no score" in answer["error"]["message"]


def test_without_arguments_it_is_the_file_that_the_user_was_last_at(client: RawClient, folder: Path) -> None:
    client.initialize(folder)
    lenses(client, folder / "a.py", LONG + SHORT)
    client.open((folder / "b.py").as_uri(), SMALL)
    assert "`b.py`" in client.command("beast.explainQuality")["markdown"]
    assert client.wait_for("window/showMessage")["params"]["message"].startswith("beast-lsp: b.py: ")
    at = {"textDocument": {"uri": (folder / "a.py").as_uri()}, "position": {"line": 0, "character": 5}}
    client.request("textDocument/hover", at)
    assert "`a.py`" in client.command("beast.explainQuality")["markdown"]
    assert client.wait_for("window/showMessage")["params"]["message"].startswith("beast-lsp: a.py: ")
    client.notify("textDocument/didClose", {"textDocument": at["textDocument"]})
    assert "`b.py`" in client.command("beast.explainQuality")["markdown"]


def test_who_names_a_file_reads_no_message(client: RawClient, folder: Path) -> None:
    client.initialize(folder)
    lenses(client, folder / "a.py", LONG + SHORT)
    client.command("beast.explainQuality", (folder / "a.py").as_uri())
    assert not [each for each in client.from_server if each["method"] == "window/showMessage"]


def test_without_arguments_and_a_file_a_message_says_so(client: RawClient, folder: Path) -> None:
    client.initialize(folder)
    client.wait_until_ready()
    assert "no score" in client.ask("workspace/executeCommand", {"command": "beast.explainQuality"})["error"]["message"]
    assert "no score" in client.wait_for("window/showMessage")["params"]["message"]


@pytest.mark.parametrize("arguments", [[1], ["file:///a.py", "3"], ["file:///a.py", True]])
def test_odd_arguments_are_refused(client: RawClient, folder: Path, arguments: list[Any]) -> None:
    client.initialize(folder)
    client.wait_until_ready()
    answer = client.ask("workspace/executeCommand", {"command": "beast.explainQuality", "arguments": arguments})
    assert answer["error"]
