"""Written tests over the wire: offered, run in children, shown, cancelled, refused and taken back, by one server."""

from collections.abc import Iterator
from typing import Any

import pytest
from lsp_client import RawClient
from refactoring_client import VSCODE, Editor

PRICES = '''\
def words(text: str, limit: int = 10) -> list[str]:
    """The first words of a text."""
    if limit <= 0:
        return []
    return text.split()[:limit]


class Shop:
    def open(self) -> bool:
        return True
'''
ENDLESS = "def spin(text: str) -> None:\n    while True:\n        pass\n"
# Everything but the bodies of `words` and `open` ran: what an import runs.
REPORT = "SF:prices.py\nDA:1,1\nDA:3,0\nDA:4,0\nDA:5,0\nDA:8,1\nDA:9,1\nDA:10,0\nend_of_record\n"
CLIENT = {
    **VSCODE,
    "textDocument": {**VSCODE["textDocument"], "codeLens": {}},
    "window": {**VSCODE["window"], "workDoneProgress": True, "showDocument": {"support": True}},
}
SETTINGS = {"tests": {"seconds": 10.0}, "quality": {"enabled": False}}


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    folder = tmp_path_factory.mktemp("w")
    for name, text in (("prices.py", PRICES), ("endless.py", ENDLESS), ("test_other.py", "def test(): pass\n")):
        (folder / name).write_text(text)
    with RawClient(tmp_path_factory.mktemp("home")) as client:
        editor = Editor(client, folder, CLIENT, initializationOptions=SETTINGS)
        for name in ("prices.py", "endless.py", "test_other.py"):
            editor.open(name)
        yield editor


@pytest.fixture(autouse=True)
def _agreeing(editor: Editor) -> None:
    # Where the system confines nothing, the user is asked.
    editor.choices = ["Run once"] * 3
    editor.client.from_server.clear()


def titles(editor: Editor, path: str, mark: str, **context: Any) -> list[str]:
    actions = editor.actions(path, mark, **context)
    return [each["title"] for each in actions if each["kind"] == "refactor.rewrite.tests"]


def order(editor: Editor, *arguments: Any) -> Any:
    """Sends the command; the number of its answer."""
    return editor.client.send("workspace/executeCommand", {"command": "beast.writeTests", "arguments": [*arguments]})


def progress(editor: Editor) -> list[Any]:
    told = [each["params"] for each in editor.client.from_server if each["method"] == "$/progress"]
    begun = {each["token"] for each in told if str(each["value"].get("title")).startswith("Tests for")}
    return [each for each in told if each["token"] in begun]


def test_actions_are_offered_where_something_can_be_called(editor: Editor) -> None:
    assert titles(editor, "prices.py", "return []") == ["Write tests for words", "Write tests for this module"]
    assert titles(editor, "prices.py", "return True")[:2] == ["Write tests for open", "Write tests for class Shop"]
    assert titles(editor, "prices.py", "return []", only=["refactor"]) != []
    assert titles(editor, "prices.py", "return []", only=["quickfix"]) == []
    assert titles(editor, "test_other.py", "pass") == []


def test_tests_are_written_shown_and_taken_back(editor: Editor) -> None:
    action = editor.action("Write tests for this module", "prices.py", "return []")
    number = editor.client.send("workspace/executeCommand", action["command"])
    editor.client.wait_for("window/workDoneProgress/create")
    assert editor.client.command("beast.status")["ready"]  # it answers meanwhile.
    result = editor.client.wait(number, patience=120.0)["result"]
    assert "path" in result, result
    path = result["path"]
    written = editor.text(path)
    assert path.startswith("test")
    assert "from prices import " in written
    assert [name for name in result["tests"] if name.rpartition("::")[2] not in written] == []
    assert editor.client.wait_for("window/showDocument")["params"]["uri"] == editor.uri(path)
    assert editor.messages()[-1].startswith(f"beast-lsp: {result['title'].rstrip('.')}")
    kinds = [each["value"]["kind"] for each in progress(editor)]
    assert (kinds[0], kinds[-1]) == ("begin", "end")
    assert progress(editor)[0]["value"]["cancellable"]
    editor.client.command("beast.undoLastRefactoring")
    assert not (editor.folder / path).exists()


def test_a_run_is_cancelled_and_another_one_refused_meanwhile(editor: Editor) -> None:
    first = order(editor, editor.uri("endless.py"), 1)
    token = editor.client.wait_for("window/workDoneProgress/create")["params"]["token"]
    while not progress(editor):
        editor.client.command("beast.status")
    refused = editor.client.command("beast.writeTests", editor.uri("prices.py"))["refused"]
    assert "being written" in refused
    assert editor.messages()[-1] == f"beast-lsp: {refused}"
    editor.client.notify("window/workDoneProgress/cancel", {"token": token})
    assert editor.client.wait(first)["result"] == {"cancelled": True}
    assert not list(editor.folder.glob("**/test_endless.py"))


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["test_other.py", ""], "file of tests"),
        (["prices.py", "nothing"], "nothing in nothing"),
        (["not_open.py", ""], "Open the file first"),
    ],
)
def test_what_cannot_be_done_is_a_message(editor: Editor, arguments: list[str], reason: str) -> None:
    result = editor.client.command("beast.writeTests", editor.uri(arguments[0]), arguments[1])
    assert reason in result["refused"]
    assert reason in editor.messages()[-1]


@pytest.mark.parametrize("arguments", [[1], ["file:///a.py", True], ["file:///a.py", ["f"]]])
def test_arguments_that_are_none_are_refused(editor: Editor, arguments: list[Any]) -> None:
    answer = editor.client.wait(order(editor, *arguments))
    assert answer["error"]["code"] == -32602
    wrong = editor.client.ask("workspace/executeCommand", {"command": "beast.untested", "arguments": [5]})
    assert wrong["error"]["code"] == -32602


def test_a_text_that_is_not_saved_is_not_tested(editor: Editor) -> None:
    before = editor.text("prices.py")
    editor.type("prices.py", before + "# mine\n")
    assert "Save it" in editor.client.command("beast.writeTests", editor.uri("prices.py"), "words")["refused"]
    editor.type("prices.py", before)


def lenses(editor: Editor, path: str) -> list[Any]:
    return editor.client.request("textDocument/codeLens", {"textDocument": {"uri": editor.uri(path)}})


def test_what_no_test_reaches_stands_above_it(editor: Editor) -> None:
    assert lenses(editor, "prices.py") == []
    (editor.folder / "lcov.info").write_text(REPORT)
    editor.client.command("beast.status")
    found = [(each["range"]["start"]["line"], each["command"]) for each in lenses(editor, "prices.py")]
    assert [(line, command["title"]) for line, command in found] == [
        (0, "no test reaches this"),
        (8, "no test reaches this"),
    ]
    assert found[1][1]["command"] == "beast.writeTests"
    assert found[1][1]["arguments"] == [editor.uri("prices.py"), "Shop.open"]
    assert lenses(editor, "endless.py") == []  # the report does not know it.
    listed = editor.client.command("beast.untested")
    assert [each["name"] for each in listed["functions"]] == ["words", "Shop.open"]
    assert editor.messages()[-1].startswith("beast-lsp: 2 functions")
    assert "`Shop.open` (line 9)" in listed["markdown"]
