"""`beast-lsp docs`: a reference, an architecture page and a README's facts, made from the code."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from beast_lsp.cli.project import project_folder
from beast_lsp.errors import BeastError, SandboxMissing

if TYPE_CHECKING:
    from beast_lsp.features.command_help import CommandHelp
    from beast_lsp.features.documentation_pages import Documentation, DocumentedFolder

WOULD_CHANGE, FAILED = 1, 2


@click.command("docs")
@click.argument("path", type=click.Path(exists=True, path_type=Path), default=".", metavar="[PATH]")
@click.option("--write", "is_written", is_flag=True, help="Write the pages, all of them or none.")
@click.option("--check", "is_checked", is_flag=True, help="Print nothing but the paths that would change.")
@click.option("--output", type=click.Path(file_okay=False, path_type=Path), metavar="FOLDER",
              help="Where the pages go; without it, the folder `docs` in PATH.")  # fmt: skip
@click.option("--overwrite", is_flag=True, help="Replace generated parts that somebody edited, too.")
@click.option("--no-run", is_flag=True, help="Don't run the project's commands for their --help.")
@click.option("--python", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="PROGRAM",
              help="The Python that runs them; without it, that of the project's .venv or venv.")  # fmt: skip
@click.option("--unconfined", is_flag=True, help="Run them even where this system gives no limits to them.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(  # noqa: PLR0913, PLR0917 - one argument for each option.
    path: Path,
    is_written: bool,
    is_checked: bool,
    output: Path | None,
    overwrite: bool,
    no_run: bool,
    python: Path | None,
    unconfined: bool,
    as_json: bool,
) -> None:
    """Document a project: a reference, its architecture, a README.

    All of it is made from the code and the project's own files. PATH is a folder (the current one without it). The
    reference has a page for each public module, the architecture page what imports what, in layers and with circles,
    and the README what the project's own files say: nothing is
    made up. With a file as PATH, its page is printed.

    Without --write nothing is written: it shows what would change. Generated parts stand between marks. What people
    write around them stays; a part that somebody edited stays, too, and is told of. A README without marks is left
    alone: put `<!-- beast-lsp:begin install -->` and `<!-- beast-lsp:end install -->` into it, and the part between
    them is kept up to date (title, install, usage, commands, tests, layout, documentation, license).

    The README shows what Python commands print for --help. That runs them, confined: without network, and writing
    only to a temporary folder.

    \b
    Exit codes:  0  done, or nothing to do
                 1  --check: something would change
                 2  wrong usage, or it failed
    """
    try:
        if path.is_file():
            click.echo(_page(path), nl=False)
            return
        folder = path.resolve()
        documented = _folder(folder, output or folder / "docs")
        helped = _help(documented, folder, no_run, python, unconfined)
        made = documented.documentation(helped.shown, overwrite=overwrite)
        if is_written and not is_checked:
            documented.write(made)
    except (BeastError, OSError) as problem:
        click.echo(f"Error: {problem}", err=True)
        sys.exit(FAILED)
    _tell(made, helped.notices, is_checked=is_checked, is_written=is_written, as_json=as_json)
    sys.exit(WOULD_CHANGE if is_checked and made.changes else 0)


def _page(file: Path) -> str:
    folder = project_folder(None, file)
    return _folder(folder, folder / "docs").page(file.resolve().relative_to(folder).as_posix())


def _folder(folder: Path, output: Path) -> "DocumentedFolder":
    from beast_lsp import settings  # noqa: PLC0415 - `--help` needs none of these.
    from beast_lsp.features.documentation_pages import DocumentedFolder  # noqa: PLC0415
    from beast_lsp.store.index.options import IndexOptions  # noqa: PLC0415

    return DocumentedFolder(folder, output, IndexOptions.of(settings.load(folder).config))


def _help(
    documented: "DocumentedFolder", folder: Path, no_run: bool, python: Path | None, unconfined: bool
) -> "CommandHelp":
    """What the commands print, where they may be run."""
    from beast_lsp.features.command_help import CommandHelp, command_help  # noqa: PLC0415 - as above.

    commands = documented.code.project.commands
    if no_run or not commands:
        return CommandHelp({}, ())
    try:
        return command_help(folder, commands, documented.code.source_root(), python, unconfined=unconfined)
    except SandboxMissing as missing:
        return CommandHelp({}, (f"No command was asked for help. {missing} --unconfined runs them all the same.",))


def _tell(
    made: "Documentation", notices: tuple[str, ...], *, is_checked: bool, is_written: bool, as_json: bool
) -> None:
    kept = [f"{each}: somebody edited it, so it stays; --overwrite replaces it." for each in made.kept]
    for notice in [*notices, *made.notices, *kept]:
        click.secho(f"! {notice}", fg="yellow", err=True)
    if as_json:
        click.echo(json.dumps(_described(made, notices, is_written and not is_checked), ensure_ascii=False))
        return
    verbs = ("Written", "Removed") if is_written and not is_checked else ("Would write", "Would remove")
    for path in made.changes:
        click.echo(f"{verbs[path in made.plan.deleted]}: {path}")
    if not made.changes:
        click.echo("Nothing to change.")
    if not is_written and not is_checked:
        click.echo(made.diff(), nl=False)


def _described(made: "Documentation", notices: tuple[str, ...], is_written: bool) -> dict[str, Any]:
    plan = made.plan
    files = {"created": dict(plan.created), "changed": dict(plan.after), "deleted": sorted(plan.deleted)}
    return {"written": is_written, **files, "kept": list(made.kept), "notices": [*notices, *made.notices]}
