"""How long the menu of refactorings takes over LSP, at random places of a repository's Python files: p50 and p95.

    python tests/benchmarks/refactoring_menu.py REPOSITORY [--files 20] [--places 15] [--seed 1]

Half of the places are cursors, half select the rest of a line. The first menu of a file comes right after it was
opened and is counted apart: the file is parsed for it.
"""

import argparse
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "lsp"))

from lsp_client import RawClient
from refactoring_client import VSCODE


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("repository", type=Path)
    parser.add_argument("--files", type=int, default=20)
    parser.add_argument("--places", type=int, default=15)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance, folder = random.Random(options.seed), options.repository.resolve()
    files = [path for path in sorted(folder.rglob("*.py")) if path.stat().st_size > 2_000]
    first, later, titles = [], [], 0
    with tempfile.TemporaryDirectory(prefix="beast-menu-") as home, RawClient(Path(home)) as client:
        client.initialize(folder, capabilities=VSCODE)
        client.wait_until_ready()
        while not all(index["ready"] for index in client.command("beast.status")["index"]):
            time.sleep(0.5)
        for path in chance.sample(files, min(options.files, len(files))):
            text = path.read_text("utf-8", "replace")
            client.open(path.as_uri(), text)
            for number, where in enumerate(places(text.split("\n"), chance, options.places)):
                context = {"diagnostics": [], "triggerKind": 1}
                params = {"textDocument": {"uri": path.as_uri()}, "range": where, "context": context}
                start = time.perf_counter()
                found = client.request("textDocument/codeAction", params)
                (later if number else first).append((time.perf_counter() - start) * 1000)
                titles += len(found or ())
    print(f"{len(later)} menus, {titles} entries: {told(later)}; the first of a file: {told(first)}")


def places(lines, chance, count):
    """Ranges at the code of random lines."""
    rows = [row for row, line in enumerate(lines) if line.strip() and line.isascii()]
    for number in range(count):
        row = chance.choice(rows)
        start = len(lines[row]) - len(lines[row].lstrip())
        end = len(lines[row].rstrip()) if number % 2 else start
        yield {"start": {"line": row, "character": start}, "end": {"line": row, "character": end}}


def told(times):
    ordered = sorted(times)
    return f"p50 {statistics.median(ordered):.0f} ms, p95 {ordered[int(0.95 * len(ordered))]:.0f} ms"


if __name__ == "__main__":
    main()
