"""`beast-lsp demo`: a function of the user's own code, typed again in front of them."""

import contextlib
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

from beast_lsp.cli.screen import WIDTH, Screen
from beast_lsp.engine.conventions import is_test
from beast_lsp.engine.languages import for_path
from beast_lsp.replay.cases import Case, cases
from beast_lsp.replay.client import Client, ClientError
from beast_lsp.replay.copies import code_paths, copy_workspace
from beast_lsp.replay.editor import Ghost
from beast_lsp.replay.figures import figures
from beast_lsp.replay.server import own_server, wait_until_ready
from beast_lsp.replay.user import CaseResult, replay

# Enough to learn from, and read within seconds: nobody waits for a demo.
_MOST_FILES = 5_000
_SECONDS = 20.0  # of typing, unless it is fast.
_BEATS = 0.85  # that a character takes on average, with the pauses at suggestions.
# What the last lines tell of the style, by short names, where it is at least so sure.
_STYLE = {
    "quotes": "quotes",
    "trailing_commas": "trailing commas",
    "indentation": "indentation",
    "line_length": "lines up to",
    "function_names": "functions",
    "test_framework": "tests",
}
_SURE = 0.8
_SLOWEST, _FASTEST = 0.08, 0.004  # seconds a key


@click.command("demo")
@click.argument("path", type=click.Path(exists=True, file_okay=False, path_type=Path), default=".")
@click.option("--fast", is_flag=True, help="Type as fast as the terminal shows it.")
@click.option("--seed", default=1, show_default=True, help="Another number takes another function.")
def command(path: Path, fast: bool, seed: int) -> None:
    """See it write your own code, in half a minute.

    A function is taken out of a copy of the folder PATH (default: this one) and typed again in front of you:
    ghost text is what the server suggests, green what was taken with one key. Nothing of yours is changed,
    sent or kept.

    \b
    Exit codes:  0  shown
                 1  no function fits, or the server failed
                 2  wrong usage
    """
    console = Console(width=min(WIDTH, Console().width), highlight=False)
    path = path.resolve()
    with tempfile.TemporaryDirectory(prefix="beast-demo-") as scratch:
        root = Path(scratch).resolve()
        paths = copy_workspace(path, root / path.name, _MOST_FILES)
        case = choose_case(root / path.name, paths, seed)
        if case is None:
            raise click.ClickException(
                f"{path} has no function of at least 4 lines. Name a folder of code: beast-lsp demo PATH."
            )
        with own_server(root / "home").start() as client:
            _act(console, client, case, len(code_paths(paths)), _pace(case, fast))


def choose_case(folder: Path, paths: Sequence[str], seed: int) -> Case | None:
    """A function of the language that the folder has most of, of a length that is pleasant to watch.

    Any function will do where none is pleasant; None where there is none at all.
    """
    families = Counter(for_path(Path(path)).family for path in code_paths(paths))
    for family, _ in families.most_common():
        for fits in (_is_vivid, _is_pleasant, lambda _path, _body: True):
            if found := cases(folder, paths, 1, seed=seed, family=family, fits=fits):
                return found[0]
    return None


def _is_pleasant(path: str, body: str) -> bool:
    lines = body.split("\n")
    return (
        not is_test(path)
        and 8 <= len(lines) <= 14  # with the figures below it, it fits a screen.
        and 240 <= len(body) <= 700
        and max(map(len, lines)) <= WIDTH - 10  # the frame and the line numbers take 10.
        and not any(mark in body for mark in ('"""', "'''", "/*", "://"))  # prose is dull to watch.
    )


def _is_vivid(path: str, body: str) -> bool:
    """Whether something happens in it: it branches or loops, and is made of words, not of signs and literals."""
    _, *rest = (line for line in body.split("\n") if line.strip())
    depths = {len(line) - len(line.lstrip()) for line in rest}
    letters = sum(character.isalpha() for character in body)
    signs = sum(not character.isalnum() and character not in " \t\n_.," for character in body)
    shouted = sum(character.isupper() for character in body)
    return _is_pleasant(path, body) and len(depths) >= 3 and signs * 3 <= letters and shouted * 10 <= letters


def _pace(case: Case, fast: bool) -> float:
    """Seconds between two keys."""
    return _FASTEST if fast else min(_SLOWEST, max(_FASTEST, _SECONDS / (_BEATS * len(case.body))))


def _act(console: Console, client: Client, case: Case, files: int, pace: float) -> None:
    seconds = _learn(console, client, case.folder, files)
    with Screen(console, case, pace, time.sleep) as screen:
        result = replay(case, Ghost(client), observe=screen.show)
        screen.finish()
    _sum_up(console, result)
    _show_style(console, case.folder.name, style_lines(client, for_path(Path(case.path)).family))
    console.print(
        f"  [dim]Read {files:,} files in {seconds:.1f} s; nothing sent or changed.  Next:[/dim]"
        " [bold]beast-lsp bench[/bold]"
    )


def _learn(console: Console, client: Client, folder: Path, files: int) -> float:
    """Starts the server on the copy; returns the seconds until it knew the code."""
    console.print(Text.assemble(("beast_lsp", "bold green"), f"  reads {folder.name}, on this machine only"))
    columns = TextColumn("  {task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%")
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(f"reading {files} files", total=None)
        client.initialize(folder)
        return wait_until_ready(
            client, report=lambda done, total: progress.update(task, completed=done, total=total or None)
        )


def _sum_up(console: Console, result: CaseResult) -> None:
    sums = figures([result])
    if not console.is_terminal:  # else the last picture says these two.
        console.print("\n  «…»: suggested, taken with one key", markup=False)
        console.print(
            f"  {sums.characters} characters with {sums.keys} keys: {max(0.0, sums.ksr):.0%} of the keys saved"
        )
    console.print(
        f"  {sums.accepted} of {sums.shown} suggestions were right; "
        f"answered in [bold]{sums.p50:.1f} ms[/bold] (median), {sums.p95:.1f} ms (p95)"
    )


def style_lines(client: Client, family: str) -> list[tuple[str, str, str]]:
    """What the server says about the folder's style: names, values and counts; none where it has nothing to say."""
    with contextlib.suppress(ClientError):  # a demo that has been seen doesn't fail by its last lines.
        reply = client.request("workspace/executeCommand", {"command": "beast.showStyleProfile", "arguments": []})
        return _told(reply.result["profile"].get(family, {}).get("settings", {}))
    return []


def _told(settings: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, str, str]]:
    """The settings that people recognise their code by, where they are sure."""
    return [
        (title, _value(name, str(settings[name]["value"])), str(settings[name]["evidence"]).partition(" lines")[0])
        for name, title in _STYLE.items()
        if settings.get(name, {}).get("confidence", 0) >= _SURE
    ]


def _value(name: str, value: str) -> str:
    return f"{value} spaces" if name == "indentation" and value.isdigit() else value


def _show_style(console: Console, name: str, told: Sequence[tuple[str, str, str]]) -> None:
    """Two columns of settings, so that all of it fits a screen."""
    if not told:
        return
    console.print(f"  How {name} is written, and so are the suggestions:", markup=False)
    grid = Table.grid(padding=(0, 1))
    half = (len(told) + 1) // 2
    for row in zip_longest(told[:half], told[half:], fillvalue=("", "", "")):
        grid.add_row(*(cell for name, value, counts in row for cell in _cells(name, value, counts)))
    console.print(grid)


def _cells(name: str, value: str, counts: str) -> tuple[Text, Text]:
    rests_on = (f" ({counts})", "dim") if counts else ""
    said = Text.assemble((value, "bold"), rests_on, no_wrap=True, overflow="ellipsis")
    return Text(f"  {name}", no_wrap=True), said
