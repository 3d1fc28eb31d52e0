"""From a keystroke to the refreshed scores of a file of 2,000 lines, and what that costs the suggestions.

    python tests/benchmarks/scores.py [FOLDER] [--lines 2000] [--edits 200]

FOLDER is a workspace with a history (this repository without it). Its largest Python file is opened, filled up with its
own text to the number of lines, and a line is typed in it key by key. Three rounds: suggestions alone, scores alone,
and both at once, as an editor asks for them; the times run from the edit's first byte to the answer's last. Then come
the time that the models take to load, and their size.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from beast_lsp import paths
from beast_lsp.replay.client import Client

LINE = "    total = self.values[index] + offset"
INLINE, LENS = "textDocument/inlineCompletion", "textDocument/codeLens"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", default=Path())
    parser.add_argument("--lines", type=int, default=2_000)
    parser.add_argument("--edits", type=int, default=200)
    options = parser.parse_args()
    folder = options.folder.resolve()
    path, text = largest(folder, options.lines)
    with tempfile.TemporaryDirectory() as home:
        environment = {"BEAST_LSP_HOME": home}
        with Client([sys.executable, "-m", "beast_lsp"], environment) as client:
            client.initialize(folder)
            item = {"uri": path.as_uri(), "languageId": "python", "version": 0, "text": text}
            client.notify("textDocument/didOpen", {"textDocument": item})
            client.wait_for_progress(10, 600)
            lenses = wait_for_scores(client, path.as_uri())
            print(f"{path.name}: {text.count(chr(10)):,} lines, {lenses} functions")
            typist = Typist(client, path.as_uri(), text.count("\n") // 2)
            for name, methods in (("suggestions alone", [INLINE]), ("scores alone", [LENS]), ("both", [INLINE, LENS])):
                report(name, methods, typist.type(options.edits, methods))
    load()


def largest(folder: Path, lines: int) -> tuple[Path, str]:
    """The folder's largest Python file, repeated and cut to so many lines."""
    files = [
        path
        for path in folder.rglob("*.py")
        if ".venv" not in path.parts and "test" not in str(path.relative_to(folder))
    ]
    path = max(files, key=lambda one: one.stat().st_size)
    own = path.read_text("utf-8").splitlines(keepends=True)
    return path, "".join((own * (lines // len(own) + 1))[:lines])


def wait_for_scores(client: Client, uri: str) -> int:
    while not (found := client.request(LENS, {"textDocument": {"uri": uri}}).result):
        time.sleep(0.5)
    return len(found)


class Typist:
    """Types LINE over and over."""

    def __init__(self, client: Client, uri: str, line: int) -> None:
        self.client, self.uri = client, uri
        self.line, self.character, self.version = line, 0, 0

    def type(self, edits: int, methods: Sequence[str]) -> dict[str, list[float]]:
        """The milliseconds that each answer took after each edit, all asked for at once."""
        times: dict[str, list[float]] = {method: [] for method in methods}
        for _ in range(edits):
            started = time.perf_counter()
            self.edit()
            asked = [(method, self.client.send(method, self.params(method))) for method in methods]
            for method, number in asked:
                self.client.wait(number)
                times[method].append((time.perf_counter() - started) * 1e3)
            time.sleep(0.03)  # What a fast typist leaves.
        return times

    def edit(self) -> None:
        at = {"line": self.line, "character": self.character}
        new = LINE[self.character] if self.character < len(LINE) else "\n"
        self.version += 1
        self.line, self.character = (self.line + 1, 0) if new == "\n" else (self.line, self.character + 1)
        change = {"range": {"start": at, "end": at}, "text": new}
        document = {"uri": self.uri, "version": self.version}
        self.client.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})

    def params(self, method: str) -> dict[str, Any]:
        place = {"position": {"line": self.line, "character": self.character}, "context": {"triggerKind": 2}}
        return {"textDocument": {"uri": self.uri}, **(place if method == INLINE else {})}


def report(name: str, methods: Sequence[str], times: dict[str, list[float]]) -> None:
    for method in methods:
        ordered = sorted(times[method])
        what = "suggestion" if method == INLINE else "scores"
        p95 = ordered[int(len(ordered) * 0.95)]
        print(f"{name:18} {what:10} p50 {statistics.median(ordered):6.1f} ms, p95 {p95:6.1f} ms")


def load() -> None:
    """How long the models take to load, once onnxruntime is there, and how large they are."""
    import onnxruntime  # noqa: F401 - its own loading is the completion model's as well.

    from beast_lsp.engine.quality.judge import load_models

    started = time.perf_counter()
    load_models(paths.models_folder())
    taken = (time.perf_counter() - started) * 1e3
    size = sum(path.stat().st_size for path in paths.models_folder().glob("fix-risk*.onnx"))
    print(f"the models load in {taken:.0f} ms and have {size / 1e3:.0f} kB")


if __name__ == "__main__":
    main()
