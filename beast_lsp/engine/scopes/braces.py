"""Names in scope in the languages with braces: one pass over the text from the declaration around the cursor.

Each `{` opens a block and each `}` closes one. A declaration binds in the innermost open block; what a header
binds (parameters, loop variables, a caught exception) binds in the block that follows it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from beast_lsp.engine.document import Position
from beast_lsp.engine.scopes.signatures import parameter_names, pattern_names
from beast_lsp.engine.scopes.text import before_cursor, closing, flat, indentation, open_brackets

_NAME = r"(?:[^\W\d][\w$]*|\$[\w$]*)"
_PATTERN = rf"(?:\{{(?:[^{{}}]|\{{[^{{}}]*\}})*\}}|\[[^\]]*\]|{_NAME})"
# Bounded, for a bracket that is never closed must not make each search run to the end of the text.
_LIST = r"\((?P<{}>[^()]{{0,400}}(?:\([^()]{{0,200}}\)[^()]{{0,200}}){{0,20}})\)"
_MAX_LINES = 400
_TOP_LEVEL = re.compile(r"[^\s})\]/*#\"'`.]")

# Groups: `local` binds in this block, `header` in the next; `parameters` is a parameter list of the next block;
# `here` binds up to the end of the line where no block follows. `function` and `type` are declared names.
_JAVASCRIPT = rf"""
    \bfor\s*(?:await\s*)?\(\s*(?:const|let|var)\s+(?P<header>{_PATTERN})
  | \b(?:const|let|var)\s+(?P<local>{_PATTERN})
  | \bcatch\s*\(\s*(?P<caught>{_PATTERN})
  | \bclass\s+(?P<type>{_NAME})
  | \bfunction\b\s*\*?\s*(?P<function>{_NAME})?\s*(?:<[^>{{}}()]*>)?\s*{_LIST.format("parameters")}
  | {_LIST.format("arrow")}\s*(?::[^={{}}()]*)?=>
  | (?<![\w$])(?P<single>{_NAME})\s*=>
  | ^[ \t]*(?:(?:async|static|get|set|public|private|protected|override)\s+)*\*?\#?(?!(?:if|for|while|switch|catch)\b)
    {_NAME}\s*(?:<[^>{{}}()]*>)?{_LIST.format("method")}\s*(?::[^;{{}}]*)?(?=\{{)
"""
_GO = rf"""
    ^[ \t]*(?:\}}[ \t]*else[ \t]+)?(?:for|if|switch)[ \t]+(?P<header>[\w, ]+?)[ \t]*:=
  | \b(?:var|const)[ \t]+(?P<local>{_NAME}(?:[ \t]*,[ \t]*{_NAME})*)
  | ^[ \t]*(?:case[ \t]+)?(?P<short>{_NAME}(?:[ \t]*,[ \t]*{_NAME})*)[ \t]*:=
  | \btype\s+(?P<type>{_NAME})
  | \bfunc\b\s*(?:\(\s*(?P<receiver>{_NAME})[^()]*\)\s*)?(?P<function>{_NAME})?\s*(?:\[[^\]]*\])?\s*
    {_LIST.format("parameters")}
    (?:\s*{_LIST.format("results")})?
"""
_RUST = rf"""
    \b(?:if|while)\s+let\s+(?P<matched>[^={{]*)=
  | \bfor\s+(?P<header>[^{{}};]*?)\s+in\b
  | \blet\s+(?:mut\s+)?(?P<local>\([^)=;]*\)|{_NAME})
  | \b(?:struct|enum|trait|type|union)\s+(?P<type>{_NAME})
  | \bfn\s+(?P<function>{_NAME})\s*(?:<[^({{]*>)?\s*{_LIST.format("parameters")}
  | \|(?P<arrow>[^|;{{}}]*)\|
  | ^[ \t]*(?P<arm>[^\n=;]+?)=>
"""
_TYPED = rf"""
    \bfor\s*\(\s*(?:const\s+|final\s+)?[\w.:<>,\[\]*& ]+?[\s*&>](?P<header>{_NAME})\s*[:=]
  | \bcatch\s*\(\s*[\w.:|<>&* ]+?[\s*&](?P<caught>{_NAME})\s*\)
  | \btry\s*\(\s*[\w.<> ]+\s(?P<resource>{_NAME})\s*=
  | \b(?:class|struct|interface|enum|record|union)\s+(?P<type>{_NAME})
  | (?<![\w.])(?!(?:if|for|while|switch|catch|return|sizeof)\b)(?P<function>~?{_NAME})\s*{_LIST.format("parameters")}
    \s*(?:(?:const|override|noexcept|final|throws[\s\w.,]+)\s*)*(?=\{{)
  | {_LIST.format("arrow")}\s*->
  | (?<!\w)(?P<single>{_NAME})\s*->(?=\s*[\w{{(])
  | (?:^|(?<=[;{{}}(]))[ \t]*(?!(?:return|else|new|throw|goto|case|delete|using|package|import|typedef)\b)
    (?:[^\W\d][\w.:]*(?:<[^;(){{}}]{{0,100}}>)?[\s*&\[\]]+)+(?P<local>{_NAME})\s*(?=[=;,]|\[\w*\]|$)
"""
_BRACE = re.compile(r"[{}]")
_LONG_PATTERN = 200
_BODY = re.compile(r"\s*\{")
_TOKENS = {
    family: re.compile(rf"{pattern}  | (?P<open>\{{) | (?P<close>\}})", re.VERBOSE | re.MULTILINE)
    for family, pattern in (
        ("javascript", _JAVASCRIPT),
        ("go", _GO),
        ("rust", _RUST),
        ("java", _TYPED),
        ("c", _TYPED),
    )
}
_LISTS = ("parameters", "results", "arrow", "method")
_HEADERS = ("header", "caught", "resource", "single", "receiver")
_MAYBE = ("arrow", "single", "arm")  # an expression may follow these instead of a block.
_NOT_NAMES = frozenset({"_", "mut", "ref", "if", "else", "true", "false", "self", "case", "default", "move", "box"})
_VARIANT = re.compile(r"(?<![\w:.])[a-z_]\w*(?![\w(!:{])")


class BlockName(NamedTuple):
    """A name, what it is, and how many blocks lie between the cursor and the one that binds it."""

    name: str
    kind: str
    distance: int


def names_in_blocks(family: str, lines: Sequence[str], position: Position) -> list[BlockName]:
    """The names bound by the blocks around a place, the innermost block's first, the latest of each first."""
    tokens = _TOKENS.get(family)
    if tokens is None:
        return []
    text = _without_closed_blocks(before_cursor(family, lines, position, _start(lines, position.line)))
    blocks = _open_blocks(family, tokens, text)
    return [
        BlockName(name, kind, distance)
        for distance, block in enumerate(reversed(blocks))
        for name, kind in reversed(block)
        if name not in _NOT_NAMES
    ]


def _without_closed_blocks(text: str) -> str:
    """The text without what stands in blocks that are closed: it binds nothing that the cursor can see."""
    parts: list[str] = []
    starts: list[int] = []
    last = 0
    for match in _BRACE.finditer(text):
        parts.append(text[last : match.start()])
        last = match.start()
        if match[0] == "{":
            starts.append(len(parts))
        elif starts:
            start = starts.pop()
            inside = "".join(parts[start:])
            # Without calls and statements it may be a pattern: `const { a, b } = c`.
            is_code = len(inside) > _LONG_PATTERN or "(" in inside or ";" in inside
            parts[start:] = ["{" if is_code else inside]
    return "".join(parts) + text[last:]


def _start(lines: Sequence[str], line: int) -> int:
    """The line of the declaration around a line: it stands at the first column."""
    for number in range(line - 1, max(-1, line - _MAX_LINES), -1):
        if indentation(lines[number]) == 0 and _TOP_LEVEL.match(lines[number]):
            return number
    return max(0, line - _MAX_LINES)


def _open_blocks(family: str, tokens: re.Pattern[str], text: str) -> list[list[tuple[str, str]]]:
    blocks: list[list[tuple[str, str]]] = [[]]
    pending: list[tuple[str, str]] = []
    at = header_at = 0
    while match := tokens.search(text, at):
        at = max(match.end(), match.start() + 1)
        if match["open"]:
            blocks.append(pending)
            pending = []
        elif match["close"]:
            if len(blocks) > 1:
                blocks.pop()
            pending = []
        else:
            blocks[-1] += _declared(match)
            if headed := list(_headed(family, match)):
                if not _is_expression(match, text, at):
                    pending, header_at = headed, at
                elif _reaches_end(text, at):
                    blocks.append(headed)
    # Without a block yet, what a header binds is seen on the rest of its own line.
    return [*blocks, pending] if pending and "\n" not in text[header_at:] else blocks


def _is_expression(match: re.Match[str], text: str, at: int) -> bool:
    groups = match.groupdict()
    return any(groups.get(name) is not None for name in _MAYBE) and not _BODY.match(text, at)


def _reaches_end(text: str, start: int) -> bool:
    """Whether the expression at `start` is still being written where the text ends."""
    level = flat(text[start:])
    if closing(level) < len(level) or ";" in level:
        return False
    line = text.rfind("\n", 0, start)
    return "\n" not in level or bool(open_brackets(text[line + 1 : start]))


def _declared(match: re.Match[str]) -> Iterator[tuple[str, str]]:
    """What a match binds in its own block."""
    groups = match.groupdict()
    for group in ("local", "short"):
        if groups.get(group):
            yield from ((name, "variable") for name in pattern_names(groups[group]))
    if groups.get("type"):
        yield groups["type"], "class"
    if groups.get("function"):
        yield groups["function"], "function"


def _headed(family: str, match: re.Match[str]) -> Iterator[tuple[str, str]]:
    """What a match binds in the block that follows it."""
    groups = match.groupdict()
    for group in _LISTS:
        if groups.get(group):
            yield from ((name, "parameter") for name in parameter_names(family, groups[group]))
            if family == "java" and group == "arrow" and not parameter_names(family, groups[group]):
                yield from ((name.strip(), "parameter") for name in groups[group].split(","))
    for group in _HEADERS:
        if groups.get(group):
            yield from ((name, "variable") for name in pattern_names(groups[group]))
    for group in ("matched", "arm"):
        if groups.get(group):
            # In a Rust pattern, what begins in lower case and has no parts is a binding.
            yield from ((name, "variable") for name in _VARIANT.findall(groups[group]))
