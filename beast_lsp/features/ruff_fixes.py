"""What ruff makes of a file: its imports in order, and its safe fixes, as the project's own configuration says.

Ruff is the owner's program (`linting.find_ruff`). Its configuration is the project's, since that is what the file is to
look like; it names no program to run. Which text comes back is for the net to judge (`engine.refactors.external`).
"""

from __future__ import annotations

from pathlib import Path

from beast_lsp.engine.refactors.external import EXTERNAL, FIX_ALL, ORGANIZE_IMPORTS
from beast_lsp.errors import RefactoringRefused
from beast_lsp.features.linting import RUFF_MISSING, LintError, find_ruff, run_ruff

KINDS = {one.name: one.kind for one in EXTERNAL}
"""The code action kind of each of ruff's refactorings, by name."""
# Unsafe fixes may change what the code does, whatever the configuration says of them.
_COMMAND = ("check", "--no-cache", "--quiet", "--exit-zero", "--fix-only", "--no-unsafe-fixes", "--force-exclude")
_WORDS = {ORGANIZE_IMPORTS.name: ("--select=I",), FIX_ALL.name: ()}
_SECONDS = 10.0


def ruff_text(name: str, folder: Path, path: str, text: str) -> str:
    """What ruff makes of a text; `path` is its file's, relative to the workspace folder. Blocks for some 20 ms.

    Raises RefactoringRefused where ruff is missing, and where it fails.
    """
    program = find_ruff([folder])
    if program is None:
        raise RefactoringRefused(f"It is ruff that does this, and {RUFF_MISSING}")
    words = [*_COMMAND, *_WORDS[name], f"--stdin-filename={folder / path}", "-"]
    try:
        run = run_ruff(program, words, _SECONDS, text)
        made = run.output.decode("utf-8")
    except (LintError, UnicodeDecodeError) as problem:
        raise RefactoringRefused(str(problem)) from problem
    if run.status != 0:
        said = run.complaints.strip().splitlines()
        raise RefactoringRefused(
            f"Ruff failed: {' '.join(line.strip() for line in said[:3]) or 'it does not say why'}."
        )
    return made
