"""`beast-lsp refactor`: the editor's refactorings from the shell."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from beast_lsp.cli.project import project_folder
from beast_lsp.errors import BeastError, RefactoringRefused, SandboxMissing

if TYPE_CHECKING:
    from beast_lsp.engine.document import Position
    from beast_lsp.engine.refactors.plan import Plan
    from beast_lsp.features.refactoring_files import RefactoredFolder

REFUSED = 1
_DOUBTFUL = ("probable", "textual")
_EXAMPLE, _RUNS = "example", ("run", "unconfined")


@click.command("refactor")
@click.argument("name", required=False)
@click.argument("place", required=False, metavar="[FILE:LINE:COL[-LINE:COL]]")
@click.option("--set", "settings", multiple=True, metavar="OPTION=VALUE", help="What the refactoring is to know, "
              "such as a new name. May be repeated.")  # fmt: skip
@click.option("--apply", "is_applied", is_flag=True, help="Write the files, all of them or none.")
@click.option("--diff", "is_diff", is_flag=True, help="Print the diff alone, for `git apply`.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--include", multiple=True, metavar="KIND", help="Do edits that are not certain as well: `probable` (an "
              "attribute of an object whose type is not known), `textual` (in strings, comments, documents), or both, "
              "with a comma.")  # fmt: skip
@click.option("--root", type=click.Path(exists=True, file_okay=False, path_type=Path), help="The folder of the "
              "project; without it, the repository around the file, or what looks like a project.")  # fmt: skip
@click.option("--list", "is_listed", is_flag=True, help="List the refactorings and their options.")
@click.option("--undo", "is_undone", is_flag=True, help="Take back the last refactoring of the project.")
def command(  # noqa: PLR0913, PLR0917 - one argument for each option.
    name: str | None,
    place: str | None,
    settings: Sequence[str],
    is_applied: bool,
    is_diff: bool,
    as_json: bool,
    include: Sequence[str],
    root: Path | None,
    is_listed: bool,
    is_undone: bool,
) -> None:
    """Refactor code without changing what it does.

    NAME is one of `beast-lsp refactor --list`. Lines and columns count from 1; between two places lies a selection,
    whose end is the place behind its last character.

    Without --apply nothing is written: it shows what would be touched, and a diff. What could change the code's
    behaviour is refused, with the reason and with what would work.

    \b
        beast-lsp refactor rename src/shop.py:12:5 --set name=total
        beast-lsp refactor rename src/shop.py:12:5 --set name=total --apply
        beast-lsp refactor --undo

    \b
    Exit codes:  0  done, or shown
                 1  refused
                 2  wrong usage
    """
    if is_listed:
        _list(as_json)
        return
    try:
        if is_undone:
            _undo(root)
        else:
            _refactor(name, place, settings, root, include, is_applied, is_diff, as_json)
    except RefactoringRefused as refusal:
        _refuse(refusal, as_json)
    except (BeastError, OSError) as problem:
        click.echo(f"Error: {problem}", err=True)
        sys.exit(REFUSED)


def _refactor(  # noqa: PLR0913, PLR0917 - what was asked for.
    name: str | None,
    place: str | None,
    settings: Sequence[str],
    root: Path | None,
    include: Sequence[str],
    is_applied: bool,
    is_diff: bool,
    as_json: bool,
) -> None:
    from beast_lsp.features.refactoring_files import chosen  # noqa: PLC0415 - `--help` needs none of it.

    options, included = _options(name, settings), _included(include)
    file, start, end = _place(place)
    folder = project_folder(root, file)
    project = _project(folder)
    path = _path(folder, file)
    if how := options.pop(_EXAMPLE, ""):
        plan = _with_example(project, path, start, how, options)
    else:
        plan = project.plan(path, start, end, name or "", options)
    whole, plan = plan, chosen(plan, included)
    if is_applied:
        project.apply(plan)
    if as_json:
        click.echo(json.dumps(_described(whole, is_applied), ensure_ascii=False))
    else:
        _show(whole, plan, is_applied=is_applied, is_diff=is_diff)


def _with_example(
    project: "RefactoredFolder", path: str, start: "Position", how: str, options: dict[str, str]
) -> "Plan":
    """The plan of `document-function` with an example, after a run of the code."""
    from dataclasses import replace  # noqa: PLC0415 - as above.

    from beast_lsp.cli.progress import steps  # noqa: PLC0415
    from beast_lsp.features.examples import Order  # noqa: PLC0415

    if how not in _RUNS:
        raise click.BadParameter(f"{how} is none of {', '.join(_RUNS)}.", param_hint="--set example")
    order = replace(Order.of(project.config), options=options, is_unconfined=how == "unconfined")
    with steps() as progress:
        told = replace(order, tell=lambda stage: progress(stage.phase, stage.percent, 100))
        try:
            return project.plan_with_example(path, start.line, told)
        except SandboxMissing as missing:
            raise BeastError(str(missing), hint="`--set example=unconfined` runs it all the same.") from missing


def _undo(root: Path | None) -> None:
    plan = _project(project_folder(root, Path.cwd())).undo()
    click.echo(f"{plan.title}: {', '.join(sorted({*plan.edits, *plan.created, *plan.deleted, *plan.moved.values()}))}")


def _list(as_json: bool) -> None:
    from beast_lsp.features.refactoring import known_refactorings  # noqa: PLC0415 - as above.

    for one in known_refactorings():
        if as_json:
            click.echo(json.dumps(one, ensure_ascii=False))
            continue
        click.echo(f"{one['name']}  ({', '.join(one['languages'])})")
        for option, says in one["options"].items():
            click.echo(f"    {option}: {says}")


def _show(whole: "Plan", plan: "Plan", *, is_applied: bool, is_diff: bool) -> None:
    from beast_lsp.features.refactoring import doubtful_places, touched  # noqa: PLC0415 - as above.
    from beast_lsp.features.refactoring_files import unified_diff  # noqa: PLC0415

    if not is_diff:
        click.echo(f"{plan.title}{': done' if is_applied else ''}")
        for line in touched(plan).lines():
            click.echo(f"  {line}")
    if whole.doubtful and not plan.doubtful:
        click.secho(f"! Left as they are: {doubtful_places(whole)}.", fg="yellow", err=True)
    if not is_applied or is_diff:
        click.echo("".join(unified_diff(plan)), nl=False)


def _described(plan: "Plan", is_applied: bool) -> dict[str, Any]:
    """A plan for machines; lines and columns count from 1."""
    edits = [
        {
            "path": path,
            "start": [edit.start.line + 1, edit.start.column + 1],
            "end": [edit.end.line + 1, edit.end.column + 1],
            "text": edit.text,
            "certainty": edit.certainty.name.lower(),
            "note": edit.note,
        }
        for path, found in plan.edits.items()
        for edit in found
    ]
    files = {"created": dict(plan.created), "moved": dict(plan.moved), "deleted": sorted(plan.deleted)}
    return {"title": plan.title, "applied": is_applied, "edits": edits, **files, "notes": list(plan.notes)}


def _refuse(refusal: RefactoringRefused, as_json: bool) -> None:
    if as_json:
        reason = str(refusal).removesuffix(refusal.hint).rstrip()
        click.echo(json.dumps({"refused": reason, "hint": refusal.hint}, ensure_ascii=False))
    else:
        click.echo(f"Refused: {refusal}", err=True)
    sys.exit(REFUSED)


def _options(name: str | None, settings: Sequence[str]) -> dict[str, str]:
    """What --set says. Raises UsageError for what the refactoring does not know."""
    from beast_lsp.engine.refactors.registry import REFACTORINGS, by_name  # noqa: PLC0415 - as above.

    refactoring = by_name(name) if name else None
    if refactoring is None:
        names = ", ".join(sorted(one.name for one in REFACTORINGS))
        raise click.BadParameter(f"{name or 'nothing'} is none of {names}.", param_hint="NAME")
    found = {}
    for each in settings:
        key, sign, value = each.partition("=")
        if not sign or key not in refactoring.options:
            known = ", ".join(refactoring.options) or "none"
            raise click.BadParameter(f"{each}: {name} knows these options: {known}.", param_hint="--set")
        found[key] = value
    return found


def _included(include: Sequence[str]) -> list[Any]:
    from beast_lsp.engine.refactors.proposal import Certainty  # noqa: PLC0415 - as above.

    words = [word.strip() for each in include for word in each.split(",")]
    if unknown := [word for word in words if word not in _DOUBTFUL]:
        raise click.BadParameter(f"{unknown[0]} is none of {', '.join(_DOUBTFUL)}.", param_hint="--include")
    return [Certainty[word.upper()] for word in words]


def _place(place: str | None) -> "tuple[Path, Position, Position]":
    from beast_lsp.features.refactoring import read_place  # noqa: PLC0415 - as above.

    told = read_place(place or "")
    if told is None:
        expected = "expected FILE:LINE:COL or FILE:LINE:COL-LINE:COL, from 1 on, and the end last."
        raise click.BadParameter(expected, param_hint="PLACE")
    if not Path(told.path).is_file():
        raise click.BadParameter(f"there is no file {told.path}.", param_hint="PLACE")
    return Path.cwd() / told.path, told.start, told.end


def _path(folder: Path, file: Path) -> str:
    resolved = file.resolve()
    if not resolved.is_relative_to(folder):
        raise click.BadParameter(f"{file} lies outside of {folder}.", param_hint="PLACE")
    return resolved.relative_to(folder).as_posix()


def _project(folder: Path) -> "RefactoredFolder":
    from beast_lsp import settings  # noqa: PLC0415 - as above.
    from beast_lsp.features.refactoring_files import RefactoredFolder  # noqa: PLC0415

    return RefactoredFolder(folder, settings.load(folder).config)
