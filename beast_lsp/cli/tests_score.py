"""`beast-lsp tests --score`: the score of a test file, and the next tests to write."""

import json
import textwrap
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click

from beast_lsp.cli.project import project_folder
from beast_lsp.errors import BeastError, SandboxMissing

if TYPE_CHECKING:
    from beast_lsp.features.test_quality import ScoredTests

_WIDTH = 110


def score(  # noqa: PLR0913 - one argument for each option.
    file: Path,
    root: Path | None,
    module: Path | None,
    python: Path | None,
    seconds: float | None,
    *,
    is_unconfined: bool,
    as_json: bool,
) -> None:
    """Score a test file and print it. Raises BeastError where it can't be scored."""
    from beast_lsp import settings  # noqa: PLC0415 - `--help` needs none of it.
    from beast_lsp.cli.progress import steps  # noqa: PLC0415
    from beast_lsp.features.test_quality import SECONDS, Wanted, score_test_file  # noqa: PLC0415
    from beast_lsp.store.index.options import IndexOptions  # noqa: PLC0415

    folder = project_folder(root, file)
    wanted = Wanted(
        _relative(folder, file),
        _relative(folder, module) if module is not None else "",
        python.absolute() if python is not None else None,
        seconds or SECONDS,
        is_unconfined,
    )
    try:
        with steps() as progress:
            progress("running the tests, with mutants of what they test", 0, 0)
            found = score_test_file(folder, wanted, IndexOptions.of(settings.load(folder).config))
    except SandboxMissing as missing:
        raise BeastError(str(missing), hint="`--unconfined` runs it all the same.") from missing
    for line in [as_text(found)] if as_json else report(found):
        click.echo(line)


def as_text(found: "ScoredTests") -> str:
    """The score as one JSON object."""
    told = asdict(found)
    return json.dumps({**told.pop("result"), **told})


def report(found: "ScoredTests") -> list[str]:
    """The score as lines for a terminal."""
    result = found.result
    lines = [f"{found.test}: {result.score} of 100, for {found.module} ({found.framework}, {found.python})"]
    lines += [f"  {part.name:<24}{part.points:5.1f} of {part.most:<4} {part.figure}" for part in result.parts]
    lines += _named("These tests fail:", result.failing) + _named("These pass in some runs only:", result.flaky)
    if result.next_tests:
        lines += ["", "The next tests to write:"]
    for function, group in groupby(result.next_tests, key=lambda each: each.function):
        lines.append(f"  {function or 'the module itself'}")
        for each in group:
            lines += textwrap.wrap(each.sentence, _WIDTH, initial_indent="    ", subsequent_indent="      ")
    return lines


def _named(title: str, names: tuple[str, ...]) -> list[str]:
    return ["", title, *(f"  {name}" for name in names)] if names else []


def _relative(folder: Path, file: Path) -> str:
    resolved = file.resolve()
    if not resolved.is_relative_to(folder):
        raise BeastError(f"{file} lies outside of {folder}.", hint="Name the project's folder with --root.")
    return resolved.relative_to(folder).as_posix()
