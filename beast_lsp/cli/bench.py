"""`beast-lsp bench`: the typing replay on a copy of any workspace."""

import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from beast_lsp import __version__
from beast_lsp.engine.languages import LANGUAGES
from beast_lsp.replay.cases import Case
from beast_lsp.replay.measure import SMALL, Measured, Setting, measure, prepare
from beast_lsp.replay.server import Server, own_server
from beast_lsp.replay.user import CaseResult
from beast_lsp.router.backends.workspace.backend import PARTS

_FAMILIES = sorted({language.family for language in LANGUAGES.values() if language.has_grammar})
_TITLES = {
    Setting.EXISTING: "existing files",
    Setting.SMALL: f"only {SMALL} files",
    Setting.NEW: "new files",
}


@dataclass(frozen=True, slots=True)
class Run:
    """One row of the report."""

    setting: Setting
    without: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The row's name."""
        return f"{_TITLES[self.setting]}{''.join(f', no {part}' for part in self.without)}"


@click.command("bench")
@click.argument("path", type=click.Path(exists=True, file_okay=False, path_type=Path), default=".")
@click.option("--cases", "count", default=24, show_default=True, type=click.IntRange(1), help="Functions to type.")
@click.option("--seed", default=1, show_default=True, help="Another number takes other functions.")
@click.option("--language", type=click.Choice(_FAMILIES), help="Only functions of this family of languages.")
@click.option("--without", multiple=True, type=click.Choice(PARTS), metavar="PART", help="Switch a part off: "
              f"{', '.join(PARTS)}. May be repeated.")  # fmt: skip
@click.option("--ablate", is_flag=True, help="Switch each part off in turn as well, on the same functions.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")
def command(  # noqa: PLR0913, PLR0917 - one argument for each option.
    path: Path, count: int, seed: int, language: str | None, without: tuple[str, ...], ablate: bool, as_json: bool
) -> None:
    """Measure how many keystrokes the server saves on your own code.

    Functions are taken out of a copy of the folder PATH (default: this one), and a simulated user types them
    again, over the protocol that editors speak. Nothing of yours is changed, sent or kept. Half of the functions
    come from tests; small workspaces and new files, with a third as many, are reported apart.

    \b
    Exit codes:  0  measured
                 1  no function fits (at least 4 lines, nowhere repeated), or the server failed
                 2  wrong usage
    """
    runs = [Run(setting, without) for setting in Setting]
    runs += [Run(Setting.EXISTING, (*without, part)) for part in PARTS if part not in without] if ablate else []
    measured = dict(_measured(path.resolve(), runs, count, seed, language))
    if not measured:
        raise click.ClickException(f"{path} has no function of at least 4 lines that stands nowhere else.")
    if as_json:
        click.echo(json.dumps(_report(path, seed, measured), indent=2))
    else:
        _print(path, measured)


def _measured(
    path: Path, runs: Sequence[Run], count: int, seed: int, family: str | None
) -> Iterator[tuple[Run, Measured]]:
    """Measures the runs in turn; one without a function that fits is left out."""
    for run in runs:
        with tempfile.TemporaryDirectory(prefix="beast-bench-") as scratch, _progress() as progress:
            most = count if run.setting is Setting.EXISTING else max(1, count // 3)
            target = Path(scratch).resolve() / path.name
            task = progress.add_task(f"{run.title}: copying", total=None)
            found = prepare(path, target, run.setting, most, seed=seed, family=family)
            if found:
                server = own_server(Path(scratch) / "home", run.without)
                yield run, _run(run, server, found, partial(progress.update, task))


def _run(run: Run, server: Server, found: Sequence[Case], show: Callable[..., None]) -> Measured:
    results: list[CaseResult] = []

    def indexing(done: int, total: int) -> None:
        show(description=f"{run.title}: indexing", completed=done, total=total or None)

    def typed(result: CaseResult) -> None:
        results.append(result)
        show(description=f"{run.title}: typing", completed=len(results), total=len(found))

    return measure(server, found, exact=True, indexing=indexing, typed=typed)


def _progress() -> Progress:
    """On the terminal only; a pipe gets the report alone."""
    console = Console(stderr=True)
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


def _report(path: Path, seed: int, measured: dict[Run, Measured]) -> dict[str, Any]:
    runs = [
        {"setting": run.setting.value, "without": list(run.without), **one.to_json()} for run, one in measured.items()
    ]
    return {"workspace": path.resolve().name, "version": __version__, "seed": seed, "runs": runs}


def _print(path: Path, measured: dict[Run, Measured]) -> None:
    console = Console()
    console.print(_table(path, measured))
    first = next(iter(measured.values()))
    if first.exact:
        right = first.exact
        console.print(
            f"The rest of the line is right, unasked: {right.share(right.start):.0%} at its start, "
            f"{right.share(right.middle):.0%} at its middle; where you ask: {right.share(right.start_invoked):.0%} and "
            f"{right.share(right.middle_invoked):.0%} ({right.lines} lines)."
        )
    memory = f" The server holds {first.memory:.0f} MB." if first.memory is not None else ""
    console.print(f"Started in {first.initialize:.2f} s, indexed in {first.index:.1f} s.{memory}")
    console.print(
        "saved: 1 - keys / characters, for a user who takes every right suggestion and no\n"
        "wrong one; people save less. prec.: taken / shown. p50, p95: ms per answer.",
        style="dim",
    )


def _table(path: Path, measured: dict[Run, Measured]) -> Table:
    title = f"beast-lsp {__version__} on {path.resolve().name}"
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("functions in", no_wrap=True)
    for name in ("n", "saved", "prec.", "shown", "taken", "p50", "p95"):
        table.add_column(name, justify="right")
    for run, one in measured.items():
        sums = one.figures
        table.add_row(
            run.title,
            f"{sums.cases}",
            f"{sums.ksr:.1%}",
            f"{sums.precision:.2f}",
            f"{sums.shown}",
            f"{sums.accepted}",
            f"{sums.p50:.1f}",
            f"{sums.p95:.1f}",
        )
    return table
