"""From an edit to the next inline answer in a large file: ours, and a bare pygls server that answers nothing.

    python tests/benchmarks/did_change.py [--lines 20000] [--edits 300] [--folder PATH]

Each edit types one character of a line of code and asks for a suggestion at once; the time runs from the
edit's first byte to the answer's last. The bare server keeps the document and answers an empty list, so its
time is what the protocol library alone costs. `--folder` opens a workspace, which is indexed first. A third
of the edits comes while the last one's analysis runs, as with a user who types without a pause.
"""

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from beast_lsp.replay.client import Client

LINE = "    total = self.values[index] + offset"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=20_000)
    parser.add_argument("--edits", type=int, default=300)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--bare", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.bare:
        return serve_bare()
    text = source(arguments.lines)
    servers = {
        "beast-lsp": [sys.executable, "-m", "beast_lsp"],
        "bare pygls": [sys.executable, __file__, "--bare"],
    }
    for name, command in servers.items():
        times, shown = measure(command, text, arguments.edits, arguments.folder)
        report(name, times, shown)
    return None


def source(lines: int) -> str:
    """A module of that many lines, of functions that differ."""
    chance = random.Random(0)
    words = [
        f"{a}_{b}" for a in ("read", "write", "open", "close", "parse", "emit") for b in ("row", "page", "node", "key")
    ]
    text: list[str] = []
    while len(text) < lines:
        name, other = chance.choice(words), chance.choice(words)
        text += [
            f"def {name}_{len(text)}({other}, offset):",
            f"    value = {other}.{name}(offset)",
            "    return value",
            "",
        ]
    return "\n".join(text[:lines]) + "\n"


def measure(command: Sequence[str], text: str, edits: int, folder: Path | None) -> tuple[list[float], int]:
    """The milliseconds of each edit, and how many answers showed something."""
    with tempfile.TemporaryDirectory() as home, Client(command, {"BEAST_LSP_HOME": home}) as client:
        client.initialize(folder)
        uri = ((folder or Path(home)) / "large_file_of_the_benchmark.py").as_uri()
        item = {"uri": uri, "languageId": "python", "version": 0, "text": text}
        client.notify("textDocument/didOpen", {"textDocument": item})
        if folder:
            client.wait_for_progress(10, 600)
        time.sleep(5)  # the first analysis, and the model.
        return type_on(client, uri, text.count("\n") // 8 * 4 + 3, edits)


def type_on(client: Client, uri: str, line: int, edits: int) -> tuple[list[float], int]:
    """Types LINE over and over from the empty line `line` on, which lies in the middle of the file."""
    times, shown, character = [], 0, 0
    for version in range(1, edits + 1):
        at = {"line": line, "character": character}
        new = LINE[character] if character < len(LINE) else "\n"
        change = {"range": {"start": at, "end": at}, "text": new}
        document = {"uri": uri, "version": version}
        line, character = (line + 1, 0) if new == "\n" else (line, character + 1)
        started = time.perf_counter()
        client.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})
        position = {"line": line, "character": character}
        params = {"textDocument": document, "position": position, "context": {"triggerKind": 2}}
        reply = client.request("textDocument/inlineCompletion", params)
        times.append((time.perf_counter() - started) * 1e3)
        shown += bool(reply.result and reply.result["items"])
        time.sleep(0.2 if version % 3 == 0 else 0.03)
    return times, shown


def report(name: str, times: Sequence[float], shown: int) -> None:
    p95 = sorted(times)[int(len(times) * 0.95)]
    line = f"{name:12} p50 {statistics.median(times):6.2f} ms   p95 {p95:6.2f} ms   worst {max(times):6.2f} ms"
    print(f"{line}   n {len(times)}   answers with a suggestion {shown}")


def serve_bare() -> None:
    from lsprotocol import types
    from pygls.lsp.server import LanguageServer

    server = LanguageServer("bare", "1")

    @server.feature(types.TEXT_DOCUMENT_INLINE_COMPLETION, types.InlineCompletionOptions())
    async def inline(ls: LanguageServer, params: types.InlineCompletionParams) -> types.InlineCompletionList:
        ls.workspace.get_text_document(params.text_document.uri)
        return types.InlineCompletionList([])

    server.start_io()


if __name__ == "__main__":
    main()
