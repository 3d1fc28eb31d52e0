"""Runs a plan as the text that will stand in a test, and says what happened."""

from __future__ import annotations

import ast
import asyncio
import contextlib
import gc
import inspect
import io
import logging
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
from .descriptors import Descriptors
from .fakes import Boundary, attributes_used
from .fixtures import Capsys, MonkeyPatch, Scratch, provided
from .loading.loader import Loaded
from .loops import run_in_loop
from .names import Names
from .otherwise import otherwise, replacements
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
        self.is_told = False
        self.fakes: tuple[str, ...] = ()
        self.before: dict[str, Any] = {}


class Runner:
    """Runs texts against the loaded module; each run begins in the state that the module was imported in."""

    def __init__(self, loaded: Loaded, names: Names, layout: Layout, scratch: str, tree: ast.Module) -> None:
        self.module = loaded.module
        self.operands = loaded.operands
        self.names = names
        self.layout = layout
        self.boundary = Boundary(loaded.module)
        self.state = State(loaded.module)
        self.runs = 0
        self.patience = PATIENCE
        self._scratch = Scratch(scratch)
        self._folder = scratch
        self._descriptors = Descriptors()
        self._replaced = replacements(loaded.module, attributes_used(loaded.module))
        # Test frameworks take what is logged, so it isn't printed.
        logging.getLogger().addHandler(logging.NullHandler())
        self._raising = frozenset(
            line
            for node in ast.walk(tree)
            if isinstance(node, (ast.Raise, ast.Assert))
            for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
        )
        self._tracer = Tracer(str(loaded.module.__file__), layout)
        self._keeps_tracing = hasattr(sys, "monitoring")
        if self._keeps_tracing:
            self._tracer.start()

    def close(self) -> None:
        """End the tracing, where it goes on between runs, and leave everything as it was."""
        self.state.restore()
        if self._keeps_tracing:
            self._tracer.stop()

    def run(self, text: Text, is_async: bool, seed: int = 0, resets: bool = True, looks: Any = None) -> Outcome:
        """Run the statements and the act. `looks` is called with the namespace right before the act.

        With another `seed` than 0 it is another day as well, in another environment.
        """
        self.runs += 1
        if resets:
            self.state.restore()
        outcome = Outcome()
        self._prepare(outcome, text)
        random.seed(seed)
        self.operands.clear()
        surroundings = self.elsewhere() if seed else contextlib.nullcontext()
        with self.boundary.patched(), Streams(outcome.capsys), warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            with surroundings:
                self._guarded(outcome, text, is_async, looks)
        patch = outcome.namespace.get("monkeypatch")
        if isinstance(patch, MonkeyPatch):
            patch.undo()
        outcome.fakes = self.boundary.used()
        if (
            self._descriptors.restored()
            or leaves_coroutines(outcome.result)
            or any("never awaited" in str(each.message) for each in warned)
        ):
            outcome.ended = "blocked"
        outcome.is_told = outcome.error is not None and self.is_told(outcome.error)
        return outcome

    def elsewhere(self) -> contextlib.AbstractContextManager[None]:
        """Another day in another environment, for what looks at them only when it is asked."""
        return otherwise(self.module, self._replaced, self._folder)

    def is_told(self, error: BaseException) -> bool:
        """Whether the module raises this on purpose, by a statement of its own."""
        passed = list(frames(error))
        return bool(passed) and passed[-1][0] == self.module.__file__ and passed[-1][1] in self._raising

    def _prepare(self, outcome: Outcome, text: Text) -> None:
        used = mentioned("\n".join([*text.arrange, text.act]))
        namespace: dict[str, Any] = {"__name__": "test_case"}
        namespace.update(self.names.objects(used))
        fixtures = provided([each for each in FIXTURES if each in used], self._scratch, outcome.capsys)
        outcome.tmp_path = str(fixtures.get("tmp_path", ""))
        namespace.update(fixtures)
        outcome.namespace = namespace

    def _begin_act(self, outcome: Outcome) -> None:
        """What ran until now belongs to the statements before the act."""
        ran = self._tracer.take()
        outcome.lines, outcome.arcs = frozenset(ran.lines), frozenset(ran.arcs) & self.layout.arcs
        self.operands.clear()

    def _guarded(self, outcome: Outcome, text: Text, is_async: bool, looks: Any) -> None:
        def begin(namespace: dict[str, Any]) -> None:
            if looks is not None:
                outcome.before = looks(namespace)
            self._begin_act(outcome)

        if not self._keeps_tracing:
            self._tracer.start()
        try:
            with alarm(self.patience):
                (run_async if is_async else run_plain)(outcome, text, begin)
        except Hang:
            outcome.ended = "hung"
        finally:
            if not self._keeps_tracing:
                self._tracer.stop()
            ran = self._tracer.take()
            lines, arcs = frozenset(ran.lines), frozenset(ran.arcs) & self.layout.arcs
            outcome.lines, outcome.arcs = outcome.lines | lines, outcome.arcs | arcs
            outcome.features = self.operands.features() | arcs | lines
        if isinstance(outcome.error, Hang):
            outcome.ended = "hung"
        elif type(outcome.error).__name__ in {"Blocked", "Untestable", "KeyboardInterrupt", "MemoryError"}:
            outcome.ended = "blocked"


def run_plain(outcome: Outcome, text: Text, looks: Any) -> None:
    """Run the statements, then the act, each kind of end told apart."""
    namespace = outcome.namespace
    try:
        if text.arrange:
            exec(compiled("\n".join(text.arrange), "exec"), namespace)  # noqa: S102 - this process exists to run it.
        act = compiled(text.act, "eval")
        looks(namespace)
    except Hang:
        raise
    except BaseException as error:
        outcome.error = error
        return
    try:
        outcome.result = eval(act, namespace)  # noqa: S307 - this process exists to run such code.
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
            pending = eval(compiled("\n".join(text.arrange) or "pass", "await"), namespace)  # noqa: S307
            if inspect.iscoroutine(pending):
                await pending
            act = compiled(text.act, "eval")
            looks(namespace)
        except (Hang, asyncio.CancelledError):
            raise
        except BaseException as error:
            outcome.error = error
            return
        try:
            outcome.result = await eval(act, namespace)  # noqa: S307
            outcome.ended = "returned"
        except Hang:
            raise
        except BaseException as error:
            outcome.error, outcome.ended = error, "raised"

    try:
        run_in_loop(whole())
    except Hang:
        raise
    except BaseException as error:
        outcome.error, outcome.ended = error, "broken"


@lru_cache(maxsize=20_000)
def compiled(text: str, mode: str) -> CodeType:
    """Code of a text; "await" are statements that may wait. Raises SyntaxError and ValueError."""
    if mode == "await":
        waiting: CodeType = compile(text, PROGRAM, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
        return waiting
    code: CodeType = compile(text, PROGRAM, mode, dont_inherit=True)
    return code


@lru_cache(maxsize=20_000)
def mentioned(text: str) -> frozenset[str]:
    """The names in a text, those of attributes included; none where it is no code."""
    try:
        return frozenset(names_in(compiled(text, "await")))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return frozenset()


def names_in(code: CodeType) -> Iterator[str]:
    """The names that are not local, in a code object and in all within it."""
    yield from code.co_names
    for const in code.co_consts:
        if isinstance(const, CodeType):
            yield from names_in(const)


class NoInput(io.TextIOBase):
    """The standard input of a run: what reads from it can't be tested, as each framework has another one there."""

    def read(self, *_size: object) -> str:
        """Nothing is there."""
        raise Untestable

    readline = readlines = __next__ = fileno = read  # type: ignore[assignment] # None of them ever returns.


class Untestable(BaseException):
    """The call needs what no test has. No `except Exception` takes it."""


class Streams:
    """Puts other streams in the place of the standard ones, and an empty one in the place of the input."""

    def __init__(self, capsys: Capsys) -> None:
        self._capsys = capsys

    def __enter__(self) -> None:
        self._before = sys.stdout, sys.stderr, sys.stdin
        sys.stdout, sys.stderr = self._capsys.streams
        sys.stdin = NoInput()

    def __exit__(self, *_error: object) -> None:
        sys.stdout, sys.stderr, sys.stdin = self._before


def leaves_coroutines(result: Any) -> bool:
    """Whether a container holds coroutines that nobody will wait for; they are closed."""
    held = list(result.values()) if type(result) is dict else result if type(result) in (list, tuple) else []
    waiting = [each for each in held if inspect.iscoroutine(each)]
    for each in waiting:
        each.close()
    return bool(waiting)


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
