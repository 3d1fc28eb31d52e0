"""Between the protocol's words and the engine's: positions, URIs and items.

Inside, a column counts Python characters. The client counts in the unit that `initialize` settled, and only
this module knows it. Most lines are ASCII, where all units are the same; Python answers `isascii` at once.
"""

from collections.abc import Callable, Sequence
from pathlib import Path, PurePath
from urllib.parse import quote, unquote, urlsplit

from lsprotocol import types

from beast_lsp.engine.document import Document, Position


class PositionCodec:
    """Converts columns between the client's unit (`encoding`: utf-8, utf-16 or utf-32) and characters."""

    def __init__(self, encoding: str = "utf-16") -> None:
        self.encoding = encoding
        self._to_character, self._to_units = _CODECS[encoding]

    def position(self, lines: Sequence[str], wire: types.Position) -> Position:
        """The place that the client names; one past a line's or the text's end means that end.

        Inside a character (a surrogate pair, a UTF-8 sequence) it is the character's start.
        """
        if wire.line >= len(lines):
            return Position(len(lines) - 1, len(lines[-1]))
        return Position(wire.line, self.column(lines[wire.line], wire.character))

    def column(self, text: str, units: int) -> int:
        """The character column of a column in the client's unit, at most the end of the line's content."""
        # No character is shorter than one unit, so what stands behind `units` characters doesn't matter; and
        # one more is kept, because a cut at the very end would hide half of a character.
        column = units if text.isascii() else self._to_character(text[: units + 1], units)
        return column if column < len(text) - 1 else min(column, _content_length(text))

    def wire(self, document: Document, position: Position) -> types.Position:
        """The position as the client counts it."""
        prefix = document.lines[position.line][: position.column]
        return types.Position(position.line, self.units(prefix))

    def units(self, text: str) -> int:
        """How long `text` is in the client's unit."""
        return len(text) if text.isascii() else self._to_units(text)

    def range(self, document: Document, start: Position, end: Position) -> types.Range:
        """The range as the client counts it."""
        return types.Range(self.wire(document, start), self.wire(document, end))


def path_of(uri: str) -> Path | None:
    """The local file of a `file:` URI; None for everything else."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    if parts.scheme != "file" or parts.netloc not in ("", "localhost"):
        return None
    # What follows ? or # belongs to the name where an editor forgot to quote it.
    rest = (f"?{parts.query}" if parts.query else "") + (f"#{parts.fragment}" if parts.fragment else "")
    name = unquote(parts.path + rest, errors="surrogateescape")
    if len(name) > 2 and name[0] == "/" and name[2] == ":":  # a Windows drive: /c:/folder
        name = name[1:]
    return Path(name) if name and "\0" not in name else None


def uri_of(path: PurePath) -> str:
    """The `file:` URI of an absolute path, whatever bytes its name holds."""
    name = quote(path.as_posix(), safe="/:", errors="surrogateescape")
    return f"file://{name}" if name.startswith("/") else f"file:///{name}"


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
