"""`beast-lsp train`: fits what ships to the user's own code, and makes the fix-risk models anew."""

import os
from pathlib import Path

import click

from beast_lsp.cli.train_quality import quality


@click.group("train")
def command() -> None:
    """Fit what ships to your code, or make it anew."""


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
    if forget and dry_run:
        raise click.UsageError("Say one of --dry-run and --forget.")
    if not forget and not folder.is_dir():
        raise click.BadParameter(f"{folder} is no folder.", param_hint="PATH")
    # More threads wait for each other in a busy loop: on a machine that does something else besides, one is faster.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from beast_lsp.cli import adapting  # noqa: PLC0415 - numpy reads that number when it is loaded.

    if forget:
        adapting.forget(folder)
    else:
        adapting.learn(folder, minutes, dry_run=dry_run)


command.add_command(quality)
