"""JSON-RPC over one channel: requests answered once each, whatever happens, and our own requests to the client.

Handlers run on the event loop at the moment of dispatch, so what they look at first is what the client had
when it asked. A handler that has to wait returns a coroutine.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import queue
import threading
from collections import Counter
from collections.abc import Callable, Coroutine, Hashable, Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard

from beast_lsp.errors import BeastError, CancelledRequest, PositionError
from beast_lsp.lsp.channel import Channel
from beast_lsp.lsp.framing import FrameError
from beast_lsp.router.task import CancelToken

PARSE_ERROR = -32700
INVALID_REQUEST = -32600
METHOD_NOT_FOUND = -32601
INVALID_PARAMS = -32602
INTERNAL_ERROR = -32603
REQUEST_CANCELLED = -32800
REQUEST_FAILED = -32803

Params = Mapping[str, Any]
Notified = Callable[[Params], None]
_log = logging.getLogger(__name__)


class InvalidParams(BeastError):  # noqa: N818 - named as the protocol names it.
    """The params of a request are not what its method takes."""


class InvalidRequest(BeastError):  # noqa: N818 - named as the protocol names it.
    """The request comes at a time when it can't be answered."""


@dataclass(frozen=True, slots=True)
class Method:
    """How one request is answered.

    `handle` gets the params and a token, and returns the result or a coroutine that gives it. A request for
    which `key` gives the same value as for a newer one is superseded, and answered with null. An `automatic`
    request that fails by a fault of ours is answered with null as well: no editor shall show it to a user who
    asked for nothing.
    """

    handle: Callable[[Params, CancelToken], Any]
    key: Callable[[Params], Hashable] | None = None
    automatic: bool = False


@dataclass(slots=True)
class _Pending:
    method: Method
    cancel: CancelToken
    key: Hashable | None
    task: asyncio.Task[None] | None = None


class Endpoint:
    """Our end of the conversation. All methods are to be called on the event loop, where handlers run."""

    def __init__(self, channel: Channel, loop: asyncio.AbstractEventLoop) -> None:
        self.requests: dict[str, Method] = {}
        self.notifications: dict[str, Notified] = {}
        self.prepare: Callable[[Any], None] = lambda message: None
        self.closed: asyncio.Event = asyncio.Event()
        self.faults = 0
        self.counts: Counter[str] = Counter()
        self._channel = channel
        self._loop = loop
        self._pending: dict[int | str, _Pending] = {}
        self._newest: dict[Hashable, int | str] = {}
        self._asked: dict[int | str, asyncio.Future[Any]] = {}
        self._ids = itertools.count(1)
        self._outgoing: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        self._writer = threading.Thread(target=self._write, name="lsp-writer", daemon=True)

    def start(self) -> None:
        """Begins to read and to write."""
        self._writer.start()
        threading.Thread(target=self._read, name="lsp-reader", daemon=True).start()

    def finish(self, timeout: float = 2.0) -> None:
        """Withdraws what is under way and writes what is still queued, for at most `timeout` seconds."""
        for number in list(self._pending):
            self._withdraw(number, REQUEST_CANCELLED, "the server is going down")
        self._outgoing.put(None)
        self._writer.join(timeout)

    def notify(self, method: str, params: Any) -> None:
        """Sends a notification."""
        self._send({"method": method, "params": params})

    async def ask(self, method: str, params: Any) -> Any:
        """Sends a request to the client and waits for its result. Raises BeastError where it fails."""
        number = f"beast-{next(self._ids)}"
        future = self._asked[number] = self._loop.create_future()
        self._send({"id": number, "method": method, "params": params})
        try:
            return await future
        finally:
            self._asked.pop(number, None)

    # What arrives.

    def _read(self) -> None:
        while True:
            try:
                message = self._channel.receive()
            except FrameError as error:
                self._on_loop(self._fail, None, PARSE_ERROR, str(error))
                continue
            if message is None:
                break
            self.prepare(message)
            self._on_loop(self._dispatch, message)
        self._on_loop(self.closed.set)

    def _on_loop(self, function: Callable[..., Any], *arguments: Any) -> None:
        try:
            self._loop.call_soon_threadsafe(function, *arguments)
        except RuntimeError:
            return  # the loop has ended while this thread was still reading.

    def _dispatch(self, message: Any) -> None:
        if not isinstance(message, dict):
            return self._fail(None, INVALID_REQUEST, "a message is an object")
        method, number = message.get("method"), message.get("id")
        if not isinstance(method, str):
            return self._answered(message)
        params = message.get("params")
        params = {} if params is None else params
        if "id" not in message:
            return self._notified(method, params)
        if not _is_id(number) or number in self._pending:
            return self._fail(None, INVALID_REQUEST, "an id is a number or a text that no other request uses")
        return self._requested(number, method, params)

    def _notified(self, method: str, params: Any) -> None:
        if method == "$/cancelRequest":
            return self._cancelled(params)
        handle = self.notifications.get(method)
        if handle is None:
            return None
        try:
            if not isinstance(params, Mapping):
                raise InvalidParams("params are an object.")
            handle(params)
        except BeastError as error:
            _log.warning("%s was not followed: %s", method, error)
        except Exception:
            self.fault(f"the notification {method}")

    def _requested(self, number: int | str, name: str, params: Any) -> None:
        method = self.requests.get(name)
        if method is None:
            return self._fail(number, METHOD_NOT_FOUND, f"there is no method {name[:100]}")
        if not isinstance(params, Mapping):
            return self._fail(number, INVALID_PARAMS, "params are an object")
        self.counts[name] += 1
        pending = self._pending[number] = _Pending(method, CancelToken(), None)
        try:
            if method.key:
                self._supersede(number, pending, (name, method.key(params)))
            result = method.handle(params, pending.cancel)
        except Exception as error:
            return self._failed(number, method, error)
        if not asyncio.iscoroutine(result):
            return self._reply(number, result)
        pending.task = self._loop.create_task(self._complete(number, method, result))
        # Withdrawn before its first step, the coroutine would complain that nobody awaited it.
        pending.task.add_done_callback(lambda _: result.close())
        return None

    def _supersede(self, number: int | str, pending: _Pending, key: Hashable) -> None:
        older = self._newest.get(key)
        if older is not None:
            self._withdraw(older)
        pending.key = key
        self._newest[key] = number

    async def _complete(self, number: int | str, method: Method, work: Coroutine[Any, Any, Any]) -> None:
        try:
            self._reply(number, await work)
        except asyncio.CancelledError:
            raise
        except Exception as error:
            self._failed(number, method, error)

    def _failed(self, number: int | str, method: Method, error: Exception) -> None:
        if number not in self._pending:
            return  # answered when it was withdrawn.
        if isinstance(error, CancelledRequest):
            self._reply(number, None)
        elif isinstance(error, InvalidParams | PositionError):
            self._fail(number, INVALID_PARAMS, str(error))
        elif isinstance(error, InvalidRequest):
            self._fail(number, INVALID_REQUEST, str(error))
        elif isinstance(error, BeastError):
            _log.warning("a request failed: %s", error)
            self._reply(number, None) if method.automatic else self._fail(number, REQUEST_FAILED, str(error))
        else:
            self.fault("a request", error)
            message = "a fault in beast-lsp; its log says more"
            self._reply(number, None) if method.automatic else self._fail(number, INTERNAL_ERROR, message)

    def fault(self, where: str, error: BaseException | None = None) -> None:
        """Logs and counts a fault of ours, without stopping anything."""
        self.faults += 1
        _log.error("a fault in %s", where, exc_info=error or True)

    def _cancelled(self, params: Any) -> None:
        number = params.get("id") if isinstance(params, Mapping) else None
        if _is_id(number):
            self._withdraw(number, REQUEST_CANCELLED, "cancelled")

    def _withdraw(self, number: int | str, code: int | None = None, message: str = "") -> None:
        """Stops a request, and answers it at once: with null, or with an error."""
        pending = self._pending.get(number)
        if pending is None:
            return  # answered already; the two messages crossed.
        pending.cancel.cancel()
        if pending.task:
            pending.task.cancel()
        self._reply(number, None) if code is None else self._fail(number, code, message)

    def _answered(self, message: Mapping[str, Any]) -> None:
        number = message.get("id")
        future = self._asked.get(number) if isinstance(number, int | str) else None
        if future is None or future.done():
            return
        error = message.get("error")
        if error is None:
            future.set_result(message.get("result"))
        else:
            text = error.get("message") if isinstance(error, Mapping) else error
            future.set_exception(BeastError(f"The client refused: {text}."))

    # What leaves.

    def _reply(self, number: int | str, result: Any) -> None:
        if self._forget(number):
            self._send({"id": number, "result": result})

    def _fail(self, number: int | str | None, code: int, message: str) -> None:
        self._forget(number)
        self._send({"id": number, "error": {"code": code, "message": message}})

    def _forget(self, number: int | str | None) -> bool:
        pending = self._pending.pop(number, None) if number is not None else None
        if pending and self._newest.get(pending.key) == number:
            del self._newest[pending.key]
        return pending is not None

    def _send(self, message: dict[str, Any]) -> None:
        self._outgoing.put({"jsonrpc": "2.0", **message})

    def _write(self) -> None:
        while (message := self._outgoing.get()) is not None:
            try:
                self._channel.send(message)
            except (OSError, ValueError):
                return  # the client is gone; the reading thread sees it too.


def _is_id(value: object) -> TypeGuard[int | str]:
    # A bool is an int for Python, not for the protocol.
    return type(value) in (int, str)
