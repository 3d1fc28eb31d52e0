"""Scores of functions and files: a code lens, hover where a client has no lenses, a notification, a command."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.capabilities import get_capability

from beast_lsp.engine.document import Document
from beast_lsp.errors import BeastError, CancelledRequest
from beast_lsp.lsp.client import offers
from beast_lsp.lsp.dispatch import Call, InvalidParams
from beast_lsp.lsp.rest import Resting

if TYPE_CHECKING:
    from pathlib import Path

    from beast_lsp.engine.quality.rating import FileRating, Rating
    from beast_lsp.engine.quality.standing import Standing
    from beast_lsp.lsp.session import Session

EXPLAIN = "beast.explainQuality"
FEEDBACK = "beast.qualityFeedback"
NOTIFICATION = "beast/quality"
_LOOK_SECONDS = 20  # between two looks at whether git moved to another commit.


def register(session: Session) -> None:
    """Adds the handlers of scores."""
    quality, server = Quality(session), session.server
    session.each_tick.append(quality.tick)
    session.after_settings.append(quality.refresh)
    session.lenses.append(quality.lenses)
    server.request(types.TEXT_DOCUMENT_HOVER, quality.hover, types.HoverOptions(), automatic=True)
    server.add_command(EXPLAIN, quality.explain)
    server.add_command(FEEDBACK, quality.judged)


class Quality:
    """The handlers, and what a client was last told of a file."""

    def __init__(self, session: Session) -> None:
        self._session = session
        capabilities = session.capabilities
        self._has_lenses = get_capability(capabilities, "text_document.code_lens") is not None
        self._can_refresh = bool(get_capability(capabilities, "workspace.code_lens.refresh_support"))
        self._is_notified = offers(capabilities, "qualityNotification")
        self._standings: dict[Path, Standing | None] = {}
        self._resting = Resting()
        self._ticks = 0

    async def lenses(self, document: Document, call: Call) -> list[types.CodeLens]:
        """One lens over each function."""
        from beast_lsp.features.quality import title  # noqa: PLC0415 - loaded with the feature, after the start.

        rating = await self._rating(document, call)
        if rating is None or rating.is_test:
            return []
        return [
            types.CodeLens(
                self._session.codec.line(document, each.line),
                types.Command(title(each, has_past=rating.has_past), EXPLAIN, arguments=[document.uri, each.line]),
            )
            for each in rating.functions
        ]

    async def hover(self, params: types.HoverParams, call: Call) -> types.Hover | None:
        """The score of the function whose first line the cursor is on, for a client that has no lenses to show it.

        What other parts of the server have to say of that line follows.
        """
        document = call.seen.documents.get(params.text_document.uri)
        self._session.look_at(params.text_document.uri)
        if document is None:
            return None
        line = params.position.line
        texts = [
            await self._score(document, line, call),
            *[await show(document, line, call) for show in self._session.hovers],
        ]
        text = "\n\n".join(filter(None, texts))
        return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, text)) if text else None

    async def _score(self, document: Document, line: int, call: Call) -> str:
        """The score of the function that begins on a line, explained; empty where lenses show it."""
        rating = await self._rating(document, call) if not self._has_lenses else None
        found = next((each for each in rating.functions if each.line == line), None) if rating else None
        return self._explained(found, rating) if rating is not None and found is not None else ""

    async def explain(self, *place: Any) -> dict[str, Any]:
        """Why a function has its score: of the URI and line (from 0) that are given; of the file outside of functions.

        Without a URI it is the file that the user was last at, and a message says it in one line: who has no argument
        to give is an editor such as Helix, which shows no command's answer.
        """
        if place:
            return await self._explain(*(*place, None)[:2])
        try:
            answer = await self._explain(self._session.looked_at or "", None)
        except BeastError as error:
            self._say(str(error))
            raise
        self._say(answer["title"])
        return answer

    async def _explain(self, uri: object, line: object) -> dict[str, Any]:
        from beast_lsp.features.quality import title  # noqa: PLC0415 - as above.

        if not isinstance(uri, str) or (line is not None and type(line) is not int):
            raise InvalidParams("The arguments are a document's URI and a line from 0 on.")
        self._session.look_at(uri)
        call = self._session.call()
        document = call.seen.documents.get(uri)
        rating = await self._rating(document, call) if document is not None else None
        if rating is None:
            raise BeastError("There is no score for it.", hint="Scores come with the index of a workspace folder.")
        rated = (rating.at(line) if type(line) is int else None) or rating.whole
        scores, folder = self._session.app.scores, document.folder if document is not None else None
        return {
            "title": f"{rated.name or rating.path}: {title(rated, has_past=rating.has_past)}",
            "prediction_id": scores.identity(folder, rating.path, rated) if scores and folder else None,
            "markdown": self._explained(rated, rating),
            "name": rated.name,
            "risk": rated.risk,
            "score": rated.score,
            "word": rated.word,
            "reasons": [{"text": each.text, "contribution": each.contribution} for each in rated.reasons],
            "base": rated.base,
            "logit": rated.logit,
        }

    async def judged(self, identity: str, verdict: str) -> None:
        """The user says whether a score, by its `prediction_id`, is right (`up`) or wrong (`down`)."""
        scores = self._session.app.scores
        if scores is None:
            raise BeastError("Feedback is not stored.", hint="`beast.status` says why.")
        await scores.judged(identity, verdict)

    def refresh(self) -> None:
        """Something that scores depend on has changed: the settings, or what the workspace's code is set against."""
        self._resting.again()
        if self._has_lenses and self._can_refresh:
            self._session.spawn(self._session.server.workspace_code_lens_refresh_async(None), "a refresh")

    def tick(self) -> None:
        """Looks for new commits, for what became known of a folder, and tells of files that rest."""
        app, session = self._session.app, self._session
        self._ticks += 1
        if self._ticks % _LOOK_SECONDS == 0:
            app.indexes.look_at_histories()
        standings = {folder: app.indexes.standing(folder) for folder in session.documents.folders}
        if standings.keys() != self._standings.keys() or any(
            self._standings[each] is not standings[each] for each in standings
        ):
            self._standings = standings
            self._learned()
            self.refresh()
        if app.quality is not None:
            self._look_at_rest()

    def _learned(self) -> None:
        """Links the fixes that became known with the scores that were shown before."""
        for folder, standing in self._standings.items():
            if self._session.app.scores is not None and standing is not None:
                self._session.app.scores.learned(folder, standing)

    def _look_at_rest(self) -> None:
        """Stores the scores of documents that nobody edited since the last tick, and tells of them."""
        for document in self._resting.look(self._session.documents.by_uri):
            self._session.spawn(self._tell(document), "a score")

    async def _tell(self, document: Document) -> None:
        from beast_lsp.features.quality import title  # noqa: PLC0415 - as above.

        rating = await self._rating(document, self._session.call())
        if rating is not None and document.folder is not None and self._session.app.scores is not None:
            self._session.app.scores.shown(document.folder, rating)
        now = self._session.documents.by_uri.get(document.uri)
        if not self._is_notified or now is None or now.lines is not document.lines:
            return  # What was edited meanwhile is told when it rests again.
        score = None
        if rating is not None and not rating.is_test:
            whole = rating.whole
            score = {"score": whole.score, "word": whole.word, "text": title(whole, has_past=rating.has_past)}
        self._session.server.protocol.notify(NOTIFICATION, {"uri": document.uri, "quality": score})

    async def _rating(self, document: Document | None, call: Call) -> FileRating | None:
        feature = self._session.app.quality
        if document is None or feature is None or not self._session.documents.usable(document.uri):
            return None
        try:
            return await feature.rate(call.snapshot(document.folder), document)
        except CancelledRequest:
            return None

    def _say(self, message: str) -> None:
        text = f"beast-lsp: {message}"
        self._session.server.window_show_message(types.ShowMessageParams(types.MessageType.Info, text))

    @staticmethod
    def _explained(rated: Rating, rating: FileRating) -> str:
        from beast_lsp.features.quality import explanation  # noqa: PLC0415 - as above.

        return explanation(rated, rating.path, has_past=rating.has_past)
