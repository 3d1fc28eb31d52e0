"""editors/vscode in a real VS Code, which code-server shows in a browser: keys go in, the screen and files come out."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest
from browsers import Browser
from conftest import EDITORS, ROOT

pytestmark = pytest.mark.editor

EXTENSION = ROOT / "editors" / "vscode"
RECORDER = Path(__file__).parent / "recorder.py"
SETTINGS = {
    "chat.disableAIFeatures": True,
    "extensions.autoCheckUpdates": False,
    "extensions.autoUpdate": False,
    "files.autoSave": "afterDelay",
    "files.autoSaveDelay": 200,
    "security.workspace.trust.enabled": False,
    "telemetry.telemetryLevel": "off",
    "update.mode": "none",
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "workbench.startupEditor": "none",
    "beast.inline.eagerness": "high",
}
# Extensions are looked for at a port where nobody listens.
GALLERY = {"serviceUrl": "http://127.0.0.1:9/none", "itemUrl": "", "resourceUrlTemplate": ""}


class VSCode:
    """VS Code with one file open; `messages` are those between it and the server."""

    def __init__(self, browser, file, record):
        self.browser, self.file, self._record = browser, file, record

    def messages(self):
        lines = self._record.read_bytes().splitlines() if self._record.exists() else []
        return [json.loads(line) for line in lines if line.endswith(b"}")]

    def answers(self, method):
        """The results that the server has given to requests of a method."""
        messages = self.messages()
        numbers = {message["id"] for message in messages if message.get("method") == method}
        return [each["result"] for each in messages if each.get("id") in numbers and "result" in each]

    def ghost(self):
        return "".join(self.browser.texts(".ghost-text-decoration, .ghost-text"))

    def command(self, title):
        """Runs a command by its title in the palette."""
        self.browser.press("F1")
        self.browser.type(title)

    def saved(self):
        return self.file.read_text("utf-8")

    def seen(self):
        return [self.browser.texts(".view-line"), self.ghost(), self.browser.texts(".notification-list-item-message")]


@pytest.fixture
def opened():
    """The file in the folder `shop`, the place in it, and a text that it holds; tests replace it."""
    return "returns.py", "8:1", "ReturnsHandler"


@pytest.fixture
def vscode(find_editor, shop, home, server_command, tmp_path, until, opened):
    """VS Code with shop/returns.py open, the cursor at its end, and a server that has indexed the shop."""
    program, chromium = find_editor("code-server"), find_editor("chromium")
    name, place, text = opened
    record, file, port = tmp_path / "messages.log", shop / "shop" / name, free_port()
    user, extensions = tmp_path / "user", tmp_path / "extensions"
    install(extensions / "beast-lsp")
    server = {"beast.server.command": sys.executable, "beast.server.arguments": [str(RECORDER), str(record)]}
    for folder, settings in (("User", SETTINGS), ("Machine", server)):
        (user / folder).mkdir(parents=True)
        (user / folder / "settings.json").write_text(json.dumps(settings), "utf-8")
    process = start(program, port, user, extensions, shop)
    try:
        until(lambda: is_listening(port))
        opened = [["gotoLineMode", "true"], ["openFile", f"vscode-remote://127.0.0.1:{port}{file}:{place}"]]
        url = f"http://127.0.0.1:{port}/?folder={shop}&payload={quote(json.dumps(opened))}"
        browser = Browser(chromium, tmp_path / "profile", url)
        try:
            editor = VSCode(browser, file, record)
            until(lambda: editor.answers("workspace/configuration"), editor.seen)
            until(lambda: list((home / "cache").rglob("current.json")), editor.seen)  # the index is written.
            until(lambda: text in str(browser.texts(".view-line")), editor.seen)
            if name == "returns.py":
                browser.press("End", control=True)
            yield editor
        finally:
            browser.close()
    finally:
        process.terminate()
        process.wait(20)


def install(target):
    """The extension as a user has it: its files, and what npm put beside them."""
    modules = [folder / "node_modules" for folder in (EDITORS / "vscode", EXTENSION)]
    found = [folder for folder in modules if (folder / "vscode-languageclient").is_dir()]
    if not found:
        pytest.skip("vscode-languageclient is not installed; editors/ci-install.sh does it where that is possible")
    target.mkdir(parents=True)
    for name in ("package.json", "extension.js"):
        shutil.copy(EXTENSION / name, target)
    shutil.copytree(found[0], target / "node_modules")


def start(program, port, user, extensions, folder):
    words = ["--auth", "none", "--bind-addr", f"127.0.0.1:{port}", "--user-data-dir", str(user)]
    words += ["--disable-telemetry", "--disable-update-check", "--disable-workspace-trust"]
    words += ["--disable-getting-started-override", "--extensions-dir", str(extensions), str(folder)]
    environment = {**os.environ, "HOME": str(user), "EXTENSIONS_GALLERY": json.dumps(GALLERY)}
    return subprocess.Popen(
        [program, *words], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=user
    )


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def is_listening(port):
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def workspace_with_a_program(shop, tmp_path):
    """A workspace whose own settings name a program; the file that it would write."""
    program, trace = tmp_path / "program", tmp_path / "trace"
    program.write_text(f"#!/bin/sh\ntouch {trace}\n", "utf-8")
    program.chmod(0o755)
    (shop / ".vscode").mkdir()
    settings = {"beast.server.command": str(program), "beast.server.arguments": []}
    (shop / ".vscode" / "settings.json").write_text(json.dumps(settings), "utf-8")
    return trace


def test_ghost_text_appears_and_tab_accepts_it(vscode, until, outcomes):
    write_the_method(vscode, until)
    vscode.browser.press("Tab")
    until(lambda: "        payload = self.parse_payload(request)" in vscode.saved(), vscode.seen)
    task, text, *outcome = until(outcomes, vscode.seen)[0]
    assert (task, outcome) == ("inline", ["accepted", "explicit"])
    assert text.startswith("self.parse_payload(request)")


def test_columns_after_characters_of_two_units_are_right(vscode, until):
    vscode.browser.type("    def handle(self, request):\nnote = '𝄞é'; payload = ")
    until(lambda: vscode.ghost().startswith("self"), vscode.seen)
    vscode.browser.press("Tab")
    until(lambda: "        note = '𝄞é'; payload = self" in vscode.saved(), vscode.seen)


def test_nothing_is_offered_in_the_middle_of_a_word(vscode, until):
    vscode.browser.type("    payload")
    until(lambda: "    payload" in vscode.saved(), vscode.seen)
    vscode.browser.press("Escape")
    vscode.browser.press("ArrowLeft")
    vscode.browser.press("ArrowLeft")
    before = len(vscode.answers("textDocument/inlineCompletion"))
    vscode.browser.type("x")
    until(lambda: len(vscode.answers("textDocument/inlineCompletion")) > before, vscode.seen)
    assert vscode.answers("textDocument/inlineCompletion")[-1] == {"items": []}
    assert vscode.ghost() == ""


def test_nothing_is_offered_while_paused(vscode, until):
    pause(vscode, until, "Pause", paused=True)
    vscode.browser.type("    def handle(self, request):\npayload = ")
    until(lambda: vscode.answers("textDocument/inlineCompletion"), vscode.seen)
    assert not any(vscode.answers("textDocument/inlineCompletion"))
    assert vscode.ghost() == ""
    pause(vscode, until, "Resume", paused=False)
    vscode.browser.type("\nresult = self.parse_")
    until(vscode.ghost, vscode.seen)


def test_the_status_item_says_that_it_pauses(vscode, until):
    pause(vscode, until, "Pause", paused=True)
    # On a slow machine there is more to say in the lines below.
    told = until(lambda: [each for each in statuses(vscode) if each["message"].startswith("Suggestions")], vscode.seen)
    assert (told[-1]["health"], told[-1]["message"].splitlines()[0]) == ("ok", "Suggestions pause.")
    until(lambda: "Suggestions pause." in status_bar(vscode), lambda: status_bar(vscode))


def test_the_server_hears_of_settings_only_where_they_are_set(vscode, until):
    given = until(lambda: vscode.answers("workspace/configuration"), vscode.seen)[-1]
    assert given == [{"inline": {"eagerness": "high"}}] * 2


def test_a_workspace_does_not_choose_the_server(workspace_with_a_program, vscode, until):
    until(lambda: vscode.answers("initialize"), vscode.seen)
    assert not workspace_with_a_program.exists()


def test_a_score_stands_above_a_function_until_scores_are_switched_off(vscode, shop, until, verdicts):
    vscode.browser.type("    def handle(self, request):\nreturn request")
    until(lambda: lenses(vscode), vscode.seen)
    assert re.match(r"\d+ \w+ \(no history\) · ", lenses(vscode)[0])
    until(lambda: re.search(r"Status: \d+ \w+ \(no history\),", status_bar(vscode)), lambda: status_bar(vscode))
    run(vscode, until, "Explain Quality")
    until(lambda: vscode.browser.texts(".tab .label-name")[1:] == ["Preview Quality.md"], vscode.seen)
    [explained] = vscode.answers("workspace/executeCommand")
    assert explained["name"] == "ReturnsHandler.handle"
    until(lambda: has(vscode, "iframe.webview.ready"), vscode.seen)
    vscode.browser.click(".tab .label-name")  # back to the file: keys would go to the preview, a page of its own.
    until(lambda: has(vscode, ".editor-instance .monaco-editor.focused"), vscode.seen)
    run(vscode, until, "Score Is Wrong")
    assert until(verdicts, vscode.seen) == [("ReturnsHandler.handle", "down")]
    (shop / "beast.toml").write_text("quality.enabled = false\n", "utf-8")
    until(lambda: not (lenses(vscode) or "(no history)" in status_bar(vscode)), lambda: status_bar(vscode))


def write_the_method(vscode, until):
    """Types up to the place where the rest is plain, and waits for the ghost text that says it."""
    vscode.browser.type("    def handle(self, request):\npayload = ")
    until(lambda: "parse_payload(request)" in vscode.ghost(), vscode.seen)


def pause(vscode, until, name, *, paused):
    run(vscode, until, name)
    until(lambda: {"paused": paused} in vscode.answers("workspace/executeCommand"), vscode.seen)


def run(vscode, until, name):
    """Runs a command of ours from the palette."""
    vscode.command(f"beast_lsp: {name}")
    until(lambda: any(name in row for row in vscode.browser.texts(".quick-input-list .monaco-list-row")), vscode.seen)
    vscode.browser.press("Enter", text="\r")


def has(vscode, selector):
    return vscode.browser.evaluate(f"document.querySelector({json.dumps(selector)}) !== null")


def lenses(vscode):
    return vscode.browser.texts(".codelens-decoration")


def statuses(vscode):
    return [each["params"] for each in vscode.messages() if each.get("method") == "experimental/serverStatus"]


def status_bar(vscode):
    """What the items of the status bar say to somebody who can't see them."""
    find = "[...document.querySelectorAll('.statusbar-item')].map(each => each.getAttribute('aria-label')).join()"
    return vscode.browser.evaluate(find)


def choose(vscode, until, button):
    """Clicks a button of a notification, which may still be sliding in."""
    buttons = "[...document.querySelectorAll('.notifications-toasts a.monaco-button')]"
    find = f"{buttons}.find(each => each.textContent === {json.dumps(button)})"
    until(lambda: vscode.browser.evaluate(f"{find} !== undefined"), vscode.seen)
    vscode.browser.evaluate(f"{find}.click()")


PRICES = pytest.mark.parametrize("opened", [("prices.py", "1:6", "def price")])


@PRICES
def test_a_rename_asks_and_changes_two_files_and_is_undone(two_files, vscode, until):
    prices, bill = two_files
    until(lambda: has(vscode, ".editor-instance .monaco-editor.focused"), vscode.seen)
    vscode.browser.press("F2")
    until(lambda: vscode.browser.evaluate("document.activeElement.closest('.rename-box') !== null"), vscode.seen)
    vscode.browser.type("cost")
    vscode.browser.press("Enter", text="\r")
    choose(vscode, until, "Apply")
    until(lambda: "return cost(order)" in bill.read_text("utf-8"), vscode.seen)
    until(lambda: "def cost" in prices.read_text("utf-8"), vscode.seen)
    run(vscode, until, "Undo Last Refactoring")
    until(lambda: "return price(order)" in bill.read_text("utf-8"), vscode.seen)
    until(lambda: "def price" in prices.read_text("utf-8"), vscode.seen)


@PRICES
def test_a_function_moves_to_another_file(two_files, vscode, until):
    prices, bill = two_files
    until(lambda: has(vscode, ".editor-instance .monaco-editor.focused"), vscode.seen)
    run(vscode, until, "Refactor with Options")
    until(lambda: "beast_lsp: Refactor" in str(vscode.browser.texts(".quick-input-title")), vscode.seen)
    vscode.browser.type("move-symbol")
    until(lambda: "move-symbol" in str(vscode.browser.texts(".quick-input-list .monaco-list-row.focused")), vscode.seen)
    vscode.browser.press("Enter", text="\r")
    for option, answer in (("to", "shop.money"), ("keep_alias", "no")):
        title = f"move-symbol: {option}"
        until(lambda title=title: title in vscode.browser.texts(".quick-input-title"), vscode.seen)
        vscode.browser.type(answer)
        vscode.browser.press("Enter", text="\r")
    choose(vscode, until, "Apply")
    until(lambda: "from shop.money import price" in bill.read_text("utf-8"), vscode.seen)
    until(lambda: "def price" in (prices.parent / "money.py").read_text("utf-8"), vscode.seen)
