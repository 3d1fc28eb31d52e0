"""How long an inline completion takes in a large workspace: p50 and p95 over LSP, while a user types.

    python tests/benchmarks/latency.py REPOSITORY… [--lines 250000] [--cases 20]

The repositories are laid beside each other, again and again under other names, until there are enough lines.
"""

import argparse
import tempfile
from pathlib import Path

from beast_lsp.replay.cases import cases
from beast_lsp.replay.copies import code_paths, copy_workspace, read_source
from beast_lsp.replay.measure import measure
from beast_lsp.replay.server import own_server


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("repositories", nargs="+", type=Path)
    parser.add_argument("--lines", type=int, default=250_000)
    parser.add_argument("--cases", type=int, default=20)
    parser.add_argument("--language")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="beast-latency-") as scratch:
        root = Path(scratch).resolve()
        workspace = root / "workspace"
        lines, paths = lay_out(workspace, options.repositories, options.lines)
        print(f"{lines:,} lines of code in {len(paths):,} files", flush=True)
        # The first copy of each repository has the holes; a body of it in another copy would be seen, and is
        # left in on purpose: a match that is as long as can be is the slowest.
        first = [path for path in paths if path.startswith("0-")]
        found = cases(workspace, first, options.cases, family=options.language)
        measured = measure(own_server(root / "home"), found)
    sums, requests = measured.figures, sum(len(result.milliseconds) for result in measured.results)
    print(f"initialize {measured.initialize * 1000:.0f} ms, indexed in {measured.index:.1f} s, {measured.memory} MB")
    print(f"inline completion p50 {sums.p50:.1f} ms, p95 {sums.p95:.1f} ms, {requests:,} requests (bar: 5, 15)")


def lay_out(workspace: Path, repositories: list[Path], wanted: int) -> tuple[int, list[str]]:
    """Copies repositories below `workspace` until there are `wanted` lines; the lines and the relative paths."""
    lines, paths = 0, []
    for turn in range(1000):
        for repository in repositories:
            if lines >= wanted:
                return lines, paths
            name = f"{turn}-{repository.name}"
            copied = code_paths(copy_workspace(repository.resolve(), workspace / name))
            lines += sum((read_source(workspace / name / path) or "").count("\n") for path in copied)
            paths += [f"{name}/{path}" for path in copied]
    return lines, paths


if __name__ == "__main__":
    main()
