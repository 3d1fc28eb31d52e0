"""Indexes about a million lines: the time of the first index and of a warm start, and the memory it takes.

    python tests/benchmarks/index_million.py REPOSITORY... [--lines 1000000] [--pyright pyright]

The given checkouts are linked (or copied) into one temporary folder until it holds that many lines. Times are
wall-clock seconds; memory is the proportional set size of the whole process family, in MiB (Linux only). With
`--pyright`, its language server's command line checker runs over the same folder, for its peak of memory.
"""

import argparse
import asyncio
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from beast_lsp.store.index import IndexOptions, WorkspaceIndex
from beast_lsp.store.index.content import read_lines
from beast_lsp.store.index.walk import walk

IGNORE = shutil.ignore_patterns(".git", ".venv", "build")


def main() -> None:
    """Prints the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("repositories", nargs="+", type=Path)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--pyright", help="the command that starts pyright")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as root:
        folder, cache = Path(root) / "folder", Path(root) / "cache"
        figures: dict[str, object] = {"lines": collect(arguments.repositories, folder, arguments.lines)}
        figures["first"] = asyncio.run(measure(folder, cache))
        figures["warm"] = asyncio.run(measure(folder, cache))
        figures["cache_mib"] = sum(file.stat().st_size for file in cache.rglob("*") if file.is_file()) >> 20
        if arguments.pyright:
            figures["pyright_peak_mib"] = pyright_peak(arguments.pyright, folder)
    print(json.dumps(figures, indent=2))


def collect(repositories: list[Path], folder: Path, wanted: int) -> int:
    """Fills `folder` with checkouts, again and again under new names while there are too few; the lines in it."""
    lines, number = 0, 0
    while lines < wanted:
        source = repositories[number % len(repositories)]
        target = folder / f"{source.resolve().name}{number // len(repositories) or ''}"
        shutil.copytree(source, target, ignore=IGNORE, ignore_dangling_symlinks=True)
        lines += sum(len(read_lines(target / file.path) or ()) for file in walk(target))
        number += 1
    return lines


async def measure(folder: Path, cache: Path) -> dict[str, object]:
    """One server's life: until it can suggest, until all is checked, the loop's longest wait, and the memory."""
    index = WorkspaceIndex(folder, cache, lambda: None, IndexOptions())
    spent = time_of_children()
    with peak_memory(os.getpid()) as peak:
        begin = time.perf_counter()
        await index.start(lambda progress: None)
        waiting = asyncio.create_task(longest_wait())
        while not index.ready and index.notice is None:  # noqa: ASYNC110 - it is the user who waits here.
            await asyncio.sleep(0.01)
        ready = time.perf_counter() - begin
        await index.idle()
        done = time.perf_counter() - begin
        waiting.cancel()
    look_ups = look_up_microseconds(index)
    # The batch processes end when idle; what stays is the server.
    await asyncio.gather(*(process.close() for process in index._processes))
    result = {
        "ready_s": round(ready, 2),
        "done_s": round(done, 2),
        "longest_wait_of_the_loop_ms": round(WAITS[-1] * 1_000, 1),
        # On a busy machine the low priority makes the times long; what it cost is this.
        "cpu_of_children_s": round(time_of_children() - spent, 1),
        "peak_with_children_mib": peak[0],
        "after_mib": memory(os.getpid()),
        "look_up_us": look_ups,
        "notice": index.notice,
    }
    await index.close()
    return result


WAITS: list[float] = []


async def longest_wait() -> None:
    """Keeps the longest time by which a 5 ms sleep came late."""
    WAITS.append(0.0)
    while True:
        before = time.perf_counter()
        await asyncio.sleep(0.005)
        WAITS[-1] = max(WAITS[-1], time.perf_counter() - before - 0.005)


def time_of_children() -> float:
    """The processor seconds of all children that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def look_up_microseconds(index: WorkspaceIndex) -> dict[str, float]:
    """The mean processor time of first look-ups, and of those the cache answers."""
    names = ["Table", "Graph", "array", "Session", "compute", "execute", "nodes", "Column", "join", "reshape"]
    result: dict[str, float] = {}
    for kind in ("first", "again"):
        begin = time.thread_time()
        for name in names:
            index.symbols.definitions("python", name)
            index.symbols.members("python", name)
            index.symbols.parameters("python", name)
        result[kind] = round((time.thread_time() - begin) / (3 * len(names)) * 1e6, 1)
    return result


@contextmanager
def peak_memory(pid: int) -> Iterator[list[int]]:
    """Watches a process and its children; the list's only item is the peak in MiB."""
    peak, stop = [0], threading.Event()

    def watch() -> None:
        while not stop.wait(0.1):
            peak[0] = max(peak[0], memory(pid))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield peak
    finally:
        stop.set()
        thread.join()


def memory(pid: int) -> int:
    """The proportional set size of a process and everything below it, in MiB."""
    total = 0
    for number in [pid, *below(pid)]:
        try:
            rollup = Path(f"/proc/{number}/smaps_rollup").read_text()
        except OSError:
            continue
        total += int(next(line.split()[1] for line in rollup.splitlines() if line.startswith("Pss:")))
    return total >> 10


def below(pid: int) -> Iterator[int]:
    """The descendants of a process."""
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = [int(child) for child in task.read_text().split()]
        except OSError:
            continue
        for child in children:
            yield child
            yield from below(child)


def pyright_peak(command: str, folder: Path) -> int:
    """The peak of memory while pyright checks the folder, in MiB."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen([command, str(folder)], **quiet) as process, peak_memory(process.pid) as peak:
        process.wait()
    return peak[0]


if __name__ == "__main__":
    sys.exit(main())
