"""What the features say, in the client's words: ranges in its unit, one command per item, null where there is none."""

from types import SimpleNamespace
from typing import Any

import pytest
from lsprotocol import types

from beast_lsp.engine.document import Position
from beast_lsp.engine.snapshot import Snapshot
from beast_lsp.features.completion import CompletionEntry, CompletionResult
from beast_lsp.features.inline import InlineItem, Selected
from beast_lsp.lsp.commands import Commands
from beast_lsp.lsp.convert import PositionCodec
from beast_lsp.lsp.dispatch import Call
from beast_lsp.lsp.documents import Documents
from beast_lsp.lsp.protocol import converter
from beast_lsp.lsp.suggestions import Suggestions

URI = "untitled:1"
CONVERTER = converter()


class Feature:
    """Both features: says what the test wants, and remembers how it was asked."""

    def __init__(self) -> None:
        self.asked: dict[str, Any] = {}
        self.position = Position(0, 0)

    async def inline(self, _snapshot: Snapshot, _document: Any, position: Position, **asked: Any) -> list[InlineItem]:
        self.asked, self.position = asked, position
        return [InlineItem("id1", "😀)", Position(0, 2), Position(0, 3))]

    async def complete(self, _snapshot: Snapshot, _document: Any, position: Position, **asked: Any) -> CompletionResult:
        self.asked, self.position = asked, position
        first = CompletionEntry(
            id="id2",
            label="read",
            text="read",
            kind="method",
            detail="from a.py",
            start=Position(0, 2),
            end=Position(0, 3),
            sort_text="~1",
            filter_text="read",
            preselect=True,
        )
        return CompletionResult((first,), incomplete=True)

    def resolve(self, identity: str) -> str:
        return "documentation" if identity == "id2" else ""


class Tracker:
    def __init__(self) -> None:
        self.said: list[tuple[str, int]] = []

    async def partially_accepted(self, identity: str, length: int) -> None:
        self.said.append((identity, length))


class Client:
    """A session with one document, as far as the handlers look at it."""

    def __init__(self, encoding: str = "utf-16", text: str = "a😀b c") -> None:
        codec = PositionCodec(encoding)
        documents = Documents(codec)
        documents.open(types.TextDocumentItem(URI, "text", 1, text))
        self.feature, self.tracker = Feature(), Tracker()
        app = SimpleNamespace(inline=self.feature, completion=self.feature, tracker=self.tracker)
        self.session: Any = SimpleNamespace(codec=codec, documents=documents, app=app, paused=False, sent_texts={})
        self.handlers = Suggestions(self.session)

    async def ask(self, method: str, character: int = 4, **context: Any) -> Any:
        """The answer as JSON."""
        place = {"textDocument": {"uri": URI}, "position": {"line": 0, "character": character}, "context": context}
        handle = getattr(self.handlers, method)
        kind = types.InlineCompletionParams if method == "inline" else types.CompletionParams
        params = CONVERTER.structure({**place, "context": {"triggerKind": 2, **context}}, kind)
        call = Call(Snapshot(documents=self.session.documents.by_uri))
        return CONVERTER.unstructure(await handle(params, call))


@pytest.mark.parametrize(("encoding", "start", "end"), [("utf-8", 5, 6), ("utf-16", 3, 4), ("utf-32", 2, 3)])
async def test_ranges_are_in_the_clients_unit(encoding: str, start: int, end: int) -> None:
    client = Client(encoding)
    item = (await client.ask("inline", character=end))["items"][0]
    assert item["range"] == {"start": {"line": 0, "character": start}, "end": {"line": 0, "character": end}}
    assert client.feature.position == Position(0, 3)


async def test_an_inline_item_tells_its_accept_with_one_command() -> None:
    item = (await Client().ask("inline"))["items"][0]
    assert item["insertText"] == "😀)"
    assert item["command"]["command"] == "beast.accept"
    assert item["command"]["arguments"] == ["id1"]


@pytest.mark.parametrize(("kind", "invoked"), [(1, True), (2, False), (9, False)])
async def test_an_invoked_request_is_told_from_an_automatic_one(kind: int, invoked: bool) -> None:
    client = Client()
    await client.ask("inline", triggerKind=kind)
    assert client.feature.asked["invoked"] is invoked


async def test_the_selected_item_of_the_menu_is_passed_on() -> None:
    client = Client()
    ends = {"start": {"line": 0, "character": 3}, "end": {"line": 0, "character": 4}}
    await client.ask("inline", selectedCompletionInfo={"text": "bar", "range": ends})
    assert client.feature.asked["selected"] == Selected("bar", Position(0, 2), Position(0, 3))


async def test_a_completion_item_is_plain_text_that_replaces_the_word() -> None:
    result = await Client().ask("completion")
    assert result["isIncomplete"]
    item = result["items"][0]
    assert item["textEdit"]["newText"] == "read"
    assert item["kind"] == 2
    assert item["insertTextFormat"] == 1
    assert item["data"] == {"id": "id2"}
    assert item["preselect"]


async def test_resolve_adds_documentation_and_keeps_what_it_does_not_know() -> None:
    handlers = Client().handlers
    item = await handlers.resolve(types.CompletionItem("read", data={"id": "id2"}), Call())
    assert item.documentation == types.MarkupContent(types.MarkupKind.Markdown, "documentation")
    for data in ({"id": "other"}, None, 5):
        assert await handlers.resolve(types.CompletionItem("x", data=data), Call()) == types.CompletionItem(
            "x", data=data
        )


async def test_an_edit_that_came_after_the_request_is_not_seen_by_it() -> None:
    client = Client(text="ab")
    before = Call(Snapshot(documents=client.session.documents.by_uri))
    change = types.TextDocumentContentChangeWholeDocument("")
    client.session.documents.change(types.VersionedTextDocumentIdentifier(2, URI), [change])
    context = types.InlineCompletionContext(types.InlineCompletionTriggerKind.Automatic)
    place = types.InlineCompletionParams(context, types.TextDocumentIdentifier(URI), types.Position(0, 2))
    await client.handlers.inline(place, before)
    assert client.feature.position == Position(0, 2)


@pytest.mark.parametrize("method", ["inline", "completion"])
async def test_nothing_is_said_while_paused(method: str) -> None:
    paused = Client()
    paused.session.paused = True
    assert await paused.ask(method) is None


async def test_before_the_parts_are_built_the_menu_is_to_be_asked_again() -> None:
    early = Client()
    early.session.app.inline = early.session.app.completion = None
    assert await early.ask("inline") is None
    assert await early.ask("completion") == {"isIncomplete": True, "items": []}


async def test_nothing_is_said_in_a_line_that_nobody_types_in() -> None:
    assert await Client(text="x" * 20_001).ask("inline") is None


@pytest.mark.parametrize(("units", "characters"), [(2, 1), (3, 2), (9, 2), (0, 0)])
async def test_a_partial_accept_is_counted_in_utf16_units(units: int, characters: int) -> None:
    client = Client("utf-8")
    await client.ask("inline")
    await Commands(client.session).partial_accept("id1", units)
    assert client.tracker.said == [("id1", characters)]
