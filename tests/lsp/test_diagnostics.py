"""Diagnostics over the wire: pulled or pushed, never both; their repairs; and who gets none."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lsp_client import RawClient

URI = "file:///w/a.py"
PULLS = {"textDocument": {"diagnostic": {}}}
EDITS = {"workspace": {"workspaceEdit": {"documentChanges": True}}}
PUSHED = "textDocument/publishDiagnostics"


@pytest.fixture
def client(tmp_path: Path) -> Iterator[RawClient]:
    with RawClient(tmp_path / "home") as client:
        client.initialize(capabilities={**PULLS, **EDITS})
        client.wait_until_ready()
        yield client


def pull(client: RawClient, text: str, uri: str = URI, language: str = "python") -> list[Any]:
    client.open(uri, text, language)
    return client.request("textDocument/diagnostic", {"textDocument": {"uri": uri}})["items"]


def actions(client: RawClient, diagnostics: list[Any], **context: Any) -> list[Any]:
    where = (
        diagnostics[0]["range"]
        if diagnostics
        else {"start": {"line": 0, "character": 0}} | {"end": {"line": 0, "character": 0}}
    )
    params = {"textDocument": {"uri": URI}, "range": where, "context": {"diagnostics": diagnostics, **context}}
    return client.request("textDocument/codeAction", params)


def test_a_mistake_is_marked_with_its_rule_and_where_to_read_of_it(client: RawClient) -> None:
    (found,) = pull(client, "note = '𝄞'; ok = a.b == a.b\n")
    assert found["range"] == {"start": {"line": 0, "character": 18}, "end": {"line": 0, "character": 28}}
    assert (found["code"], found["source"], found["severity"]) == ("identical-operands", "beast-lsp", 2)
    page, _, anchor = found["codeDescription"]["href"].removeprefix("file://").partition("#")
    assert f"## {anchor}\n" in Path(page).read_text("utf-8")
    assert not [message for message in client.from_server if message["method"] == PUSHED]


def test_code_without_effect_is_a_faded_hint(client: RawClient) -> None:
    (found,) = pull(client, "def f():\n    return 1\n    g()\n")
    assert (found["severity"], found["tags"]) == (4, [1])


def test_an_edit_takes_it_away(client: RawClient) -> None:
    assert pull(client, "raise NotImplemented\n")
    edit = {"range": {"start": {"line": 0, "character": 20}, "end": {"line": 0, "character": 20}}, "text": "Error"}
    changed = {"textDocument": {"uri": URI, "version": 2}, "contentChanges": [edit]}
    client.notify("textDocument/didChange", changed)
    assert client.request("textDocument/diagnostic", {"textDocument": {"uri": URI}})["items"] == []


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("x = 1\n", "python"),
        ("ok = a == a  # beast: ignore\n", "python"),
        ("# beast: ignore[identical-operands]\nok = a == a\n", "python"),
        ("ok = a == a\n", "plaintext"),
        ("", "python"),
        ("def f(:\n  ok = a ==\n", "python"),
    ],
)
def test_nothing_is_marked(client: RawClient, text: str, language: str) -> None:
    assert pull(client, text, "file:///w/a.txt" if language == "plaintext" else URI, language) == []


def test_another_rule_is_not_ignored(client: RawClient) -> None:
    assert len(pull(client, "ok = a == a  # beast: ignore[repeated-key]\n")) == 1


def test_what_nobody_has_open_has_none(client: RawClient) -> None:
    assert client.request("textDocument/diagnostic", {"textDocument": {"uri": "file:///w/none.py"}})["items"] == []


def test_a_sure_repair_comes_first_and_a_comment_to_ignore_it_second(client: RawClient) -> None:
    found = pull(client, "x = 1\nif x is 3:\n    pass\n")
    fix, ignore = actions(client, found)
    assert (fix["title"], fix["kind"], fix["isPreferred"]) == ("Compare with `==`", "quickfix", True)
    assert fix["edit"]["documentChanges"][0]["textDocument"] == {"uri": URI, "version": 1}
    (edit,) = fix["edit"]["documentChanges"][0]["edits"]
    assert (edit["newText"], edit["range"]["start"]) == ("x == 3", {"line": 1, "character": 3})
    (edit,) = ignore["edit"]["documentChanges"][0]["edits"]
    assert (edit["newText"], edit["range"]["start"]["character"]) == ("  # beast: ignore[identity-of-a-literal]", 10)


@pytest.mark.parametrize("only", [["refactor"], ["source.organizeImports"], ["quickfixes"]])
def test_no_repair_is_offered_to_who_asks_for_something_else(client: RawClient, only: list[str]) -> None:
    assert actions(client, pull(client, "ok = x is 3\n"), only=only) == []


def test_no_repair_is_offered_for_what_others_found_or_what_is_gone(client: RawClient) -> None:
    (found,) = pull(client, "ok = x is 3\n")
    assert actions(client, [{**found, "source": "ruff"}]) == []
    assert actions(client, [{**found, "code": "repeated-key"}]) == []
    assert actions(client, []) == []


def test_no_comment_is_offered_where_it_would_break_the_line(client: RawClient) -> None:
    (found,) = pull(client, "ok = x is 3 or \\\n    y\n")
    assert [action["title"] for action in actions(client, [found])] == ["Compare with `==`"]


def test_who_cannot_pull_is_told_once_typing_rests(tmp_path: Path) -> None:
    with RawClient(tmp_path / "home") as client:
        client.initialize()
        client.wait_until_ready()
        client.open(URI, "ok = a == a\n")
        told = client.wait_for(PUSHED)["params"]
        assert (told["uri"], told["version"], len(told["diagnostics"])) == (URI, 1, 1)
        client.notify(
            "textDocument/didChange", {"textDocument": {"uri": URI, "version": 2}, "contentChanges": [{"text": "x"}]}
        )
        assert client.wait_for(PUSHED)["params"] == {"uri": URI, "version": 2, "diagnostics": []}


def test_settings_switch_it_off_or_mute_a_rule(tmp_path: Path) -> None:
    for settings, count in (
        ({"diagnostics": {"enabled": False}}, 0),
        ({"diagnostics": {"muted": ["repeated-key"]}}, 1),
    ):
        with RawClient(tmp_path / "home") as client:
            client.initialize(capabilities=PULLS, initializationOptions=settings)
            client.wait_until_ready()
            assert len(pull(client, 't = {"a": 1, "a": 2}\nok = a == a\n')) == count
