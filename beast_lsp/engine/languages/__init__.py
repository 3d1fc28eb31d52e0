"""The languages that beast_lsp knows: one file per family. Importing this loads neither tree-sitter nor a grammar."""

from collections.abc import Mapping
from pathlib import Path

from beast_lsp.engine.languages.c import CPP, C
from beast_lsp.engine.languages.go import GO
from beast_lsp.engine.languages.java import JAVA
from beast_lsp.engine.languages.javascript import JAVASCRIPT, TSX, TYPESCRIPT
from beast_lsp.engine.languages.language import Language
from beast_lsp.engine.languages.python import PYTHON
from beast_lsp.engine.languages.rust import RUST

__all__ = ["LANGUAGES", "TEXT", "Language", "by_name", "for_lsp_id", "for_path"]

TEXT = Language("text", "text")
"""Every file that has no grammar; its completion is lexical."""

LANGUAGES: Mapping[str, Language] = {
    language.name: language for language in (PYTHON, JAVASCRIPT, TYPESCRIPT, TSX, GO, RUST, JAVA, C, CPP, TEXT)
}
_BY_EXTENSION = {extension: language for language in LANGUAGES.values() for extension in language.extensions}
_BY_FILE_NAME = {name: language for language in LANGUAGES.values() for name in language.file_names}
_BY_LSP_ID = {lsp_id: language for language in LANGUAGES.values() for lsp_id in language.lsp_ids}


def by_name(name: str) -> Language:
    """The language called `name`, or text."""
    return LANGUAGES.get(name, TEXT)


def for_path(path: Path) -> Language:
    """The language of a file, by its name or its extension; text where neither is known."""
    return _BY_FILE_NAME.get(path.name) or _BY_EXTENSION.get(path.suffix.lower(), TEXT)


def for_lsp_id(language_id: str, path: Path | None = None) -> Language:
    """The language of an editor's `languageId`; where the editor has no name for it, that of the path."""
    known = _BY_LSP_ID.get(language_id.lower())
    if known is None:
        return for_path(path) if path else TEXT
    # Editors call a TSX file "typescript" too, and a C++ header "c": the path knows better within one family.
    by_path = for_path(path) if path else known
    is_finer = by_path.family == known.family and path is not None and path.suffix.lower() != ".h"
    return by_path if is_finer else known
