"""The lines of a file, decoded, and without secrets where they are kept."""

from collections.abc import Sequence
from pathlib import Path

from beast_lsp.engine.document import split_lines
from beast_lsp.engine.secrets import contains_secret, redact
from beast_lsp.store.index.filters import MAX_BYTES, is_binary, is_generated

_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def read_lines(file: Path) -> list[str] | None:
    """The lines as they are; None for a file that is gone, unreadable, too large, binary or generated.

    Only for those who keep no text of it.
    """
    text = _read(file)
    return None if text is None else split_lines(text)


def read_public_lines(file: Path) -> list[str] | None:
    """The lines with secrets redacted, for those who keep them; None as in `read_lines`."""
    text = _read(file)
    if text is None:
        return None
    # Looking is half the work of redacting, and few files hold a secret.
    return split_lines(redact(text) if contains_secret(text) else text)


def lines_of(data: bytes) -> list[str] | None:
    """The lines of a file's bytes as they are; None as in `read_lines`."""
    text = _text(data)
    return None if text is None else split_lines(text)


def all_lines_of(data: bytes) -> list[str] | None:
    """The lines of a file's bytes, even of a generated one; None where it is too large or binary."""
    text = _decoded(data)
    return None if text is None else split_lines(text)


def redacted_lines(lines: Sequence[str]) -> list[str]:
    """Some lines of a file with secrets redacted."""
    text = "".join(lines)
    return [line for line in split_lines(redact(text)) if line] if contains_secret(text) else list(lines)


def _read(file: Path) -> str | None:
    try:
        with file.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError:
        return None
    return _text(data)


def _text(data: bytes) -> str | None:
    return None if is_generated(data) else _decoded(data)


def _decoded(data: bytes) -> str | None:
    is_utf16 = data[:2] in _UTF16
    if len(data) > MAX_BYTES or (is_binary(data) and not is_utf16):
        return None
    return _decode(data, is_utf16)


def _decode(data: bytes, is_utf16: bool) -> str:
    if is_utf16:
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")  # Every byte has a character there, and what is ASCII stays itself.
