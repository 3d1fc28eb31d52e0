"""Names out of the text of parameter lists, binding patterns and imports.

They read text, not trees: the line being typed has no tree yet, and its broken text must give names too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_NAME = r"[^\W\d][\w$]*|\$[\w$]*"
_NAMES = re.compile(_NAME)
_LEADING_NAME = re.compile(rf"\s*({_NAME})")
_CLOSERS = {"(": ")", "[": "]", "{": "}", "<": ">"}
_ARROW = re.compile(r"[-=]>")
_MODIFIERS = re.compile(
    r"\s*(?:(?:@[\w.]+(?:\([^)]*\))?|public|private|protected|readonly|override|final|mut|ref)\s+)+"
)
_FUNCTION_POINTER = re.compile(rf"\(\s*\*\s*({_NAME})")
_DEFAULT = re.compile(r"(?<![=!<>])=(?![=>])")
_MANY = 200  # parameters or names of one list; more is data.


class Import(NamedTuple):
    """A name that an import binds: `local` here, `original` in `module`; `original` is "" for the module itself."""

    local: str
    module: str
    original: str


def split_top(text: str, separator: str = ",", brackets: str = "([{<") -> list[str]:
    """Splits at the separators that no bracket encloses; unbalanced text gives what is there."""
    pieces, depth, start = [], 0, 0
    closers = {_CLOSERS[bracket] for bracket in brackets}
    text = _ARROW.sub("  ", text)
    for index, char in enumerate(text):
        if char in brackets:
            depth += 1
        elif char in closers:
            depth = max(0, depth - 1)
        elif char == separator and not depth:
            pieces.append(text[start:index])
            start = index + 1
    return [piece for piece in (*pieces, text[start:]) if piece.strip()]


def parameter_names(family: str, text: str) -> tuple[str, ...]:
    """The names in a parameter list, given without its parentheses; `self` is one of them where it is written."""
    pieces = split_top(text)[:_MANY]
    if family == "go":
        return tuple(_go_parameters(pieces))
    read = {"python": _python_parameter, "java": _typed_parameter, "c": _typed_parameter}.get(
        family, _pattern_parameter
    )
    return tuple(name for piece in pieces for name in read(piece))


def _python_parameter(piece: str) -> list[str]:
    match = _LEADING_NAME.match(piece.strip().lstrip("*"))
    return [match[1]] if match else []


def _pattern_parameter(piece: str) -> list[str]:
    """JavaScript and Rust: `name: type = default`, or a destructuring pattern in the name's place."""
    piece = _MODIFIERS.sub("", piece, count=1).strip().lstrip("&.").strip()
    if piece.startswith(("{", "[", "(")):
        return pattern_names(split_top(split_top(piece, ":")[0], "=")[0])
    piece = re.sub(r"^('\w+\s+)?(mut\s+)?", "", piece)
    match = _LEADING_NAME.match(piece)
    return [match[1]] if match else []


def _typed_parameter(piece: str) -> list[str]:
    """Java and C: the last name before the default; a lone name is a type."""
    if pointer := _FUNCTION_POINTER.search(piece):
        return [pointer[1]]
    names = _NAMES.findall(_DEFAULT.split(piece)[0])
    is_type = len(names) < 2 or piece.rstrip().endswith(("*", "&", ">")) or names[-1] in {"const", "int", "char"}
    return [] if is_type else names[-1:]


def _go_parameters(pieces: list[str]) -> Iterator[str]:
    # Go's lists hold names and types, or types alone; one piece of two words tells which.
    named = any(len(piece.split()) > 1 and _LEADING_NAME.match(piece) for piece in pieces)
    for piece in pieces if named else ():
        if match := _LEADING_NAME.match(piece):
            yield match[1]


def pattern_names(text: str) -> list[str]:
    """The names that a binding pattern binds: `a`, `(a, *b)`, `[a, ...b]`, `{a, b: c = 1}`."""
    names: list[str] = []
    pending = [text]
    while pending and len(names) < _MANY:
        piece = pending.pop(0).strip()
        if piece.startswith(tuple(_CLOSERS)):
            # Each round drops a bracket at least, so broken text ends too.
            inside = split_top(piece[1:].rstrip(")]}> \t\r\n") if _is_flat(piece) else piece[1:].rstrip()[:-1])
            pending[:0] = [_value_of(item) for item in inside] if piece[0] == "{" else inside
        elif len(pieces := split_top(piece)) > 1:
            pending[:0] = pieces
        elif match := _LEADING_NAME.match(piece.lstrip("*.& ")):
            names.append(match[1])
    return names


def _is_flat(text: str) -> bool:
    return not any(bracket in text[1:] for bracket in _CLOSERS)


def _value_of(item: str) -> str:
    """What a pair of an object pattern binds: the pattern behind the colon, or the key itself."""
    key, colon, value = item.partition(":")
    return value if colon else key


def imports(family: str, text: str) -> list[Import]:
    """The names that one import statement binds; an unknown form gives none."""
    read = _IMPORTS.get(family)
    return [item for item in read(text) if item.local][:_MANY] if read else []


def _python_imports(text: str) -> Iterator[Import]:
    text = re.sub(r"#[^\n]*|[()\\]", " ", text)
    if match := re.match(r"\s*from\s+([\w.]+|\.+\s*[\w.]*)\s*import\b(.*)", text, re.DOTALL):
        module = match[1].replace(" ", "")
        for piece in match[2].split(","):
            words = piece.split()
            if words and words[0] != "*":
                yield Import(words[2] if len(words) > 2 and words[1] == "as" else words[0], module, words[0])
        return
    for piece in re.sub(r"^\s*import\b", "", text).split(","):
        words = piece.split()
        if len(words) > 2 and words[1] == "as":
            yield Import(words[2], words[0], "")
        elif words:
            # `import a.b` binds `a`.
            first = words[0].split(".")[0]
            yield Import(first, first, "")


_SOURCE = re.compile(r"""['"]([^'"]*)['"]""")


def _javascript_imports(text: str) -> Iterator[Import]:
    source = _SOURCE.search(text)
    module = source[1] if source else ""
    clause = text[: source.start()] if source else text
    if braces := re.search(r"\{([^}]*)\}?", clause):
        for piece in braces[1].split(","):
            words = [word for word in piece.split() if word != "type"]
            if words:
                yield Import(words[-1], module, words[0])
    if star := re.search(rf"\*\s*as\s+({_NAME})", clause):
        yield Import(star[1], module, "")
    if default := re.match(rf"\s*import\s+(?:type\s+)?({_NAME})(?=\s*(?:,|from\b))", clause):
        yield Import(default[1], module, "default")


def _go_imports(text: str) -> Iterator[Import]:
    match = re.match(r'\s*([\w.]+)?\s*[`"]([^`"]*)[`"]', text)
    if not match or match[1] in {"_", "."}:
        return
    parts = match[2].split("/")
    # A last part such as "v2" is a version; the package has the part before it.
    last = parts[-2] if len(parts) > 1 and re.fullmatch(r"v\d+", parts[-1]) else parts[-1]
    yield Import(match[1] or last.split(".")[0].removeprefix("go-"), match[2], "")


def _rust_imports(text: str) -> Iterator[Import]:
    match = re.search(r"\buse\s+(.*?);?\s*$", text, re.DOTALL)
    pending = [("", match[1])] if match else []
    while pending:
        prefix, piece = pending.pop()
        path, brace, rest = piece.strip().partition("{")
        if brace:
            inner = rest.rstrip()[:-1] if rest.rstrip().endswith("}") else rest
            pending += [(prefix + path.strip(), item) for item in reversed(split_top(inner, brackets="{"))]
        else:
            yield from _rust_path(prefix + path.strip())


def _rust_path(path: str) -> Iterator[Import]:
    whole, _, alias = path.partition(" as ")
    module, _, original = whole.strip().rpartition("::")
    if original == "self":
        module, _, original = module.rpartition("::")
    if original and original != "*" and alias.strip() != "_":
        yield Import(alias.strip() or original, module, original)


def _java_imports(text: str) -> Iterator[Import]:
    match = re.match(r"\s*import\s+(?:static\s+)?([\w.]+?)\.(\w+)\s*;?\s*$", text)
    if match:
        yield Import(match[2], match[1], match[2])


_IMPORTS = {
    "python": _python_imports,
    "javascript": _javascript_imports,
    "go": _go_imports,
    "rust": _rust_imports,
    "java": _java_imports,
}
