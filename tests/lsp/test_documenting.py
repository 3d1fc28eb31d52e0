"""Documentation over the wire: offered at a definition, done, and taken back."""

import doctest
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from refactoring_client import VSCODE, Editor, Editors

SHOP = '''import os


def total(prices, tax=0.2):
    return sum(prices) * tax


def price():
    """It."""
    return total([1])


def stale(cart):
    """Do it.

    Args:
        cart: The cart.
        rate: Gone.
    """
    price()
'''
LOUD = '''def shout(text: str) -> str:
    """Return a text, loud."""
    return text.upper() + "!"


def whisper(texts: list[str]) -> None:
    texts.clear()


async def later(text: str) -> str:
    return text
'''


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    folder = tmp_path_factory.mktemp("w")
    (folder / "shop.py").write_text(SHOP)
    (folder / "loud.py").write_text(LOUD)
    editors = Editors(tmp_path_factory.mktemp("homes"))
    try:
        started = editors.start(folder, VSCODE)
        started.open("shop.py")
        started.open("loud.py")
        yield started
    finally:
        editors.close()


def titles(editor: Editor, at: str) -> list[str]:
    found = [one["title"] for one in editor.actions("shop.py", at) if "command" not in one]
    return [title for title in found if title.startswith(("Document ", "Bring "))]


def test_what_is_documented_is_offered_done_and_undone(editor: Editor) -> None:
    assert titles(editor, "total(prices") == ["Document `total`"]
    assert titles(editor, "return sum") == []
    assert titles(editor, "import os") == ["Document this module"]
    action = editor.action("Document `total`", "shop.py", "total(prices")
    assert (action["kind"], "edit" in action) == ("refactor.rewrite", False)
    editor.do(editor.resolve(action)["edit"])
    assert '"""Return the total.\n\n    Args:\n        prices (Any): The prices, passed to `sum`.' in editor.text(
        "shop.py"
    )
    assert titles(editor, "total(prices") == []
    editor.client.command("beast.undoLastRefactoring", editor.uri("shop.py"))
    assert editor.text("shop.py") == SHOP
    action = editor.action("Bring the docstring of `stale` up to date", "shop.py", "stale(cart")
    editor.do(editor.resolve(action)["edit"])
    assert "rate" not in editor.text("shop.py")


def test_an_example_is_run_before_it_is_written(editor: Editor) -> None:
    action = editor.action("Document `shout` with an example", "loud.py", "def shout")
    assert "edit" not in action
    assert ran(editor, *action["command"]["arguments"])["files"] == ["loud.py"]
    documented = editor.text("loud.py")
    head, _, example = documented.partition("Return a text, loud.\n")
    assert (head, "\n    Examples:\n        >>> shout(" in example) == (LOUD.partition("Return a text")[0], True)
    assert doctest.testmod(_module(documented)).attempted == 1
    assert doctest.testmod(_module(documented)).failed == 0
    # One that is there is kept, and nothing but a head of a function that doctest can call has an action.
    for mark in ("def shout", "return text.upper", "async def"):
        assert "with an example" not in str(editor.actions("loud.py", mark))
    assert "No example can be added here" in ran(editor, editor.uri("loud.py"), 0)["refused"]
    assert "No example can be added here" in editor.messages()[-1]
    editor.client.command("beast.undoLastRefactoring", editor.uri("loud.py"))
    assert editor.text("loud.py") == LOUD
    assert "No call of whisper makes an example" in ran(editor, editor.uri("loud.py"), 5)["refused"]
    assert editor.text("loud.py") == LOUD
    # What nobody has run gets in no other way.
    lie = ["document-function", "loud.py:1:5", "example=>>> shout('a')\n'b'"]
    answer = editor.client.ask("workspace/executeCommand", {"command": "beast.refactor", "arguments": lie})
    assert "has to be run first" in answer["error"]["message"]


def ran(editor: Editor, *arguments: Any) -> Any:
    editor.choices = ["Run once"]  # Where the system confines nothing, the user is asked.
    asked = {"command": "beast.documentWithExample", "arguments": [*arguments]}
    return editor.client.wait(editor.client.send("workspace/executeCommand", asked), patience=120.0)["result"]


def _module(text: str) -> ModuleType:
    module = ModuleType("loud")
    exec(text, vars(module))
    return module
