"""Which commits are bug fixes, and which of their changes are more than cosmetic.

By eye, four of five commits that these words name are fixes, and they find three of five of the fixes in BugsInPy.
"""

import re
from collections.abc import Collection, Sequence

from beast_lsp.engine.conventions import is_test
from beast_lsp.engine.history.log import Commit, Hunk, Origin

BULK_FILES = 40
BULK_HUNKS = 40
"""A commit that changes more files of code than this, or more places outside of tests, is no one change: it moves,
reformats, renames or annotates. Of 25 that are called fixes, 8 repaired one behaviour (read by hand, train part)."""
_TELLING = 8  # Characters of a line; shorter ones are found everywhere.
_FIX = re.compile(
    r"\b(?:fix(?:e[sd]|ing|up)?|bug(?:s|fix(?:e[sd])?)?|hot-?fix|regressions?|crash(?:e[sd]|ing)?|broken|breakage"
    r"|incorrect(?:ly)?|wrong(?:ly)?|faulty?|deadlocks?|races?(?=\s+condition)|leaks?|off.by.one|segfaults?"
    r"|exception\s+when|error\s+when|fails?\s+(?:when|if|on)|infinite\s+loop)\b",
    re.IGNORECASE,
)
_NO_FIX = re.compile(
    r"\b(?:typos?|spelling|codespell|grammar|docs?|documentation|docstrings?|doctests?|sphinx|readme|change ?log"
    r"|lint\w*|flake8|flakes|pylint|pydocstyle|ruff|isort|pep-?8|whitespaces?|pre-commit|travis|appveyor"
    r"|type[\s-]?(?:hints?|annotations?|ignores?|errors?)|annotations|static\s+typing|pyright|merge\s+conflicts?"
    r"|exception\s+causes)\b"
    r"|^\s*(?:tests?|ci|build|chore|style|refactor)\s*(?:\([^)]*\))?!?:"
    # These may be what the code is about; they are no behaviour where they are what is fixed.
    r"|\bfix\w*\s+(?:[\w`'./-]+\s+){0,2}?(?:tests?|testing|ci|builds?|comments?|imports?|formatting|style|warnings?"
    r"|typing|mypy|coverage|links?|examples?|versions?|releases?|packaging|workflows?|benchmarks?|indentation"
    r"|deprecat\w+)\b",
    re.IGNORECASE,
)
_MERGE = re.compile(r"Merge (?:pull request|branch|remote|commit|tag)\b")
_COMMENT = re.compile(r"\s*(?:#|//|/?\*)")
_BLANKS = re.compile(r"\s+|,(?=\s*[)\]}]|\s*$)|;\s*$")


def is_fix(message: str) -> bool:
    """Whether a commit's title says that it repairs the behaviour of code; a merge's title is that of its request."""
    lines = [line for line in message.splitlines() if line.strip()]
    if lines and _MERGE.match(lines[0]):
        lines = lines[1:]
    title = lines[0] if lines else ""
    return _FIX.search(title) is not None and _NO_FIX.search(title) is None


def settle(commit: Commit, inner: Sequence[Commit] = (), ignored: Collection[str] = ()) -> Commit:
    """The commit, whose hunks now know their origins. Their texts are dropped: a long history would fill the memory.

    `inner` are the commits that a merge brought in, where it does not itself say why: a hunk is then theirs whose lines
    it shares. Bulk commits, and those in `ignored` (as .git-blame-ignore-revs lists them), are nobody's origin.
    """
    whole = () if inner or _is_bulk(commit, ignored) else (_origin(commit),)
    theirs = [(_origin(one), _lines_by_file(one)) for one in inner if not _is_bulk(one, ignored)]
    for change in commit.files:
        for hunk in change.hunks:
            if _essence(hunk.before) != _essence(hunk.after):
                shared = _telling(hunk) if inner else frozenset()
                found = (origin for origin, lines in theirs if not shared.isdisjoint(lines.get(change.path, ())))
                hunk.origins = whole or tuple(found)
            hunk.before, hunk.after = [], []
    return commit


def says_why(commit: Commit) -> bool:
    """Whether a commit's message is about its change: false for a merge that only names a branch."""
    titles = [line for line in commit.message.splitlines() if line.strip()]
    return len(commit.parents) < 2 or not _MERGE.match(commit.message) or (_is_request(titles) and len(titles) > 1)


def _is_request(titles: Sequence[str]) -> bool:
    return titles[0].startswith("Merge pull request")


def _is_bulk(commit: Commit, ignored: Collection[str]) -> bool:
    hunks = sum(len(change.hunks) for change in commit.files if not is_test(change.path))
    return len(commit.files) > BULK_FILES or hunks > BULK_HUNKS or commit.hash in ignored


def _origin(commit: Commit) -> Origin:
    return Origin(commit.hash, commit.author, is_fix(commit.message))


def _lines_by_file(commit: Commit) -> dict[str, frozenset[str]]:
    return {change.path: frozenset[str]().union(*(_telling(hunk) for hunk in change.hunks)) for change in commit.files}


def _telling(hunk: Hunk) -> frozenset[str]:
    """The lines of a hunk that hardly occur elsewhere by chance."""
    lines = (line.strip() for line in (*hunk.before, *hunk.after))
    return frozenset(line for line in lines if len(line) >= _TELLING)


def _essence(lines: Collection[str]) -> str:
    code = "".join(_BLANKS.sub("", line) for line in lines if not _COMMENT.match(line))
    return code.replace("'", '"').replace("(", "").replace(")", "")
