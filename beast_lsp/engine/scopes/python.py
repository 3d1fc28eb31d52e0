"""Names in scope in Python: which names a block of text binds, and which blocks a place can see.

Follows the language reference, section "Naming and binding": a function sees its own names bound so far,
all names of the functions around it, and the module's; a class body's names only the body itself sees; a
comprehension and a lambda have scopes of their own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from beast_lsp.engine.document import Position
from beast_lsp.engine.languages.python import PYTHON
from beast_lsp.engine.scopes.signatures import imports, parameter_names, pattern_names, split_top
from beast_lsp.engine.scopes.text import before_cursor, closing, flat, indentation, joined, mask, open_brackets

_HEADER = re.compile(r"[ \t]*(?:async[ \t]+)?(def|class)\b[ \t]*(\w*)")
_TARGET = r"[(\[* \t]*[^\W\d][\w.]*(?:\[[^\]\n=]*\])?[)\] \t]*"
_TARGETS = rf"{_TARGET}(?:,(?:{_TARGET})?)*"
_BINDING = re.compile(
    rf"""
      ^[ \t]*(?:async[ \t]+)?(?P<kind>def|class)[ \t]+(?P<defined>\w+)
    | ^[ \t]*(?:async[ \t]+)?for[ \t]+(?P<loop>[^\n]+?)[ \t]+in\b
    | ^[ \t]*(?P<import>(?:from|import)[ \t][^\n(]*(?:\([^)]*\)?)?)
    | ^[ \t]*(?:global|nonlocal)[ \t]+(?P<outer>[^\n]+)
    | ^[ \t]*case[ \t]+(?P<case>[^\n=:][^\n]*:)
    | \bas[ \t]+(?P<alias>\([^)\n]*\)|[^\W\d]\w*)
    | (?P<walrus>[^\W\d]\w*)[ \t]*:=
    | ^[ \t]*(?P<annotated>[^\W\d]\w*)[ \t]*:[ \t]*[^\s=]
    | ^(?P<targets>{_TARGETS})=(?!=)
    """,
    re.VERBOSE | re.MULTILINE,
)
_CHAINED = re.compile(rf"({_TARGETS})=(?!=)")
_KEYWORD_LINE = re.compile(r"^[ \t]*(?:def|class|return|raise|while|with|try|import)\b", re.MULTILINE)
_COMPREHENSION = re.compile(r"\bfor\s+(.+?)\s+in\b|\bif\b", re.DOTALL)
_LAMBDA = re.compile(r"\blambda\b([^:]*):(?!=)")
_CAPTURE = re.compile(r"(?<![\w.])[^\W\d]\w*(?![\w.(]|\s*=)")
_CALL = re.compile(r"\w\s*[(\[]")
_NO_NAMES = PYTHON.keywords - {"match", "case", "type"} | {"_"}
_MAX_LINES = 1_500
_MAX_STATEMENT = 60
_MAX_DEPTH = 12  # of brackets around the cursor whose names are looked for.


class Block(NamedTuple):
    """A `def` or `class` around a place: its line, its indentation and its name."""

    kind: str
    line: int
    indent: int
    name: str


class Bound(NamedTuple):
    """A name that a block binds."""

    name: str
    kind: str


def blocks_around(
    lines: Sequence[str], position: Position, in_string: Callable[[int], bool] = lambda _line: False
) -> list[Block]:
    """The functions and classes around a place, innermost first, by indentation alone.

    `in_string` says whether a line begins inside a string, whose text may stand at any column.
    """
    indent = indentation(lines[position.line])
    typed = lines[position.line][: position.column]
    # On a blank line the cursor's own column is what the user means.
    limit = len(typed.expandtabs()) if indent is None else indent
    found: list[Block] = []
    for number in range(position.line - 1, max(-1, position.line - _MAX_LINES), -1):
        if limit == 0:
            break
        line = lines[number]
        width = indentation(line)
        if width is None or width >= limit or line.lstrip()[0] == "#" or in_string(number):
            continue
        # A line that begins with a closer ends a header of several lines.
        limit = width + 1 if line.lstrip()[0] in ")]}" else width
        header = _HEADER.match(line)
        if header:
            found.append(Block(header[1], number, width, header[2]))
    return found


def whole_block(lines: Sequence[str], block: Block, limit: int) -> str:
    """The masked text of a block, header and all, of at most `limit` lines."""
    text = mask("python", joined(lines[block.line : block.line + limit]))
    after = re.compile(rf"\n[ \t]{{0,{block.indent}}}[^\s)\]}}]").search(text, text.find("\n"))
    return text[: after.start() + 1] if after else text


def header_and_body(text: str) -> tuple[str, str]:
    """The masked text of a function, parted: its parameter list without the parentheses, and what follows it."""
    start = text.find("(")
    first_end = text.find(":")
    if start < 0 or 0 <= first_end < start:
        return "", text.partition("\n")[2]
    end = closing(text, start + 1)
    return text[start + 1 : end], text[end + 1 :].partition("\n")[2]


def one_line_parameters(lines: Sequence[str], position: Position) -> tuple[str, ...]:
    """The parameters of a function whose header ends on the cursor's own line before the cursor."""
    typed = before_cursor("python", lines, position, position.line)
    header = _HEADER.match(typed)
    start = typed.find("(")
    if not header or header[1] != "def" or start < 0 or ":" not in typed[(end := closing(typed, start + 1)) :]:
        return ()
    return parameter_names("python", typed[start + 1 : end])


def names_bound(body: str) -> Iterator[Bound]:
    """The names that the masked text of one block binds, in its order; inner functions and classes are skipped."""
    at = last = depth = 0
    while match := _BINDING.search(body, at):
        at = max(match.end(), match.start() + 1)
        depth += _depth(body, last, match.start())
        if depth and (line := _KEYWORD_LINE.search(body, last, at)):
            # No bracket reaches over such a line, so one was left open further up.
            depth = _depth(body, line.start(), match.start())
        last = match.start()
        if match["defined"]:
            yield Bound(match["defined"], "class" if match["kind"] == "class" else "function")
            at = last = _skip_block(body, match)
            depth = 0
        elif match["targets"] and not depth:
            yield from _assigned(body, match)
        elif match["alias"] or match["walrus"] or not depth:
            yield from _bound_by(match)


def _depth(text: str, start: int, end: int) -> int:
    """How many more brackets open than close in text[start:end]."""
    opened = text.count("(", start, end) + text.count("[", start, end) + text.count("{", start, end)
    return opened - text.count(")", start, end) - text.count("]", start, end) - text.count("}", start, end)


def _skip_block(body: str, match: re.Match[str]) -> int:
    line = match[0].lstrip("\n")
    width = len(line) - len(line.lstrip(" \t"))
    _, end = match.span()
    close = closing(body, body.find("(", end) + 1) if body[end : end + 1] == "(" else end
    after = re.compile(rf"^[ \t]{{0,{width}}}[^\s)\]}}]", re.MULTILINE).search(
        body, body.find("\n", close) + 1 or len(body)
    )
    return after.start() if after else len(body)


def _assigned(body: str, match: re.Match[str]) -> Iterator[Bound]:
    step: re.Match[str] | None = match
    targets = match["targets"]
    while step:
        yield from (Bound(name, "variable") for name in target_names(targets))
        step = _CHAINED.match(body, step.end())
        targets = step[1] if step else ""


def target_names(targets: str) -> list[str]:
    """The names in the target of an assignment or a loop; attributes and items bind none."""
    pieces = [piece for piece in split_top(targets) if not _CALL.search(piece) or piece.lstrip()[0] in "(["]
    names = [name for piece in pieces if "." not in piece for name in pattern_names(piece.strip())]
    return [name for name in names if name not in _NO_NAMES]


def _bound_by(match: re.Match[str]) -> Iterator[Bound]:
    if match["import"]:
        yield from (Bound(found.local, "import") for found in imports("python", match["import"]))
    elif match["case"]:
        pattern = match["case"][: flat(match["case"]).index(":")] if ":" in flat(match["case"]) else ""
        pattern = re.split(r"\bif\b", pattern)[0]
        yield from (Bound(name, "variable") for name in _CAPTURE.findall(pattern) if name not in _NO_NAMES)
    elif targets := match["loop"] or match["outer"] or match["alias"] or match["walrus"] or match["annotated"]:
        yield from (Bound(name, "variable") for name in target_names(targets))


def statement_names(lines: Sequence[str], position: Position) -> list[str]:
    """The names that comprehensions and lambdas around the cursor bind, innermost first."""
    start = _statement_start(lines, position.line)
    text = before_cursor("python", lines, position, start)
    rest = mask(
        "python", joined([lines[position.line][position.column :], *lines[position.line + 1 : position.line + 11]])
    )
    names: list[str] = []
    end = 0
    for opened in reversed(open_brackets(text)[-_MAX_DEPTH:]):
        inside = flat(text[opened + 1 :])
        end = closing(rest, end)
        names += _lambda_names(inside) + _comprehension_names(text[opened + 1 :], rest[:end])
        end = min(end + 1, len(rest))
    return names + _lambda_names(flat(text))


def _statement_start(lines: Sequence[str], line: int) -> int:
    """The first line of the statement around a line: brackets may be open over several lines."""
    for number in range(line, max(-1, line - _MAX_STATEMENT), -1):
        if number < line and (not lines[number].strip() or lines[number].rstrip().endswith(":")):
            return number + 1
    return max(0, line - _MAX_STATEMENT + 1)


def _lambda_names(inside: str) -> list[str]:
    found = [match for match in _LAMBDA.finditer(inside) if "," not in inside[match.end() :]]
    return [name for match in reversed(found) for name in parameter_names("python", match[1])]


def _comprehension_names(before: str, after: str) -> list[str]:
    clauses = _clauses(before)
    loops = [targets for targets in clauses if targets]
    if not loops:
        loops = [targets for targets in _clauses(after) if targets]  # the cursor is in the element.
    elif clauses[-1]:
        loops.pop()  # the cursor is in what the last loop runs over, which cannot see the loop's names.
    return [name for targets in reversed(loops) for name in target_names(targets)]


def _clauses(text: str) -> list[str]:
    """The targets of each `for` and an empty text for each `if` of a comprehension, in their order."""
    level = flat(text)
    return [text[match.start(1) : match.end(1)] if match[1] else "" for match in _COMPREHENSION.finditer(level)]
