"""`textDocument/inlineCompletion` and `textDocument/completion`, between the client's words and the features'."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from lsprotocol import types

from beast_lsp.engine.document import Document, Position
from beast_lsp.lsp.dispatch import Call

if TYPE_CHECKING:
    from beast_lsp.features.completion import CompletionEntry
    from beast_lsp.features.inline import InlineItem, Selected
    from beast_lsp.lsp.session import Session

_INVOKED = 1  # of InlineCompletionTriggerKind and of CompletionTriggerKind.
_LONG_LINE = 20_000  # characters; nobody types in such a line, and looking at it would hold up those who do.
_KIND = types.CompletionItemKind
_KINDS: Mapping[str, types.CompletionItemKind] = {
    "text": _KIND.Text,
    "method": _KIND.Method,
    "function": _KIND.Function,
    "field": _KIND.Field,
    "attribute": _KIND.Field,
    "variable": _KIND.Variable,
    "parameter": _KIND.Variable,
    "class": _KIND.Class,
    "module": _KIND.Module,
    "import": _KIND.Module,
    "property": _KIND.Property,
    "keyword": _KIND.Keyword,
    "snippet": _KIND.Snippet,
    "file": _KIND.File,
    "constant": _KIND.Constant,
}


def register(session: Session) -> None:
    """Adds the handlers of suggestions."""
    suggestions, server = Suggestions(session), session.server
    options = types.CompletionOptions(trigger_characters=["."], resolve_provider=True)
    inline_options = types.InlineCompletionOptions()
    server.request(types.TEXT_DOCUMENT_INLINE_COMPLETION, suggestions.inline, inline_options, automatic=True)
    server.request(types.TEXT_DOCUMENT_COMPLETION, suggestions.completion, options, automatic=True)
    server.request(types.COMPLETION_ITEM_RESOLVE, suggestions.resolve, automatic=False)


class Suggestions:
    """The handlers. They start some time after their message came, so they look at what the call has seen."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def inline(self, params: types.InlineCompletionParams, call: Call) -> types.InlineCompletionList | None:
        """The suggestions at a place, or None where there is nothing to say."""
        feature, place = self._session.app.inline, self._place(params, call)
        if feature is None or place is None:
            return None
        document, position = place
        items = await feature.inline(
            call.snapshot(document.folder),
            document,
            position,
            invoked=params.context.trigger_kind == _INVOKED,
            selected=self._selected(document, params.context.selected_completion_info),
            cancel=call.cancel,
        )
        return types.InlineCompletionList([self._inline_item(document, item) for item in items])

    async def completion(self, params: types.CompletionParams, call: Call) -> types.CompletionList | None:
        """The ordinary completion at a place, or None where there is nothing to say."""
        feature, place = self._session.app.completion, self._place(params, call)
        if feature is None:
            # The parts are still loading: the editor shall ask again with the next character.
            return types.CompletionList(is_incomplete=True, items=[])
        if place is None:
            return None
        document, position = place
        invoked = params.context is not None and params.context.trigger_kind == _INVOKED
        snapshot = call.snapshot(document.folder)
        result = await feature.complete(snapshot, document, position, invoked=invoked, cancel=call.cancel)
        items = [self._completion_item(document, entry) for entry in result.items]
        return types.CompletionList(is_incomplete=result.incomplete, items=items)

    async def resolve(self, item: types.CompletionItem, _call: Call) -> types.CompletionItem:
        """The completion item with its documentation, where there is any."""
        feature, data = self._session.app.completion, item.data
        number = data.get("id") if isinstance(data, Mapping) else None
        text = feature.resolve(number) if feature and isinstance(number, str) else ""
        if text:
            item.documentation = types.MarkupContent(types.MarkupKind.Markdown, text)
        return item

    def _place(
        self, params: types.InlineCompletionParams | types.CompletionParams, call: Call
    ) -> tuple[Document, Position] | None:
        """Where the request stands; None where no suggestion is wanted or the text is in doubt."""
        uri = params.text_document.uri
        document = call.seen.documents.get(uri)
        if document is None or self._session.paused or not self._session.documents.usable(uri):
            return None
        position = self._session.codec.position(document.lines, params.position)
        return None if len(document.lines[position.line]) > _LONG_LINE else (document, position)

    def _selected(self, document: Document, info: types.SelectedCompletionInfo | None) -> Selected | None:
        """The item that is selected in the editor's menu, which a suggestion has to extend."""
        if info is None:
            return None
        from beast_lsp.features.inline import Selected  # noqa: PLC0415 - loaded with the feature, after the start.

        codec = self._session.codec
        start, end = (codec.position(document.lines, each) for each in (info.range.start, info.range.end))
        return Selected(info.text, start, end)

    def _inline_item(self, document: Document, item: InlineItem) -> types.InlineCompletionItem:
        self._session.sent_texts[item.id] = item.text
        where = self._session.codec.range(document, item.start, item.end)
        return types.InlineCompletionItem(insert_text=item.text, range=where, command=_accept(item.id))

    def _completion_item(self, document: Document, entry: CompletionEntry) -> types.CompletionItem:
        where = self._session.codec.range(document, entry.start, entry.end)
        return types.CompletionItem(
            label=entry.label,
            kind=_KINDS.get(entry.kind, _KIND.Text),
            detail=entry.detail or None,
            preselect=entry.preselect or None,
            sort_text=entry.sort_text,
            filter_text=entry.filter_text,
            text_edit=types.TextEdit(where, entry.text),
            insert_text_format=types.InsertTextFormat.PlainText,  # a `$` in the user's code is no placeholder.
            command=_accept(entry.id),
            data={"id": entry.id},
        )


def _accept(number: str) -> types.Command:
    return types.Command(title="Accept", command="beast.accept", arguments=[number])
