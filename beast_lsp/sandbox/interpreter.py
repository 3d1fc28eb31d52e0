"""The Python interpreter that a project's code is meant for, and what it has."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from beast_lsp.errors import BeastError
from beast_lsp.sandbox.limits import Limits
from beast_lsp.sandbox.run import run

_OLDEST = (3, 9)
_QUESTION = """
import importlib.util, json, sys
has = {name: importlib.util.find_spec(name) is not None for name in ("pytest", "hypothesis")}
print(json.dumps({"version": list(sys.version_info[:3]), **has}))
"""


@dataclass(frozen=True)
class Interpreter:
    """An interpreter that answered: where it is, its version as (3, 11, 7), and whether it can import these two."""

    path: Path
    version: tuple[int, int, int]
    has_pytest: bool
    has_hypothesis: bool


def project_interpreter(folder: Path, selected: Path | None, unconfined: bool = False) -> Interpreter:
    """The interpreter of the project in `folder`, asked in the sandbox: it is the workspace's own program.

    That is the selected one; else the first that answers of the project's .venv and venv, the environment that the
    server was started in, and the server's own. Raises BeastError where none is new enough, and SandboxMissing.
    """
    candidates = [selected] if selected else list(dict.fromkeys(_candidates(folder)))
    for path in candidates:
        if found := ask(path, folder, unconfined):
            return found
    tried = ", ".join(map(str, candidates))
    oldest = ".".join(map(str, _OLDEST))
    raise BeastError(f"No Python of version {oldest} or later was found.", hint=f"Tried: {tried}.")


def ask(path: Path, folder: Path, unconfined: bool = False) -> Interpreter | None:
    """What that interpreter says of itself; None where it does not answer, or is too old. Raises SandboxMissing."""
    if not path.is_file():
        return None
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        limits = Limits(20.0, 1024, 16, (Path(scratch),))
        finished = run([str(path), "-c", _QUESTION], limits, folder, {}, unconfined=unconfined)
    try:
        answer = json.loads(finished.stdout.splitlines()[-1])
        major, minor, micro = (int(each) for each in answer["version"])
        has_pytest, has_hypothesis = answer["pytest"] is True, answer["hypothesis"] is True
    except (ValueError, LookupError, TypeError):
        return None
    if (major, minor) < _OLDEST:
        return None
    return Interpreter(path, (major, minor, micro), has_pytest, has_hypothesis)


def _candidates(folder: Path) -> Iterator[Path]:
    environments = [folder / name for name in (".venv", "venv")]
    environments += [Path(os.environ[name]) for name in ("VIRTUAL_ENV", "CONDA_PREFIX") if os.environ.get(name)]
    for environment in environments:
        for program in ("bin/python", "Scripts/python.exe", "python.exe"):
            # A link leads to the interpreter, yet its own place is what makes it find the environment's packages.
            if (environment / program).is_file():
                yield (environment / program).absolute()
    yield Path(getattr(sys, "_base_executable", "") or sys.executable)
