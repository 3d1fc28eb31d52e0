"""Stale docstrings found in repositories: each alarm with its place, drawn by seed, to be judged by hand.

    python tests/benchmarks/stale_docstrings.py CHECKOUT… [--take 50] [--seed 1]

A checkout is a folder of Python files. The last line counts functions with a docstring that names parameters, results
or exceptions, and the alarms of each rule.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from beast_lsp.engine.rules.finding import Finding, Place
from beast_lsp.engine.rules.registry import is_ignored
from beast_lsp.engine.rules.stale import (
    _documented,
    stale_default,
    stale_exception,
    stale_parameter,
    stale_result,
    stale_type,
)
from beast_lsp.engine.syntax import parse

_RULES = (stale_parameter, stale_default, stale_type, stale_exception, stale_result)


def alarms(folder: Path, counts: Counter[str]) -> Iterator[tuple[Path, Finding]]:
    """The alarms of every Python file below a folder; `counts` gets how many functions were looked at."""
    for path in sorted(folder.rglob("*.py")):
        lines = path.read_text("utf-8", "replace").splitlines(keepends=True)
        tree = parse("python", lines)
        if tree is None:
            continue
        place = Place(tree, path.relative_to(folder).as_posix())
        counts["functions"] += len(place.once(_documented))
        for rule in _RULES:
            for found in rule(place):
                if not is_ignored(found, lines, "#"):
                    counts[found.rule] += 1
                    yield path, found


def main() -> None:
    """Draws alarms and prints them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--take", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    counts: Counter[str] = Counter()
    found = [one for folder in asked.folders for one in alarms(folder, counts)]
    taken = random.Random(asked.seed).sample(found, min(asked.take, len(found)))
    for path, one in sorted(taken, key=lambda each: (each[0], each[1].start)):
        fix = f" [{one.fix.title}]" if one.fix is not None else ""
        print(f"{path}:{one.start.line + 1}: {one.rule}: {one.message}{fix}")
    print(dict(counts))


if __name__ == "__main__":
    main()
