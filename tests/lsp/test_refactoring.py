"""Refactorings over the wire: what is offered, asked, done, refused and taken back, for each kind of client."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from lsp_client import RawClient
from refactoring_client import DOCUMENT, HELIX, NEOVIM, VSCODE, Editor, Editors

BRANCHES = "def f(x):\n    s = '𝄞é'; y = len(s)\n    if x:\n        a = 1\n    else:\n        a = 2\n    return a + y\n"
SHOP = "class Shop:\n    def total(self):\n        return 1\n\n\ndef price():\n    return 2\n"
USER = "from shop import Shop, price\n\nshop = Shop()\nprint(shop.total(), price())\n"
LOOSE = "def show(thing):\n    return thing.total()\n"

Start = Callable[..., Editor]


@pytest.fixture(scope="module")
def editors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editors]:
    editors = Editors(tmp_path_factory.mktemp("homes"))
    yield editors
    editors.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "w"
    folder.mkdir()
    for name, text in (("a.py", BRANCHES), ("shop.py", SHOP), ("user.py", USER)):
        (folder / name).write_bytes(text.encode())
    return folder


@pytest.fixture
def start(editors: Editors, folder: Path) -> Start:
    return partial(editors.start, folder)


def titles(actions: list[Any]) -> list[str]:
    return [action["title"] for action in actions]


@pytest.mark.parametrize("capabilities", [VSCODE, NEOVIM, HELIX])
def test_an_action_is_done_and_undone(start: Start, capabilities: Any) -> None:
    editor = start(capabilities)
    editor.open("a.py")
    action = editor.action("Invert the condition", "a.py", "if x")
    assert (action["kind"], "edit" in action) == ("refactor.rewrite", False)
    editor.do(editor.resolve(action)["edit"])
    assert "if not x:\n        a = 2" in editor.text("a.py")
    assert editor.asked == []
    editor.client.command("beast.undoLastRefactoring", editor.uri("a.py"))
    assert editor.text("a.py") == BRANCHES


def test_positions_after_characters_of_several_units_are_right(start: Start) -> None:
    for capabilities in (VSCODE,):
        editor = start(capabilities)
        editor.open("a.py")
        action = editor.action("Extract variable", "a.py", "len(s)", 6)
        editor.do(editor.resolve(action)["edit"])
        assert " = len(s)" in editor.text("a.py")
        assert "s = '𝄞é'" in editor.text("a.py")


def test_what_does_not_apply_is_not_offered(start: Start) -> None:
    editor = start(VSCODE)
    editor.open("a.py")
    assert "Invert the condition" not in titles(editor.actions("a.py", "return"))
    assert editor.actions("a.py", "if x", only=["quickfix"]) == []
    rewrites = titles(editor.actions("a.py", "if x", only=["refactor.rewrite"]))
    assert "Invert the condition" in rewrites
    assert set(rewrites) < set(titles(editor.actions("a.py", "if x")))
    assert editor.client.request("textDocument/codeAction", somewhere("file:///elsewhere/x.py")) == []


def somewhere(uri: str) -> Any:
    zero = {"line": 0, "character": 0}
    return {"textDocument": {"uri": uri}, "range": {"start": zero, "end": zero}, "context": {"diagnostics": []}}


def test_a_text_that_was_edited_since_is_not_refactored(start: Start) -> None:
    editor = start(VSCODE)
    editor.open("a.py")
    action = editor.action("Invert the condition", "a.py", "if x")
    editor.type("a.py", "# mine\n" + BRANCHES)
    assert "edit" not in editor.resolve(action)
    assert editor.messages()[-1].startswith("beast-lsp: The text was edited in the meantime.")


def test_a_name_is_renamed_in_all_files_after_a_question(start: Start) -> None:
    editor = start(VSCODE)
    editor.open("shop.py")
    editor.choices = ["Apply"]
    editor.do(editor.rename("shop.py", "price", "cost")["result"])
    assert editor.text("shop.py") == SHOP.replace("price", "cost")
    assert editor.text("user.py") == USER.replace("price", "cost")
    [question] = editor.asked
    assert "3 edits in 2 files: shop.py, user.py" in question["message"]
    assert titles(question["actions"]) == ["Apply", "Cancel"]


@pytest.mark.parametrize("choice", ["Cancel", None])
def test_a_question_that_is_not_agreed_to_changes_nothing(start: Start, choice: str | None) -> None:
    editor = start(NEOVIM)
    editor.open("shop.py")
    editor.choices = [choice]
    assert editor.rename("shop.py", "price", "cost")["result"] is None


def test_a_setting_leaves_the_question_out(start: Start) -> None:
    editor = start(VSCODE, initializationOptions={"refactoring": {"ask": False}})
    editor.open("shop.py")
    editor.do(editor.rename("shop.py", "price", "cost")["result"])
    assert (editor.text("user.py"), editor.asked) == (USER.replace("price", "cost"), [])


def test_who_cannot_be_asked_is_told(start: Start) -> None:
    editor = start(HELIX)
    editor.open("shop.py")
    editor.do(editor.rename("shop.py", "price", "cost")["result"])
    assert editor.text("user.py") == USER.replace("price", "cost")
    assert "3 edits in 2 files" in editor.messages()[-1]


def test_helix_is_asked_after_its_request_for_which_it_waits(start: Start) -> None:
    editor = start({**HELIX, "window": {"showMessage": {}}}, clientInfo={"name": "helix", "version": "25.07.1"})
    editor.open("shop.py")
    editor.choices = ["Apply", "Cancel"]
    assert editor.rename("shop.py", "price", "cost")["result"] is None
    editor.client.wait_for("workspace/applyEdit")
    assert editor.text("user.py") == USER.replace("price", "cost")
    editor.rename("shop.py", "cost", "price")
    editor.client.wait_for("window/showMessageRequest")
    editor.client.command("beast.status")
    assert editor.text("user.py") == USER.replace("price", "cost")
    editor.client.command("beast.undoLastRefactoring")
    assert (editor.text("shop.py"), editor.text("user.py")) == (SHOP, USER)


def test_a_file_that_is_edited_while_the_user_reads_is_not_written_over(start: Start) -> None:
    editor = start(VSCODE)
    editor.open("shop.py")
    answer = editor.client.answer

    def edit_first(message: Any) -> Any:
        (editor.folder / "user.py").write_text(USER + "# mine\n", "utf-8")
        return answer(message)

    editor.client.answer = edit_first  # type: ignore[method-assign]
    editor.choices = ["Apply"]
    assert "user.py changed in the meantime" in editor.rename("shop.py", "price", "cost")["error"]["message"]


def test_what_is_renamed_in_files_that_are_not_open_is_undone(start: Start) -> None:
    editor = start(VSCODE)
    editor.open("shop.py")
    editor.choices = ["Apply"]
    editor.do(editor.rename("shop.py", "price", "cost")["result"])
    assert editor.client.command("beast.undoLastRefactoring")["files"] == ["shop.py", "user.py"]
    assert (editor.text("shop.py"), editor.text("user.py")) == (SHOP, USER)
    answer = editor.client.ask("workspace/executeCommand", {"command": "beast.undoLastRefactoring", "arguments": []})
    assert "No refactoring of this folder is left" in answer["error"]["message"]


def test_what_was_edited_since_is_not_undone(start: Start) -> None:
    editor = start(VSCODE)
    editor.open("shop.py")
    editor.choices = ["Apply"]
    editor.do(editor.rename("shop.py", "price", "cost")["result"])
    (editor.folder / "user.py").write_text("mine\n", "utf-8")
    command = {"command": "beast.undoLastRefactoring", "arguments": [editor.uri("shop.py")]}
    answer = editor.client.ask("workspace/executeCommand", command)
    assert "Edited since the refactoring, so it can't be undone: user.py." in answer["error"]["message"]


def test_an_edit_that_was_never_done_is_not_undone(start: Start) -> None:
    editor = start(VSCODE)
    editor.open("a.py")
    editor.do(editor.resolve(editor.action("Invert the condition", "a.py", "if x"))["edit"])
    inverted = editor.text("a.py")
    editor.resolve(editor.action("Extract variable", "a.py", "len(s)", 6))
    editor.client.command("beast.undoLastRefactoring")
    assert editor.text("a.py") == BRANCHES != inverted


def test_another_server_undoes_it(folder: Path, tmp_path: Path) -> None:
    with RawClient(tmp_path / "home") as first:
        editor = Editor(first, folder, VSCODE)
        editor.open("a.py")
        editor.do(editor.resolve(editor.action("Invert the condition", "a.py", "if x"))["edit"])
        (editor.folder / "a.py").write_bytes(editor.text("a.py").encode())
        editor.client.command("beast.status")  # the edit was followed.
        assert editor.client.shut_down() == 0
    with RawClient(tmp_path / "home") as client:
        again = Editor(client, editor.folder, VSCODE)
        again.client.command("beast.undoLastRefactoring")
        assert again.text("a.py") == BRANCHES


@pytest.mark.parametrize("capabilities", [VSCODE, NEOVIM, HELIX])
def test_an_attribute_of_an_unknown_object_wants_the_users_word(start: Start, capabilities: Any) -> None:
    editor = start(capabilities, initializationOptions={"refactoring": {"ask": False}})
    (editor.folder / "loose.py").write_text(LOOSE, "utf-8")
    editor.open("shop.py")
    editor.choices = ["Apply"]
    answer = editor.rename("shop.py", "total", "amount")
    if capabilities is HELIX:
        assert "loose.py:2" in answer["error"]["message"]
        return
    [change] = [each for each in answer["result"]["documentChanges"] if "loose" in each["textDocument"]["uri"]]
    annotations = answer["result"].get("changeAnnotations", {})
    if capabilities is VSCODE:
        assert annotations[change["edits"][0]["annotationId"]]["needsConfirmation"]
        assert editor.asked == []
    else:
        assert ("annotationId" in change["edits"][0], annotations) == (False, {})
        assert titles(editor.asked[0]["actions"]) == ["Apply", "Cancel"]


def test_the_name_to_be_renamed_is_shown_or_the_reason_why_not(start: Start) -> None:
    editor = start(NEOVIM)
    editor.open("a.py")
    editor.type("a.py", "s = '𝄞'; value = s\nprint(value)\n")
    place = {"textDocument": {"uri": editor.uri("a.py")}, "position": editor.place("a.py", "value", 3)}
    found = editor.client.request("textDocument/prepareRename", place)
    assert found == {
        "range": {"start": editor.place("a.py", "value"), "end": editor.place("a.py", "value", 5)},
        "placeholder": "value",
    }
    place["position"] = editor.place("a.py", "print")
    assert "built" in editor.client.ask("textDocument/prepareRename", place)["error"]["message"]
    place["position"] = editor.place("a.py", "'𝄞'", 1)
    assert "no name here" in editor.client.ask("textDocument/prepareRename", place)["error"]["message"]


def test_a_rename_that_would_capture_is_refused_with_the_reason(start: Start) -> None:
    editor = start(VSCODE)
    editor.open("shop.py")
    assert "Shop" in editor.rename("shop.py", "price", "Shop")["error"]["message"]


def test_a_client_that_names_what_was_extracted_is_told_where(start: Start) -> None:
    editor = start({**VSCODE, "experimental": {"commands": {"commands": ["beast.rename"]}}})
    editor.open("a.py")
    chosen = editor.resolve(editor.action("Extract variable", "a.py", "len(s)", 6))
    editor.do(chosen["edit"])
    uri, place = chosen["command"]["arguments"]
    name = editor.text("a.py").split("\n")[1].split(" = len")[0].split()[-1]
    assert (chosen["command"]["command"], uri) == ("beast.rename", editor.uri("a.py"))
    assert place == editor.place("a.py", f"{name} = len")
    assert "command" not in editor.resolve(editor.action("Invert the condition", "a.py", "if x"))


def test_a_reason_is_shown_to_who_asks_by_kind(start: Start) -> None:
    editor = start(VSCODE)
    editor.open("a.py")
    # In another order, another `price` would be the last.
    editor.type("a.py", "from shop import price\nfrom b import f as price\n\nprint(price)\n")
    assert "disabled" not in str(editor.actions("a.py", "from shop"))
    [action] = editor.actions("a.py", "from shop", only=["source.organizeImports"])
    assert "`price` in a.py is bound 2 times" in action["disabled"]["reason"]


def test_imports_are_sorted_by_ruff_and_only_where_something_is_to_be_sorted(start: Start) -> None:
    editor = start(VSCODE)
    editor.open("a.py")
    editor.type("a.py", "import sys\nimport os\n\nprint(os, sys)\n")
    assert "Organize imports" not in titles(editor.actions("a.py", "import"))
    [action] = editor.actions("a.py", "import", only=["source.organizeImports"])
    editor.do(editor.resolve(action)["edit"])
    assert editor.text("a.py") == "import os\nimport sys\n\nprint(os, sys)\n"
    assert editor.actions("a.py", "import", only=["source"]) == []


def test_nothing_is_offered_where_it_is_switched_off(start: Start) -> None:
    editor = start(VSCODE, initializationOptions={"refactoring": {"enabled": False}})
    editor.open("a.py")
    assert {each["command"]["command"] for each in editor.actions("a.py", "if x")} == {"beast.writeTests"}
    assert "error" in editor.rename("a.py", "x", "z")


def test_a_client_without_document_changes_gets_plain_ones(start: Start) -> None:
    editor = start({"textDocument": DOCUMENT})
    editor.open("a.py")
    edit = editor.resolve(editor.action("Invert the condition", "a.py", "if x"))["edit"]
    assert list(edit) == ["changes"]
    editor.do(edit)
    assert "if not x" in editor.text("a.py")


@pytest.mark.parametrize(
    "data", [None, {}, {"name": "invert-if", "uri": "file:///x", "version": 1, "start": 3, "end": 4}]
)
def test_data_that_are_not_ours_are_refused(start: Start, data: Any) -> None:
    editor = start(VSCODE)
    answer = editor.client.ask("codeAction/resolve", {"title": "x", "data": data})
    assert answer["error"]["code"] == -32602


def test_a_command_does_what_needs_to_be_told_more(start: Start) -> None:
    editor = start(VSCODE)
    editor.open("shop.py")
    editor.choices = ["Apply", "Apply"]
    start_, end = editor.place("shop.py", "price"), editor.place("shop.py", "price", 5)
    place = {"uri": editor.uri("shop.py"), "range": {"start": start_, "end": end}}
    editor.client.command("beast.refactor", "rename", place, "name=cost")
    assert editor.text("user.py") == USER.replace("price", "cost")
    done = editor.client.command("beast.refactor", "rename", "shop.py:6:5", "name=price")
    assert done["files"] == ["shop.py", "user.py"]
    assert (editor.text("shop.py"), editor.text("user.py")) == (SHOP, USER)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["rename", "shop.py:6:5", "name=Shop"], "Shop"),
        (["rename", "none.py:6:5", "name=x"], "of a file that is open"),
        (["rename", "shop.py", "name=x"], "FILE:LINE:COL"),
        (["rename", {"uri": "file:///x"}, "name=x"], "and a `range`"),
        (["no-such", "shop.py:6:5"], "does not apply at this place"),
    ],
)
def test_a_command_that_cannot_be_done_says_why(start: Start, arguments: list[Any], reason: str) -> None:
    editor = start(VSCODE)
    editor.open("shop.py")
    answer = editor.client.ask("workspace/executeCommand", {"command": "beast.refactor", "arguments": arguments})
    assert reason in answer["error"]["message"]
    assert editor.text("user.py") == USER


def test_the_refactorings_are_listed_with_their_options(start: Start) -> None:
    known = {each["name"]: each for each in start(VSCODE).client.command("beast.refactorings")}
    assert known["rename"]["options"]["name"]
    assert known["invert-if"]["options"] == {}


def test_the_only_one_of_its_kind_is_preferred(start: Start) -> None:
    editor = start(VSCODE)
    editor.open("a.py")
    actions = editor.actions("a.py", "len(s)", 6)
    kinds = [each["kind"] for each in actions]
    assert [each.get("isPreferred", False) for each in actions] == [kinds.count(kind) == 1 for kind in kinds]
    assert True in (each.get("isPreferred") for each in actions)
