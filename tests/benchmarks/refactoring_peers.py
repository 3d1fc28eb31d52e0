"""The refactorings of rope and jedi, under the names and with the options of ours.

Both are called as their own documentation says, with their defaults. A kind that a peer does not have is not offered.
A peer may want to rename or write files of the Python installation (both do so where an import of the standard library
is renamed). That counts as broken, and is not done: `OutsideError`.
"""

import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from refactoring_probes import Attempt, Outcome, Probe

JEDI = frozenset(
    {"rename", "rename-module", "extract-variable", "extract-function", "extract-method", "inline-variable"}
)
ROPE = JEDI | {
    "extract-variable-all",
    "extract-constant",
    "inline-function",
    "change-signature",
    "introduce-parameter",
    "move-symbol",
    "move-module",
}


class OutsideError(Exception):
    """A change of a file outside of the folder that is worked on."""


def rope(probe: Probe) -> Attempt:
    """What rope makes of a program."""
    from rope.base.exceptions import RopeError
    from rope.base.project import Project

    if probe.refactoring not in ROPE:
        return Attempt(outcome=Outcome.NOT_OFFERED)

    def work(folder: Path) -> None:
        project = Project(str(folder), ropefolder=None)
        try:
            start, end = (_offset(probe, offset) for offset in (probe.start, probe.end))
            where = (project, project.get_file(probe.path), start, end)
            changes = rope_changes(*where, probe.refactoring, probe.options)
            within(folder, (resource.real_path for resource in changes.get_changed_resources()))
            project.do(changes)
        finally:
            project.close()

    return _attempted(probe, work, RopeError)


def rope_changes(project: Any, file: Any, start: int, end: int, refactoring: str, options: Mapping[str, str]) -> Any:
    """rope's changes for a refactoring at characters of a file, lines counted as ending with LF."""
    from rope.refactor import extract, inline, introduce_parameter, move, rename

    name = options.get("name", "")
    match refactoring:
        case "rename" | "rename-module":
            return rename.Rename(project, file, start).get_changes(name)
        case "extract-variable" | "extract-constant" | "extract-variable-all":
            everywhere, outside = refactoring.endswith("all"), refactoring.endswith("constant")
            return extract.ExtractVariable(project, file, start, end).get_changes(name, everywhere, outside)
        case "extract-function" | "extract-method":
            outside = refactoring.endswith("function")
            return extract.ExtractMethod(project, file, start, end).get_changes(name, global_=outside)
        case "inline-variable" | "inline-function":
            return inline.create_inline(project, file, start).get_changes()
        case "introduce-parameter":
            return introduce_parameter.IntroduceParameter(project, file, start).get_changes(name)
        case "move-symbol":
            return move.create_move(project, file, start).get_changes(_target(project, options["to"]))
        case "move-module":
            package = project.get_folder("/".join(options["to"].split(".")[:-1]))
            return move.create_move(project, file, start).get_changes(package)
    return _signature(project, file, start, options)


def _target(project: Any, module: str) -> Any:
    return project.get_file(module.replace(".", "/") + ".py")


def _signature(project: Any, file: Any, start: int, options: Mapping[str, str]) -> Any:
    """Removed, added and reordered parameters; rope has no other change but a rename, which it counts as its own."""
    from rope.base.exceptions import RopeError
    from rope.refactor import change_signature, rename

    found = change_signature.ChangeSignature(project, file, start)
    names = [name for name, _default in found.get_args()]
    changers: list[Any] = []
    if "remove" in options:
        changers.append(change_signature.ArgumentRemover(names.index(options["remove"])))
    if "add" in options:
        name, _, default = options["add"].partition("=")
        changers.append(change_signature.ArgumentAdder(len(names), name, default or None, default or None))
        names.append(name)
    if "reorder" in options:
        wanted = options["reorder"].split(",")
        wanted = ["self", *wanted] if names[0] == "self" and "self" not in wanted else wanted
        changers.append(change_signature.ArgumentReorderer([names.index(name) for name in wanted]))
    if "rename" in options:
        old, new = options["rename"].split(":")
        return rename.Rename(project, file, file.read().index(old, start)).get_changes(new)
    if not changers:
        raise RopeError("no such change")
    return found.get_changes(changers)


def jedi(probe: Probe) -> Attempt:
    """What jedi makes of a program."""
    from jedi import Project, RefactoringError, Script

    if probe.refactoring not in JEDI:
        return Attempt(outcome=Outcome.NOT_OFFERED)

    def work(folder: Path) -> None:
        script = Script(path=folder / probe.path, project=Project(folder))
        changes = _jedi_call(script, probe)()
        within(folder, [*changes.get_changed_files(), *chain(*changes.get_renames())])
        changes.apply()

    return _attempted(probe, work, RefactoringError)


def _jedi_call(script: Any, probe: Probe) -> Callable[[], Any]:
    (line, column), (until_line, until_column) = (_place(probe, offset) for offset in (probe.start, probe.end))
    new = {"new_name": probe.options["name"]} if "name" in probe.options else {}
    until = {"until_line": until_line, "until_column": until_column} if probe.end > probe.start else {}
    match probe.refactoring:
        case "rename" | "rename-module":
            return lambda: script.rename(line, column, **new)
        case "extract-variable":
            return lambda: script.extract_variable(line, column, **new, **until)
        case "inline-variable":
            return lambda: script.inline(line, column)
    return lambda: script.extract_function(line, column, **new, **until)


def _attempted(probe: Probe, work: Callable[[Path], None], refusals: type[Exception]) -> Attempt:
    """The files after `work` on a copy of the program."""
    with tempfile.TemporaryDirectory(prefix="beast-peers-") as scratch:
        folder = Path(scratch).resolve()
        for path, text in probe.files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(text.encode())
        try:
            work(folder)
        except OutsideError as error:
            return Attempt(outcome=Outcome.BROKEN, reason=f"would change {error}")
        except refusals as error:
            return Attempt(outcome=Outcome.REFUSED, reason=str(error))
        except Exception as error:  # a peer's bug is no end of the benchmark.
            return Attempt(outcome=Outcome.CRASHED, reason=f"{type(error).__name__}: {error}")
        return Attempt({path.relative_to(folder).as_posix(): path.read_bytes().decode() for path in _python(folder)})


def within(folder: Path, paths: Iterable[Path | str]) -> None:
    """Raises OutsideError where a path lies outside of the folder."""
    for path in paths:
        if not Path(path).resolve().is_relative_to(folder.resolve()):
            raise OutsideError(str(path))


def _python(folder: Path) -> Sequence[Path]:
    return sorted(folder.rglob("*.py"))


def _offset(probe: Probe, offset: int) -> int:
    """An offset in the text as rope reads it, with LF for each line end."""
    return len(probe.files[probe.path][:offset].replace("\r\n", "\n"))


def _place(probe: Probe, offset: int) -> tuple[int, int]:
    """A place as jedi counts: lines from one, columns from zero."""
    before = probe.files[probe.path][:offset]
    return before.count("\n") + 1, len(before) - before.rfind("\n") - 1
