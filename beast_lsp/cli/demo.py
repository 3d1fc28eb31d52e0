"""`beast-lsp demo`: a function of the user's own code, typed again in front of them."""

import contextlib
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from rich.text import Text

from beast_lsp.cli.screen import WIDTH, Screen
from beast_lsp.engine.languages import for_path
from beast_lsp.engine.style.inference import TITLES
from beast_lsp.replay.cases import Case, cases, is_test
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
# What the last lines tell of the style, where it is at least so sure.
_STYLE = frozenset(
    {"indentation", "quotes", "line_length", "trailing_commas", "function_names", "docstrings", "test_framework"}
)
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
        for fits in (_is_pleasant, lambda _path, _body: True):
            if found := cases(folder, paths, 1, seed=seed, family=family, fits=fits):
                return found[0]
    return None


def _is_pleasant(path: str, body: str) -> bool:
    lines = body.split("\n")
    return (
        not is_test(path)
        and 8 <= len(lines) <= 22
        and 240 <= len(body) <= 700
        and max(map(len, lines)) <= WIDTH - 10  # the frame and the line numbers take 10.
        and not any(mark in body for mark in ('"""', "'''", "/*"))  # prose is dull to watch.
    )


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
    console.print()
    console.print(
        f"  Read {files} files in {seconds:.1f} s. Nothing was sent, and your files are as they were.", style="dim"
    )
    console.print("  More of your functions, measured:  [bold]beast-lsp bench[/bold]")


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
    console.print()
    if console.is_terminal:
        console.print("  [bold]bold[/bold]: typed   [green]green[/green]: suggested, taken with one key")
    else:
        console.print("  «…»: suggested, taken with one key", markup=False)
    console.print(
        f"  {sums.characters} characters with {sums.keys} keys: [bold green]{max(0.0, sums.ksr):.0%} of the keys saved"
    )
    console.print(
        f"  {sums.accepted} of {sums.shown} suggestions were right; "
        f"an answer took {sums.p50:.1f} ms (p50), {sums.p95:.1f} ms (p95)"
    )


def style_lines(client: Client, family: str) -> list[str]:
    """What the server says about the folder's style, in a few lines; none where it has nothing to say."""
    with contextlib.suppress(ClientError):  # a demo that has been seen doesn't fail by its last lines.
        reply = client.request("workspace/executeCommand", {"command": "beast.showStyleProfile", "arguments": []})
        return _told(reply.result["profile"].get(family, {}).get("settings", {}))
    return []


def _told(settings: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The settings that people recognise their code by, where they are sure."""
    sure = [
        (title, settings[name])
        for name, title in TITLES.items()
        if name in _STYLE and settings.get(name, {}).get("confidence", 0) >= _SURE
    ]
    return [f"{title:<22} {setting['value']}   ({setting['evidence']})" for title, setting in sure]


def _show_style(console: Console, name: str, lines: Sequence[str]) -> None:
    if lines:
        console.print(f"\n  How {name} is written, and so are the suggestions:")
        for line in lines:
            console.print(f"    {line}", markup=False, no_wrap=True, overflow="ellipsis")
