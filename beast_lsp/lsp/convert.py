"""Between the protocol's words and the engine's: positions and URIs."""

from collections.abc import Sequence
from pathlib import Path, PurePath
from urllib.parse import quote, unquote, urlsplit

from lsprotocol import types

from beast_lsp.engine.document import Document, Position
from beast_lsp.lsp.units import Units


class PositionCodec(Units):
    """Converts the protocol's positions and ranges, which count in the client's unit."""

    def position(self, lines: Sequence[str], wire: types.Position) -> Position:
        """The place that the client names: see `place`."""
        return self.place(lines, wire.line, wire.character)

    def wire(self, document: Document, position: Position) -> types.Position:
        """The position as the client counts it."""
        prefix = document.lines[position.line][: position.column]
        return types.Position(position.line, self.units(prefix))

    def range(self, document: Document, start: Position, end: Position) -> types.Range:
        """The range as the client counts it."""
        return types.Range(self.wire(document, start), self.wire(document, end))

    def line(self, document: Document, line: int) -> types.Range:
        """A whole line, without its end."""
        end = len(document.lines[line].rstrip("\r\n"))
        return self.range(document, Position(line, 0), Position(line, end))


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
