"""`beast-lsp explain`: what a function, a class or a module does, from its facts."""

import re
import sys
from pathlib import Path

import click

from beast_lsp.cli.project import project_folder
from beast_lsp.errors import BeastError

FAILED = 1
_PLACE = re.compile(r"(.+?)(?::(\d+))?")


@click.command("explain")
@click.argument("place", metavar="FILE[:LINE]")
@click.option("--root", type=click.Path(exists=True, file_okay=False, path_type=Path), help="The folder of the "
              "project; without it, the repository around the file, or what looks like a project.")  # fmt: skip
def command(place: str, root: Path | None) -> None:
    """Explain a function, a class or a module, in Markdown.

    It says what the innermost function or class around a line (from 1 on) takes, gives, raises and changes, who calls
    it, what it calls, which tests use it, how often it was changed and how risky it is: each as far as the code, its
    history and its coverage report prove it. Without a line it is about the module. Scores and history are told where
    `beast-lsp check` or the server has read the history before.

    \b
        beast-lsp explain src/shop.py:12

    \b
    Exit codes:  0  explained
                 1  nothing is known of it
                 2  wrong usage
    """
    found = _PLACE.fullmatch(place)
    is_path = Path(place).is_file()
    file = Path(place if is_path or found is None else found[1])
    line = None if is_path or found is None or found[2] is None else int(found[2]) - 1
    if not file.is_file() or (line is not None and line < 0):
        raise click.BadParameter(f"there is no file {file}, or no such line.", param_hint="FILE[:LINE]")
    try:
        click.echo(_explained(file.resolve(), line, root), nl=False)
    except BeastError as problem:
        click.echo(f"Error: {problem}", err=True)
        sys.exit(FAILED)


def _explained(file: Path, line: int | None, root: Path | None) -> str:
    """Raises BeastError where nothing is known."""
    from beast_lsp import settings  # noqa: PLC0415 - `--help` needs none of these.
    from beast_lsp.features.explained_files import explained  # noqa: PLC0415

    folder = project_folder(root, file)
    if not file.is_relative_to(folder):
        raise click.BadParameter(f"{file} lies outside of {folder}.", param_hint="FILE[:LINE]")
    found = settings.load(folder)
    return explained(folder, file, line, found.config)
