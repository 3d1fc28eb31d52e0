"""Runs a plan as the text that will stand in a test, and says what happened."""

from __future__ import annotations

import ast
import asyncio
import gc
import inspect
import random
import sys
import warnings
from collections.abc import Iterator
from functools import lru_cache
from types import CodeType
from typing import Any

from ..branches import Layout
from ..tracing import Tracer
from .alarm import Hang, alarm
from .fakes import Boundary
from .fixtures import Capsys, Scratch, provided
from .loading.loader import Loaded
from .names import Names, used_names
from .plans import FIXTURES, Text
from .state import State

PATIENCE = 0.4
PROGRAM = "<case>"


class Outcome:
    """What a run did. `ended` is "returned", "raised", "broken" (before the act), "hung", or "blocked" (it may not)."""

    def __init__(self) -> None:
        self.ended = "broken"
        self.result: Any = None
        self.error: BaseException | None = None
        self.namespace: dict[str, Any] = {}
        self.capsys = Capsys()
        self.tmp_path = ""
        self.lines: frozenset[int] = frozenset()
        self.arcs: frozenset[tuple[int, int]] = frozenset()
        self.features: frozenset[object] = frozenset()
        self.fakes: tuple[str, ...] = ()
        self.before: dict[str, Any] = {}


class Runner:
    """Runs texts against the loaded module; each run begins in the state that the module was imported in."""

    def __init__(self, loaded: Loaded, names: Names, layout: Layout, scratch: str) -> None:
        self.module = loaded.module
        self.operands = loaded.operands
        self.names = names
        self.layout = layout
        self.boundary = Boundary(loaded.module)
        self.state = State(loaded.module)
        self.runs = 0
        self._scratch = Scratch(scratch)
        self._tracer = Tracer(str(loaded.module.__file__), layout)
        self._keeps_tracing = hasattr(sys, "monitoring")
        if self._keeps_tracing:
            self._tracer.start()

    def run(self, text: Text, is_async: bool, seed: int = 0, resets: bool = True, looks: Any = None) -> Outcome:
        """Run the statements and the act. `looks` is called with the namespace right before the act."""
        self.runs += 1
        if resets:
            self.state.restore()
        outcome = Outcome()
        self._prepare(outcome, text)
        random.seed(seed)
        self.operands.clear()
        with self.boundary.patched(), streams(outcome.capsys), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self._guarded(outcome, text, is_async, looks)
        outcome.fakes = self.boundary.used()
        return outcome

    def _prepare(self, outcome: Outcome, text: Text) -> None:
        used = used_names("\n".join([*text.arrange, text.act]))
        namespace: dict[str, Any] = {"__name__": "test_case"}
        namespace.update(self.names.objects(used))
        fixtures = provided([each for each in FIXTURES if each in used], self._scratch, outcome.capsys)
        outcome.tmp_path = str(fixtures.get("tmp_path", ""))
        namespace.update(fixtures)
        outcome.namespace = namespace

    def _guarded(self, outcome: Outcome, text: Text, is_async: bool, looks: Any) -> None:
        if not self._keeps_tracing:
            self._tracer.start()
        try:
            with alarm(PATIENCE):
                run_async(outcome, text, looks) if is_async else run_plain(outcome, text, looks)
        except Hang:
            outcome.ended = "hung"
        finally:
            if not self._keeps_tracing:
                self._tracer.stop()
            ran = self._tracer.take()
            outcome.lines, outcome.arcs = frozenset(ran.lines), frozenset(ran.arcs)
            outcome.features = self.operands.features() | outcome.arcs
        if isinstance(outcome.error, Hang):
            outcome.ended = "hung"
        elif type(outcome.error).__name__ in {"Blocked", "KeyboardInterrupt", "MemoryError"}:
            outcome.ended = "blocked"


def run_plain(outcome: Outcome, text: Text, looks: Any) -> None:
    """Run the statements, then the act, each kind of end told apart."""
    namespace = outcome.namespace
    try:
        if text.arrange:
            exec(compiled("\n".join(text.arrange), "exec"), namespace)
        if looks is not None:
            outcome.before = looks(namespace)
        act = compiled(text.act, "eval")
    except Hang:
        raise
    except BaseException as error:
        outcome.error = error
        return
    try:
        outcome.result = eval(act, namespace)
        outcome.ended = "returned"
    except Hang:
        raise
    except BaseException as error:
        outcome.error, outcome.ended = error, "raised"


def run_async(outcome: Outcome, text: Text, looks: Any) -> None:
    """The same inside of an event loop."""

    async def whole() -> None:
        namespace = outcome.namespace
        try:
            pending = eval(compiled("\n".join(text.arrange) or "pass", "await"), namespace)
            if inspect.iscoroutine(pending):
                await pending
            if looks is not None:
                outcome.before = looks(namespace)
            act = compiled(text.act, "eval")
        except (Hang, asyncio.CancelledError):
            raise
        except BaseException as error:
            outcome.error = error
            return
        try:
            outcome.result = await eval(act, namespace)
            outcome.ended = "returned"
        except Hang:
            raise
        except BaseException as error:
            outcome.error, outcome.ended = error, "raised"

    try:
        asyncio.run(whole())
    except Hang:
        raise
    except BaseException as error:
        outcome.error, outcome.ended = error, "broken"


@lru_cache(maxsize=20_000)
def compiled(text: str, mode: str) -> CodeType:
    """Code of a text; "await" are statements that may wait. Raises SyntaxError and ValueError."""
    if mode == "await":
        return compile(text, PROGRAM, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    return compile(text, PROGRAM, mode, dont_inherit=True)


class streams:
    """Puts other streams in the place of the standard ones, and an empty one in the place of the input."""

    def __init__(self, capsys: Capsys) -> None:
        self._capsys = capsys

    def __enter__(self) -> None:
        self._before = sys.stdout, sys.stderr, sys.stdin
        sys.stdout, sys.stderr = self._capsys.streams
        sys.stdin = None  # type: ignore[assignment] # Nothing is there to read, as under pytest.

    def __exit__(self, *_error: object) -> None:
        sys.stdout, sys.stderr, sys.stdin = self._before


def frames(error: BaseException) -> Iterator[tuple[str, int]]:
    """The file and line of each frame that an exception passed, the outermost first."""
    trace = error.__traceback__
    while trace is not None:
        yield trace.tb_frame.f_code.co_filename, trace.tb_lineno
        trace = trace.tb_next


def collect_garbage(every: list[int], runs: int) -> None:
    """Now and then, since cycles hold what runs made."""
    if runs - every[0] > 500:
        every[0] = runs
        gc.collect()
