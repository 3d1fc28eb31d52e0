"""Editors: suggesters that ask a language server, over `client`.

`Ghost` shows what `textDocument/inlineCompletion` answers. `FirstItem` shows the first item of an ordinary
completion list as ghost text, which is how a server without inline completions is compared.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from beast_lsp.engine.document import Position, replace_range
from beast_lsp.engine.languages import by_name
from beast_lsp.lsp.units import Units
from beast_lsp.replay.client import Client, Reply
from beast_lsp.replay.user import Suggestion

_AUTOMATIC = 2  # InlineCompletionTriggerKind
_INVOKED = 1  # InlineCompletionTriggerKind, and CompletionTriggerKind
_WORD = re.compile(r"\w*\Z")


@dataclass(slots=True)
class _Open:
    lines: Sequence[str]
    version: int = 1


class Ghost:
    """An editor with inline completions; a `replay.user.Suggester`. Raises ClientError where the server fails."""

    def __init__(self, client: Client, timeout: float = 30.0) -> None:
        self.client = client
        self.timeout = timeout
        self._units = Units(client.capabilities.get("positionEncoding") or "utf-16")
        self._open: dict[str, _Open] = {}

    def open(self, uri: str, language: str, lines: Sequence[str]) -> None:
        """Opens a document."""
        self._open[uri] = _Open(lines)
        known = by_name(language).lsp_ids
        document = {"uri": uri, "languageId": known[0] if known else "plaintext", "version": 1, "text": "".join(lines)}
        self.client.notify("textDocument/didOpen", {"textDocument": document})

    def change(self, uri: str, start: Position, end: Position, text: str) -> None:
        """Sends one incremental change."""
        known = self._open[uri]
        change = {"range": {"start": self._wire(known, start), "end": self._wire(known, end)}, "text": text}
        known.lines = replace_range(known.lines, start, end, text)
        known.version += 1
        identifier = {"uri": uri, "version": known.version}
        self.client.notify("textDocument/didChange", {"textDocument": identifier, "contentChanges": [change]})

    def suggest(self, uri: str, position: Position, *, invoked: bool = False) -> Suggestion | None:
        """The first inline completion; an empty suggestion, with its time, where there is none."""
        kind = _INVOKED if invoked else _AUTOMATIC
        return self._first(uri, self._ask("textDocument/inlineCompletion", uri, position, kind))

    def accept(self, uri: str, suggestion: Suggestion) -> None:
        """Runs the item's command, as editors do once the text stands."""
        command = suggestion.item.get("command") if isinstance(suggestion.item, Mapping) else None
        if command:
            params = {"command": command["command"], "arguments": command.get("arguments") or []}
            self.client.request("workspace/executeCommand", params, self.timeout)

    def reject(self, uri: str, suggestion: Suggestion) -> None:
        """Says nothing: no stable editor does, and the server sees it by the next change."""

    def close(self, uri: str) -> None:
        """Closes the document without saving it."""
        del self._open[uri]
        self.client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})

    def _ask(self, method: str, uri: str, position: Position, kind: int) -> Reply:
        place = self._wire(self._open[uri], position)
        params = {"textDocument": {"uri": uri}, "position": place, "context": {"triggerKind": kind}}
        return self.client.request(method, params, self.timeout)

    def _first(self, uri: str, reply: Reply) -> Suggestion:
        items = _items(reply.result)
        if not items:
            return Suggestion("", milliseconds=reply.milliseconds)
        start, end = self._range(uri, items[0].get("range"))
        return Suggestion(_text(items[0].get("insertText")), start, end, reply.milliseconds, items[0])

    def _range(self, uri: str, wire: Any) -> tuple[Position, Position] | tuple[None, None]:
        if not wire:
            return None, None
        lines = self._open[uri].lines
        start, end = wire["start"], wire["end"]
        return (
            self._units.place(lines, start["line"], start["character"]),
            self._units.place(lines, end["line"], end["character"]),
        )

    def _wire(self, known: _Open, position: Position) -> dict[str, int]:
        prefix = known.lines[position.line][: position.column]
        return {"line": position.line, "character": self._units.units(prefix)}


class FirstItem(Ghost):
    """An editor that shows the first item of the ordinary completion list as ghost text."""

    def suggest(self, uri: str, position: Position, *, invoked: bool = False) -> Suggestion | None:
        """The first item, as an editor would sort and filter them."""
        items, milliseconds = self.items(uri, position)
        return items[0] if items else Suggestion("", milliseconds=milliseconds)

    def items(self, uri: str, position: Position) -> tuple[list[Suggestion], float]:
        """The list as the user sees it, and the milliseconds of the request."""
        reply = self._ask("textDocument/completion", uri, position, _INVOKED)
        typed = self._open[uri].lines[position.line][: position.column]
        found = sorted(_items(reply.result), key=lambda item: item.get("sortText") or item["label"])
        return list(self._shown(uri, position, typed, found, reply.milliseconds)), reply.milliseconds

    def _shown(
        self, uri: str, position: Position, typed: str, items: Sequence[Mapping[str, Any]], milliseconds: float
    ) -> Iterator[Suggestion]:
        word = _WORD.search(typed)
        for item in items:
            edit = item.get("textEdit") or {}
            start, end = self._range(uri, edit.get("range") or edit.get("replace"))
            if start is None or end is None:
                start, end = Position(position.line, word.start() if word else position.column), position
            key = item.get("filterText") or item["label"]
            if key.lower().startswith(typed[start.column :].lower()):
                text = edit.get("newText") or _text(item.get("insertText")) or item["label"]
                yield Suggestion(text, start, end, milliseconds, item)


def _items(result: Any) -> Sequence[Mapping[str, Any]]:
    """The items of a list, or of an object that holds one."""
    found = result.get("items", []) if isinstance(result, Mapping) else result or []
    return found if isinstance(found, list) else []


def _text(value: Any) -> str:
    """The text of a plain string or of a StringValue."""
    return str(value.get("value", "")) if isinstance(value, Mapping) else value or ""
