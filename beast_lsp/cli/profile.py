"""`beast-lsp profile`: the style of a folder, as the server sees it."""

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import click
from rich.console import Console
from rich.progress import track
from rich.table import Table
from rich.text import Text

from beast_lsp.engine.languages import for_path
from beast_lsp.engine.style.configuration import read_configuration
from beast_lsp.engine.style.facts import StyleFacts, file_style
from beast_lsp.engine.style.profile import StyleProfile
from beast_lsp.errors import BeastError
from beast_lsp.features.style import FamilyStyle, certainty, family_styles, title_of
from beast_lsp.store.index.content import read_lines
from beast_lsp.store.index.walk import walk

_SLOW = 200  # files; fewer are read before a progress bar could be.


@click.command("profile")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path), default=".", metavar="[PATH]")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
def command(folder: Path, as_json: bool) -> None:
    """Show the style of the code in a folder.

    PATH is the folder (the current one without it). Each setting is either configured (an EditorConfig or a
    formatter's file says so) or inferred from the code; then its certainty and what it rests on stand beside it.
    """
    profile = read_profile(folder.resolve())
    if as_json:
        click.echo(json.dumps(profile.to_json(), indent=2, ensure_ascii=False))
        return
    families = family_styles(profile)
    if not families:
        raise BeastError(f"{folder} has no code in a language that is known.", hint="Name a folder with source files.")
    console = Console()
    for family in families:
        console.print(_table(family))


def read_profile(folder: Path) -> StyleProfile:
    """The profile of the files that the server would index, with a progress bar on standard error for many."""
    paths = [found.path for found in walk(folder) if for_path(Path(found.path)).family != "text"]
    console = Console(file=sys.stderr)
    shown = track(paths, "Reading", console=console, transient=True, disable=len(paths) < _SLOW)
    return StyleProfile.of(_facts(folder, shown)).configured(read_configuration(folder))


def _facts(folder: Path, paths: Iterable[str]) -> Iterator[StyleFacts]:
    for path in paths:
        lines = read_lines(folder / path)
        if lines is not None:
            yield file_style(for_path(Path(path)).name, lines, path)


def _table(family: FamilyStyle) -> Table:
    table = Table(title=f"{family.title}: {family.files:,} files, {family.lines:,} lines", title_justify="left")
    table.add_column("setting")
    table.add_column("value", style="bold")
    table.add_column("certainty", justify="right")
    table.add_column("evidence", style="dim", overflow="fold")
    for setting in family.settings:
        # As text, since a section's name in brackets would be taken for markup.
        table.add_row(title_of(setting), str(setting.value), certainty(setting), Text(setting.evidence))
    return table
