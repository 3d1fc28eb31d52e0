"""Documentation over the wire: offered at a definition, done, and taken back."""

from collections.abc import Iterator
from pathlib import Path

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


@pytest.fixture
def editor(tmp_path: Path) -> Iterator[Editor]:
    folder = tmp_path / "w"
    folder.mkdir()
    (folder / "shop.py").write_text(SHOP)
    editors = Editors(tmp_path / "homes")
    try:
        started = editors.start(folder, VSCODE)
        started.open("shop.py")
        yield started
    finally:
        editors.close()


def titles(editor: Editor, at: str) -> list[str]:
    found = [one["title"] for one in editor.actions("shop.py", at)]
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
