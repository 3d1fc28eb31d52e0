"""Collects pairs of texts that belong together, from which the embedding of code is trained.

    python -m beast_lsp.training.pairs COLLECTED OUTPUT

COLLECTED is what `training.completion.collect` wrote. A pair is a function and what its author says it does, the
halves of a function, or two functions that follow each other; each text as its terms. One file a repository in
OUTPUT; a stopped run goes on where it was.
"""

import argparse
import json
import lzma
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from rich.progress import track

from beast_lsp.engine.languages import for_path
from beast_lsp.engine.retrieval.terms import terms
from beast_lsp.engine.syntax import FunctionNode, functions, parse
from beast_lsp.training.completion.collect import Collected, SourceFile

KINDS = ("described", "halves", "neighbours")

_DOCSTRING = re.compile(r"[rRuU]?(\"\"\"|''')(.*?)\1[ \t]*\n?", re.DOTALL)
_COMMENT = re.compile(r"\s*(?://[/!]?|/\*\*?|\*/|\*)(?:\s|$|(?<=/)\S)")
_MARK = re.compile(r"^\s*(?://[/!]?|/\*\*?|\*/|\*)\s?|\s*\*/\s*$")
_ATTRIBUTE = re.compile(r"\s*(?:#\[|@\w)")
_WORD = re.compile(r"[^\W\d_]{2,}")
_LEAST_WORDS = 4  # Shorter descriptions say little more than the name.
_LEAST_LINES, _MOST_LINES = 3, 120
_LEAST_TERMS = 5
_MOST_DESCRIPTION = 40  # Lines above a function that are looked at.


@dataclass(frozen=True, slots=True)
class Described:
    """A function without its description; `description` is the first paragraph of that, "" where there is none."""

    description: str
    code: str


def main() -> None:
    """Runs the stage from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("collected", type=Path)
    parser.add_argument("output", type=Path)
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    for path in track(sorted(options.collected.glob("*.xz")), "pairing"):
        target = options.output / path.name
        if not target.exists():
            rows = [row for file in Collected.load(path).files for row in pairs(file)]
            unfinished = target.with_suffix(".part")
            unfinished.write_bytes(lzma.compress("\n".join(map(json.dumps, rows)).encode(), preset=1))
            unfinished.replace(target)
            print(f"{path.stem}: {len(rows):,} pairs", flush=True)


def load(path: Path) -> list[tuple[str, str, str]]:
    """The (kind, left, right) of a repository; both texts are terms between blanks."""
    return [tuple(json.loads(row)) for row in lzma.decompress(path.read_bytes()).decode().splitlines()]


def pairs(file: SourceFile) -> Iterator[tuple[str, str, str]]:
    """The pairs of one file."""
    found = described_functions(for_path(Path(file.path)).name, file.lines)
    for one in found:
        if one.description:
            yield "described", _joined(one.description), _joined(one.code)
        first, second = map(_joined, halves(one.code))
        if min(first.count(" "), second.count(" ")) >= _LEAST_TERMS:
            yield "halves", first, second
    for one, other in pairwise(found):
        yield "neighbours", _joined(one.code), _joined(other.code)


def _joined(text: str) -> str:
    """The terms of a text, each once."""
    return " ".join(dict.fromkeys(terms(text)))


def described_functions(language: str, lines: Sequence[str]) -> list[Described]:
    """The functions of a file, in its order, those within another left out."""
    found, end = [], -1
    for node in functions(parse(language, lines)):
        if node.start.line <= end or not _LEAST_LINES <= node.body_end.line - node.start.line < _MOST_LINES:
            continue
        end = node.body_end.line
        found.append(_python(lines, node) if language == "python" else _commented(lines, node))
    return found


def halves(code: str) -> tuple[str, str]:
    """The first and the second half of a function's lines."""
    lines = code.splitlines(keepends=True)
    return "".join(lines[: len(lines) // 2]), "".join(lines[len(lines) // 2 :])


def _python(lines: Sequence[str], node: FunctionNode) -> Described:
    head = (
        "".join(lines[node.start.line : node.body_start.line]) + lines[node.body_start.line][: node.body_start.column]
    )
    body = "".join(lines[node.body_start.line : node.body_end.line + 1])[node.body_start.column :]
    docstring = _DOCSTRING.match(body)
    if docstring is None:
        return Described("", head + body)
    return Described(_first_paragraph(docstring[2].split("\n")), head.rstrip() + "\n" + body[docstring.end() :])


def _commented(lines: Sequence[str], node: FunctionNode) -> Described:
    code = "".join(lines[node.start.line : node.body_end.line + 1])
    return Described(_first_paragraph(list(_comment(lines, node.start.line))), code)


def _comment(lines: Sequence[str], line: int) -> Iterator[str]:
    """The comment that stands above a line, without its marks."""
    while line > 0 and _ATTRIBUTE.match(lines[line - 1]):
        line -= 1
    start = line
    while start > max(0, line - _MOST_DESCRIPTION) and _COMMENT.match(lines[start - 1]):
        start -= 1
    for text in lines[start:line]:
        yield _MARK.sub("", _MARK.sub("", text))


def _first_paragraph(lines: Sequence[str]) -> str:
    """The lines up to a blank one or to a list of parameters; "" where they say too little."""
    found: list[str] = []
    for line in lines:
        text = line.strip()
        if text.startswith(("@", ":param", ">>>", "```", "---")) or (found and not text):
            break
        if text:
            found.append(text)
    paragraph = " ".join(found)
    return paragraph if len(_WORD.findall(paragraph)) >= _LEAST_WORDS else ""


if __name__ == "__main__":
    main()
