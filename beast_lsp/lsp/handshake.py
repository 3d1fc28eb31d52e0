"""The answer to `initialize`, as plain JSON.

Importing pygls takes a third of a second, which a user would wait for at each start. The answer hardly depends
on the client, so it is written out here and sent before anything else is imported. Then pygls takes over, with
the same `initialize`; a test holds this answer against the one that pygls gives. This module imports nothing
but the version.
"""

from typing import Any

from beast_lsp import __version__

COMMANDS = (
    "beast.accept",
    "beast.partialAccept",
    "beast.pause",
    "beast.reject",
    "beast.resume",
    "beast.showStyleProfile",
    "beast.status",
    "beast.dismissed",
    "beast.fixed",
    "beast.unmuteRule",
    "beast.explain",
    "beast.refactor",
    "beast.refactorings",
    "beast.undoLastRefactoring",
    "beast.writeTests",
    "beast.untested",
    "beast.documentWithExample",
    "beast.explainQuality",
    "beast.qualityFeedback",
)
CODE_ACTION_KINDS = (
    "explain",
    "quickfix",
    "refactor",
    "refactor.extract.constant",
    "refactor.extract.function",
    "refactor.extract.parameter",
    "refactor.extract.variable",
    "refactor.inline",
    "refactor.move",
    "refactor.rewrite",
    "refactor.rewrite.tests",
    "source.fixAll.beast",
    "source.organizeImports",
)
ENCODINGS = ("utf-8", "utf-16", "utf-32")


def initialize_result(params: dict[str, Any]) -> dict[str, Any]:
    """The result of `initialize` for a client that sent `params`."""
    capabilities = {
        "positionEncoding": position_encoding(params),
        "textDocumentSync": {"openClose": True, "change": 2, "save": {"includeText": False}},
        "completionProvider": {"triggerCharacters": ["."], "resolveProvider": True},
        "inlineCompletionProvider": {},
        "codeLensProvider": {},
        "hoverProvider": {},
        "codeActionProvider": {"codeActionKinds": list(CODE_ACTION_KINDS), "resolveProvider": True},
        "renameProvider": {"prepareProvider": True} if _prepares_rename(params) else True,
        "diagnosticProvider": {
            "identifier": "beast-lsp",
            "interFileDependencies": True,
            "workspaceDiagnostics": False,
        },
        "executeCommandProvider": {"commands": list(COMMANDS)},
        "workspace": {"workspaceFolders": {"supported": True, "changeNotifications": True}},
    }
    if "notebookDocument" in _table(params.get("capabilities")):
        capabilities["notebookDocumentSync"] = {"notebookSelector": [{"notebook": "*"}], "save": False}
    return {"capabilities": capabilities, "serverInfo": {"name": "beast-lsp", "version": __version__}}


def position_encoding(params: dict[str, Any]) -> str:
    """The first encoding of the client's list that we know: the list is in the client's order of preference."""
    general = _table(_table(params.get("capabilities")).get("general"))
    offered = general.get("positionEncodings")
    for encoding in offered if isinstance(offered, list) else ():
        if encoding in ENCODINGS:
            return str(encoding)
    return "utf-16"


def _prepares_rename(params: dict[str, Any]) -> bool:
    """Whether the client asks before it renames; only such a one may be told that it can."""
    document = _table(_table(params.get("capabilities")).get("textDocument"))
    return _table(document.get("rename")).get("prepareSupport") is True


def _table(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
