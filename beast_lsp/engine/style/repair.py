"""Repairs of a candidate's punctuation; each leaves what strings and comments say alone."""

import re
from collections.abc import Mapping, Sequence

from beast_lsp.engine.style.inference import Value
from beast_lsp.engine.style.masking import COMMENT, STRING, mask_candidate

_QUOTE = {"double": '"', "single": "'"}
_KEYWORD_BEFORE = re.compile(
    r"(?:[([{,:?!&|+;<]|=>|(?<!\w)=|[=!]=|\b(?:return|case|from|import|typeof|in|of|default|throw)) *$"
)
_STARTS_OPERAND = re.compile(r"[ \t]*(?:[,:;)\]}.]|$)")


def repair_quotes(family: str, text: str, before: str, wanted: Mapping[str, Value | None]) -> str:
    """Swaps the quotes of every string that holds neither quote; `before` is the line before the candidate."""
    if family not in ("python", "javascript"):
        return text
    masked, parts, end = mask_candidate(family, text), [], 0
    if len(masked.text) != len(text):
        return text
    for string, start in zip(masked.strings, masked.starts, strict=True):
        ahead = (before + text[:start]).rpartition("\n")[2]
        quote = _wanted_quote(family, string, ahead, text[start + len(string) :], wanted)
        parts += [text[end:start], _swapped(string, quote)]
        end = start + len(string)
    return "".join(parts) + text[end:]


def _wanted_quote(family: str, string: str, ahead: str, behind: str, wanted: Mapping[str, Value | None]) -> str:
    if family == "python":
        name = "docstring_quotes" if string[:3] == string[0] * 3 and len(string) > 5 else "quotes"
    elif ahead.endswith("=") and ahead[-2:-1].isalnum():
        name = "jsx_quotes"
    elif _KEYWORD_BEFORE.search(ahead) or (not ahead.strip() and _STARTS_OPERAND.match(behind)):
        name = "quotes"
    else:
        return ""  # between elements, quotes are text that a reader sees.
    return _QUOTE.get(str(wanted[name]), "")


def _swapped(string: str, quote: str) -> str:
    size = 3 if string[:3] == string[0] * 3 and len(string) > 5 else 1
    inner = string[size:-size]
    if len(string) < 2 * size or string[-size:] != string[:size]:
        return string  # it goes on where the candidate ends.
    if not quote or string[0] not in "\"'" or '"' in inner or "'" in inner:
        return string
    return quote * size + inner + quote * size


_TIGHT_COMMA = re.compile(r",(?=[\w\"'\x00([{*])")
_BRACES = re.compile(
    r"((?:^|\n)[ \t]*import (?:type )?|\b(?:const|let|var|return) |= |[(,] ?)\{([^{}\n]*[^{}\n\s][^{}\n]*)\}"
)


def repair_spaces(family: str, text: str, braces: Value | None, commas: Value | None) -> str:
    """Spaces after commas, and within the braces of JavaScript's objects."""
    tight = commas == "yes" and "," in text
    braced = family == "javascript" and braces is not None and "{" in text
    if not tight and not braced:
        return text
    masked = mask_candidate(family, text)
    code = masked.code
    if tight:
        code = _TIGHT_COMMA.sub(", ", code)
    if braced:
        pad = " " if braces == "spaced" else ""
        code = _BRACES.sub(lambda match: f"{match[1]}{{{pad}{match[2].strip()}{pad}}}", code)
    return text if code == masked.code else unmask(family, text, code)


_LAST_ITEM = re.compile(
    r"^([ \t]+)([^\s\x01][^\n]*,[ \t]*\n)\1(?!\*|\.\.)((?:[^\s\x01][^\n]*?)?[^,\s\x01;{(\[])"
    r"(,?)([ \t]*\n[ \t]*)([)\]}])",
    re.MULTILINE,
)


def repair_commas(family: str, text: str, wanted: Value | None, in_calls: Value | None) -> str:
    """A comma after the last of several items on lines of their own, or none, as the workspace does it."""
    if family not in ("python", "javascript", "rust") or (wanted is None and in_calls is None):
        return text

    def replaced(match: re.Match[str]) -> str:
        lead, first, last, comma, gap, closer = match.groups()
        rule = in_calls if closer == ")" else wanted
        comma = {"always": ",", "never": ""}.get(str(rule), comma)
        return f"{lead}{first}{lead}{last}{comma}{gap}{closer}"

    code = mask_candidate(family, text).code
    fixed = _LAST_ITEM.sub(replaced, code)
    return text if fixed == code else unmask(family, text, fixed)


_ADDABLE = re.compile(r"[ \t]*(?:const|let|var|return|throw|import|break|continue|await)\b.*[\w$)\]\x00]$")
_GOES_ON = re.compile(r"[ \t]*(?:[([`+\-/*.?:&|,<>=)%]|in\b|instanceof\b)")
_HEAD = re.compile(r"[ \t]*(?:for|while|if|else)\b")


def repair_semicolons(text: str, before: str, following: str | None, wanted: Value | None) -> str:
    """Ends whole statements of the candidate as the workspace does.

    `following` is the next line with text below; None where text follows on the candidate's own last line.
    """
    if wanted not in ("always", "never") or (wanted == "never" and ";" not in text):
        return text
    code = mask_candidate("javascript", text).code
    lines = code.split("\n")
    below = [*lines[1:], following]
    fixed = [
        line if next_line is None else _ended(line, "" if number else before, next_line, wanted)
        for number, (line, next_line) in enumerate(zip(lines, below, strict=True))
    ]
    return text if fixed == lines else unmask("javascript", text, "\n".join(fixed))


def _ended(line: str, before: str, following: str, wanted: Value) -> str:
    whole = before + line
    if COMMENT in line or not line.strip() or _GOES_ON.match(following) or _HEAD.match(whole):
        return line
    if wanted == "never":
        return line[:-1] if line.endswith(";") and len(whole.strip()) > 1 else line
    return line + ";" if _ADDABLE.fullmatch(whole) and _is_balanced(whole) else line


def _is_balanced(line: str) -> bool:
    return all(line.count(opener) == line.count(closer) for opener, closer in ("()", "[]", "{}"))


_MARK_RUN = re.compile(f"{STRING}(?:\n{STRING})*|{COMMENT}(?:\n{COMMENT})*")


def unmask(family: str, text: str, code: str) -> str:
    """Puts the strings and comments of `text` back into its repaired code."""
    found = _literals(family, text)
    marks = list(_MARK_RUN.finditer(code))
    if len(marks) != len(found):
        return text  # two literals lie side by side over lines: no way to tell their marks apart.
    parts, end = [], 0
    for mark, literal in zip(marks, found, strict=True):
        parts += [code[end : mark.start()], literal]
        end = mark.end()
    return "".join(parts) + code[end:]


def _literals(family: str, text: str) -> Sequence[str]:
    """Strings and comments in the order of the text."""
    masked = mask_candidate(family, text)
    strings, comments = iter(masked.strings), iter(masked.comments)
    marks = _MARK_RUN.findall(masked.code)
    return [next(strings if mark[0] == STRING else comments, "") for mark in marks]
