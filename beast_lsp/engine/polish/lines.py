"""Lines: how many there are, which block they belong to, and how they are indented."""

from beast_lsp.engine.polish.context import Context
from beast_lsp.engine.polish.scan import scan

MOST_LINES = 30
"""Nobody reads a longer suggestion before accepting it."""
_OPENERS = (":", "{", "(", "[", "=>", "->", "do", "then")
_CLOSERS = (")", "]", "}", "end", "fi", "done", "else", "elif", "except", "finally", "catch", "case", "</")
_BLANKS = " \t"


def one_line(text: str, context: Context) -> str | None:
    """Keeps the first line where no block is wanted: in the middle of a line, or in a comment."""
    if "\n" not in text or (context.multiline and not context.line_scan.comment):
        return text
    return text[: text.index("\n")] or None


def one_block(text: str, context: Context) -> str | None:
    """Cuts the text at the line where the block of the cursor ends, and at `MOST_LINES`."""
    if "\n" not in text:
        return text
    lines = text.split("\n")[:MOST_LINES]
    indent = _width(context.indent, context)
    opened = (context.before + lines[0]).rstrip().endswith(_OPENERS)
    closed = False
    for place, line in enumerate(lines[1:], start=1):
        if not line.strip():
            continue
        width, code = _width(line, context), line.strip()
        if width < indent or closed or (opened and width == indent and not code.startswith(_CLOSERS)):
            return "\n".join(lines[:place])
        closed = opened and width == indent and not code.endswith(_OPENERS)
    return "\n".join(lines)


def file_indentation(text: str, context: Context) -> str | None:
    """Gives the lines of a block the file's own steps of indentation, tabs or spaces, whatever they came with."""
    if "\n" not in text:
        return text
    first, *others = text.split("\n")
    step = _own_step([context.indent + first.strip(), *others], context)
    unit, base = context.unit, context.indent
    return "\n".join([first, *(_reindented(line, base, step, unit) for line in others)])


def no_doubled_indentation(text: str, context: Context) -> str | None:
    """Cuts the indentation of the first line where the cursor's line is indented already."""
    return text.lstrip(_BLANKS) if context.before and not context.before.strip() else text


def no_comment_noise(text: str, context: Context) -> str | None:
    """Cuts a comment that trails code, and refuses a text that is nothing but the beginning of one.

    Comments beside code (`# noqa`, `// TODO`, a ticket's number) are about the line that they were copied from.
    """
    marker = context.language.line_comment
    if not marker or marker not in text or context.line_scan.comment:
        return text
    first = text.split("\n", 1)[0]
    at = scan(first, context.language, context.line_scan.quote).comment_at
    if at < 0:
        return text
    if not (context.before + first[:at]).strip():
        return text if any(map(str.isalnum, first)) else None
    return first[:at].rstrip() or None


def _width(line: str, context: Context) -> int:
    blank = line[: len(line) - len(line.lstrip(_BLANKS))]
    step = len(context.unit) if context.unit != "\t" else 4
    return len(blank) + blank.count("\t") * (step - 1)


def _own_step(lines: list[str], context: Context) -> str:
    """The step that the text itself indents by, seen where a line opens a block; the file's where it shows none."""
    previous = lines[0]
    for line in lines[1:]:
        if not line.strip():
            continue
        blank, before = _blank(line), _blank(previous)
        if previous.rstrip().endswith(_OPENERS) and len(blank) > len(before) and blank.startswith(before):
            return blank[len(before) :]
        previous = line
    return context.unit


def _reindented(line: str, base: str, step: str, unit: str) -> str:
    """The line with each `step` beyond `base` as one `unit`; a line that isn't whole steps in stays."""
    blank = _blank(line)
    beyond = blank[len(base) :] if blank.startswith(base) else blank
    if step == unit or not beyond or not line.strip() or len(beyond) % len(step) or beyond.strip(step):
        return line
    return (base if blank.startswith(base) else "") + unit * (len(beyond) // len(step)) + line[len(blank) :]


def _blank(line: str) -> str:
    return line[: len(line) - len(line.lstrip(_BLANKS))]
