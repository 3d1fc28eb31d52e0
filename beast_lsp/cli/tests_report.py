"""What `beast-lsp tests` tells: for people and for programs."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from beast_lsp.errors import BeastError

if TYPE_CHECKING:
    from beast_lsp.features.untested import Survey
    from beast_lsp.router.testing import WrittenTests

_MOST_SURVIVORS = 5


def report(written: "WrittenTests") -> Iterator[str]:
    """What came of one module, the most important first."""
    from beast_lsp.features.test_writing import summary  # noqa: PLC0415 - `--help` needs none of it.

    yield summary(written)
    yield f"  {written.framework} under {written.python}, {written.seconds:.1f} s"
    yield from (f"  ? {sentence}" for sentence in written.suspicions[1:])
    yield from (f"  ! {note}" for note in written.notes)
    for each in written.survivors[:_MOST_SURVIVORS]:
        yield f"  No test notices, in line {each.line}: {each.before} -> {each.after}"
    rest = len(written.survivors) - _MOST_SURVIVORS
    if rest > 0:
        yield f"  … and {rest} more changes."


def total(written: Sequence["WrittenTests"], modules: int) -> str:
    """What came of several modules."""
    tests = sum(len(each.kept) for each in written)
    killed, mutants = sum(each.killed for each in written), sum(each.mutants for each in written)
    seconds = sum(each.seconds for each in written)
    middle = sorted(each.coverage for each in written)[len(written) // 2] if written else 0.0
    said = f"{tests} tests for {len(written)} of {modules} modules in {seconds:.0f} s"
    return f"{said}: median coverage {100 * middle:.0f}%, {killed} of {mutants} mutants." if written else f"{said}."


def as_json(module: str, written: "WrittenTests", *, is_written: bool) -> str:
    """One object: all that is known of a module's tests."""
    found = asdict(written)
    found["tests"] = found.pop("kept")
    return json.dumps({"module": module, "written": is_written, **found}, ensure_ascii=False)


def refused(module: str, problem: BeastError) -> str:
    """One object: why a module has no tests."""
    reason = str(problem).removesuffix(problem.hint).rstrip()
    return json.dumps({"module": module, "refused": reason, "hint": problem.hint}, ensure_ascii=False)


def untested_lines(found: "Survey") -> Iterator[str]:
    """Each function that no test reaches, as FILE:LINE."""
    for each in found.functions:
        yield f"{each.path}:{each.line + 1}: {each.name}: {each.title}"


def untested_json(found: "Survey") -> Iterator[str]:
    """One object for each function that no test reaches; lines count from 1."""
    for each in found.functions:
        yield json.dumps({**asdict(each), "line": each.line + 1, "end_line": each.end_line + 1}, ensure_ascii=False)
