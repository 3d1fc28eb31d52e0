"""editors/helix in a real Helix: its menu holds our entries, and what is accepted is stored."""

import shlex
import shutil
import time
from pathlib import Path

import pytest
from terminals import Terminal

pytestmark = pytest.mark.editor

LANGUAGES = Path(__file__).parent.parent.parent / "editors" / "helix" / "languages.toml"


@pytest.fixture
def helix(find_editor, shop, home, server_command, tmp_path, until):
    """Helix with shop/returns.py open and our settings; `beast-lsp` is the only server on its PATH, and is ready."""
    program, tmux = find_editor("hx"), find_editor("tmux")
    (tmp_path / "config" / "helix").mkdir(parents=True)
    shutil.copy(LANGUAGES, tmp_path / "config" / "helix")
    (shop / ".helix").mkdir()  # makes it a workspace for Helix.
    (tmp_path / "bin").mkdir()
    server = tmp_path / "bin" / "beast-lsp"
    server.write_text(f'#!/bin/sh\nexec {shlex.join(server_command)} "$@"\n', "utf-8")
    server.chmod(0o755)
    environment = {
        "PATH": f"{server.parent}:/usr/bin:/bin",
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
    }
    words = [program, "-v", "--log", str(tmp_path / "messages.log"), "shop/returns.py"]
    terminal = Terminal(tmux, tmp_path, words, environment, shop)
    try:
        until(lambda: list((home / "cache").rglob("current.json")), terminal.screen)  # the index is written.
        yield terminal
    finally:
        terminal.close()


def messages(tmp_path):
    """What Helix and the server have said to each other, without blanks behind colons."""
    log = tmp_path / "messages.log"
    return log.read_text("utf-8", "replace").replace('": ', '":') if log.exists() else ""


def test_the_menu_has_our_entry_and_what_is_taken_is_stored(helix, shop, until, outcomes):
    write_the_method(helix, until)
    helix.press("Tab", "Enter", "Escape")
    helix.type(":w\r")
    until(lambda: "        payload = self.parse_payload" in saved(shop), helix.screen)
    # Helix runs no command of an entry, so that the server has to see the accept in the edit.
    assert [(row[0], row[2]) for row in until(outcomes)] == [("completion", "accepted")]


def test_columns_after_characters_of_several_bytes_are_right(helix, shop, until):
    write_the_method(helix, until, note="note = '𝄞é'; ")
    helix.press("Tab", "Enter", "Escape")
    helix.type(":w\r")
    until(lambda: "        note = '𝄞é'; payload = self.parse_payload" in saved(shop), helix.screen)


def test_nothing_is_offered_while_paused(helix, tmp_path, until):
    helix.type(":lsp-workspace-command beast.pause\r")
    until(lambda: '"paused":true' in messages(tmp_path), helix.screen)
    helix.type("geo    def handle(self, request):\r    payload = self.")
    until(lambda: '"method":"textDocument/completion"' in messages(tmp_path), helix.screen)
    helix.type("pars")
    until(lambda: "self.pars" in helix.screen(), helix.screen)
    assert '"isIncomplete"' not in messages(tmp_path)
    assert "parse_payload" not in helix.screen()


def test_a_score_is_explained_until_scores_are_switched_off(helix, shop, until):
    helix.type(":o shop/orders.py\r")
    until(lambda: "beast-lsp: shop/orders.py: " in explained(helix), helix.screen)
    assert "(no history) · " in helix.screen()
    # Helix has no lenses, so that the function's line explains itself; the line before it does not.
    until(lambda: "adds to the log odds" in hover(helix, 9), helix.screen)
    until(lambda: "No hover results available." in hover(helix, 8), helix.screen)
    (shop / "beast.toml").write_text("quality.enabled = false\n", "utf-8")
    helix.type(":o beast.toml\r:w\r:o shop/orders.py\r")  # Helix tells of the files that it writes.
    until(lambda: "There is no score" in explained(helix), helix.screen)


def hover(helix, line):
    """The screen after asking what is to be known of a line."""
    helix.press("Escape")
    time.sleep(0.2)  # What comes sooner counts as typed with Alt.
    helix.type(f"{line}gg k")
    time.sleep(0.5)
    return helix.screen()


def explained(helix):
    """The screen after the command that tells of the file."""
    helix.type(":lsp-workspace-command beast.explainQuality\r")
    time.sleep(0.3)
    return helix.screen()


def write_the_method(helix, until, note=""):
    """Types up to the place where the rest is plain, and waits for the menu with our entry."""
    helix.type(f"geo    def handle(self, request):\r    {note}payload = self.")
    until(lambda: "parse_payload" in helix.screen(), helix.screen)


def saved(shop):
    file = shop / "shop" / "returns.py"
    return file.read_text("utf-8") if file.exists() else ""  # Helix moves it away while it writes.


def text_of(file):
    return file.read_text("utf-8") if file.exists() else ""  # Helix moves it away while it writes.


def agree(helix, until):
    """Answers the question that names both files; Helix before 25.07.1 can't ask, and shows it as a message."""
    until(lambda: "2 edits in 2 files" in helix.screen() or "3 edits in 2 files" in helix.screen(), helix.screen)
    if "Cancel" in helix.screen():
        helix.press("Enter")
        until(lambda: "Cancel" not in helix.screen(), helix.screen)


def test_a_rename_changes_two_files_and_is_undone(two_files, helix, until):
    prices, bill = two_files
    helix.type(":o shop/prices.py\r")
    until(lambda: "def price" in helix.screen(), helix.screen)
    helix.type("ggww r")
    until(lambda: "rename-to:" in helix.screen(), helix.screen)
    helix.press("C-u")
    helix.type("cost\r")
    agree(helix, until)
    until(lambda: "def cost" in helix.screen(), helix.screen)
    helix.type(":wa\r")
    until(lambda: "return cost(order)" in text_of(bill) and "def cost" in text_of(prices), helix.screen)
    helix.type(":lsp-workspace-command beast.undoLastRefactoring\r")
    until(lambda: "def price" in helix.screen(), helix.screen)
    helix.type(":wa\r")
    until(lambda: "return price(order)" in text_of(bill) and "def price" in text_of(prices), helix.screen)


def test_a_function_moves_to_another_file(two_files, helix, until):
    prices, bill = two_files
    helix.type(":o shop/prices.py\r")
    until(lambda: "def price" in helix.screen(), helix.screen)
    helix.type(':lsp-workspace-command beast.refactor "move-symbol" "shop/prices.py:1:5" "to=shop.money"\r')
    agree(helix, until)
    until(lambda: "def price" not in helix.screen(), helix.screen)
    helix.type(":wa\r")
    until(lambda: "from shop.money import price" in text_of(bill), helix.screen)
    until(lambda: "def price" in text_of(prices.parent / "money.py"), helix.screen)


def test_what_is_no_name_is_not_renamed(two_files, helix, until):
    helix.type(":o shop/bill.py\r")
    until(lambda: "def bill" in helix.screen(), helix.screen)
    helix.type("gg r")
    until(lambda: "There is no name here" in helix.screen(), helix.screen)
