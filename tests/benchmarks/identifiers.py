"""The ordinary completion list: is the identifier to come in the first 5, after 2 typed characters?

    python tests/benchmarks/identifiers.py REPOSITORY… [--cases 20] [--peer jedi-language-server]

Every identifier of at least 3 characters in the bodies that were taken out is asked for once, where it is
typed, also one that stands here for the first time and that nobody can know; `known` counts only those that
stand elsewhere in the workspace.
"""

import argparse
import re
import statistics
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from peers import contenders

from beast_lsp.engine.document import Position, split_lines
from beast_lsp.engine.languages import by_name
from beast_lsp.engine.syntax import parse
from beast_lsp.replay.cases import Case, moved
from beast_lsp.replay.copies import code_paths, copy_workspace, read_source
from beast_lsp.replay.editor import FirstItem
from beast_lsp.replay.figures import percentile
from beast_lsp.replay.measure import Setting, prepare
from beast_lsp.replay.server import wait_until_ready

TYPED, FIRST = 2, 5
_WORD = re.compile(r"\w+")


@dataclass
class Tally:
    asked: int = 0
    found: int = 0
    known: int = 0
    found_known: int = 0
    milliseconds: list[float] = field(default_factory=list)

    def line(self) -> str:
        p50, p95 = (percentile(sorted(self.milliseconds), share) for share in (0.5, 0.95))
        return (
            f"{self.found / max(1, self.asked):>7.1%} of {self.asked:<6}"
            f"known {self.found_known / max(1, self.known):>7.1%} of {self.known:<6}p50 {p50:>6.1f}  p95 {p95:>6.1f} ms"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("repositories", nargs="+", type=Path)
    parser.add_argument("--cases", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--language")
    parser.add_argument("--peer", action="append", default=[])
    options = parser.parse_args()
    shares: dict[str, list[float]] = {}
    for repository in options.repositories:
        for name, tally in _measure(repository.resolve(), options):
            print(f"{repository.name[:23]:<24}{name[:23]:<24}{tally.line()}", flush=True)
            shares.setdefault(name, []).append(tally.found / max(1, tally.asked))
    for name, values in shares.items():
        print(f"{name}: median {statistics.median(values):.1%} (bar: 70%, p95 30 ms)")


def _measure(repository: Path, options: argparse.Namespace) -> Iterator[tuple[str, Tally]]:
    with tempfile.TemporaryDirectory(prefix="beast-identifiers-") as scratch:
        root = Path(scratch).resolve()
        target = root / repository.name
        found = prepare(repository, target, Setting.EXISTING, options.cases, seed=options.seed, family=options.language)
        # The copy has the holes by now; a copy of the copy gives the paths in it.
        words = set()
        for path in code_paths(copy_workspace(target, root / "words")):
            words.update(_WORD.findall(read_source(target / path) or ""))
        for each in contenders(root, options.peer) if found else ():
            with each.server.start() as client:
                client.initialize(target)
                wait_until_ready(client)
                tally, editor = Tally(), FirstItem(client)
                for case in found:
                    _ask(case, editor, words, tally)
            yield each.name, tally


def _ask(case: Case, editor: FirstItem, words: set[str], tally: Tally) -> None:
    """Types the body of one case and asks within each identifier."""
    editor.open(case.uri, case.language, case.lines)
    position, typed = case.start, 0
    for start, identifier in identifiers(case):
        text = case.body[typed : start + TYPED]
        editor.change(case.uri, position, position, text)
        position, typed = moved(position, text), start + TYPED
        items, milliseconds = editor.items(case.uri, position)
        first = [_word_of(item.text, item.start, position) for item in items[:FIRST]]
        is_found, is_known = identifier in first, identifier in words or identifier in case.body[:start]
        tally.asked += 1
        tally.found += is_found
        tally.known += is_known
        tally.found_known += is_known and is_found
        tally.milliseconds.append(milliseconds)
    editor.close(case.uri)


def _word_of(text: str, start: Position | None, position: Position) -> str:
    """The identifier that would stand at the cursor: an item's text may go on behind it."""
    begin = position.column - TYPED - (start.column if start else position.column)
    word = _WORD.match(text, max(0, begin))
    return word.group() if word else ""


def identifiers(case: Case) -> list[tuple[int, str]]:
    """The identifiers of the body with their offsets in it, as the grammar sees them: no keyword, no string."""
    tree = parse(case.language, split_lines(case.before + case.body + case.after))
    keywords = by_name(case.language).keywords
    begin = len(case.before)
    found, nodes = [], [tree.tree.root_node] if tree else []
    while nodes:
        node = nodes.pop()
        nodes.extend(node.children)
        if node.type.endswith("identifier") and not node.children:
            start = len(tree.source[: node.start_byte].decode()) - begin
            text = tree.source[node.start_byte : node.end_byte].decode()
            if start >= 0 and start + len(text) <= len(case.body) and len(text) > TYPED and text not in keywords:
                found.append((start, text))
    return sorted(found)


if __name__ == "__main__":
    main()
