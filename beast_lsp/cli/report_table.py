"""The report of a check for a terminal."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from beast_lsp.cli.reports import printable, summary
from beast_lsp.engine.quality.rating import Rating
from beast_lsp.features.report import CheckedFunction, Report

_RISKIEST = 20
_COLOURS = {"fragile": "red", "delicate": "yellow", "fair": "cyan", "solid": "green"}


def show(report: Report) -> None:
    """Prints the riskiest functions, the findings, and a summary."""
    console = Console(highlight=False)
    riskiest = report.riskiest()
    if riskiest:
        title = "Riskiest functions" + ("" if report.is_calibrated else " (not calibrated)")
        console.print(_table(title, riskiest[:_RISKIEST]))
        console.print()
    if report.marks:
        console.print(Text("Findings", "bold"))
        for mark in report.marks:
            column = "" if mark.column is None else f":{mark.column + 1}"
            place = printable(f"{mark.path}:{mark.line + 1}{column}")
            # In one line, so that a terminal finds the place in it.
            console.print(Text.assemble(place, "  ", (mark.rule, "dim"), "  ", printable(mark.message)), soft_wrap=True)
        console.print()
    if report.files:
        console.print(Text(summary(report), "bold"))
    if len(riskiest) > _RISKIEST:
        console.print(Text(f"{len(riskiest) - _RISKIEST:,} more functions have a score; --json lists all.", "dim"))


def _table(title: str, rows: list[tuple[CheckedFunction, Rating]]) -> Table:
    table = Table(title=Text(title, "bold"), title_justify="left", show_header=False, box=None, padding=(0, 1))
    table.add_column("score", justify="right", no_wrap=True)
    table.add_column("word", no_wrap=True)
    table.add_column("function", overflow="fold")
    for function, rating in rows:
        colour = _COLOURS[rating.word]
        place = printable(f"{function.path}:{function.line + 1}")
        covered = [] if function.covered is None else [f"{function.covered:.0%} covered"]
        why = "; ".join([*rating.shown, *covered])
        about = Text.assemble((printable(function.name), "bold"), "  ", place, "\n", (why, "dim"))
        table.add_row(Text(str(rating.score), colour), Text(rating.word, colour), about)
    return table
