"""A test file under pytest, in this process, with the project's own settings and conftest files in force."""

from __future__ import annotations

import os
import time
import unittest
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Callable

from ..record.alarm import Hang, alarm
from .suite import ERROR, FAILED, GRACE, PASSED, SKIPPED, Begin, End, JudgingError, Limit, Outcome, shortened, too_long
from .unittest_suite import ran_case

# What other plugins would do to the order, the processes and the coverage.
_OFF = {
    "xdist": ["-p", "no:xdist", "-p", "no:xdist.looponfail"],
    "pytest_cov": ["-p", "no:pytest_cov"],
    "pytest_randomly": ["-p", "no:randomly"],
    "pytest_random_order": ["-p", "no:random_order"],
    "pytest_rerunfailures": ["-p", "no:rerunfailures"],
    "hypothesis": ["-p", "no:hypothesispytest"],  # Loading it takes longer than most files, and it adds reports only.
    "pytest_benchmark": ["-p", "no:benchmark"],  # It makes a folder in the workspace when it is loaded.
}
_KEPT = {
    "xdist": ["-n0"],
    "pytest_cov": ["--no-cov"],
    "pytest_randomly": ["-p", "no:randomly"],
    "pytest_rerunfailures": ["--reruns=0"],
    "hypothesis": _OFF["hypothesis"],
    "pytest_benchmark": _OFF["pytest_benchmark"],
}
USAGE_ERROR = 4


def run_pytest(tests: str, work: Callable[[PytestSuite], None]) -> None:
    """Collect a file and hand it to the work. Raises JudgingError.

    Options of the project's settings that don't fit together with ours (as of a plugin that is off) are left out.
    """
    common = ["-p", "no:cacheprovider", "--maxfail=0", "--no-header", "-q", "--tb=short", tests]
    for options in (options_of_the_project(), [*_of(_OFF), "-o", "addopts="]):
        plugin = _Judge(work)
        if _main([*options, *common], plugin) != USAGE_ERROR or plugin.has_begun:
            break
    if plugin.problem or not plugin.has_begun:
        raise JudgingError(plugin.problem or "pytest found no tests in the file.")


def options_of_the_project() -> list[str]:
    """What switches off, beside the project's own options, what would spread, reorder or repeat its tests."""
    return _of(_KEPT)


def _of(options: dict[str, list[str]]) -> list[str]:
    return [option for name, given in options.items() if find_spec(name) is not None for option in given]


def _main(arguments: list[str], plugin: _Judge) -> int:
    import pytest  # noqa: PLC0415 - unittest files need none.

    os.environ["PYTEST_ADDOPTS"] = ""
    try:
        return int(pytest.main(arguments, plugins=[plugin]))
    except SystemExit as problem:  # A test file may end the process while it is imported.
        plugin.problem = f"The test file ends the process when it is imported: {problem}."
        return 0


class PytestSuite:
    """The collected items of a session.

    `in_short`: run plain test functions without pytest's reports, which takes a tenth of the time. Whether that works
    for a test is to be tried, since it is not how pytest does it: what is left out may be what a plugin adds.
    """

    def __init__(self, session: Any) -> None:
        self._items = {_name(item): item for item in session.items}
        self._reports: list[Any] = []
        self.in_short = frozenset[str]()
        self.can_be_short = frozenset(name for name, item in self._items.items() if _is_plain(item))
        session.config.pluginmanager.register(self, "beast-lsp-reports")

    @property
    def names(self) -> list[str]:
        """The tests by name, as they stand."""
        return list(self._items)

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Hears of the setup, the call and the teardown of a test."""
        self._reports.append(report)

    def run(self, names: Sequence[str], limit: Limit, begin: Begin, end: End) -> None:
        """Run tests one after the other; `limit` is in seconds, `end` says whether to go on."""
        place = Path.cwd()
        for name, following in zip(names, [*names[1:], None]):
            begin(name)
            outcome = self._run(self._items[name], self._items[following] if following else None, limit(name))
            os.chdir(place)
            if not end(name, outcome):
                return

    def _run(self, item: Any, following: Any, limit: float) -> Outcome:
        self._reports.clear()
        try:
            with alarm(limit, again=GRACE / 2):
                if _name(item) in self.in_short:
                    return _ran_in_short(item, following)
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        except Hang:
            return too_long(limit)
        except (KeyboardInterrupt, SystemExit) as problem:
            return Outcome(ERROR, f"It stops the run: {problem!r}.", 0.0, True)
        except BaseException as problem:
            return Outcome(ERROR, shortened(repr(problem)), 0.0, True)
        outcome = _outcome(self._reports)
        return too_long(limit) if outcome.outcome == FAILED and outcome.seconds >= limit else outcome


def _is_plain(item: Any) -> bool:
    import pytest  # noqa: PLC0415

    if issubclass(getattr(item, "cls", None) or object, unittest.TestCase):
        return True
    return type(item) is pytest.Function and hasattr(item, "_initrequest") and "caplog" not in item.fixturenames


def _ran_in_short(item: Any, following: Any) -> Outcome:
    """A test's setup, call and teardown, as pytest's runner does them, with nothing around."""
    if item.cls is not None and issubclass(item.cls, unittest.TestCase):
        return ran_case(item.cls(item.name))
    state, started = item.session._setupstate, time.perf_counter()
    if not item._request:
        item._initrequest()
    try:
        state.setup(item)
        item.runtest()
    except Hang:
        raise
    except BaseException as problem:
        return Outcome(FAILED, type(problem).__name__, time.perf_counter() - started)
    finally:
        state.teardown_exact(following)
        item._request = False
        item.funcargs = None
    return Outcome(PASSED, "", time.perf_counter() - started)


def _name(item: Any) -> str:
    return str(item.nodeid).partition("::")[2]


def _outcome(reports: list[Any]) -> Outcome:
    seconds = sum(report.duration for report in reports)
    for report in reports:
        if report.failed:
            return Outcome(FAILED if report.when == "call" else ERROR, shortened(report.longreprtext), seconds)
    if any(report.skipped for report in reports) or not reports:
        return Outcome(SKIPPED, "", seconds)
    return Outcome(PASSED, "", seconds)


class _Judge:
    """Takes the place of pytest's loop over the tests."""

    def __init__(self, work: Callable[[PytestSuite], None]) -> None:
        self._work = work
        self.problem = ""
        self.has_begun = False

    def pytest_collectreport(self, report: Any) -> None:
        """Keeps why a file can't be collected."""
        if report.failed:
            self.problem = shortened(report.longreprtext)

    def pytest_internalerror(self, excinfo: Any) -> None:
        """Keeps why pytest itself ends, such as a plugin that refuses the project's settings."""
        self.problem = shortened(excinfo.exconly())

    def pytest_runtestloop(self, session: Any) -> bool:
        """Has the tests judged."""
        self.has_begun = True
        if session.items and not self.problem:
            self._work(PytestSuite(session))
        elif not self.problem:
            self.problem = "pytest found no tests in the file."
        return True
