"""`beast-lsp train quality`: the stages that make the fix-risk models."""

from importlib import import_module
from pathlib import Path
from typing import Any

import click

from beast_lsp.errors import BeastError

_FOLDER = click.Path(file_okay=False, path_type=Path)
_MADE = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group("quality")
def quality() -> None:
    """Make the fix-risk models anew, stage by stage.

    Each stage reads what the one before it wrote, stands alone, and gives the same for the same input. They need the
    extra `train` (pip install "beast-lsp[train]"); with the extra `mlflow`, `evaluate` logs its figures to the run's
    folder.

    \b
        beast-lsp train quality mine CLONES build/mined
        beast-lsp train quality prepare build/mined build/tables
        beast-lsp train quality compare build/tables build/run
        beast-lsp train quality train build/tables build/run
        beast-lsp train quality evaluate build/tables build/run
        beast-lsp train quality export build/tables build/run models
        beast-lsp train quality card build/tables build/run models/fix-risk.md

    What may be learnt from is decided by a repository's name: see `beast_lsp/training/corpus.py`.
    """


@quality.command("mine")
@click.argument("clones", type=_MADE)
@click.argument("mined", type=_FOLDER)
@click.option("--family", default="python", show_default=True, help="The language family to measure.")
@click.option("--only", multiple=True, metavar="OWNER/NAME", help="Mine this repository; may be given again.")
def mine(clones: Path, mined: Path, family: str, only: tuple[str, ...]) -> None:
    """Read labels and features from git histories.

    CLONES holds full clones (bare ones too), each in a folder `owner__name`. For each first of July since 2014 whose
    next twelve months are over, every function is measured as it stood, with what the year before says of it, and
    whether a bug fix touched it in the year after. A repository that MINED has already is left as it is.
    """
    _stage("mine").mine(clones, mined, family, only)


@quality.command("prepare")
@click.argument("mined", type=_MADE)
@click.argument("tables", type=_FOLDER)
def prepare(mined: Path, tables: Path) -> None:
    """Make percentiles of the measures: a table of functions and one of files."""
    _stage("stages").prepare_tables(mined, tables)


@quality.command("compare")
@click.argument("tables", type=_MADE)
@click.argument("run", type=_FOLDER)
def compare(tables: Path, run: Path) -> None:
    """Judge every kind of model on repositories of the train part that it has not seen.

    Lines of code alone, a linear model, additive trees, boosting, a neural network and an ensemble; what ships is the
    simplest that is not beaten.
    """
    _stage("stages").compare(tables, run)


@quality.command("train")
@click.argument("tables", type=_MADE)
@click.argument("run", type=_FOLDER)
def train(tables: Path, run: Path) -> None:
    """Fit the models that ship: of functions and files, with a history and without one."""
    _stage("stages").train(tables, run)


@quality.command("evaluate")
@click.argument("tables", type=_MADE)
@click.argument("run", type=_MADE)
@click.option("--name", default="", metavar="LANGUAGE", help="What TABLES are of, where it is not Python.")
def evaluate(tables: Path, run: Path, name: str) -> None:
    """Judge the fitted models, beside lines of code alone, on the dev part's later years.

    TABLES may be those of another language, whose name goes into the card: the models are the same.
    """
    _stage("stages").evaluate(tables, run, name)


@quality.command("export")
@click.argument("tables", type=_MADE)
@click.argument("run", type=_MADE)
@click.argument("models", type=_MADE)
def export(tables: Path, run: Path, models: Path) -> None:
    """Write the fitted models as ONNX."""
    _stage("stages").export(tables, run, models)


@quality.command("card")
@click.argument("tables", type=_MADE)
@click.argument("run", type=_MADE)
@click.argument("card", type=click.Path(dir_okay=False, path_type=Path))
def write_card(tables: Path, run: Path, card: Path) -> None:
    """Write the models' card from what the other stages found."""
    card.write_text(_stage("card").card(tables, run), "utf-8")


def _stage(name: str) -> Any:
    """The module of a stage. Raises BeastError where the extra is missing."""
    try:
        return import_module(f"beast_lsp.training.quality.{name}")
    except ModuleNotFoundError as missing:
        hint = 'Install the extra: pip install "beast-lsp[train]".'
        raise BeastError(f"This stage needs {missing.name}, which is not installed.", hint=hint) from missing
