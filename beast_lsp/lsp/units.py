"""Columns in the client's unit and in characters.

Inside, a column counts Python characters. The client counts in the unit that `initialize` settled. Most lines
are ASCII, where all units are the same; Python answers `isascii` at once.
"""

from collections.abc import Callable, Sequence

from beast_lsp.engine.document import Position


class Units:
    """Converts columns between the client's unit (`encoding`: utf-8, utf-16 or utf-32) and characters."""

    def __init__(self, encoding: str = "utf-16") -> None:
        self.encoding = encoding
        self._to_character, self._to_units = _CODECS[encoding]

    def place(self, lines: Sequence[str], line: int, units: int) -> Position:
        """The place that the client names; one past a line's or the text's end means that end.

        Inside a character (a surrogate pair, a UTF-8 sequence) it is the character's start.
        """
        if line >= len(lines):
            return Position(len(lines) - 1, len(lines[-1]))
        return Position(line, self.column(lines[line], units))

    def column(self, text: str, units: int) -> int:
        """The character column of a column in the client's unit, at most the end of the line's content."""
        # No character is shorter than one unit, so what stands behind `units` characters doesn't matter; and
        # one more is kept, because a cut at the very end would hide half of a character.
        column = units if text.isascii() else self._to_character(text[: units + 1], units)
        return column if column < len(text) - 1 else min(column, _content_length(text))

    def units(self, text: str) -> int:
        """How long `text` is in the client's unit."""
        return len(text) if text.isascii() else self._to_units(text)


def _content_length(text: str) -> int:
    if text.endswith("\r\n"):
        return len(text) - 2
    return len(text) - 1 if text.endswith(("\n", "\r")) else len(text)


def _same(text: str, units: int) -> int:
    return min(units, len(text))


def _from_utf8(text: str, units: int) -> int:
    data = text.encode("utf-8", "surrogatepass")
    units = min(units, len(data))
    while 0 < units < len(data) and data[units] & 0xC0 == 0x80:
        units -= 1
    return len(data[:units].decode("utf-8", "surrogatepass"))


def _from_utf16(text: str, units: int) -> int:
    data = text.encode("utf-16-le", "surrogatepass")
    if len(data) == 2 * len(text):
        return min(units, len(text))
    column = len(data[: 2 * units].decode("utf-16-le", "surrogatepass"))
    # A high surrogate alone at the cut is half of a character, unless the text really holds it alone.
    return column - 1 if 0 < column <= len(text) and 2 * units < len(data) and _is_cut(data, units) else column


def _is_cut(data: bytes, units: int) -> bool:
    high, low = data[2 * units - 1], data[2 * units + 1]
    return 0xD8 <= high < 0xDC and 0xDC <= low < 0xE0


def _utf8_length(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _utf16_length(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


_CODECS: dict[str, tuple[Callable[[str, int], int], Callable[[str], int]]] = {
    "utf-8": (_from_utf8, _utf8_length),
    "utf-16": (_from_utf16, _utf16_length),
    "utf-32": (_same, len),
}
