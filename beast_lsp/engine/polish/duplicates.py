"""Repetition: of what stands around the cursor, and within the text itself."""

import re

from beast_lsp.engine.anchor import CLOSERS
from beast_lsp.engine.polish.closers import ENDS
from beast_lsp.engine.polish.context import Context
from beast_lsp.engine.tokens import is_word_character

# A line that ends in the same few characters over and over is a model that got stuck.
_STUCK = re.compile(r"(?P<unit>\S(?:.{0,18}?\S)?\s?)(?P=unit){3,}(?P<rest>.{0,19})$")
_ORDINARY = 4  # Lines shorter than this (`}`, `)`, `fi`) stand side by side in good code.


def no_suffix_overlap(text: str, context: Context) -> str | None:
    """Cuts the end of the text where the rest of the line begins with it; closers are covered by the range instead."""
    after = context.after
    if not after or "\n" in text:
        return text
    for size in range(min(len(text), len(after)), 0, -1):
        end = text[len(text) - size :]
        if after.startswith(end) and not _is_covered(end) and not _splits_word(text, size):
            return text[: len(text) - size] or None
    return text


def no_repeated_rest(text: str, context: Context) -> str | None:
    """Refuses a text that says what the rest of the line says already."""
    rest = context.after.strip()
    said = text.strip()
    return None if rest and rest.strip(CLOSERS) and (said == rest or rest.startswith(said + " ")) else text


def no_next_lines(text: str, context: Context) -> str | None:
    """Cuts the lines that the document goes on with, and refuses a line that is a copy of the next."""
    following = context.next_lines
    if not following:
        return text
    lines = [line.rstrip() for line in (context.before + text).split("\n")]
    if _is_copy(lines[0], following[0]) and not context.after:
        return None
    for place in range(1, len(lines)):
        end = [line for line in lines[place:] if line]
        if end == following[: len(end)] or _is_copy(lines[place], following[0]):
            kept = text.split("\n")[:place]
            return "\n".join(kept).rstrip() or None
    return text


def no_line_above(text: str, context: Context) -> str | None:
    """Refuses to write the line above once more."""
    first, _, more = text.partition("\n")
    is_copy = not context.after and not more and _is_copy((context.before + first).rstrip(), context.previous_line)
    return None if is_copy else text


def no_repeated_lines(text: str, context: Context) -> str | None:
    """Cuts the text where a line, or a group of up to four, repeats itself at once."""
    if "\n" not in text:
        return text
    lines = text.split("\n")
    for place in range(1, len(lines)):
        for size in range(1, min(4, place) + 1):
            group = lines[place : place + size]
            if len("".join(group).strip()) >= _ORDINARY and group == lines[place - size : place]:
                return "\n".join(lines[:place])
    return text


def no_stuck_end(text: str, context: Context) -> str | None:
    """Cuts a line whose end repeats itself four times or more, and what follows it, back to one round."""
    lines = text.split("\n")
    for place, line in enumerate(lines):
        stuck = _STUCK.search(line[:400]) if len(line) >= 8 else None
        if stuck and stuck["unit"].startswith(stuck["rest"]) and _is_wordy(stuck["unit"]):
            kept = line[: stuck.end("unit")]
            return "\n".join([*lines[:place], kept]).rstrip() or None
    return text


def _is_copy(line: str, other: str) -> bool:
    return line == other and len(line.strip()) >= _ORDINARY and any(map(str.isalpha, line))


def _is_wordy(unit: str) -> bool:
    """Whether a repeated piece is more than the zeros of a number or the dashes of a rule."""
    return len(set(unit.strip())) > 1 and any(map(str.isalpha, unit))


def _is_covered(end: str) -> bool:
    """Whether `closers.cover` deals with it: closers, and what ends a statement behind them."""
    return end[0] in CLOSERS and not end.strip(CLOSERS + ENDS)


def _splits_word(text: str, size: int) -> bool:
    """Whether the last `size` characters begin in the middle of a word."""
    at = len(text) - size
    return at > 0 and is_word_character(text[at - 1]) and is_word_character(text[at])
