"""A quick look at brackets, strings and comments, without a parse: good for a few lines, and total."""

import re
from dataclasses import dataclass
from functools import lru_cache

from beast_lsp.engine.languages import Language

PAIRS = {"(": ")", "[": "]", "{": "}"}
_CLOSING = frozenset(PAIRS.values())


@dataclass(frozen=True, slots=True)
class Scan:
    """What a text leaves behind.

    `openers` are its brackets without a partner, outermost first. `excess` are the closers whose partner
    stands before the text, with their offsets; the end of the string in which the text began is one of them.
    `quote` is the string, and `comment` whether there is a line comment, in which the text ends;
    `comment_at` is where the first line comment begins, or -1.
    """

    openers: str = ""
    excess: tuple[tuple[int, str], ...] = ()
    quote: str = ""
    comment: bool = False
    comment_at: int = -1


def scan(text: str, language: Language, quote: str = "") -> Scan:
    """Reads `text`, which begins inside the string `quote` where that isn't empty."""
    excess: list[tuple[int, str]] = []
    start = 0
    if quote:
        end = _string_end(text, quote)
        if end < 0:
            return Scan(quote=quote)
        excess.append((end, quote))
        start = end + len(quote)
    return _scan_code(text, start, language, excess)


def _scan_code(text: str, start: int, language: Language, excess: list[tuple[int, str]]) -> Scan:
    openers: list[str] = []
    last, comment_at = "", -1
    for match in _pattern(language.line_comment, language.name).finditer(text, start):
        last = match[0]
        if last in PAIRS:
            openers.append(last)
        elif last in _CLOSING:
            if openers and PAIRS[openers[-1]] == last:
                openers.pop()
            elif not openers:
                excess.append((match.start(), last))
        elif match["comment"] and comment_at < 0:
            comment_at = match.start()
        if match.end() == len(text):
            return Scan("".join(openers), tuple(excess), _open_quote(last), bool(match["comment"]), comment_at)
    return Scan("".join(openers), tuple(excess), comment_at=comment_at)


@lru_cache(maxsize=32)
def _pattern(comment: str, language: str) -> re.Pattern[str]:
    """Strings (an unfinished one ends with its line), line comments and brackets."""
    if language == "rust":
        single = r"'(?:\\[^\n]{1,10}?|[^'\\\n])'"  # a lifetime has no second quote.
    elif language == "text":
        single = r"(?!)"  # prose has apostrophes.
    else:
        single = r"'(?:\\.|[^'\\\n])*'?"
    marker = rf"{re.escape(comment)}[^\n]*" if comment else r"(?!)"
    triple = (
        r'"""(?:[^"\\]|\\.|"(?!""))*(?:""")?|\'\'\'(?:[^\'\\]|\\.|\'(?!\'\'))*(?:\'\'\')?|' if comment == "#" else ""
    )
    strings = rf'{triple}"(?:\\.|[^"\\\n])*"?|{single}|`(?:\\.|[^`\\])*`?'
    return re.compile(rf"(?P<comment>{marker})|{strings}|[()\[\]{{}}]", re.DOTALL)


def _open_quote(last: str) -> str:
    """The quote of a string that the text ends in, given its last match; empty where it is closed."""
    for quote in ('"""', "'''", '"', "'", "`"):
        if last.startswith(quote):
            body = last[len(quote) :]
            return "" if _string_end(body, quote) == len(body) - len(quote) and len(body) >= len(quote) else quote
    return ""


def _string_end(text: str, quote: str) -> int:
    """Where the first `quote` without a backslash before it stands, or -1."""
    at = text.find(quote)
    while at > 0 and (at - len(text[:at].rstrip("\\"))) % 2:
        at = text.find(quote, at + 1)
    return at
