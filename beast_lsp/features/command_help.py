"""What a project's commands print when they are asked for help. It runs the project's code, always in the sandbox."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from beast_lsp.errors import BeastError
from beast_lsp.sandbox.interpreter import project_interpreter
from beast_lsp.sandbox.limits import Limits
from beast_lsp.sandbox.run import run

_SECONDS, _MEGABYTES, _PROCESSES = 30.0, 2048, 64
_MOST_COMMANDS = 12
_TARGET = re.compile(r"(\w+(?:\.\w+)*):(\w+(?:\.\w+)*)")
_STARTER = """
import functools, importlib, sys
sys.argv = [{name!r}, "--help"]
entry = functools.reduce(getattr, {attributes!r}.split("."), importlib.import_module({module!r}))
sys.exit(entry())
"""
_PLAIN = {"COLUMNS": "100", "NO_COLOR": "1", "TERM": "dumb", "PYTHONIOENCODING": "utf-8"}
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|[\x00-\x08\x0b-\x1f\x7f]")
_LINE = 200  # characters of an error that are shown.


@dataclass(frozen=True, slots=True)
class CommandHelp:
    """What each command printed, by its name, and why others printed nothing."""

    shown: Mapping[str, str]
    notices: tuple[str, ...]


def command_help(
    folder: Path, commands: Mapping[str, str], root: str, interpreter: Path | None = None, *, unconfined: bool = False
) -> CommandHelp:
    """Runs Python commands (`module:function` by name) with `--help`; `root` is the folder of their packages.

    `interpreter` is the Python that the user named. Blocks. Raises SandboxMissing where the system gives no limits and
    the user has not agreed to go on `unconfined`.
    """
    shown: dict[str, str] = {}
    notices: list[str] = []
    targets = {name: target for name, target in commands.items() if _TARGET.fullmatch(target)}
    if not targets:
        return CommandHelp(shown, ())
    python = project_interpreter(folder, interpreter, unconfined).path
    commands_at = _Commands(folder, python, root, unconfined)
    for name, target in list(targets.items())[:_MOST_COMMANDS]:
        try:
            shown[name] = commands_at.asked(name, target)
        except BeastError as problem:
            notices.append(f"The help of {name} is left out: {problem}")
    if len(targets) > _MOST_COMMANDS:
        notices.append(f"Only the first {_MOST_COMMANDS} of {len(targets)} commands were asked for help.")
    return CommandHelp(shown, tuple(notices))


@dataclass(frozen=True, slots=True)
class _Commands:
    """Where commands are run, and by which Python."""

    folder: Path
    python: Path
    root: str
    unconfined: bool

    def asked(self, name: str, target: str) -> str:
        """What one command prints. Raises BeastError with what it said instead."""
        module, _, attributes = target.partition(":")
        starter = _STARTER.format(name=name, module=module, attributes=attributes)
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
            limits = Limits(_SECONDS, _MEGABYTES, _PROCESSES, (Path(scratch),))
            env = {**_PLAIN, "PYTHONPATH": str(self.folder / self.root)}
            finished = run([str(self.python), "-c", starter], limits, self.folder, env, unconfined=self.unconfined)
        if finished.reason:
            raise BeastError(f"it passed its limit of {finished.reason}.")
        if finished.code != 0 or not finished.stdout.strip():
            raise BeastError(f"it ended with {finished.code}. {_last_line(finished.stderr)}".strip())
        text = _CONTROL.sub("", finished.stdout.decode("utf-8", "replace").replace("\r\n", "\n"))
        # What names this machine's folders is true on this machine alone.
        text = text.replace(scratch, "~").replace(str(self.folder), ".")
        return "\n".join(line.rstrip() for line in text.strip("\n").splitlines())


def _last_line(stderr: bytes) -> str:
    lines = _CONTROL.sub("", stderr.decode("utf-8", "replace")).strip().splitlines()
    return lines[-1][:_LINE] if lines else ""
