"""Diagnostics: what the rules find, pulled by clients that can, pushed to the others; and repairs as code actions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.capabilities import get_capability

from beast_lsp.engine.document import Document
from beast_lsp.engine.refactors.plan import TextEdit
from beast_lsp.errors import BeastError, CancelledRequest
from beast_lsp.lsp.code_actions import wants
from beast_lsp.lsp.convert import uri_of
from beast_lsp.lsp.dispatch import Call, InvalidParams
from beast_lsp.lsp.edits import EditWriter
from beast_lsp.lsp.rest import Resting

if TYPE_CHECKING:
    from beast_lsp.engine.rules.finding import Finding, Fix
    from beast_lsp.lsp.session import Session

SOURCE = "beast-lsp"
DISMISSED, FIXED, UNMUTE = "beast.dismissed", "beast.fixed", "beast.unmuteRule"
RULES = Path(__file__).parent.parent / "engine" / "rules" / "rules.md"


def register(session: Session) -> None:
    """Adds the handlers of diagnostics and of their repairs."""
    diagnostics, server = Diagnostics(session), session.server
    session.each_tick.append(diagnostics.tick)
    session.after_settings.append(diagnostics.refresh)
    options = types.DiagnosticOptions(inter_file_dependencies=True, workspace_diagnostics=False, identifier=SOURCE)
    server.request(types.TEXT_DOCUMENT_DIAGNOSTIC, diagnostics.pull, options, automatic=True)
    session.code_actions.append(diagnostics.repairs)
    server.add_command(DISMISSED, diagnostics.dismissed)
    server.add_command(FIXED, diagnostics.fixed)
    server.add_command(UNMUTE, diagnostics.unmute)


class Diagnostics:
    """The handlers, and what was pushed to a client that doesn't pull."""

    def __init__(self, session: Session) -> None:
        self._session = session
        capabilities = session.capabilities
        self._is_pulled = get_capability(capabilities, "text_document.diagnostic") is not None
        self._can_refresh = bool(get_capability(capabilities, "workspace.diagnostics.refresh_support"))
        self._resting = Resting()
        self._writer = EditWriter(session.codec, capabilities)

    async def pull(
        self, params: types.DocumentDiagnosticParams, call: Call
    ) -> types.RelatedFullDocumentDiagnosticReport:
        """Everything that the rules find in a document."""
        document = call.seen.documents.get(params.text_document.uri)
        found = await self._found(document, call) if document is not None else []
        return types.RelatedFullDocumentDiagnosticReport(items=found)

    async def repairs(self, params: types.CodeActionParams, call: Call) -> list[types.CodeAction]:
        """For each of our diagnostics at the cursor: its fix where one is sure, and a comment to ignore it."""
        document = call.seen.documents.get(params.text_document.uri)
        ours = [one for one in params.context.diagnostics if one.source == SOURCE]
        if document is None or not ours or not wants(params.context, types.CodeActionKind.QuickFix):
            return []
        by_place = {(one.code, _key(one.range)): one for one in ours}
        actions: list[types.CodeAction] = []
        for finding in await self._find(document, call):
            where = self._session.codec.range(document, finding.start, finding.end)
            diagnostic = by_place.get((finding.rule, _key(where)))
            if diagnostic is not None:
                actions += self._actions(document, finding, diagnostic)
        return actions

    async def dismissed(self, uri: str, rule: str) -> None:
        """The user had a finding of a rule ignored, in the document of a URI."""
        await self._learn(uri, rule, "dismissed")

    async def fixed(self, uri: str, rule: str) -> None:
        """The user took the repair of what a rule found, in the document of a URI."""
        await self._learn(uri, rule, "fixed")

    async def unmute(self, *given: str) -> dict[str, Any]:
        """A rule that was muted marks again: its name and a document's URI are given, or one of them, or neither.

        Without a name it is every muted rule; without a URI, the folder of the document that the user was last at.
        """
        rule, uri, *_ = *given, "", ""
        mutes, folder = self._session.app.mutes, self._folder(uri or self._session.looked_at or "")
        if mutes is None or folder is None:
            raise BeastError("No rule is muted here.", hint="Rules are muted in a workspace folder only.")
        names = [_rule(rule)] if rule else list(mutes.muted(folder))
        found = await mutes.bring_back(folder, names)
        self.refresh()
        return {"folder": str(folder), "unmuted": found}

    async def _learn(self, uri: str, rule: str, outcome: str) -> None:
        mutes, folder, name = self._session.app.mutes, self._folder(uri), _rule(rule)
        if mutes is None or folder is None or not await mutes.record(folder, name, outcome):
            return
        text = (
            f"{name} was dismissed most of the time in {folder.name}, so it marks nothing there any more."
            f' The command {UNMUTE} with "{name}" brings it back.'
        )
        message = types.ShowMessageParams(types.MessageType.Info, f"beast-lsp: {text}")
        self._session.server.window_show_message(message)
        self.refresh()

    def _folder(self, uri: str) -> Path | None:
        documents = self._session.documents
        document = documents.by_uri.get(uri)
        if document is not None:
            return document.folder
        return documents.folders[0] if len(documents.folders) == 1 else None

    def refresh(self) -> None:
        """Something that findings depend on has changed: the settings, or what is loaded."""
        self._resting.again()
        if self._is_pulled and self._can_refresh:
            self._session.spawn(self._session.server.workspace_diagnostic_refresh_async(None), "a refresh")

    def tick(self) -> None:
        """Pushes, to a client that doesn't pull, what is found in documents that nobody edited since the last tick."""
        if self._is_pulled or self._session.app.findings is None:
            return
        for document in self._resting.look(self._session.documents.by_uri):
            self._session.spawn(self._push(document), "diagnostics")

    async def _push(self, document: Document) -> None:
        found = await self._found(document, self._session.call())
        if self._session.documents.by_uri.get(document.uri) is document:
            params = types.PublishDiagnosticsParams(document.uri, found, document.version)
            self._session.server.text_document_publish_diagnostics(params)

    async def _found(self, document: Document, call: Call) -> list[types.Diagnostic]:
        return [self._diagnostic(document, finding) for finding in await self._find(document, call)]

    async def _find(self, document: Document, call: Call) -> Sequence[Finding]:
        feature = self._session.app.findings
        if feature is None or not self._session.documents.usable(document.uri):
            return ()
        try:
            return await feature.find(call.snapshot(document.folder), document, call.cancel)
        except CancelledRequest:
            return ()

    def _diagnostic(self, document: Document, finding: Finding) -> types.Diagnostic:
        severity = types.DiagnosticSeverity
        return types.Diagnostic(
            range=self._session.codec.range(document, finding.start, finding.end),
            message=finding.message,
            severity=severity.Hint if finding.is_dead else severity.Warning,
            code=finding.rule,
            code_description=types.CodeDescription(f"{uri_of(RULES)}#{finding.rule}"),
            source=SOURCE,
            tags=[types.DiagnosticTag.Unnecessary] if finding.is_dead else None,
        )

    def _actions(
        self, document: Document, finding: Finding, diagnostic: types.Diagnostic
    ) -> Iterator[types.CodeAction]:
        from beast_lsp.features.findings import ignoring  # noqa: PLC0415 - loaded with the feature, after the start.

        if finding.fix is not None:
            command = self._command(document, finding, FIXED)
            yield self._action(document, finding.fix, diagnostic, command, is_preferred=True)
        ignore = ignoring(document, finding)
        if ignore is not None:
            yield self._action(document, ignore, diagnostic, self._command(document, finding, DISMISSED))

    def _command(self, document: Document, finding: Finding, name: str) -> types.Command | None:
        """What the client runs after the edit, so that rules which nobody wants here can fall silent."""
        if document.folder is None or self._session.app.mutes is None:
            return None
        return types.Command(f"Note it of {finding.rule}", name, arguments=[document.uri, finding.rule])

    def _action(
        self,
        document: Document,
        fix: Fix,
        diagnostic: types.Diagnostic,
        command: types.Command | None,
        *,
        is_preferred: bool = False,
    ) -> types.CodeAction:
        edit = self._writer.fix(document, [TextEdit(one.start, one.end, one.text) for one in fix.edits])
        kind = types.CodeActionKind.QuickFix
        return types.CodeAction(fix.title, kind, [diagnostic], is_preferred or None, edit=edit, command=command)


def _rule(name: str) -> str:
    """The name of a rule, as it was given. Raises InvalidParams for a name that no rule has."""
    from beast_lsp.engine.rules.registry import RULES  # noqa: PLC0415 - tree-sitter's rules load after the start.

    if name not in {rule.name for rule in RULES}:
        raise InvalidParams("There is no rule of this name.")
    return name


def _key(where: types.Range) -> tuple[int, int, int, int]:
    return where.start.line, where.start.character, where.end.line, where.end.character
