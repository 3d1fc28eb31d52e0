"""`beast-lsp check`: every function with its score, its reasons, and what was found in it."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from beast_lsp.errors import BeastError, HistoryError

if TYPE_CHECKING:
    from beast_lsp.features.checking import Request
    from beast_lsp.features.report import Report

FOUND, FAILED, STOPPED = 1, 2, 130


@click.command("check")
@click.argument("path", type=click.Path(exists=True, readable=True, path_type=Path), default=".", metavar="[PATH]")
@click.option("--json", "forms", flag_value="json", multiple=True, help="Print one JSON object a line and function.")
@click.option("--sarif", "forms", flag_value="sarif", multiple=True, help="Print the findings as SARIF 2.1.0.")
@click.option("--markdown", "forms", flag_value="markdown", multiple=True, help="Print a report for a pull request.")
@click.option("--since", metavar="REV", help="Only what changed since this revision, committed or not.")
@click.option(
    "--fail-under",
    type=click.IntRange(0, 100),
    metavar="SCORE",
    help="Exit with 1 too where a function outside of tests has a score below this one.",
)
@click.option("--lint", is_flag=True, help="Add ruff's rules for security, performance and reliability.")
def command(path: Path, forms: Sequence[str], since: str | None, fail_under: int | None, lint: bool) -> None:
    """Score every function, and find what is almost surely a mistake.

    PATH is the folder (the current one without it), or one file, which is then set against its repository. Each
    function has a score: 100 is best, and about 0 the few that carry most of the risk. It says how likely a bug fix
    is to touch the function within twelve months, learned from other projects and from this one's own history. The
    findings are of rules that state a fact; a comment `beast: ignore[rule]` leaves a line alone.

    With --json, lines and columns count from 1, and `path` is relative to PATH (of a file: to its repository). What
    lies outside of every function stands in an object whose `name` is empty. With --sarif, paths are relative to the
    top of the repository. Notices go to standard error.

    With --since, the files are compared as they lie there, new ones included, with the revision. For the changes of
    a branch alone, say --since "$(git merge-base main HEAD)".

    What --lint adds is advice, most of it a matter of judgement, so it never changes the exit code.

    With --fail-under, mind that a score compares: the riskiest functions of any code are close to 0. It is meant to
    go with --since. Where there are no scores, it fails nothing.

    The first check of a folder reads its history, which takes a minute in a large repository; what it learned
    stays in the cache.

    \b
    Exit codes:  0  nothing found
                 1  findings, or a score below --fail-under
                 2  wrong usage, or the check failed
               130  stopped by Ctrl-C
    """
    if len(set(forms)) > 1:
        raise click.UsageError("Choose one of --json, --sarif and --markdown.")
    try:
        report = _checked(path, since, lint)
    except HistoryError as problem:
        raise click.BadParameter(str(problem), param_hint="--since") from problem
    except BeastError as problem:
        click.echo(f"Error: {problem}", err=True)
        sys.exit(FAILED)
    except KeyboardInterrupt:
        click.echo("Stopped.", err=True)
        sys.exit(STOPPED)
    for notice in report.notices:
        click.secho(f"! {notice}", fg="yellow", err=True)
    _print(report, next(iter(forms), ""))
    sys.exit(_exit_code(report, fail_under))


def _checked(path: Path, since: str | None, lint: bool) -> "Report":
    """Raises BeastError or KeyboardInterrupt."""
    from beast_lsp.cli.progress import steps  # noqa: PLC0415 - `--help` needs none of these.
    from beast_lsp.features.checking import check  # noqa: PLC0415

    request, problems = _request(path.resolve(), since, lint)
    with steps() as progress:
        report = check(request, progress)
    report.notices[:0] = problems
    return report


def _request(place: Path, since: str | None, lint: bool) -> "tuple[Request, list[str]]":
    """What is asked for, under the settings of the folder, and what is wrong with those of them that count here."""
    from beast_lsp import paths, settings  # noqa: PLC0415
    from beast_lsp.features.checking import Request  # noqa: PLC0415
    from beast_lsp.features.findings import MUTED  # noqa: PLC0415
    from beast_lsp.store.history.git import repository_of  # noqa: PLC0415
    from beast_lsp.store.index.options import EXCLUDE, MAX_FILES, IndexOptions  # noqa: PLC0415
    from beast_lsp.store.index.workspace import home_of  # noqa: PLC0415

    folder = (repository_of(place.parent) or place.parent) if place.is_file() else place
    found = settings.load(folder)
    muted = found.config[MUTED]
    keys = {MUTED.key, EXCLUDE.key, MAX_FILES.key, str(folder / settings.WORKSPACE_FILE), str(paths.config_file())}
    request = Request(
        folder,
        home_of(folder, paths.cache_folder()),
        paths.models_folder(),
        place.relative_to(folder).as_posix() if place.is_file() else "",
        since,
        lint,
        IndexOptions.of(found.config),
        tuple(muted),
    )
    return request, [str(problem) for problem in found.problems if problem.key in keys]


def _print(report: "Report", form: str) -> None:
    if form == "json":
        from beast_lsp.cli.reports import json_lines  # noqa: PLC0415

        for line in json_lines(report):
            click.echo(line)
    elif form == "markdown":
        from beast_lsp.cli.reports import markdown  # noqa: PLC0415

        click.echo(markdown(report))
    elif form == "sarif":
        from beast_lsp.cli.sarif import sarif  # noqa: PLC0415

        click.echo(sarif(report))
    else:
        from beast_lsp.cli.report_table import show  # noqa: PLC0415

        show(report)


def _exit_code(report: "Report", fail_under: int | None) -> int:
    low = report.below(fail_under) if fail_under is not None else ()
    if low:
        click.echo(f"{len(low)} functions have a score below {fail_under}.", err=True)
    return FOUND if low or report.mistakes else 0
