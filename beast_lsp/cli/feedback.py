"""`beast-lsp feedback`: what the server has stored about its suggestions, shown, exported and deleted."""

import json
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from beast_lsp.engine.secrets import redact
from beast_lsp.store.database import delete as delete_rows
from beast_lsp.store.database import export as stored_rows
from beast_lsp.store.database import open_database, unusable
from beast_lsp.store.store import database_file

if TYPE_CHECKING:
    from sqlite_utils import Database


@click.group()
def command() -> None:
    """Show, export or delete what is stored about suggestions.

    Which suggestions were shown, what became of them, and, unless `feedback.keep_texts` is off, the text around
    the cursor. It never leaves this machine by itself, and secrets are cut out before anything is stored.
    """


@command.command()
@click.option("-n", "--last", default=20, show_default=True, type=click.IntRange(min=1), help="How many, newest first.")
@click.option("--texts", is_flag=True, help="Show the suggestions themselves, too.")
def preview(last: int, texts: bool) -> None:
    """Show the newest suggestions and what became of them."""
    rows = [_shown(row) for row in _rows()]
    if not rows:
        click.echo("Nothing is stored.")
        return
    for row in islice(reversed(rows), last):
        click.echo(_line(row))
        if texts and row["candidate"]:
            click.echo("".join(f"    | {line}\n" for line in row["candidate"].splitlines()), nl=False)
    click.echo(f"\n{_summary(rows)}")


@command.command()
@click.option(
    "-o", "--output", type=click.File("w", encoding="utf-8"), default="-", help="A file; standard output else."
)
@click.option("--texts/--no-texts", default=True, show_default=True, help="With prompts and suggestions.")
def export(output: IO[str], texts: bool) -> None:
    """Write everything that is stored as JSON lines, after redaction."""
    for row in _rows():
        shown = _shown(row)
        if not texts:
            shown = {name: value for name, value in shown.items() if name not in _TEXTS}
        output.write(json.dumps(shown, ensure_ascii=False) + "\n")


@command.command()
@click.option("--all", "everything", is_flag=True, help="Delete everything.")
@click.option("--before", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]), help="Delete what is older (UTC).")
@click.option("--prediction", metavar="ID", help="Delete one prediction and the feedback on it.")
@click.option("-y", "--yes", is_flag=True, help="Don't ask.")
def delete(everything: bool, before: datetime | None, prediction: str | None, yes: bool) -> None:
    """Delete what is stored, for good: the file is rewritten, and nothing of it stays on the disk.

    Ends with 1 where nothing fits or the question is answered no.
    """
    if [everything, before is not None, prediction is not None].count(True) != 1:
        raise click.UsageError("Say one of --all, --before DATE and --prediction ID.")
    chosen = "everything" if everything else f"what is older than {before}" if before else f"prediction {prediction}"
    if not yes:
        click.confirm(f"Delete {chosen} from {database_file()}?", abort=True)
    until = before.replace(tzinfo=UTC).timestamp() if before else None
    with _database() as database:
        count = 0 if database is None else delete_rows(database, before=until, prediction_id=prediction)
    click.echo(f"{count} predictions deleted.")
    if everything:
        _name_kept(click.echo)
    if not count and not everything:
        sys.exit(1)


_TEXTS = ("prefix", "candidate", "suffix", "became")


def _rows() -> Iterator[dict[str, Any]]:
    with _database() as database:
        if database is not None:
            yield from stored_rows(database)


@contextmanager
def _database() -> Iterator["Database | None"]:
    """The database; None where there is none yet. Raises StoreError where it can't be used."""
    path = database_file()
    if not path.exists():
        yield None
        return
    database, notice = open_database(path)
    if notice:
        click.echo(notice, err=True)
    try:
        yield database
    except sqlite3.Error as error:
        raise unusable(path, error) from error
    finally:
        database.close()


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    """A row as people read it. Redacted once more: rules may have been learned since it was stored."""
    result = dict(row)
    for name in _TEXTS:
        if result[name] is not None:
            result[name] = redact(result[name])
    for name in ("created_at", "feedback_at"):
        if result[name] is not None:
            result[name] = datetime.fromtimestamp(result[name], UTC).isoformat(timespec="milliseconds")
    return result


def _line(row: dict[str, Any]) -> str:
    outcome = f"{row['outcome'] or 'open':<14}{row['source'] or '':<9}"
    shares = [row[f"share_{seconds}s"] for seconds in (30, 120, 300, 600)]
    kept = [share for share in shares if share is not None]
    left = f"  {kept[-1]:.0%} kept" if kept else ""
    where = f"{row['task']:<11}{row['language']:<12}{row['model']:<12}"
    size = f"{row['candidate_length']:>5} chars {row['latency_ms']:6.1f} ms"
    return f"{row['created_at'][:19]}  {outcome} {where}{size}{left}"


def _summary(rows: list[dict[str, Any]]) -> str:
    counts: dict[str, int] = {}
    for row in rows:
        outcome = row["outcome"] or "open"
        counts[outcome] = counts.get(outcome, 0) + 1
    parts = ", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items(), key=lambda item: -item[1]))
    return f"{len(rows)} predictions: {parts}. They lie in {database_file()}."


def _name_kept(tell: Callable[[str], object]) -> None:
    """Names the damaged files that were set aside: they hold old rows, and only their owner deletes them."""
    path: Path = database_file()
    for aside in sorted(path.parent.glob(f"{path.name}.aside-*")):
        tell(f"A damaged database from before is still there: {aside}")
