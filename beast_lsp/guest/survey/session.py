"""One survey: the project's tests as they stand, with its own settings, and nothing written to the project."""

from __future__ import annotations

import os
import sys
import tempfile
import unittest
from typing import Any

from ..judge.pytest_suite import USAGE_ERROR, options_of_the_project
from ..record.outbox import Outbox
from ..wire import SurveyBrief
from .entered import Entered


def main(brief: SurveyBrief) -> None:
    """Run the tests, and tell it in the outbox."""
    outbox = Outbox(brief["outbox"])
    os.chdir(brief["folder"])
    tempfile.tempdir = brief["scratch"]
    sys.path[:0] = [each for each in brief["path"] if each not in sys.path]
    with Entered(brief["folder"]) as entered:
        problem, tests = (_unittest if brief["framework"] == "unittest" else _pytest)(brief["folder"])
    for file, lines in sorted(entered.lines.items()):
        outbox.send({"event": "entered", "file": file.replace(os.sep, "/"), "lines": sorted(lines)})
    outbox.send({"event": "done", "tests": tests, "problem": problem})


class _Count:
    """Counts the tests that were run, and keeps why pytest could not."""

    def __init__(self) -> None:
        self.tests = 0
        self.problem = ""

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Hears of each part of a test."""
        self.tests += report.when == "call"

    def pytest_collectreport(self, report: Any) -> None:
        """Keeps why a file can't be collected."""
        if report.failed:
            self.problem = report.longreprtext.strip().splitlines()[-1][:500]

    def pytest_internalerror(self, excinfo: Any) -> None:
        """Keeps why pytest itself ends."""
        self.problem = str(excinfo.exconly())[:500]


def _pytest(folder: str) -> tuple[str, int]:
    import pytest  # noqa: PLC0415 - unittest's projects need none.

    os.environ["PYTEST_ADDOPTS"] = ""
    common = [*options_of_the_project(), "-p", "no:cacheprovider", "-q", "--tb=no", "--no-header"]
    common.append("--continue-on-collection-errors")
    count, status = _Count(), USAGE_ERROR
    # Options of the project's settings may belong to plugins that this interpreter lacks.
    for options in ([], ["-o", "addopts="]):
        if status == USAGE_ERROR:
            count = _Count()
            status = int(pytest.main([*common, *options, f"--rootdir={folder}"], plugins=[count]))
    is_run = status in {0, 1} or bool(count.tests)  # What is more kept pytest from it, or stopped it halfway.
    return ("" if is_run else count.problem or f"pytest ended with {status}"), count.tests


def _unittest(folder: str) -> tuple[str, int]:
    found = unittest.TestLoader().discover(folder)
    result = unittest.TextTestRunner(stream=open(os.devnull, "w", encoding="utf-8")).run(found)  # noqa: PTH123, SIM115 - for as long as the process lives.
    return "", result.testsRun
