"""Closing brackets and quotes: none doubled, none without its partner."""

from beast_lsp.engine.polish.context import Context
from beast_lsp.engine.polish.scan import PAIRS, scan

_CLOSING = frozenset(PAIRS.values())
ENDS = ";,:"
"""What may follow a closer that the text and the line both have."""


def balanced_closers(text: str, context: Context) -> str | None:
    """Cuts the text before the first closing bracket that nothing opens, or whose opener the line closes already."""
    excess = [(at, closer) for at, closer in _excess(text, context) if closer in _CLOSING]
    if not excess or context.language.name == "text" or context.line_scan.comment:
        return text
    openers = context.openers
    if openers is None:
        return text
    covered = sum(character in _CLOSING for character in context.after[: _covered(text, context)])
    after = scan(context.after, context.language, context.line_scan.quote).excess
    spoken_for = sum(closer in _CLOSING for _, closer in after) - covered
    for number, (at, closer) in enumerate(excess, start=1):
        opener = openers[-number : len(openers) - number + 1]
        is_taken = number > covered and len(openers) - number < spoken_for
        if PAIRS.get(opener) != closer or is_taken:
            return text[:at].rstrip() or None
    return text


def cover(text: str, context: Context) -> int:
    """How many characters after the cursor the text replaces: the closers there that it brings itself."""
    covered = _covered(text, context)
    rest = context.after[covered:]
    ends = len(rest) - len(rest.lstrip(ENDS))
    return covered + ends if covered and ends and text.endswith(context.after[: covered + ends]) else covered


def _covered(text: str, context: Context) -> int:
    covered = 0
    for _, closer in _excess(text, context):
        if not context.after.startswith(closer, covered):
            break
        covered += len(closer)
    return covered


def _excess(text: str, context: Context) -> tuple[tuple[int, str], ...]:
    """The closers in the text that belong to what stands before it."""
    if not context.after and not any(closer in text for closer in _CLOSING):
        return ()
    return scan(text, context.language, context.line_scan.quote).excess
