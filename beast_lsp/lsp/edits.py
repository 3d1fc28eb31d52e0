"""Plans as the protocol's workspace edits, as far as a client understands them.

Every edit names the version of the document that it was made for, and a client that follows the protocol refuses it for
any other. An edit that wants the user's word is annotated only for a client that applies a workspace edit as a whole
(VS Code says `textOnlyTransactional`): Neovim knows annotations too, but asks file by file, and a "no" leaves out the
file's certain edits while it does the other files'. For such clients the question comes before the edit
(`lsp.refactoring`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from lsprotocol import types
from pygls.capabilities import get_capability

from beast_lsp.engine.document import Document, split_lines
from beast_lsp.engine.refactors.net.reverse import moved_path
from beast_lsp.engine.refactors.plan import Plan, TextEdit
from beast_lsp.engine.refactors.proposal import Certainty
from beast_lsp.errors import RefactoringRefused
from beast_lsp.lsp.convert import PositionCodec, uri_of

_LABELS = {
    Certainty.PROBABLE: "Probable: the type of the object is not known",
    Certainty.TEXTUAL: "In strings, comments and documents",
}
_WHOLE = frozenset(
    {
        types.FailureHandlingKind.Transactional,
        types.FailureHandlingKind.TextOnlyTransactional,
        types.FailureHandlingKind.Undo,
    }
)
_Operation = types.TextDocumentEdit | types.CreateFile | types.RenameFile | types.DeleteFile
_Edit = types.TextEdit | types.AnnotatedTextEdit | types.SnippetTextEdit


class EditWriter:
    """Writes workspace edits for one client."""

    def __init__(self, codec: PositionCodec, capabilities: types.ClientCapabilities) -> None:
        self._codec = codec
        offered = get_capability(capabilities, "workspace.workspace_edit")
        self._operations = frozenset((offered.resource_operations if offered else None) or ())
        # Neovim has resource operations, which stand in document changes only, and doesn't say that it has these.
        self._is_versioned = bool(offered and (offered.document_changes or self._operations))
        annotates = bool(offered and offered.change_annotation_support)
        self.asks_itself = bool(annotates and self._is_versioned and offered and offered.failure_handling in _WHOLE)

    def fix(self, document: Document, edits: Iterable[TextEdit]) -> types.WorkspaceEdit:
        """The edits of one open document."""
        return self._written([self._texts(document, document.version, edits)])

    def plan(self, plan: Plan, folder: Path, opened: Mapping[str, Document]) -> types.WorkspaceEdit:
        """A plan over a workspace folder; `opened` holds the open documents among its files, by their paths.

        Raises RefactoringRefused where the client can't make, move or delete files.
        """
        self._check(plan)
        operations: list[_Operation] = []
        for path, text in plan.created.items():
            operations += self._created(folder / path, text)
        for path, edits in plan.edits.items():
            here = opened.get(path)
            document = here or Document(uri_of(folder / path), "text", 0, split_lines(plan.before[path]))
            operations.append(self._texts(document, here.version if here else None, edits))
        for old, new in plan.moved.items():
            operations.append(types.RenameFile(uri_of(folder / old), uri_of(folder / new)))
        for path in sorted(plan.deleted):
            operations.append(types.DeleteFile(uri_of(folder / moved_path(path, plan.moved))))
        return self._written(operations, _annotations(plan) if self.asks_itself else None)

    def _check(self, plan: Plan) -> None:
        kinds = types.ResourceOperationKind
        needed = ((kinds.Create, plan.created, "make"), (kinds.Rename, plan.moved, "move"))
        for kind, files, verb in (*needed, (kinds.Delete, plan.deleted, "delete")):
            if files and kind not in self._operations:
                names = ", ".join(sorted(files))
                hint = "`beast-lsp` does it from the shell."
                raise RefactoringRefused(f"This editor lets no server {verb} files: {names}.", hint=hint)

    def _created(self, path: Path, text: str) -> Iterator[_Operation]:
        yield types.CreateFile(uri_of(path), options=types.CreateFileOptions(overwrite=False, ignore_if_exists=False))
        if text:
            start = types.Position(0, 0)
            identifier = types.OptionalVersionedTextDocumentIdentifier(uri=uri_of(path), version=None)
            yield types.TextDocumentEdit(identifier, [types.TextEdit(types.Range(start, start), text)])

    def _texts(self, document: Document, version: int | None, edits: Iterable[TextEdit]) -> types.TextDocumentEdit:
        identifier = types.OptionalVersionedTextDocumentIdentifier(uri=document.uri, version=version)
        return types.TextDocumentEdit(identifier, [self._edit(document, edit) for edit in edits])

    def _edit(self, document: Document, edit: TextEdit) -> _Edit:
        where = self._codec.range(document, edit.start, edit.end)
        if edit.certainty is Certainty.CERTAIN or not self.asks_itself:
            return types.TextEdit(where, edit.text)
        return types.AnnotatedTextEdit(_identity(edit), where, edit.text)

    def _written(
        self, operations: Sequence[_Operation], annotations: dict[str, types.ChangeAnnotation] | None = None
    ) -> types.WorkspaceEdit:
        if self._is_versioned:
            return types.WorkspaceEdit(document_changes=[*operations], change_annotations=annotations or None)
        texts = (each for each in operations if isinstance(each, types.TextDocumentEdit))
        plain = {
            each.text_document.uri: [one for one in each.edits if isinstance(one, types.TextEdit)] for each in texts
        }
        return types.WorkspaceEdit(changes=plain)


def _identity(edit: TextEdit) -> str:
    return f"{edit.certainty.name.lower()}: {edit.note}"


def _annotations(plan: Plan) -> dict[str, types.ChangeAnnotation]:
    return {
        _identity(edit): types.ChangeAnnotation(_LABELS[edit.certainty], True, edit.note or None)
        for edits in plan.edits.values()
        for edit in edits
        if edit.certainty is not Certainty.CERTAIN
    }
