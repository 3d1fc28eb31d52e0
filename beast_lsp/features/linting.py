"""What ruff's rules say of security, performance and reliability. They are rules, and called so: no prediction.

Ruff is the owner's program, never the workspace's: it is taken from beside the running Python or from PATH, and only
where it lies outside of the workspace folder. It runs isolated, so that no file of the workspace configures it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from beast_lsp.engine.conventions import is_test
from beast_lsp.engine.languages import for_path

KINDS = {"S": "security", "PERF": "performance", "B": "reliability"}
"""What the rules of each of ruff's groups are about."""
# No word comes from the workspace; a name that could look like an option or a file of arguments follows a "=" or a "/".
_COMMAND = (
    "check", "--isolated", "--no-cache", "--no-fix", "--no-preview", "--exit-zero", "--quiet",
    "--output-format=json", f"--select={','.join(KINDS)}",
)  # fmt: skip
_NAME = "ruff.exe" if os.name == "nt" else "ruff"
RUFF_MISSING = "ruff is missing. Install it with `pip install ruff`."
_MISSING = f"Security, performance and reliability rules are off: {RUFF_MISSING}"
_SECONDS_TEXT, _SECONDS_FILES = 10.0, 60.0
_FILES_AT_ONCE = 200  # The system limits the length of a command.
_MOST_OUTPUT = 30_000_000  # bytes
_MOST_COMPLAINTS = 2_000  # bytes


@dataclass(frozen=True, slots=True, order=True)
class RuleFinding:
    """One place where one of ruff's rules applies.

    `line` and `end_line` count from 0. `code` is ruff's ("S602"), `kind` one of `KINDS`, `url` its documentation.
    """

    path: str
    line: int
    end_line: int
    code: str
    kind: str
    message: str
    url: str


@dataclass(frozen=True, slots=True)
class Linted:
    """The findings, in the order of the text, and a note for the user where ruff could not say all."""

    findings: tuple[RuleFinding, ...] = ()
    note: str = ""


class LintError(Exception):
    """Ruff failed; the text is the note for the user."""


def find_ruff(folders: Iterable[Path] = ()) -> Path | None:
    """The ruff beside the running Python, or the first on PATH; none that lies in one of the workspace `folders`."""
    beside = (Path(sys.executable).parent, Path(sysconfig.get_path("scripts")))
    # An empty or relative entry of PATH means the folder that a program was started in.
    on_path = (Path(entry) for entry in os.environ.get("PATH", "").split(os.pathsep))
    inside = [place for folder in folders for place in {Path(os.path.abspath(folder)), folder.resolve()}]  # noqa: PTH100 - without following links.
    for place in (*beside, *on_path):
        file = place / _NAME
        if place.is_absolute() and file.is_file() and os.access(file, os.X_OK):
            # Neither the link nor what it leads to may be the workspace's.
            names = (Path(os.path.normpath(file)), file.resolve())
            if not any(name.is_relative_to(folder) for name in names for folder in inside):
                return file
    return None


def lint_text(folder: Path | None, path: str, text: str, ruff: Path | None = None) -> Linted:
    """The findings in a text of Python; `path` is its file's, relative to the workspace folder.

    Blocks for some 20 ms, 10 s at most. Another language's text has none. `ruff` is by default what is found.
    """
    if not _is_python(path):
        return Linted()
    program = ruff or find_ruff([folder] if folder else [])
    if program is None:
        return Linted(note=_MISSING)
    try:
        rows = _run(program, [f"--stdin-filename={path}", "-"], _SECONDS_TEXT, text)
    except LintError as problem:
        return Linted(note=str(problem))
    return Linted(tuple(sorted(_findings(rows, lambda name: path))))


def lint_files(folder: Path, paths: Sequence[str], ruff: Path | None = None) -> Linted:
    """The findings in files of a workspace folder, given by their relative paths; those outside of it are left out.

    Blocks for some 20 ms and more, 60 s at most for each 200 files.
    """
    root = folder.resolve()
    files = {str(root / path): path for path in paths if _is_python(path) and _is_inside(root, path)}
    if not files:
        return Linted()
    program = ruff or find_ruff([folder])
    if program is None:
        return Linted(note=_MISSING)
    found: list[RuleFinding] = []
    note, names = "", list(files)
    for start in range(0, len(names), _FILES_AT_ONCE):
        try:
            rows = _run(program, ["--", *names[start : start + _FILES_AT_ONCE]], _SECONDS_FILES)
            found += _findings(rows, lambda name: files.get(name, ""))
        except LintError as problem:
            note = str(problem)
    return Linted(tuple(sorted(found)), note)


def _is_python(path: str) -> bool:
    return for_path(Path(path)).family == "python"


def _is_inside(root: Path, path: str) -> bool:
    """Whether a relative path stays in the folder, links followed."""
    try:
        return (root / path).resolve().is_relative_to(root)
    except (OSError, ValueError):
        return False


def _run(program: Path, words: Sequence[str], seconds: float, text: str = "") -> list[Any]:
    """Runs ruff and reads its list of findings. Raises LintError."""
    run = run_ruff(program, [*_COMMAND, *words], seconds, text)
    return _rows(run.output, run.status)


@dataclass(frozen=True, slots=True)
class RuffRun:
    """What a run of ruff left: its output, what it complained of, and its exit status."""

    output: bytes
    complaints: str
    status: int


def run_ruff(program: Path, words: Sequence[str], seconds: float, text: str = "") -> RuffRun:
    """Runs ruff on a text; no word comes from the workspace but behind a "=" or a "--". Raises LintError."""
    # Files in the place of pipes: nobody has to write and read at once, and the output can be measured.
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as complained:
        given.write(text.encode("utf-8", "replace"))
        given.seek(0)
        try:
            run = subprocess.run(  # noqa: S603 - the owner's program, our words, and paths behind a "=" or after "--".
                [str(program), *words],
                stdin=given,
                stdout=said,
                stderr=complained,
                timeout=seconds,
                check=False,
                cwd=program.parent,  # Ruff looks for nothing where it starts, and surely not in the workspace.
                env={name: value for name, value in os.environ.items() if not name.startswith("RUFF_")},
            )
        except subprocess.TimeoutExpired as problem:
            raise LintError(f"Ruff took over {seconds:.0f} s and was stopped.") from problem
        except OSError as problem:
            raise LintError(f"Ruff could not be started: {problem.strerror}.") from problem
        said.seek(0)
        complained.seek(0)
        complaints = complained.read(_MOST_COMPLAINTS).decode("utf-8", "replace")
        return RuffRun(said.read(_MOST_OUTPUT + 1), complaints, run.returncode)


def _rows(output: bytes, status: int) -> list[Any]:
    if len(output) > _MOST_OUTPUT:
        raise LintError(f"Ruff found more than fits in {_MOST_OUTPUT // 1_000_000} MB; its findings are left out.")
    try:
        rows = json.loads(output)
    except (ValueError, RecursionError):
        rows = None
    if not isinstance(rows, list):
        raise LintError(f"Ruff ended with status {status} and without a list of findings; is it a current version?")
    return rows


def _findings(rows: Iterable[Any], path_of: Callable[[str], str]) -> Iterator[RuleFinding]:
    """What ruff's rows say, as far as they can be read; tests may do what is unsafe elsewhere, such as assert."""
    for row in rows:
        try:
            path, code = path_of(row["filename"]), row["code"]
            kind = KINDS.get(code.rstrip("0123456789"), "")
            start, end = int(row["location"]["row"]) - 1, int(row["end_location"]["row"]) - 1
            message, url = str(row["message"]), str(row.get("url") or "")
        except (LookupError, TypeError, ValueError, AttributeError):
            continue  # A syntax error has no code.
        if path and kind and not (kind == "security" and is_test(path)):
            yield RuleFinding(path, start, max(start, end), code, kind, message, url)
