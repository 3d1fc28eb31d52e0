"""Indentation of a candidate: brought to the unit of its file."""

from collections.abc import Sequence

from beast_lsp.engine.document import Document, Position
from beast_lsp.engine.style.inference import Value
from beast_lsp.engine.tokens import indent_unit

_NEAR = 60  # lines above and below whose indentation is the file's; more cost more than they tell.
_OPENERS = (":", "{", "(", "[")


def reindent(text: str, document: Document, position: Position, wanted: Value | None) -> str | None:
    """The candidate with its lines indented in the file's unit; None where its indentation can't be read."""
    lines = text.split("\n")
    first = 1 if position.column else 0
    leads = [line[: len(line) - len(line.lstrip(" \t"))] for line in lines]
    if not any(leads[first:]):
        return text
    base = _lead(document.lines[position.line][: position.column])
    step = _step(lines, leads, base)
    if _fits(base, "".join(leads[first:]), step, wanted):
        return text
    unit = _unit_near(document.lines, position.line, wanted)
    if any(" \t" in lead for lead in leads[first:]):
        return None
    new = [lead if number < first else _converted(lead, base, unit, step) for number, lead in enumerate(leads)]
    if any(lead is None for lead in new):
        return None
    pairs = zip(new, lines, leads, strict=True)
    return "\n".join((lead or "") + line[len(old) :] for lead, line, old in pairs)


def _lead(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" \t"))]


def _fits(base: str, leads: str, step: int, wanted: Value | None) -> bool:
    """Whether the candidate plainly goes on as its line begins: the usual case, told in a microsecond."""
    if base[:1] == "\t":
        return wanted == "tab" and " " not in leads
    return base[:1] == " " and "\t" not in leads and str(step) in ("0", str(wanted))


def _unit_near(lines: Sequence[str], line: int, wanted: Value | None) -> str:
    """The unit of the lines near by, since one file is never mixed; the workspace's where none is indented."""
    usual = "\t" if wanted == "tab" else " " * int(wanted) if wanted and str(wanted).isdigit() else ""
    unit = indent_unit(lines[max(0, line - _NEAR) : line + _NEAR], usual or "    ")
    # Lines that align with something above make steps of several units.
    return usual if usual and usual[0] == unit[0] == " " and len(unit) % len(usual) == 0 else unit


def _step(lines: Sequence[str], leads: Sequence[str], base: str) -> int:
    """How many spaces the candidate takes for a step; 0 where its blocks don't tell."""
    steps = set()
    for number in range(1, len(lines)):
        above = len(leads[number - 1]) if number > 1 or not base else len(base)
        if lines[number - 1].rstrip().endswith(_OPENERS) and len(leads[number]) > above and leads[number][-1] == " ":
            steps.add(len(leads[number]) - above)
    return steps.pop() if len(steps) == 1 else 0


def _converted(lead: str, base: str, unit: str, step: int) -> str | None:
    """One line's indentation in the file's unit; None where it lies between two steps."""
    if unit == "\t":
        return _to_tabs(lead, base, step)
    lead = lead.replace("\t", unit)
    move = len(lead) - len(base)
    if not step or step == len(unit) or step not in (1, 2, 3, 4, 8) or move % step:
        return lead
    return " " * max(0, len(base) + move // step * len(unit))


def _to_tabs(lead: str, base: str, step: int) -> str | None:
    if " " not in lead or " " in base:
        return lead
    shared = base if lead.startswith(base) else ""
    spaces = len(lead) - len(shared)
    size = step or (4 if spaces % 4 == 0 else 2)
    if shared + " " * spaces != lead or spaces % size:
        # Spaces after tabs align with something above, which gofmt and others do too.
        return lead if "\t" in lead else None
    return shared + "\t" * (spaces // size)
