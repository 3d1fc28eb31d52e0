"""The program as a refactoring that is still being made would leave it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from beast_lsp.engine.refactors.net.render import Renderer
from beast_lsp.engine.refactors.proposal import Edit, Piece
from beast_lsp.errors import RefactoringRefused

if TYPE_CHECKING:
    from beast_lsp.engine.scopes.resolution.program import Program
    from beast_lsp.engine.syntax import SyntaxTree


def after_edits(
    program: Program,
    edits: Iterable[Edit],
    created: Mapping[str, tuple[Piece, ...]],
    moved: Mapping[str, str] | None = None,
) -> Program:
    """The program after some edits, with new files and moved ones. Raises RefactoringRefused where a file is gone."""

    def tree(path: str) -> SyntaxTree:
        module = program.module(path)
        if module is None:
            raise RefactoringRefused(f"{path} can't be read.")
        return module.tree

    by_path: dict[str, list[Edit]] = {}
    for edit in edits:
        by_path.setdefault(edit.span.path, []).append(edit)
    renderer = Renderer(tree)
    texts: dict[str, str | None] = {path: renderer.fresh(pieces).source.decode() for path, pieces in created.items()}
    for path, each in by_path.items():
        texts[(moved or {}).get(path, path)] = renderer.file(path, each).source.decode("utf-8")
    return program.with_texts(texts, moved)
