"""`textDocument/inlineCompletion` and `textDocument/completion`, between the client's words and the features'."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from beast_lsp.engine.document import Document, Position
from beast_lsp.lsp.endpoint import InvalidParams, Method, Params
from beast_lsp.router.task import CancelToken

if TYPE_CHECKING:
    from beast_lsp.features.completion import CompletionEntry, CompletionResult
    from beast_lsp.features.inline import InlineItem, Selected
    from beast_lsp.lsp.session import Session

_INVOKED = 1  # of InlineCompletionTriggerKind and of CompletionTriggerKind.
_LONG_LINE = 20_000  # characters; nobody types in such a line, and looking at it would hold up those who do.
_KINDS: Mapping[str, int] = {
    "text": 1,
    "method": 2,
    "function": 3,
    "field": 5,
    "attribute": 5,
    "variable": 6,
    "parameter": 6,
    "class": 7,
    "module": 9,
    "import": 9,
    "property": 10,
    "keyword": 14,
    "snippet": 15,
    "file": 17,
    "constant": 21,
}


def register(session: Session) -> None:
    """Adds the handlers of suggestions."""
    suggestions = Suggestions(session)
    session.endpoint.requests.update(
        {
            "textDocument/inlineCompletion": Method(suggestions.inline, _document_uri, automatic=True),
            "textDocument/completion": Method(suggestions.completion, _document_uri, automatic=True),
            "completionItem/resolve": Method(suggestions.resolve),
        }
    )


class Suggestions:
    """The handlers; each takes its snapshot at dispatch and then waits for the feature."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def inline(self, params: Params, cancel: CancelToken) -> Any:
        """An `InlineCompletionList`, or null where there is nothing to say."""
        feature, place = self._session.app.inline, self._place(params)
        if feature is None or place is None:
            return None
        document, position = place
        ask = partial(
            feature.inline,
            self._session.snapshot(document.folder),
            document,
            position,
            invoked=_is_invoked(params.get("context")),
            selected=self._selected(document, params.get("context")),
            cancel=cancel,
        )
        return self._inline_list(document, ask)

    def completion(self, params: Params, cancel: CancelToken) -> Any:
        """A `CompletionList`, or null where there is nothing to say."""
        feature, place = self._session.app.completion, self._place(params)
        if feature is None or place is None:
            return None
        document, position = place
        snapshot = self._session.snapshot(document.folder)
        invoked = _is_invoked(params.get("context"))
        ask = partial(feature.complete, snapshot, document, position, invoked=invoked, cancel=cancel)
        return self._completion_list(document, ask)

    def resolve(self, item: Params, _cancel: CancelToken) -> Any:
        """The completion item with its documentation, where there is any."""
        feature, data = self._session.app.completion, item.get("data")
        number = data.get("id") if isinstance(data, Mapping) else None
        text = feature.resolve(number) if feature and isinstance(number, str) else ""
        return {**item, "documentation": {"kind": "markdown", "value": text}} if text else dict(item)

    def _place(self, params: Params) -> tuple[Document, Position] | None:
        """Where the request stands; None where no suggestion is wanted or the text is in doubt."""
        document = self._session.documents.usable(_document_uri(params))
        if document is None or self._session.paused:
            return None
        position = self._session.codec.position(document.lines, params.get("position"))
        return None if len(document.lines[position.line]) > _LONG_LINE else (document, position)

    def _selected(self, document: Document, context: Any) -> Selected | None:
        """The item that is selected in the editor's menu, which a suggestion has to extend."""
        info = context.get("selectedCompletionInfo") if isinstance(context, Mapping) else None
        if not isinstance(info, Mapping) or not isinstance(info.get("text"), str):
            return None
        from beast_lsp.features.inline import Selected  # noqa: PLC0415 - loaded with the feature, after the start.

        wire = info.get("range")
        ends = (wire.get("start"), wire.get("end")) if isinstance(wire, Mapping) else (None, None)
        start, end = (self._session.codec.position(document.lines, each) for each in ends)
        return Selected(info["text"], start, end)

    async def _inline_list(self, document: Document, ask: Callable[[], Awaitable[Sequence[InlineItem]]]) -> Any:
        return {"items": [self._inline_item(document, item) for item in await ask()]}

    async def _completion_list(self, document: Document, ask: Callable[[], Awaitable[CompletionResult]]) -> Any:
        result = await ask()
        return {
            "isIncomplete": result.incomplete,
            "items": [self._completion_item(document, entry) for entry in result.items],
        }

    def _inline_item(self, document: Document, item: InlineItem) -> dict[str, Any]:
        self._session.sent_texts[item.id] = item.text
        return {
            "insertText": item.text,
            "range": self._session.codec.range(document, item.start, item.end),
            "command": _accept(item.id),
        }

    def _completion_item(self, document: Document, entry: CompletionEntry) -> dict[str, Any]:
        edit_range = self._session.codec.range(document, entry.start, entry.end)
        item: dict[str, Any] = {
            "label": entry.label,
            "kind": _KINDS.get(entry.kind, 1),
            "sortText": entry.sort_text,
            "filterText": entry.filter_text,
            "textEdit": {"range": edit_range, "newText": entry.text},
            "insertTextFormat": 1,  # plain text: a `$` in the user's code is no placeholder.
            "command": _accept(entry.id),
            "data": {"id": entry.id},
        }
        if entry.detail:
            item["detail"] = entry.detail
        if entry.preselect:
            item["preselect"] = True
        return item


def _accept(number: str) -> dict[str, Any]:
    return {"title": "Accept", "command": "beast.accept", "arguments": [number]}


def _is_invoked(context: Any) -> bool:
    return isinstance(context, Mapping) and context.get("triggerKind") == _INVOKED


def _document_uri(params: Params) -> str:
    document = params.get("textDocument")
    uri = document.get("uri") if isinstance(document, Mapping) else None
    if not isinstance(uri, str):
        raise InvalidParams("The params need a textDocument with a uri.")
    return uri
