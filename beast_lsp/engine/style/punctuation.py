"""Punctuation facts: quotes, trailing commas, semicolons, spaces in braces, brackets of arrow functions."""

import re
from collections import Counter

from beast_lsp.engine.style.masking import Masked

_QUOTED = frozenset(("python", "javascript"))  # elsewhere the two quotes mean different things.
# Two items of one indentation, the first with a comma after it, then a closing bracket on a line of its own.
_LAST_ITEM = re.compile(r"^([ \t]+)[^\s\x01][^\n]*,[ \t]*\n\1[^\s\x01][^\n]*?(,?)[ \t]*\n[ \t]*([)\]}])", re.MULTILINE)
# What certainly is a whole statement on one line, with a line after it that goes on with another, or ends the block.
_STATEMENT = re.compile(
    r"^([ \t]*)(?:(?:const|let|var|return|throw|import|break|continue|await|export (?:const|let|\*|default))\b"
    r"|[\w$.]+\([^\n]*\)$|[\w$.]+ = )[^\n]*?(?:([\w$)\]\x00])|(;))[ \t]*(?:\x01)?$"
    r"(?=\n(?:[ \t]*\n)*(?:\1(?:[\w$]|\})|[ \t]*\}))",
    re.MULTILINE,
)
_TIGHT_COMMA = re.compile(r",[\w\x00(\[{]")
_BRACES = re.compile(r"\{(?<=[\w(,=:] \{|.[(\[]\{)([^\n{}]+)\}|^import(?: type)? \{([^\n{}]+)\}", re.MULTILINE)
_LONGEST_PARAMETER = 40  # characters; a longer name is rare and does not vote.
_ARROW = re.compile(r"(?<![\w$.)])(?:(\()[\w$]+\)|[\w$]+)\Z")


def count(family: str, masked: Masked, counts: Counter[str]) -> None:
    """Counts quotes and what follows the last item of a bracket that spans lines."""
    if family in _QUOTED:
        _count_quotes(family, masked, counts)
    for _, comma, closer in _LAST_ITEM.findall(masked.code):
        counts[f"{'comma.call' if closer == ')' else 'comma'}:{'always' if comma else 'never'}"] += 1
    if tight := len(_TIGHT_COMMA.findall(masked.code)):
        counts["commaspace:no"] += tight
    if spaced := masked.code.count(", "):
        counts["commaspace:yes"] += spaced
    if family == "javascript":
        _count_javascript(masked.code, counts)


def _count_javascript(code: str, counts: Counter[str]) -> None:
    for _, bare, _ in _STATEMENT.findall(code):
        counts["semi:never" if bare else "semi:always"] += 1
    for inner, names in _BRACES.findall(code):
        counts["braces:spaced" if (inner or names)[0] == " " else "braces:tight"] += 1
    for before in code.split(" =>")[:-1]:
        if parameter := _ARROW.search(before[-_LONGEST_PARAMETER:]):
            counts["arrow:always" if parameter[1] else "arrow:avoid"] += 1


def _count_quotes(family: str, masked: Masked, counts: Counter[str]) -> None:
    """A string that holds a quote does not vote: its writer may have avoided escapes."""
    for string, start in zip(masked.strings, masked.starts, strict=True):
        quote = string[0]
        if quote not in "\"'":
            continue
        kind = "double" if quote == '"' else "single"
        if family == "python" and string[:3] == quote * 3 and len(string) > 5:
            counts["docquotes:" + kind] += 1
        elif family == "javascript" and masked.text[start - 1 : start] == "=":
            counts["jsxquotes:" + kind] += 1  # an attribute of an element has a style of its own.
        elif "'" not in string[1:-1] and '"' not in string[1:-1]:
            counts["quotes:" + kind] += 1
