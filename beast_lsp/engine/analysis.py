"""The analysis of one document: its tree, its facts and its style, made in a lane and kept until the next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from beast_lsp.engine.document import Document

if TYPE_CHECKING:
    from beast_lsp.engine.scopes.facts import FileFacts
    from beast_lsp.engine.style.facts import StyleFacts
    from beast_lsp.engine.syntax import SyntaxTree


@dataclass(frozen=True, slots=True)
class Analysis:
    """What is known about `document`, which may be an older version of what the client has now.

    `tree` is None where no grammar fits or the file is too large; the facts are empty then.
    """

    document: Document
    tree: SyntaxTree | None
    facts: FileFacts
    style: StyleFacts


def analyse(
    document: Document, previous: Analysis | None = None, cancelled: Callable[[], bool] = lambda: False
) -> Analysis | None:
    """Parses `document`, reusing `previous` where lines are shared; None when cancelled."""
    from beast_lsp.engine.scopes.extract import extract_facts  # noqa: PLC0415 - tree-sitter loads with the first parse.
    from beast_lsp.engine.style.facts import file_style  # noqa: PLC0415
    from beast_lsp.engine.syntax import parse  # noqa: PLC0415

    tree = parse(document.language, document.lines, previous.tree if previous else None, cancelled)
    if cancelled():
        return None
    return Analysis(
        document, tree, extract_facts(tree), file_style(document.language, document.lines, document.path or "")
    )
