"""Probe programs for refactorings: small programs that print, and a place where each is refactored.

The files in `tests/fixtures/refactoring` hold many cases each:

    === the right side of `and` does not run first
    trap: extract-variable name=found
    def head(items):
        return len(items) > 0 and «items[0]» > 1
    print(head([]), head([2]))

«…» marks what is selected, ¦ the cursor. Of several files, each begins with a line `--- path.py`; main.py is run.
A `trap` is a program that a careless refactoring breaks: it has to be refused, or done so that nothing changes. At a
`safe` case a refusal is needless. After the options may stand `=> done` or `=> refused` where only one is right for a
trap. Before the colon may stand `crlf` (for that line end) and `tabs` (for that indentation).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from pathlib import Path

from program_runs import ProgramRuns, Run

FOLDER = Path(__file__).parent / "fixtures" / "refactoring"
_HEAD = re.compile(r"(safe|trap)((?: crlf| tabs)*): ([\w-]+)((?: [\w-]+=\S+)*)(?: => (done|refused))?")


@dataclass(frozen=True)
class Probe:
    """One case. `start` and `end` are characters of the file at `path`; equal for a cursor."""

    topic: str
    title: str
    is_trap: bool
    refactoring: str
    options: Mapping[str, str]
    files: Mapping[str, str]
    path: str
    start: int
    end: int
    expected: str = ""

    @property
    def name(self) -> str:
        """What a test report calls it."""
        return f"{self.topic}: {self.title}"

    @property
    def byte_range(self) -> tuple[int, int]:
        """The selection in bytes."""
        text = self.files[self.path]
        return len(text[: self.start].encode()), len(text[: self.end].encode())


class Outcome(Enum):
    """What became of a program."""

    RIGHT = "right"
    REFUSED = "refused"
    NOT_OFFERED = "not offered"
    BROKEN = "broken"
    CRASHED = "crashed"


@dataclass(frozen=True)
class Attempt:
    """What a tool did: the program's files afterwards, or None and the reason."""

    files: Mapping[str, str] | None = None
    outcome: Outcome = Outcome.NOT_OFFERED
    reason: str = ""


@dataclass(frozen=True)
class Verdict:
    """An outcome, and what tells more about it."""

    outcome: Outcome
    detail: str = ""


@dataclass
class Judge:
    """Says what tools make of programs. A program's run before the refactoring is kept."""

    runs: ProgramRuns
    _before: dict[str, Run] = field(default_factory=dict)

    def before(self, probe: Probe) -> Run:
        """What the program does as it stands."""
        if probe.name not in self._before:
            self._before[probe.name] = self.runs.run(probe.files)
        return self._before[probe.name]

    def verdict(self, probe: Probe, tool: Callable[[Probe], Attempt]) -> Verdict:
        """What a tool makes of a program. A tool that changes nothing offers nothing."""
        attempt = tool(probe)
        if attempt.files is None:
            return Verdict(attempt.outcome, attempt.reason)
        if attempt.files == probe.files:
            return Verdict(Outcome.NOT_OFFERED, "nothing changes")
        before, after = self.before(probe), self.runs.run(attempt.files)
        if before == after:
            return Verdict(Outcome.RIGHT)
        texts = "".join(f"--- {path}\n{text}" for path, text in attempt.files.items())
        return Verdict(Outcome.BROKEN, f"{texts}\nbefore: {before}\nafter: {after}")


@cache
def probes() -> tuple[Probe, ...]:
    """Every case of every file."""
    return tuple(probe for path in sorted(FOLDER.glob("*.txt")) for probe in read(path.stem, path.read_text("utf-8")))


def read(topic: str, text: str) -> list[Probe]:
    """The cases of one text. Raises ValueError for one that is not written as the docstring above says."""
    _preface, *cases = re.split(r"^=== ", text, flags=re.M)
    return [_case(topic, *case.split("\n", 2)) for case in cases]


def _case(topic: str, title: str, head: str, body: str) -> Probe:
    parts = _HEAD.fullmatch(head)
    if parts is None:
        raise ValueError(f"{topic}: {title}: {head!r} says no refactoring")
    kind, flags, refactoring, options, expected = parts.groups()
    files = {path: _flagged(content, flags.split()) for path, content in _files(body).items()}
    path, start, end = _marked(f"{topic}: {title}", files)
    return Probe(
        topic,
        title,
        kind == "trap",
        refactoring,
        dict(option.split("=", 1) for option in options.split()),
        {each: re.sub("[«»¦]", "", content) for each, content in files.items()},
        path,
        start,
        end,
        expected or "",
    )


def _files(body: str) -> dict[str, str]:
    first, *others = re.split(r"^--- (\S+)\n", body, flags=re.M)
    found = dict(zip(others[::2], others[1::2], strict=True))
    return {path: f"{content.strip(chr(10))}\n" for path, content in (found or {"main.py": first}).items()}


def _flagged(content: str, flags: list[str]) -> str:
    if "tabs" in flags:
        content = re.sub(r"^( {4})+", lambda found: "\t" * (len(found[0]) // 4), content, flags=re.M)
    return content.replace("\n", "\r\n") if "crlf" in flags else content


def _marked(name: str, files: Mapping[str, str]) -> tuple[str, int, int]:
    """The file with the marks, and where they stand without themselves."""
    for path, content in files.items():
        if found := re.search("«(.*?)»|¦", content, re.S):
            return path, found.start(), found.start() + len(found[1] or "")
    raise ValueError(f"{name}: no place is marked")
