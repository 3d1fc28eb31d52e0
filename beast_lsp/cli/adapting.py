"""What `beast-lsp train adapt` does and says; `cli.train` has its options."""

import sys
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from beast_lsp import paths
from beast_lsp.engine.manifest import listed
from beast_lsp.errors import ModelError
from beast_lsp.router.backends.neural.delta import check_place, delta_file
from beast_lsp.router.backends.neural.model import FILE, LanguageModel
from beast_lsp.training.adapt.workspace import Adapted, adapt, install


def learn(folder: Path, minutes: float, *, dry_run: bool) -> None:
    """Fits a delta to a folder and installs it where it is better. Ends with 1 where it is stopped.

    Raises ModelError where there is no model or too little code, or the delta can't be written.
    """
    model = _model()
    if not dry_run:
        check_place(delta_file(folder))  # Rather now than after ten minutes.
    try:
        adapted = _with_progress(folder, model, minutes)
    except KeyboardInterrupt:
        click.echo("Stopped; what was there stays.", err=True)
        sys.exit(1)
    _tell(adapted)
    if not adapted.verdict.is_better:
        click.echo("That is not better beyond chance: nothing was installed.")
    elif dry_run:
        click.echo("It would be installed.")
    else:
        click.echo(f"Installed: {install(adapted, folder)}")


def forget(folder: Path) -> None:
    """Removes what was learned of a folder. Raises ModelError where it can't be removed."""
    path = delta_file(folder)
    try:
        path.unlink()
    except FileNotFoundError:
        click.echo(f"Nothing was learned of {folder}.")
        return
    except OSError as problem:
        raise ModelError(f"{path} can't be removed: {problem.strerror}.") from problem
    click.echo(f"Removed: {path}")


def _model() -> LanguageModel:
    folder = paths.models_folder()
    if FILE not in listed(folder):
        raise ModelError("No completion model ships with this installation, so there is nothing to fit.")
    return LanguageModel(folder)


def _with_progress(folder: Path, model: LanguageModel, minutes: float) -> Adapted:
    """Runs it with a progress bar on standard error."""
    columns = (TextColumn("{task.description:<14}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(file=sys.stderr), transient=True) as progress:
        bar = progress.add_task("Collecting", total=1.0)
        return adapt(folder, model, minutes, lambda step, done: progress.update(bar, description=step, completed=done))


def _tell(adapted: Adapted) -> None:
    verdict, facts = adapted.verdict, adapted.delta.facts
    learned = f"Learned from {facts.ids:,} tokens" if facts is not None else "Learned"
    against = "by what is in use" if adapted.replaces else "by the model as it ships"
    click.echo(
        f"{learned}. On {verdict.files} files that were held out a token costs {verdict.after:.3f} nats instead of "
        f"{verdict.before:.3f} {against}: {verdict.gain:+.1%} better, surely {verdict.surely:+.1%}."
    )
