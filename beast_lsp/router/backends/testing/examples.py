"""An example for a docstring of Python: a recorded call that passes as a doctest within the docstring it is meant for.

The recorder proposes calls of the one function; each that can be shown is put into the docstring as it will stand in
the file, and that docstring is run as a doctest, under several hash seeds and in any order, in the same limits.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from beast_lsp.engine.docs.examples import docstring_in, examples
from beast_lsp.engine.docs.facts.syntax import definitions, qualified_name
from beast_lsp.engine.docs.write import Convention, Writer
from beast_lsp.errors import TestsRefused
from beast_lsp.router.backends.documentation import convention
from beast_lsp.router.backends.testing.python import Run
from beast_lsp.router.testing import WrittenExample

if TYPE_CHECKING:
    from beast_lsp.guest.wire import Case
    from beast_lsp.router.backends.testing.engines import Assignment

_MOST = 6  # examples that are run.
_SEEDS = 3  # hash seeds, each with an order of its own
_SHARE = 0.6  # of the time that is left after recording
_HEAD = """\
import doctest
import importlib
import unittest

module = importlib.import_module({module!r})


class TestExample(unittest.TestCase):
    def check(self, text):
        test = doctest.DocTestParser().get_doctest(text, dict(vars(module)), "example", None, 0)
        self.assertTrue(test.examples)
        said = []
        failed, _ = doctest.DocTestRunner(verbose=False).run(test, out=said.append)
        self.assertEqual(failed, 0, "".join(said))
"""
_TEST = """
    def test_example_{number}(self):
        self.check({text!r})
"""


def write(job: Assignment) -> WrittenExample:
    """An example of the one name that is wanted. Blocks. Raises TestsRefused, SandboxMissing and CancelledRequest."""
    with tempfile.TemporaryDirectory(prefix="beast-example-", ignore_cleanup_errors=True) as scratch:
        room, stage = Path(scratch) / "room", Path(scratch) / "stage"
        room.mkdir()
        return _ExampleRun(job, room, stage).example()


class _ExampleRun(Run):
    """One run, from the interpreter to the example."""

    def example(self) -> WrittenExample:
        """The most telling example that passes."""
        name = " and ".join(self._job.wanted.names)
        recording = self._recorded()
        shown = examples([one for one in recording.cases if self._runs_it(one)], self._brief["module"])[:_MOST]
        tried = [one for lines in shown for one in self._documented(lines)]
        if not tried:
            hint = " ".join(recording.notes[:1]) or "One has to return a short literal, without anything beside it."
            raise TestsRefused(f"No call of {name} makes an example.", hint=hint)
        self._tell(f"running {len(tried)} {'example' if len(tried) == 1 else 'examples'}", 60)
        found = self._passing(tried)
        if found is None:
            raise TestsRefused(f"No example of {name} gives the same in every run.")
        self._tell("done", 100)
        return found

    def _runs_it(self, case: Case) -> bool:
        """Whether a call ran a line of its function: the name may mean another one, such as the system's own."""
        target = self._targets.get(case["target"])
        if target is None:
            return False
        first, last = target["line"], target["end_line"]
        return any(first < line <= last or line == first == last for line in case["lines"])

    def _documented(self, lines: Sequence[str]) -> Iterator[WrittenExample]:
        """An example with the whole docstring that it will be part of; none where it can't be."""
        job = self._job
        options = {**convention(job.profile, "python"), **(job.wanted.example or {})}
        style, width = options.get("style", ""), options.get("width", "")
        found = Convention(style, int(width) if width.isdigit() else Convention.width, tuple(lines))
        writer = Writer(job.program, job.path, found)
        name = " ".join(job.wanted.names)
        node = next((one for one in definitions(writer.tree.tree.root_node) if qualified_name(one) == name), None)
        edits = writer.edits(node) if node is not None else []
        source = writer.tree.source
        for edit in edits:
            text = "".join(str(part) for part in edit.pieces).encode()
            source = source[: edit.span.start] + text + source[edit.span.end :]
        whole = docstring_in(source.decode("utf-8", "replace"), name)
        if edits and whole is not None and "\n".join(lines[:1]) in whole:
            yield WrittenExample("\n".join(lines), whole)

    def _passing(self, tried: Sequence[WrittenExample]) -> WrittenExample | None:
        head = _HEAD.format(module=self._brief["module"])
        tests = (_TEST.format(number=number, text=one.docstring) for number, one in enumerate(tried))
        result = self._runs(head + "".join(tests), self._left(_SHARE), _SEEDS, 0)
        if result.problem:
            raise TestsRefused("The examples could not be run.", hint=result.problem)
        passed = {name.rpartition("_")[2] for name in result.passed}
        return next((one for number, one in enumerate(tried) if str(number) in passed), None)
