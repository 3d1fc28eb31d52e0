"""Filters on single characters: what must never be inserted, line ends, white space, and what is too little."""

import re

from beast_lsp.engine.polish.context import Context

SHORTEST = 2
"""Shorter suggestions cost more to read than to type."""
# Control characters, halves of surrogate pairs, what a decoder put for rubbish, and the marks that turn the
# direction of writing, with which code can be made to look like other code.
_UNWANTED = re.compile(
    "[\0-\b\v\f\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffd\ud800-\udfff]"
)


def printable(text: str, context: Context) -> str | None:
    """Refuses a text with control characters, half characters or marks that hide what it says."""
    return None if _UNWANTED.search(text) else text


def plain_line_ends(text: str, context: Context) -> str | None:
    """Line ends as the other filters expect them; `document_line_ends` gives the document's own at last."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def document_line_ends(text: str, context: Context) -> str | None:
    """Line ends as the document has them, so that what is inserted can be found in it again."""
    return text.replace("\n", context.line_end) if "\n" in text and context.line_end != "\n" else text


def no_trailing_space(text: str, context: Context) -> str | None:
    """Cuts white space at the end of each line, and line ends at the end of the text."""
    text = text.rstrip()
    return re.sub(r"[ \t]+\n", "\n", text) if " \n" in text or "\t\n" in text else text


def one_blank(text: str, context: Context) -> str | None:
    """Cuts the blanks that begin the text where there is white space before the cursor already."""
    before = context.before
    return text.lstrip(" \t") if before and before[-1] in " \t" and text[:1] in {" ", "\t"} else text


def long_enough(text: str, context: Context) -> str | None:
    """Refuses an empty text, and one too short to be worth a look."""
    return text if len(text.rstrip()) >= SHORTEST else None
