"""The pygls server that our handlers are registered on, and how their outcomes become answers."""

from __future__ import annotations

import asyncio
import functools
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcInternalError, JsonRpcInvalidParams
from pygls.lsp.server import LanguageServer

from beast_lsp import __version__
from beast_lsp.errors import BeastError, CancelledRequest, PositionError
from beast_lsp.lsp.dispatch import CURRENT, Call, InvalidParams
from beast_lsp.lsp.protocol import Protocol, converter

_log = logging.getLogger(__name__)
_NOTEBOOKS = types.NotebookDocumentSyncOptions([types.NotebookDocumentFilterWithNotebook(notebook="*")], save=False)


class Server(LanguageServer):
    """Serves one client. `see` gives what a message that is dispatched now may look at."""

    protocol: Protocol

    def __init__(self, see: Callable[[], Call] = Call) -> None:
        self.see = see
        self.not_followed: Callable[[str, object], None] = lambda method, params: None
        self.automatic: set[str] = set()
        self.counts: Counter[str] = Counter()
        self.faults = 0
        self.closed = asyncio.Event()
        super().__init__(
            "beast-lsp",
            __version__,
            types.TextDocumentSyncKind.Incremental,
            _NOTEBOOKS,
            protocol_cls=Protocol,
            converter_factory=converter,
        )

    def request(
        self, method: str, handle: Callable[[Any, Call], Awaitable[Any]], options: object = None, *, automatic: bool
    ) -> None:
        """Answers a request by what `handle` returns.

        An `automatic` request comes without the user asking. A newer one of the same document supersedes it, and
        the older is answered with null. A failure of it is answered with null as well, to show nobody an error.
        """

        async def answer(params: Any) -> Any:
            call = CURRENT.get()
            try:
                with self._translated(method):
                    return None if call.is_superseded else await _outcome(call, handle(params, call))
            except JsonRpcException as error:
                if automatic and not isinstance(error, JsonRpcInvalidParams):
                    return None
                raise

        if automatic:
            self.automatic.add(method)
        self.feature(method, options)(answer)

    def notification(self, method: str, handle: Callable[[Any], None], options: object = None) -> None:
        """Has a notification followed at once, when it is dispatched; a failure of it stops nothing."""

        def follow(params: Any) -> None:
            try:
                handle(params)
            except BeastError as error:
                _log.warning("%s was not followed: %s", method, error)
            except Exception as error:
                self.fault(method, error)

        self.feature(method, options)(follow)

    def add_command(self, name: str, run: Callable[..., Awaitable[Any]]) -> None:
        """Answers `workspace/executeCommand`; pygls checks the arguments against the parameters of `run`."""

        @functools.wraps(run)
        async def answer(*arguments: Any) -> Any:
            with self._translated(name):
                return await run(*arguments)

        self.command(name)(answer)

    def fault(self, where: str, error: BaseException | None = None) -> None:
        """Logs and counts a fault of ours, without stopping anything."""
        self.faults += 1
        _log.error("a fault in %s", where, exc_info=error or True)

    def report_server_error(self, error: Exception, source: Any) -> None:
        """What pygls could not do; it would show each to the user, who can do nothing about it."""
        # An answer with an error is none of ours, unless pygls made it of an exception that nobody expected.
        if not isinstance(error, JsonRpcException) or error.data:
            self.fault(f"pygls ({getattr(source, '__name__', source)})", error)

    @contextmanager
    def _translated(self, what: str) -> Iterator[None]:
        """Turns our errors into the protocol's."""
        try:
            yield
        except JsonRpcException:
            raise
        except (InvalidParams, PositionError) as error:
            raise JsonRpcInvalidParams(str(error)) from None
        except BeastError as error:
            _log.warning("%s failed: %s", what, error)
            raise JsonRpcException(str(error), types.LSPErrorCodes.RequestFailed) from None
        except Exception as error:
            self.fault(what, error)
            raise JsonRpcInternalError("a fault in beast-lsp; its log says more") from None


async def _outcome(call: Call, work: Awaitable[Any]) -> Any:
    """What `work` gives; None once the call is superseded."""
    # No task of its own: each more turn of the loop lets a computing lane run first, for half a millisecond.
    call.work = asyncio.current_task()
    try:
        result = await work
    except CancelledRequest:
        return None
    except asyncio.CancelledError:
        call.cancel.cancel()
        if call.is_superseded:
            return None
        raise  # the client's cancel, which pygls answers.
    finally:
        call.is_done = True
    return None if call.is_superseded else result
