"""What is asserted of what a framework's test client gives: a command's result, or a response."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Callable

from ...wire import Check

_RUNNERS = frozenset({"click", "typer"})
_CLIENTS = frozenset({"werkzeug", "flask", "quart", "httpx", "starlette", "fastapi"})
# Longer output is that of help texts, which are laid out by the width of a terminal: their first line is told.
_LONG = 200


def is_answer(value: Any) -> bool:
    """Whether a value is such a result or response."""
    home = type(value).__module__.partition(".")[0]
    is_result = home in _RUNNERS and hasattr(value, "exit_code") and hasattr(value, "output")
    return is_result or (home in _CLIENTS and hasattr(value, "status_code") and hasattr(value, "headers"))


def answered(path: str, value: Any, expression: Callable[[Any], str | None]) -> Iterator[Check]:
    """The checks of an answer: its code first, then what it says."""
    if hasattr(value, "exit_code"):
        yield {"kind": "equal", "text": f"{path}.exit_code == {value.exit_code}"}
        yield from _failed(path, value.exception, expression)
        yield from _text(f"{path}.output", value.output, expression)
        return
    yield {"kind": "equal", "text": f"{path}.status_code == {value.status_code}"}
    place = value.headers.get("Location")
    if place is not None:
        yield from _text(f'{path}.headers["Location"]', place, expression)
        return
    for way in (".get_json()", ".json()") if "json" in value.headers.get("Content-Type", "") else ():
        text = _json(value, way, expression)
        if text is not None:
            yield {"kind": "equal", "text": f"{path}{way} == {text}"}
            return
    # An error's page is the framework's.
    if value.status_code < 400:
        yield from _text(f"{path}.text", getattr(value, "text", ""), expression)


def _failed(path: str, error: BaseException | None, expression: Callable[[Any], str | None]) -> Iterator[Check]:
    """The exception that the command let out, unless it is the end of the program."""
    if error is None or isinstance(error, SystemExit):
        return
    name = expression(type(error))
    is_named = name is not None and name.isidentifier()
    text = f"isinstance({path}.exception, {name})" if is_named else f"type({path}.exception).__name__ == "
    yield {"kind": "type", "text": text if is_named else f"{text}{type(error).__name__!r}"}


def _text(path: str, text: Any, expression: Callable[[Any], str | None]) -> Iterator[Check]:
    if not isinstance(text, str) or not text:
        return
    is_long = len(text) > _LONG
    written = expression(text.splitlines()[0] if is_long else text)
    if written is not None:
        yield {"kind": "equal", "text": f"{path}.splitlines()[0] == {written}" if is_long else f"{path} == {written}"}


def _json(value: Any, way: str, expression: Callable[[Any], str | None]) -> str | None:
    method = getattr(value, way[1:-2], None)
    if not callable(method):
        return None
    try:
        return expression(method())
    except Exception:  # What says that it is JSON need not be.
        return None
