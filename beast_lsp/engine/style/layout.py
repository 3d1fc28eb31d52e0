"""Layout facts: indentation, line lengths, blank lines, line ends and the end of the file."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from beast_lsp.engine.style.masking import COMMENT, STRING, Masked

SHORTEST, LONGEST = 60, 161  # only lengths in between tell limits apart; longer ones count as LONGEST.

_OPENERS = (":", "{", "(", "[")
_BRACKET = re.compile(r"[(\[{,]")
_TOP_LEVEL: Mapping[str, re.Pattern[str]] = {
    "python": re.compile(r"^[^\n@\x01#].*\n(\n*)(?=(?:async )?(?:def|class)\b|@)", re.MULTILINE),
    "javascript": re.compile(r"^[})].*\n(\n*)(?=(?:export|async|function|class|const|let|interface|type)\b)", re.M),
}
_METHOD: Mapping[str, re.Pattern[str]] = {
    "python": re.compile(r"^[ \t]+[^\n@\x01# \t].*\n(\n*)(?=[ \t]+(?:async )?(?:def\b|@))", re.MULTILINE),
}
_BRACED_TOP_LEVEL = re.compile(r"^\}.*\n(\n*)(?=[\w#])", re.MULTILINE)


def count_file(lines: Sequence[str], counts: Counter[str]) -> None:
    """Counts one vote of this file for its line ends, its end and its trailing spaces."""
    ends = Counter("crlf" if line.endswith("\r\n") else "lf" for line in lines[:-1])
    if ends:
        counts[f"eol:{ends.most_common(1)[0][0]}"] += 1
        counts[f"final:{'no' if lines[-1] else 'yes'}"] += 1
        spaced = any(line.rstrip("\r\n").endswith((" ", "\t")) for line in lines)
        counts[f"trail:{'yes' if spaced else 'no'}"] += 1


def count(family: str, masked: Masked, counts: Counter[str]) -> None:
    """Counts indentation steps, the lengths of lines that could be broken, and blank lines."""
    code = masked.code.split("\n")
    _count_indentation(code, counts)
    _count_lengths(code, masked.text.split("\n"), tab_width(family), counts)
    top_level = _TOP_LEVEL.get(family, _BRACED_TOP_LEVEL)
    counts.update(f"blank.top:{min(len(blank), 3)}" for blank in top_level.findall(masked.code))
    if method := _METHOD.get(family):
        counts.update(f"blank.method:{min(len(blank), 3)}" for blank in method.findall(masked.code))


def _count_indentation(code: Sequence[str], counts: Counter[str]) -> None:
    """Only a line below one that opens a block votes: other steps align with something above."""
    opened, before = False, 0
    for line in code:
        body = line.lstrip(" \t")
        if not body or body[0] in _MARKS:
            continue
        width = len(line) - len(body)
        if opened and width > before:
            step = "tab" if line[0] == "\t" else str(min(width - before, 9))
            counts["indent:" + step] += 1
        opened, before = body.endswith(_OPENERS), width


_MARKS = STRING + COMMENT


def tab_width(family: str) -> int:
    """How many columns a tab takes where a line's length is measured; JavaScript's formatters take two."""
    return 2 if family == "javascript" else 4


def _count_lengths(code: Sequence[str], text: Sequence[str], tab: int, counts: Counter[str]) -> None:
    """A line counts if a formatter could break it: code with a bracket or a comma, and no long string."""
    for index, line in enumerate(text):
        if len(line) < SHORTEST - 12:  # tabs may widen it.
            continue
        visible = line.expandtabs(tab).rstrip()
        masked = code[index]
        if len(visible) < SHORTEST or COMMENT in masked or len(masked) * 2 < len(visible):
            continue
        if _BRACKET.search(masked):
            counts[f"length:{min(len(visible), LONGEST)}"] += 1
