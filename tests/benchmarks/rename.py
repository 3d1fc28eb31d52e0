"""How long a rename takes in a large workspace: about 500 references over a quarter of a million lines.

    python tests/benchmarks/rename.py CHECKOUTS [--lines 250000] [--references 500] [--names 10]

The Python repositories of repositories.toml are copied beside each other into one folder until it has so many lines.
Functions and classes of modules whose names occur about as often as wanted are renamed, each with a fresh view of the
folder, as the server has it after the last one: "first" reads and parses everything, "again" has what the one before
left. The time is split into reading, proposing, and the net; the processor's time says what it is where nothing else
runs.
"""

import argparse
import itertools
import re
import shutil
import statistics
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from beast_lsp.engine.refactors.net.check import checked
from beast_lsp.engine.refactors.proposal import Certainty
from beast_lsp.engine.refactors.refactoring import Site
from beast_lsp.engine.refactors.rename.rename import propose
from beast_lsp.engine.scopes.resolution.program import Program
from beast_lsp.errors import RefactoringRefused
from beast_lsp.store.index.sources import ProgramSources

DEFINED = re.compile(rb"^(?:def|class)[ \t]+(\w{5,})", re.MULTILINE)
WORD = re.compile(rb"\w{5,}")


@dataclass(frozen=True)
class Timing:
    """One rename: seconds by step, and how many certain edits it made in how many files."""

    reading: float
    proposing: float
    net: float
    processor: float
    edits: int
    files: int

    @property
    def total(self) -> float:
        """Seconds altogether."""
        return self.reading + self.proposing + self.net


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkouts", type=Path)
    parser.add_argument("--lines", type=int, default=250_000)
    parser.add_argument("--references", type=int, default=500)
    parser.add_argument("--names", type=int, default=10)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="beast-rename-") as scratch:
        folder = Path(scratch).resolve()
        lines = copied(options.checkouts, folder, options.lines)
        print(f"{lines:,} lines of Python")
        measure(folder, options.references, options.names)


def copied(checkouts: Path, folder: Path, most: int) -> int:
    """Copies checkouts into a folder until it has enough lines of Python; how many it has."""
    listed = tomllib.loads((Path(__file__).parent / "repositories.toml").read_text())
    names = [*listed["python"], *listed["large"]]
    lines = 0
    for round_, name in itertools.product(range(10), names):
        source = checkouts / name.replace("/", "__")
        if lines >= most or not source.is_dir():
            continue
        target = folder / f"{source.name}_{round_}"
        shutil.copytree(source, target, symlinks=True, ignore=shutil.ignore_patterns(".git", ".venv", "node_modules"))
        lines += sum(path.read_bytes().count(b"\n") for path in target.rglob("*.py") if path.is_file())
    return lines


def measure(folder: Path, wanted: int, most: int) -> None:
    """Renames names that occur about as often as wanted, and prints how long that took."""
    sources, program, found = None, None, []
    for path, name, start in itertools.islice(candidates(folder, wanted), 10 * most):
        began, processor = time.perf_counter(), time.thread_time()
        sources = ProgramSources(folder, earlier=sources)
        program = Program(sources, program)
        list(sources.paths())
        read = time.perf_counter()
        try:
            proposal = propose(Site(program, path, start, start, {"name": f"{name}_renamed"}))
            proposed = time.perf_counter()
            if proposal is None:
                continue  # the text of a definition in a string.
            checked(program, proposal)
        except RefactoringRefused as refusal:
            print(f"{name}: {refusal}")
            continue
        done = time.perf_counter()
        edits = [one.span.path for one in proposal.edits if one.certainty is Certainty.CERTAIN]
        processor = time.thread_time() - processor
        timing = Timing(read - began, proposed - read, done - proposed, processor, len(edits), len(set(edits)))
        found.append(timing)
        print(
            f"{name:<28} {timing.edits:>5} edits in {timing.files:>4} files: {timing.total:6.2f} s "
            f"(reading {timing.reading:.2f}, proposing {timing.proposing:.2f}, net {timing.net:.2f}); "
            f"processor {timing.processor:.2f} s"
        )
        if len(found) == most:
            break
    for what, times in (("all", [one.total for one in found]), ("processor", [one.processor for one in found])):
        first, *again = times
        print(f"{what}: first {first:.2f} s; again: median {statistics.median(again):.2f} s, most {max(again):.2f} s")


def candidates(folder: Path, wanted: int) -> Iterator[tuple[str, str, int]]:
    """Definitions at the top of modules, those whose name occurs nearest to `wanted` times first: path, name, byte."""
    counts: Counter[bytes] = Counter()
    places: dict[bytes, tuple[str, int]] = {}
    for file in sorted(folder.rglob("*.py")):
        data = file.read_bytes() if file.is_file() else b""
        counts.update(WORD.findall(data))
        for match in DEFINED.finditer(data):
            places.setdefault(match[1], (file.relative_to(folder).as_posix(), match.start(1)))
    for name in sorted(places, key=lambda name: (abs(counts[name] - wanted), name)):
        yield places[name][0], name.decode(), places[name][1]


if __name__ == "__main__":
    main()
