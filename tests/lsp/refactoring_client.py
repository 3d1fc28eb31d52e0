"""A client that does what editors do with a workspace edit: to open documents, and to files."""

import itertools
import json
from pathlib import Path
from typing import Any

from lsp_client import RawClient

ACTIONS = {
    "dataSupport": True,
    "disabledSupport": True,
    "isPreferredSupport": True,
    "resolveSupport": {"properties": ["edit", "command"]},
}
DOCUMENT = {"codeAction": ACTIONS, "rename": {"prepareSupport": True}}
OPERATIONS = ["create", "rename", "delete"]
ASKING = {"showMessage": {"messageActionItem": {}}}
# What the three editors say of themselves, as far as refactorings go.
VSCODE = {
    "textDocument": DOCUMENT,
    "window": ASKING,
    "workspace": {
        "applyEdit": True,
        "workspaceEdit": {
            "documentChanges": True,
            "resourceOperations": OPERATIONS,
            "failureHandling": "textOnlyTransactional",
            "changeAnnotationSupport": {"groupsOnLabel": True},
        },
    },
}
NEOVIM = {
    "general": {"positionEncodings": ["utf-8"]},
    "textDocument": DOCUMENT,
    "window": ASKING,
    "workspace": {
        "applyEdit": True,
        "workspaceEdit": {
            "resourceOperations": OPERATIONS,
            "changeAnnotationSupport": {"groupsOnLabel": True},
        },
    },
}
HELIX = {
    "textDocument": DOCUMENT,
    "workspace": {
        "applyEdit": True,
        "workspaceEdit": {
            "documentChanges": True,
            "resourceOperations": OPERATIONS,
            "failureHandling": "abort",
        },
    },
}


class Editor:
    """An editor with one workspace folder; `choices` are what the user clicks, `asked` the questions.

    Its server is a new one, or one that has just moved to the folder (`is_running`).
    """

    def __init__(
        self, client: RawClient, folder: Path, capabilities: Any, *, is_running: bool = False, **options: Any
    ) -> None:
        self.client, self.folder = client, folder
        self.choices: list[str | None] = []
        self.asked: list[Any] = []
        self.texts: dict[str, str] = {}
        self.versions: dict[str, int] = {}
        client.answer = self._answer  # type: ignore[method-assign]
        self.utf8 = capabilities is NEOVIM
        if not is_running:
            client.initialize(folder, capabilities=capabilities, **options)
            client.wait_until_ready()

    def uri(self, path: str) -> str:
        return (self.folder / path).as_uri()

    def open(self, path: str) -> None:
        self.texts[path] = (self.folder / path).read_bytes().decode()
        self.versions[path] = 1
        self.client.open(self.uri(path), self.texts[path])

    def type(self, path: str, text: str) -> None:
        """Replaces a document's text, as a client without increments does."""
        self.texts[path] = text
        self.versions[path] += 1
        identifier = {"uri": self.uri(path), "version": self.versions[path]}
        self.client.notify("textDocument/didChange", {"textDocument": identifier, "contentChanges": [{"text": text}]})

    def place(self, path: str, mark: str, behind: int = 0) -> dict[str, int]:
        """Where a word stands first in a document, and `behind` so many characters."""
        before = self.texts[path][: self.texts[path].index(mark) + behind]
        line = before.rpartition("\n")[2]
        units = len(line.encode()) if self.utf8 else len(line.encode("utf-16-le")) // 2
        return {"line": before.count("\n"), "character": units}

    def actions(self, path: str, mark: str, length: int = 0, **context: Any) -> list[Any]:
        where = {"start": self.place(path, mark), "end": self.place(path, mark, length)}
        params = {"textDocument": {"uri": self.uri(path)}, "range": where, "context": {"diagnostics": [], **context}}
        return self.client.request("textDocument/codeAction", params)

    def action(self, title: str, path: str, mark: str, length: int = 0, **context: Any) -> Any:
        return next(each for each in self.actions(path, mark, length, **context) if each["title"] == title)

    def resolve(self, action: Any) -> Any:
        return self.client.request("codeAction/resolve", action)

    def rename(self, path: str, mark: str, name: str) -> Any:
        """The answer to a rename, as it came: with a result or an error."""
        place = {"textDocument": {"uri": self.uri(path)}, "position": self.place(path, mark)}
        return self.client.ask("textDocument/rename", {**place, "newName": name})

    def do(self, edit: Any) -> None:
        """Does a workspace edit: to documents where they are open, else to files."""
        changes = [{"textDocument": {"uri": uri}, "edits": edits} for uri, edits in edit.get("changes", {}).items()]
        for change in edit.get("documentChanges", changes):
            kind = change.get("kind")
            if kind == "create":
                self._file(change["uri"]).parent.mkdir(parents=True, exist_ok=True)
                self._file(change["uri"]).touch(exist_ok=False)
            elif kind == "rename":
                self._file(change["newUri"]).parent.mkdir(parents=True, exist_ok=True)
                self._file(change["oldUri"]).rename(self._file(change["newUri"]))
            elif kind == "delete":
                self._file(change["uri"]).unlink()
            else:
                self._edit(change)

    def text(self, path: str) -> str:
        return self.texts[path] if path in self.texts else (self.folder / path).read_bytes().decode()

    def messages(self) -> list[str]:
        found = [each for each in self.client.from_server if each["method"] == "window/showMessage"]
        return [each["params"]["message"] for each in found]

    def _edit(self, change: Any) -> None:
        file = self._file(change["textDocument"]["uri"])
        path = file.relative_to(self.folder).as_posix()
        version = change["textDocument"].get("version")
        assert version is None or version == self.versions[path]
        assert (version is not None) == (path in self.texts) or "version" not in change["textDocument"]
        text = self.text(path)
        for edit in reversed(change["edits"]):
            start, end = (self._offset(text, edit["range"][key]) for key in ("start", "end"))
            text = text[:start] + edit["newText"] + text[end:]
        if path in self.texts:
            self.type(path, text)
        else:
            file.write_bytes(text.encode())

    def _offset(self, text: str, place: Any) -> int:
        lines = [*text.splitlines(keepends=True), ""]
        encoding = "utf-8" if self.utf8 else "utf-16-le"
        units = place["character"] * (1 if self.utf8 else 2)
        column = len(lines[place["line"]].encode(encoding)[:units].decode(encoding))
        return sum(map(len, lines[: place["line"]])) + column

    def _file(self, uri: str) -> Path:
        return Path(uri.removeprefix("file://"))

    def _answer(self, message: Any) -> Any:
        if message["method"] == "window/showMessageRequest":
            self.asked.append(message["params"])
            title = self.choices.pop(0)
            return {"title": title} if title else None
        if message["method"] == "workspace/applyEdit":
            self.do(message["params"]["edit"])
            return {"applied": True}
        return {"success": True} if message["method"] == "window/showDocument" else None


class Editors:
    """Editors of several kinds; those that say the same of themselves share a server, one after the other.

    Each test has a folder of its own, so that nothing of another's is left: documents, journal, messages.
    """

    def __init__(self, place: Path) -> None:
        self._place = place
        self._numbers = itertools.count(1)
        self._running: dict[str, Editor] = {}

    def start(self, folder: Path, capabilities: Any, **options: Any) -> Editor:
        """An editor in a folder."""
        key = json.dumps([capabilities, options])
        last = self._running.get(key)
        if last is None:
            client = RawClient(self._place / f"home-{next(self._numbers)}")
            editor = Editor(client, folder, capabilities, **options)
        else:
            self._move(last, folder)
            editor = Editor(last.client, folder, capabilities, is_running=True)
        self._running[key] = editor
        return editor

    def close(self) -> None:
        """Ends every server."""
        for editor in self._running.values():
            editor.client.__exit__(None, None, None)

    @staticmethod
    def _move(editor: Editor, folder: Path) -> None:
        client, old = editor.client, editor.folder
        for path in editor.texts:
            client.notify("textDocument/didClose", {"textDocument": {"uri": editor.uri(path)}})
        added, removed = ([{"uri": each.as_uri(), "name": each.name}] for each in (folder, old))
        client.notify("workspace/didChangeWorkspaceFolders", {"event": {"added": added, "removed": removed}})
        client.command("beast.status")  # what was said to the last test has come.
        client.from_server.clear()
