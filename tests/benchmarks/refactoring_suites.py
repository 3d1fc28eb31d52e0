"""A repository's own tests, run by the python of an environment that was made for it."""

import os
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

_SECONDS = 300
_FAILED = re.compile(r"^(?:FAILED|ERROR) (\S+)", re.M)


class Suite:
    """The tests of a copy at `folder`; `environment` is a virtual environment that holds what they import."""

    def __init__(self, folder: Path, environment: Path) -> None:
        self._folder = folder
        self._python = environment / "bin" / "python"
        self._known: dict[tuple[str, ...], set[str]] = {}
        found = (path.relative_to(folder).as_posix() for path in folder.rglob("*.py"))
        self._tests = sorted(path for path in found if re.search(r"(^|/)(test_\w+|\w+_test)\.py$", path))

    def affected(self, changed: Sequence[str]) -> list[str]:
        """The test files that are changed or name a changed module; every one where no test does."""
        stems = {Path(path).parent.name if path.endswith("__init__.py") else Path(path).stem for path in changed}
        words = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(stems)))})\b")
        found = [path for path in self._tests if path in changed or words.search(self._text(path))]
        return found or self._tests

    def failures_before(self, files: Sequence[str]) -> set[str]:
        """The tests that fail in the untouched copy; known for files that were asked about."""
        if tuple(files) not in self._known:
            self._known[tuple(files)] = self.failures(files)
        return self._known[tuple(files)]

    def failures(self, files: Sequence[str]) -> set[str]:
        """The names of the tests that fail, or what else went wrong."""
        options = ["-q", "--no-header", "-rfE", "-p", "no:cacheprovider"]
        paths = [str(self._folder / "src"), str(self._folder)]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONDONTWRITEBYTECODE": "1"}
        there = [path for path in files if (self._folder / path).exists()]
        command = [str(self._python), "-m", "pytest", *options, *there]
        asked = {"cwd": self._folder, "env": environment, "timeout": _SECONDS}
        try:
            run = subprocess.run(command, capture_output=True, text=True, check=False, **asked)
        except subprocess.TimeoutExpired:
            return {"took too long"}
        found = set(_FAILED.findall(run.stdout))
        return found or (set() if run.returncode in {0, 5} else {f"pytest ended with {run.returncode}"})

    def _text(self, path: str) -> str:
        return (self._folder / path).read_text("utf-8", "replace")
