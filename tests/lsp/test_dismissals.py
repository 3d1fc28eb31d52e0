"""Dismissals over the wire: a rule falls silent, says so, stays so after a restart, and comes back when asked."""

from pathlib import Path
from typing import Any

from lsp_client import RawClient

PULLS = {"textDocument": {"diagnostic": {}}}
TEXT = "ok = x is 3\n"
SHOWN = "window/showMessage"


def started(client: RawClient, *folders: Path) -> str:
    client.initialize(*folders, capabilities=PULLS)
    client.wait_until_ready()
    uri = (folders[0] / "a.py").as_uri()
    client.open(uri, TEXT)
    return uri


def pull(client: RawClient, uri: str) -> list[Any]:
    return client.request("textDocument/diagnostic", {"textDocument": {"uri": uri}})["items"]


def actions(client: RawClient, uri: str) -> list[Any]:
    found = pull(client, uri)
    context = {"diagnostics": found, "only": ["quickfix"]}
    params = {"textDocument": {"uri": uri}, "range": found[0]["range"], "context": context}
    return client.request("textDocument/codeAction", params)


def run(client: RawClient, action: Any) -> None:
    client.command(action["command"]["command"], *action["command"]["arguments"])


def folders(tmp_path: Path) -> tuple[Path, Path]:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    return tmp_path / "one", tmp_path / "two"


def told(client: RawClient) -> list[str]:
    return [each["params"]["message"] for each in client.from_server if each["method"] == SHOWN]


def test_a_rule_that_is_dismissed_again_and_again_mutes_itself_in_that_folder(tmp_path: Path) -> None:
    one, two = folders(tmp_path)
    with RawClient(tmp_path / "home") as client:
        uri = started(client, one, two)
        other = (two / "a.py").as_uri()
        client.open(other, TEXT)
        _, ignore = actions(client, uri)
        for _ in range(4):
            run(client, ignore)
        assert len(pull(client, uri)) == 1
        run(client, ignore)
        assert pull(client, uri) == []
        assert len(pull(client, other)) == 1
        (message,) = told(client)
        assert "identity-of-a-literal" in message
        assert "beast.unmuteRule" in message
        assert client.command("beast.status")["muted"] == {str(one.resolve()): ["identity-of-a-literal"]}

    with RawClient(tmp_path / "home") as client:
        uri = started(client, one, two)
        assert pull(client, uri) == []
        back = client.command("beast.unmuteRule", "identity-of-a-literal", uri)
        assert back == {"folder": str(one), "unmuted": ["identity-of-a-literal"]}
        assert len(pull(client, uri)) == 1
        assert told(client) == []
        assert client.command("beast.status")["muted"] == {}
        assert client.command("beast.unmuteRule")["unmuted"] == []


def test_repairs_that_are_taken_keep_a_rule(tmp_path: Path) -> None:
    one, _ = folders(tmp_path)
    with RawClient(tmp_path / "home") as client:
        uri = started(client, one)
        fix, ignore = actions(client, uri)
        run(client, fix)
        run(client, fix)
        for _ in range(5):
            run(client, ignore)
        assert len(pull(client, uri)) == 1
        assert told(client) == []


def test_outside_of_a_folder_nothing_is_noted(tmp_path: Path) -> None:
    with RawClient(tmp_path / "home") as client:
        client.initialize(capabilities=PULLS)
        client.wait_until_ready()
        uri = "file:///w/a.py"
        client.open(uri, TEXT)
        assert [action.get("command") for action in actions(client, uri)] == [None, None]
        for _ in range(6):
            client.command("beast.dismissed", uri, "identity-of-a-literal")
        assert len(pull(client, uri)) == 1
        answer = client.ask("workspace/executeCommand", {"command": "beast.unmuteRule", "arguments": []})
        assert "No rule is muted" in answer["error"]["message"]


def test_a_rule_that_there_is_not_is_refused(tmp_path: Path) -> None:
    one, _ = folders(tmp_path)
    with RawClient(tmp_path / "home") as client:
        uri = started(client, one)
        for name, arguments in (
            ("beast.dismissed", [uri, "no-rule"]),
            ("beast.fixed", [uri]),
            ("beast.unmuteRule", ["x"]),
        ):
            answer = client.ask("workspace/executeCommand", {"command": name, "arguments": arguments})
            assert answer["error"]["code"] == -32602
