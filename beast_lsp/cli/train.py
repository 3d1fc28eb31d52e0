"""`beast-lsp train`: fits what ships to the user's own code."""

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


@click.group("train")
def command() -> None:
    """Fit the completion model to your own code."""


@command.command("adapt")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), metavar="PATH")
@click.option(
    "--minutes",
    type=click.FloatRange(min=0.1, max=600.0),
    default=10.0,
    show_default=True,
    help="The time it may take; it ends earlier where more would not help.",
)
@click.option("--dry-run", is_flag=True, help="Only tell what it would bring; install nothing.")
@click.option("--forget", is_flag=True, help="Remove what was learned of PATH, and go on with the model as it ships.")
def adapt_command(folder: Path, minutes: float, dry_run: bool, forget: bool) -> None:
    """Fit the completion model to the workspace PATH, the folder that your editor opens.

    The model reads the code in PATH that changed last, as far as the server would index it, with secrets cut out. It
    learns a small change of its last layer (under 1 MB), and is then judged on files that it did not learn from. Only
    if it is better there than what is in use, beyond chance, is the change installed. It lies in your data folder
    and nowhere in PATH; the server uses it from the next request on. The shipped model stays as it is.

    Nothing leaves this machine. Ctrl-C stops it, and leaves what was there.

    \b
    Exit codes:  0  installed, or nothing better was found
                 1  failed, or stopped
                 2  wrong usage
    """
    if forget:
        if dry_run:
            raise click.UsageError("Say one of --dry-run and --forget.")
        _forget(folder)
        return
    if not folder.is_dir():
        raise click.BadParameter(f"{folder} is no folder.", param_hint="PATH")
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


def _forget(folder: Path) -> None:
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
