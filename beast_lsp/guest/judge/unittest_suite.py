"""A test file under unittest, in this process."""

from __future__ import annotations

import importlib.util
import io
import os
import sys
import time
import traceback
import unittest
from collections.abc import Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any, Callable

from ..record.alarm import Hang, alarm
from .suite import ERROR, FAILED, GRACE, PASSED, SKIPPED, Begin, End, JudgingError, Limit, Outcome, shortened, too_long


def run_unittest(tests: str, work: Callable[[UnittestSuite], None]) -> None:
    """Import a file and hand its tests to the work. Raises JudgingError."""
    try:
        with redirect_stdout(io.StringIO()):
            module = _imported(tests)
            cases = list(_cases(unittest.defaultTestLoader.loadTestsFromModule(module)))
    except BaseException as problem:
        text = "".join(traceback.format_exception_only(type(problem), problem)).strip()
        raise JudgingError(f"The test file can't be imported: {text}") from problem
    if not cases:
        raise JudgingError("unittest found no tests in the file.")
    work(UnittestSuite(cases))


def _imported(tests: str) -> Any:
    """The file as a module, of its package where it lies in one."""
    path = Path(tests).absolute()
    folder, name = path.parent, path.stem
    while (folder / "__init__.py").is_file():
        folder, name = folder.parent, f"{folder.name}.{name}"
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    spec = importlib.util.find_spec(name) if "." in name else None
    if spec is None or os.path.realpath(spec.origin or "") != os.path.realpath(tests):
        spec = importlib.util.spec_from_file_location(name, tests)
    if spec is None or spec.loader is None:
        raise ImportError(tests)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _cases(suite: Any) -> Iterator[unittest.TestCase]:
    if isinstance(suite, unittest.TestSuite):
        for each in suite:
            yield from _cases(each)
    else:
        yield suite


class UnittestSuite:
    """The cases of a module."""

    def __init__(self, cases: list[unittest.TestCase]) -> None:
        self._cases = {_name(case): case for case in cases}
        self.in_short = frozenset[str]()  # There is nothing to leave out.
        self.can_be_short = frozenset[str]()

    @property
    def names(self) -> list[str]:
        """The tests by name, as they stand."""
        return list(self._cases)

    def run(self, names: Sequence[str], limit: Limit, begin: Begin, end: End) -> None:
        """Run tests one after the other, with its class set up anew; `limit` is in seconds."""
        place = Path.cwd()
        for name in names:
            begin(name)
            outcome = self._run(self._cases[name], limit(name))
            os.chdir(place)
            if not end(name, outcome):
                return

    def _run(self, case: unittest.TestCase, limit: float) -> Outcome:
        try:
            with alarm(limit, again=GRACE / 2), redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
                outcome = ran_case(case)
        except Hang:
            return too_long(limit)
        except BaseException as problem:
            return Outcome(ERROR, f"It stops the run: {problem!r}.", 0.0, True)
        return too_long(limit) if outcome.outcome == FAILED and outcome.seconds >= limit else outcome


def ran_case(case: unittest.TestCase) -> Outcome:
    """Run a case with what its class and module set up."""
    result = unittest.TestResult()
    started = time.perf_counter()
    suite = unittest.TestSuite([case])
    suite._removeTestAtIndex = lambda index: None  # type: ignore[attr-defined] # It runs again.
    suite.run(result)
    return _outcome(result, time.perf_counter() - started)


def _name(case: Any) -> str:
    return f"{type(case).__name__}::{case._testMethodName}" if hasattr(case, "_testMethodName") else str(case)


def _outcome(result: unittest.TestResult, seconds: float) -> Outcome:
    if result.failures:
        return Outcome(FAILED, shortened(result.failures[0][1]), seconds)
    if result.errors:
        return Outcome(FAILED, shortened(result.errors[0][1]), seconds)
    if result.unexpectedSuccesses:
        return Outcome(FAILED, "It was expected to fail, and passed.", seconds)
    return Outcome(SKIPPED if result.skipped or result.expectedFailures else PASSED, "", seconds)
