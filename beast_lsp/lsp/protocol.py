"""pygls's protocol, stricter: whatever arrives, each request is answered exactly once and the next is served.

pygls by itself leaves unanswered what it can't read and what comes after `shutdown`, and keeps a second copy of
every text, which it would splice at each keystroke. Only these points are changed here.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import weakref
from collections import Counter
from collections.abc import Callable, Generator
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING, Any, cast
from typing import Protocol as TypingProtocol

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.protocol import LanguageServerProtocol, default_converter, lsp_method

from beast_lsp.lsp.dispatch import CURRENT, Call

if TYPE_CHECKING:
    from cattrs import Converter
    from pygls.lsp.server import LanguageServer

_log = logging.getLogger(__name__)
_CODES = types.ErrorCodes


def converter() -> Converter:
    """The converter of pygls, but a value of another kind is refused, not made to fit: null is no URI "None"."""
    made: Converter = default_converter()  # type: ignore[no-untyped-call]  # pygls types it not.
    for kind in (str, int, bool):
        made.register_structure_hook(kind, partial(_same_kind, kind))
    return made


def _same_kind(wanted: type, value: Any, kind: type) -> Any:
    """The value, where it is of the `wanted` kind; as a member of the enumeration `kind`, where that knows it."""
    if wanted is int and type(value) is float and value.is_integer():
        value = int(value)  # JSON knows no difference.
    if type(value) is not wanted:
        raise ValueError(f"not of the kind {wanted.__name__}")
    with contextlib.suppress(ValueError):  # a client may be of a newer protocol.
        return kind(value) if issubclass(kind, Enum) else value
    return value


@dataclass(frozen=True, slots=True)
class Refused:
    """A message that can't be handled; `id` is the request's where it has one that can be used."""

    code: int
    reason: str
    is_request: bool = True
    id: int | str | None = None
    method: str = ""
    params: object = None


class Host(TypingProtocol):
    """The server as its conversation sees it."""

    automatic: set[str]
    counts: Counter[str]
    closed: asyncio.Event
    not_followed: Callable[[str, object], None]
    see: Callable[[], Call]

    def fault(self, where: str, error: BaseException | None = None) -> None:
        """Logs and counts a fault of ours."""
        ...


class Protocol(LanguageServerProtocol):
    """The conversation with one client. All methods but `understand` are to be called on the event loop."""

    # With None in their place, pygls keeps no texts of its own, and our handlers of these methods are called.
    lsp_text_document__did_open = None  # type: ignore[assignment]  # pygls registers what can be called.
    lsp_text_document__did_change = None  # type: ignore[assignment]
    lsp_text_document__did_close = None  # type: ignore[assignment]
    lsp_notebook_document__did_open = None  # type: ignore[assignment]
    lsp_notebook_document__did_change = None  # type: ignore[assignment]
    lsp_notebook_document__did_close = None  # type: ignore[assignment]

    def __init__(self, server: Host, made: Converter) -> None:
        super().__init__(cast("LanguageServer", server), made)
        self._host = server
        # A call lives as long as somebody works on it; there is nothing to tidy up.
        self._newest: weakref.WeakValueDictionary[tuple[str, str], Call] = weakref.WeakValueDictionary()

    @property
    def is_shut_down(self) -> bool:
        """Whether the client sent `shutdown`; only `exit` is followed then."""
        return self._shutdown

    def take_over(self, params: types.InitializeParams) -> None:
        """Follows an `initialize` that the handshake has answered. No writer is set yet: pygls's answer is lost."""
        request: Any = types.InitializeRequest(id=0, params=params)
        super().handle_message(request)

    def understand(self, data: object) -> Any:
        """What `handle_message` takes, made of a parsed message. May be called in any thread."""
        if not isinstance(data, dict) or not data.keys() & {"method", "result", "error"}:
            return Refused(_CODES.InvalidRequest, "a message is an object with a method, a result or an error")
        # Some clients send an error of null beside their result.
        answer = ("id", "error") if data.get("error") is not None else ("id", "result")
        kept = ("id", "method", "params") if "method" in data else answer
        message = {"jsonrpc": self.VERSION, **{key: data[key] for key in kept if key in data}}
        method, number = data.get("method"), data.get("id")
        if "method" not in data:
            return self._understood(message) or _unreadable_answer(number)
        # A bool is an int for Python, not for the protocol.
        if not isinstance(method, str) or ("id" in data and type(number) not in (int, str)):
            return Refused(_CODES.InvalidRequest, "a method is a text, and an id a number or a text")
        is_request, params = "id" in data, data.get("params")
        if not self._knows(method):
            reason = f"there is no method {method[:100]}"
            return Refused(_CODES.MethodNotFound, reason, is_request, number, method, params)
        reason = "the params are not what the method takes"
        return self._understood(message) or Refused(_CODES.InvalidParams, reason, is_request, number, method, params)

    def handle_message(self, message: Any) -> None:
        """Delegates a message to its handler, in the context of its own `Call`."""
        refused = self._out_of_turn(message) or (message if isinstance(message, Refused) else None)
        if refused:
            return self._refuse(refused)
        token = CURRENT.set(self._call(message))
        try:
            super().handle_message(message)
        except Exception as error:
            self._host.fault(f"the message {getattr(message, 'method', '')}", error)
        finally:
            CURRENT.reset(token)
        return None

    def withdraw_all(self) -> None:
        """Cancels every request that is under way but the one that is being handled; each is answered."""
        for number, future in list(self._request_futures.items()):
            if number != self.msg_id:
                future.cancel()

    @lsp_method(types.SHUTDOWN)
    def lsp_shutdown(self, *params: object) -> Generator[Any, Any, None]:
        """Follows `shutdown`. pygls would stumble over requests that leave its table while it cancels them."""
        self.withdraw_all()
        return (yield from super().lsp_shutdown(*params))

    @lsp_method(types.EXIT)
    def lsp_exit(self, *_: object) -> Generator[Any, Any, None]:
        """Ends the session; pygls would end the process before the parts are closed."""
        self._host.closed.set()
        yield from ()

    @lsp_method(types.WORKSPACE_EXECUTE_COMMAND)
    def lsp_workspace__execute_command(self, params: types.ExecuteCommandParams) -> Generator[Any, Any, Any]:
        """Runs a command. pygls checks the arguments only where the client sent a list."""
        params.arguments = params.arguments or []
        return (yield from super().lsp_workspace__execute_command(params))

    def _knows(self, method: str) -> bool:
        return method == types.CANCEL_REQUEST or method in self.fm.features or method in self.fm.builtin_features

    def _understood(self, message: dict[str, Any]) -> Any:
        try:
            return self.structure_message(message)
        except JsonRpcException:
            return None

    def _out_of_turn(self, message: Any) -> Refused | None:
        method, number = getattr(message, "method", ""), getattr(message, "id", None)
        if not method or number is None:
            return None
        if number in self._request_futures:
            return Refused(_CODES.InvalidRequest, "the id is in use")
        if method == types.INITIALIZE:
            return Refused(_CODES.InvalidRequest, "initialize was answered already", id=number)
        if self._shutdown:
            return Refused(_CODES.InvalidRequest, "the server is shutting down", id=number)
        return None

    def _refuse(self, refused: Refused) -> None:
        if not refused.is_request:
            if refused.code == _CODES.InvalidParams:
                _log.warning("%s was not followed: %s", refused.method, refused.reason)
                self._host.not_followed(refused.method, refused.params)
            return
        error = {"code": int(refused.code), "message": refused.reason}
        # By hand, because lsprotocol leaves out an id of null, which JSON-RPC asks for.
        self._send_data({"jsonrpc": self.VERSION, "id": refused.id, "error": error})

    def _call(self, message: Any) -> Call:
        call, method = self._host.see(), getattr(message, "method", "")
        if getattr(message, "id", None) is not None:
            self._host.counts[method] += 1
        if method in self._host.automatic:
            key = (method, message.params.text_document.uri)
            if older := self._newest.get(key):
                older.supersede()
            self._newest[key] = call
        return call


def _unreadable_answer(number: Any) -> types.ResponseErrorMessage | Refused:
    """An answer that can't be read still ends the waiting of who asked."""
    if type(number) not in (int, str):
        return Refused(_CODES.InvalidRequest, "an answer has the id of what it answers")
    reason = "the client's answer could not be read"
    return types.ResponseErrorMessage(id=number, error=types.ResponseError(_CODES.ParseError, reason))
