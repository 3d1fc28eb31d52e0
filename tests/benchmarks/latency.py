"""How long an inline completion takes in a large workspace: p50 and p95 over LSP, while a user types.

    python tests/benchmarks/latency.py REPOSITORY… [--lines 250000] [--cases 20] [--while-indexing]

The repositories are laid beside each other, again and again under other names, until there are enough lines.
With `--while-indexing` typing begins as soon as the server answers, and the figures end with the first index.
"""

import argparse
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from beast_lsp.replay.cases import Case, cases
from beast_lsp.replay.client import Client
from beast_lsp.replay.copies import code_paths, copy_workspace, read_source
from beast_lsp.replay.editor import Ghost
from beast_lsp.replay.measure import measure
from beast_lsp.replay.server import Server, own_server
from beast_lsp.replay.user import replay


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("repositories", nargs="+", type=Path)
    parser.add_argument("--lines", type=int, default=250_000)
    parser.add_argument("--cases", type=int, default=20)
    parser.add_argument("--language")
    parser.add_argument("--while-indexing", action="store_true")
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
        if options.while_indexing:
            type_while_indexing(own_server(root / "home"), found)
            return
        measured = measure(own_server(root / "home"), found)
    sums, requests = measured.figures, sum(len(result.milliseconds) for result in measured.results)
    print(f"initialize {measured.initialize * 1000:.0f} ms, indexed in {measured.index:.1f} s, {measured.memory} MB")
    print(f"inline completion p50 {sums.p50:.1f} ms, p95 {sums.p95:.1f} ms, {requests:,} requests (bar: 5, 15)")


def type_while_indexing(server: Server, found: Sequence[Case]) -> None:
    """Types one case after another until the first index is there, and prints how long the answers took."""
    times: list[float] = []
    with server.start() as client:
        client.initialize(found[0].folder)
        while "loading" in (status := state(client))["parts"].values() or not status["ready"]:
            time.sleep(0.1)
        started = time.perf_counter()
        for case in found:
            times += replay(case, Ghost(client)).milliseconds
            indexes = state(client)["index"]
            if indexes and all(each.get("finished") for each in indexes):
                break
        seconds = time.perf_counter() - started
    times.sort()
    p50, p95 = times[len(times) // 2], times[int(len(times) * 0.95)]
    print(f"while indexing ({seconds:.0f} s): p50 {p50:.1f} ms, p95 {p95:.1f} ms, {len(times):,} requests")


def state(client: Client) -> dict[str, Any]:
    """What `beast.status` says."""
    return client.request("workspace/executeCommand", {"command": "beast.status", "arguments": []}).result


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
