"""A test file under pytest, in this process, with the project's own settings and conftest files in force."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any, Callable

from ..record.alarm import Hang, alarm
from .suite import ERROR, FAILED, PASSED, SKIPPED, Begin, End, Limit, Outcome, Unjudged, shortened

# What other plugins would do to the order, the processes and the coverage.
_OFF = {
    "xdist": ["-p", "no:xdist", "-p", "no:xdist.looponfail"],
    "pytest_cov": ["-p", "no:pytest_cov"],
    "pytest_randomly": ["-p", "no:randomly"],
    "pytest_random_order": ["-p", "no:random_order"],
    "pytest_rerunfailures": ["-p", "no:rerunfailures"],
}
_KEPT = {
    "xdist": ["-n0"],
    "pytest_cov": ["--no-cov"],
    "pytest_randomly": ["-p", "no:randomly"],
    "pytest_rerunfailures": ["--reruns=0"],
}
_USAGE_ERROR = 4


def run_pytest(tests: str, work: Callable[[PytestSuite], None]) -> None:
    """Collect a file and hand it to the work. Raises Unjudged.

    Options of the project's settings that don't fit together with ours (as of a plugin that is off) are left out.
    """
    common = ["-p", "no:cacheprovider", "--maxfail=0", "--no-header", "-q", "--tb=short", tests]
    for options in (_of(_KEPT), [*_of(_OFF), "-o", "addopts="]):
        plugin = _Judge(work)
        if _main([*options, *common], plugin) != _USAGE_ERROR or plugin.has_begun:
            break
    if plugin.problem or not plugin.has_begun:
        raise Unjudged(plugin.problem or "pytest found no tests in the file.")


def _of(options: dict[str, list[str]]) -> list[str]:
    return [option for name, given in options.items() if find_spec(name) is not None for option in given]


def _main(arguments: list[str], plugin: _Judge) -> int:
    import pytest

    os.environ["PYTEST_ADDOPTS"] = ""
    try:
        return int(pytest.main(arguments, plugins=[plugin]))
    except SystemExit as problem:  # A test file may end the process while it is imported.
        plugin.problem = f"The test file ends the process when it is imported: {problem}."
        return 0


class PytestSuite:
    """The collected items of a session."""

    def __init__(self, session: Any) -> None:
        self._items = {_name(item): item for item in session.items}
        self._reports: list[Any] = []
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
        place = os.getcwd()
        for name, following in zip(names, [*names[1:], None]):
            begin(name)
            outcome = self._run(self._items[name], self._items[following] if following else None, limit(name))
            os.chdir(place)
            if not end(name, outcome):
                return

    def _run(self, item: Any, following: Any, limit: float) -> Outcome:
        self._reports.clear()
        try:
            with alarm(limit):
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        except Hang:
            return Outcome(ERROR, f"It took more than {limit:g} s.", limit)
        except (KeyboardInterrupt, SystemExit) as problem:
            return Outcome(ERROR, f"It stops the run: {problem!r}.", 0.0)
        except BaseException as problem:
            return Outcome(ERROR, shortened(repr(problem)), 0.0)
        return _outcome(self._reports)


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

    def pytest_runtestloop(self, session: Any) -> bool:
        """Has the tests judged."""
        self.has_begun = True
        if session.items and not self.problem:
            self._work(PytestSuite(session))
        elif not self.problem:
            self.problem = "pytest found no tests in the file."
        return True


def is_there() -> bool:
    """Whether this interpreter has pytest."""
    return find_spec("pytest") is not None and sys.version_info >= (3, 9)
