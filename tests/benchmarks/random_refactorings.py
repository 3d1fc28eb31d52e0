"""Refactorings at random places of whole repositories, each judged and undone; resumable.

    PYTHONPATH=tests python tests/benchmarks/random_refactorings.py CHECKOUTS RESULTS.jsonl [REPOSITORY…]
        [--count 100] [--seed 1] [--tool beast-lsp|rope] [--kinds …] [--report]
        [--test 20 --environments FOLDER]

Each repository is copied. For each number below `--count` a kind is drawn, then places until one is offered. What is
done is judged by `refactoring_judge` on all files, then written, undone, and compared byte for byte. `to confirm` is
what an editor shows first, since something may be meant, too, and nobody is there to ask. `--tool rope` does
what rope has of it at the places that RESULTS.jsonl names. `--test` picks that many of what was done in each
repository, and runs the tests that name a changed module, before and after, by the python of
FOLDER/owner__name/bin. `--report` only sums up. A line of RESULTS.jsonl is kept as it is; delete it to do it again.
"""

import argparse
import json
import os
import random
import re
import shutil
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from refactoring_repositories import Copy, EngineTool, RopeTool, Tool
from refactoring_suites import Suite

# The kinds that people ask for, more often than the others, which share what is left.
_WEIGHTS = {"rename": 30, "extract-function": 14, "extract-variable": 12, "inline-variable": 10, "inline-function": 8}
_DEFAULT = ["pallets/click", "pallets/flask", "simonw/sqlite-utils", "arrow-py/arrow", "urwid/urwid"]
_TRIES = 40
_PEER_KINDS = ("rename", "extract-", "inline-")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkouts", type=Path)
    parser.add_argument("results", type=Path)
    parser.add_argument("repositories", nargs="*", default=_DEFAULT)
    parser.add_argument("--count", type=int, default=100, help="refactorings for each repository")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tool", choices=["beast-lsp", "rope"], default="beast-lsp")
    parser.add_argument("--kinds", nargs="*", default=[])
    parser.add_argument("--test", type=int, default=0, help="how many of each repository are tested")
    parser.add_argument("--environments", type=Path)
    parser.add_argument("--report", action="store_true")
    options = parser.parse_args()
    os.nice(10)
    results = Results(options.results)
    for name in [] if options.report else options.repositories:
        with tempfile.TemporaryDirectory(prefix="beast-random-") as scratch:
            folder = Path(scratch).resolve() / name.rpartition("/")[2]
            shutil.copytree(options.checkouts / name.replace("/", "__"), folder, ignore=shutil.ignore_patterns(".git"))
            copy = Copy(folder)
            if options.test:
                environment = options.environments / name.replace("/", "__")
                _test(results, name, copy, Suite(folder, environment), options)
            elif options.tool == "rope":
                _again(results, name, copy, RopeTool(copy))
            else:
                _draw(results, name, copy, options)
    results.report()


class Results:
    """The lines of a file, each a refactoring at a place, with what came of it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        lines = path.read_text("utf-8").splitlines() if path.exists() else []
        self.rows: list[dict[str, Any]] = [json.loads(line) for line in lines]

    def known(self, **key: object) -> bool:
        """Whether a line has these values."""
        return any(all(row.get(name) == value for name, value in key.items()) for row in self.rows)

    def add(self, row: dict[str, Any]) -> None:
        """Appends a line."""
        self.rows.append(row)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(f"{json.dumps(row)}\n")

    def of(self, repository: str, tool: str) -> Iterator[dict[str, Any]]:
        """A tool's lines for a repository."""
        yield from (row for row in self.rows if (row["repository"], row["tool"]) == (repository, tool))

    def report(self) -> None:
        """Prints outcomes by tool and kind, what was broken, and why there were refusals."""
        counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        reasons: Counter[tuple[str, str]] = Counter()
        for row in self.rows:
            counts[row["tool"], row["kind"]][row["outcome"]] += 1
            counts[row["tool"], "(all)"][row["outcome"]] += 1
            if row["outcome"] == "refused":
                reasons[row["tool"], re.sub(r"[`'\"“][^`'\"”]*[`'\"”]|\d+|\S+\.pyi?\b", "…", row["reason"])] += 1
        for (tool, kind), outcomes in sorted(counts.items()):
            print(f"{tool:<12}{kind:<26}{'  '.join(f'{name} {outcomes[name]}' for name in sorted(outcomes))}")
        for (tool, reason), count in reasons.most_common(40):
            print(f"{count:>5}  {tool}: {reason}")
        for row in self.rows:
            if row["outcome"] in {"broken", "crashed", "not undone", "tests fail"}:
                print(json.dumps(row))


def _draw(results: Results, name: str, copy: Copy, options: argparse.Namespace) -> None:
    tool = EngineTool(copy)
    kinds = [kind for kind in options.kinds or tool.kinds if kind in tool.kinds]
    others = max(1, sum(kind not in _WEIGHTS for kind in kinds))
    weights = [_WEIGHTS.get(kind, (100 - sum(_WEIGHTS.values())) / others) for kind in kinds]
    for number in range(options.count):
        source = random.Random(f"{options.seed} {name} {number}")
        kind = source.choices(kinds, weights)[0]
        if not results.known(repository=name, tool="beast-lsp", seed=options.seed, number=number):
            row = {"repository": name, "tool": "beast-lsp", "seed": options.seed, "number": number, "kind": kind}
            results.add(row | _drawn(tool, copy, kind, source))


def _drawn(tool: Tool, copy: Copy, kind: str, source: random.Random) -> dict[str, Any]:
    """Where a kind was offered at the first of some random places, and what came of it."""
    for tries in range(1, _TRIES + 1):
        place = copy.place(kind, source)
        if place is None:
            continue
        found = _judged(tool, copy, kind, place)
        if found["outcome"] != "not offered":
            return {**place, "tries": tries, **found}
    return {"outcome": "not offered", "tries": _TRIES}


def _judged(tool: Tool, copy: Copy, kind: str, place: Mapping[str, Any]) -> dict[str, Any]:
    found = tool.attempt(kind, place)
    if found.files is None:
        return {"outcome": found.outcome, "reason": found.reason, "seconds": found.seconds}
    wrong = copy.problems(found.files, is_rename=kind == "rename")
    outcome = "broken" if wrong else "done"
    if not tool.undone(found):
        outcome = "not undone"
    changed = sorted(copy.changed(found.files))
    return {"outcome": outcome, "reason": "; ".join(wrong), "seconds": found.seconds, "changed": changed}


def _again(results: Results, name: str, copy: Copy, tool: Tool) -> None:
    """What a peer makes of the places where ours was asked."""
    for row in list(results.of(name, "beast-lsp")):
        key = {field: row[field] for field in ("repository", "seed", "number", "kind")}
        if "path" in row and row["kind"].startswith(_PEER_KINDS) and not results.known(**key, tool=tool.name):
            place = {field: row[field] for field in ("path", "start", "end", "options")}
            results.add({**key, "tool": tool.name, **place, **_judged(tool, copy, row["kind"], place)})


def _test(results: Results, name: str, copy: Copy, suite: Suite, options: argparse.Namespace) -> None:
    """Runs tests before and after some of what was done, drawn evenly."""
    tool = EngineTool(copy)
    done = [row for row in results.of(name, "beast-lsp") if row["outcome"] == "done" and row["seed"] == options.seed]
    source = random.Random(f"{options.seed} {name} tests")
    for row in sorted(source.sample(done, min(options.test, len(done))), key=lambda each: each["number"]):
        key = {"repository": name, "tool": "tests", "seed": row["seed"], "number": row["number"], "kind": row["kind"]}
        if results.known(**key):
            continue
        place = {field: row[field] for field in ("path", "start", "end", "options")}
        found = tool.attempt(row["kind"], place)
        if found.files is None:
            continue  # the engine is another one by now.
        files = suite.affected(row["changed"])
        before = suite.failures_before(files)
        tool.do(found)
        failed = suite.failures(files) - before
        failed = failed and suite.failures(files) - before  # a test that fails at times fails no refactoring.
        tool.undo(found)
        outcome = "tests fail" if failed else "tests pass"
        results.add({**key, **place, "outcome": outcome, "reason": "; ".join(sorted(failed)), "tests": files})


if __name__ == "__main__":
    main()
