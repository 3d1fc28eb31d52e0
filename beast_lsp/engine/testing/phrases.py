"""Words for values: what a test's name says of an input and of an outcome."""

from __future__ import annotations

import ast
import math
import re
import unicodedata

_MOST_WORDS = 3
_LONGEST_TEXT = 24  # characters of a string that is said word for word.
_EMPTY = {list: "empty_list", tuple: "empty_tuple", dict: "empty_dict", set: "empty_set", bytes: "empty_bytes"}
_COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_MARKS = {"\n\n": "blank_lines", "\t": "tabs", "\r": "carriage_return", "\x0c": "form_feed", "\\": "backslash"}
_KINDS = {ast.List: "list", ast.Tuple: "tuple", ast.Dict: "dict", ast.Set: "set"}
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def snake(name: str) -> str:
    """A name in snake case: `ValueError` is value_error, `__len__` is len."""
    return _CAMEL.sub("_", name.strip("_")).lower().strip("_")


def slug(text: str, most: int = _MOST_WORDS) -> str:
    """The first words of a text as part of a name; "" where it has none."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    words = re.findall(r"[A-Za-z]+|\d+", plain)
    return "_".join(words[:most]).lower()


def value_words(node: ast.expr, noun: str = "") -> str:
    """A value in words; `noun` is what its parameter is called ("text" of an empty string). "" where nothing says it.

    Words are of the value itself where it is short, else of what is special in it.
    """
    if isinstance(node, ast.Constant):
        return _constant(node.value, noun)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = value_words(node.operand, noun)
        return f"minus_{inner}" if inner else "negative_number"
    for kind, word in _KINDS.items():
        if isinstance(node, kind):
            return _collection(node, word)
    return _call(node) if isinstance(node, ast.Call) else _named(node)


def _named(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return snake(node.attr)
    if isinstance(node, ast.Name):
        return snake(node.id)
    is_path = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)
    return "path" if is_path else "lambda" if isinstance(node, ast.Lambda) else ""


def count_words(number: int) -> str:
    """A number of items in words."""
    said = _COUNTS[number] if number < len(_COUNTS) else str(number)
    return f"{said}_item" if number == 1 else f"{said}_items"


def details(node: ast.expr, noun: str = "") -> list[str]:
    """A value in words, the plainest first, and what else could be said of it to tell it from another."""
    if isinstance(node, ast.BinOp):
        return []
    found = [value_words(node, noun)]
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        found += _of_string(node.value)
    elif isinstance(node, ast.List | ast.Tuple | ast.Set) and node.elts:
        found += [f"list_with_{inner}" for one in node.elts[:2] if (inner := value_words(one))]
    return [one for one in dict.fromkeys(found) if one]


def _of_string(value: str) -> list[str]:
    """What can be said of a string: its words, its lines, what it begins and ends with."""
    lines = value.count("\n") + 1
    number = _COUNTS[lines] if lines < len(_COUNTS) else "many"
    found = [slug(value), slug(value, 2 * _MOST_WORDS) if len(value) < 2 * _LONGEST_TEXT else ""]
    found += [f"{number}_lines"] if lines > 1 else []
    found += [word for mark, word in _MARKS.items() if mark in value]
    if value.strip():
        found += ["leading_space"] if value[0].isspace() else []
        found += ["trailing_space"] if value[-1].isspace() else []
    return [*found, *([f"{len(value)}_characters"] if len(value) > _LONGEST_TEXT else [])]


def _constant(value: object, noun: str) -> str:
    if value is None or isinstance(value, bool) or value is ...:
        return str(value).lower()
    if isinstance(value, str):
        return _string(value, noun)
    if isinstance(value, bytes):
        return _bytes(value)
    if isinstance(value, int):
        return "zero" if value == 0 else str(value) if value < 10**9 else "huge_number"
    return _float(value) if isinstance(value, float) else snake(type(value).__name__)


def _float(value: float) -> str:
    if math.isnan(value):
        return "nan"
    if value in {float("inf"), float("-inf")}:
        return "infinity"
    text = (f"{value:g}" if value % 1 else repr(value)).replace("+", "").replace("-", "minus_").replace(".", "_point_")
    return text if re.fullmatch(r"\w+", text) else "float"


def _string(value: str, noun: str) -> str:
    noun = noun if noun.isalpha() and len(noun) < 14 else "string"
    if not value:
        return f"empty_{noun}"
    if not value.strip():
        return f"blank_{noun}"
    if not value.isascii():
        return f"non_ascii_{noun}"
    if "\n" in value.strip():
        return f"multiline_{noun}"
    return _said(value, noun)


def _said(value: str, noun: str) -> str:
    words = slug(value)
    is_whole = words and len(value) <= _LONGEST_TEXT
    if is_whole:
        return f"minus_{words}" if re.fullmatch(r"-\d+", value) else words
    if not words:
        name = unicodedata.name(value[0], "").lower().replace("-", " ").split(" ")
        return "_".join(name[:2]) if len(value) == 1 else "punctuation"
    return f"long_{noun}" if len(words) > _LONGEST_TEXT or not words else words


def _bytes(value: bytes) -> str:
    if not value:
        return "empty_bytes"
    try:
        words = slug(value.decode("ascii"))
    except UnicodeDecodeError:
        return "non_ascii_bytes"
    return f"{words}_bytes" if words and len(value) <= _LONGEST_TEXT else "bytes"


def _collection(node: ast.expr, word: str) -> str:
    items = node.keys if isinstance(node, ast.Dict) else getattr(node, "elts", [])
    if not items:
        return f"empty_{word}"
    elements = node.values if isinstance(node, ast.Dict) else items
    is_nested = any(isinstance(one, tuple(_KINDS)) for one in elements)
    number = _COUNTS[len(items)] if len(items) < len(_COUNTS) else "many"
    if is_nested:
        return f"nested_{word}"
    return f"{word}_of_{number}" if len(items) > 1 else f"single_item_{word}"


def _call(node: ast.Call) -> str:
    callee = node.func
    name = callee.attr if isinstance(callee, ast.Attribute) else callee.id if isinstance(callee, ast.Name) else ""
    if name in {"set", "list", "dict", "tuple", "frozenset", "str", "bytes", "bytearray"} and not node.args:
        return f"empty_{name}"
    if name == "float" and node.args and isinstance(node.args[0], ast.Constant):
        return "infinity" if "inf" in str(node.args[0].value) else "nan"
    return snake(name)
