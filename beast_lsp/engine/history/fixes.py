"""Which commits are bug fixes, and which of their changes are more than cosmetic.

By eye, four of five commits that these words name are fixes, and they find three of five of the fixes in BugsInPy.
"""

import re
from collections.abc import Collection

from beast_lsp.engine.history.log import Commit

BULK_FILES = 40
"""A commit that changes more files of code than this moves or reformats; it tells nothing about one function."""
_FIX = re.compile(
    r"\b(?:fix(?:e[sd]|ing|up)?|bug(?:s|fix(?:e[sd])?)?|hot-?fix|regressions?|crash(?:e[sd]|ing)?|broken|breakage"
    r"|incorrect(?:ly)?|wrong(?:ly)?|faulty?|deadlocks?|races?(?=\s+condition)|leaks?|off.by.one|segfaults?"
    r"|exception\s+when|error\s+when|fails?\s+(?:when|if|on)|infinite\s+loop)\b",
    re.IGNORECASE,
)
_NO_FIX = re.compile(
    r"\b(?:typos?|spelling|grammar|docs?|documentation|docstrings?|readme|change(?:log|s\.rst)|comments?|lint(?:er|ing)?"
    r"|flake8|pylint|ruff|isort|black|pep-?8|format(?:ting)?|style|whitespaces?|indentation|imports?"
    r"|tests?|testing|ci|travis|appveyor|tox|coverage|build|packaging|mypy|typing|type\s+(?:hints?|annotations?|errors?)"
    r"|warnings?|deprecat\w+|pre-commit|workflows?|benchmarks?|release|version|merge\s+conflicts?|sphinx)\b",
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


def is_bulk(commit: Commit, ignored: Collection[str] = ()) -> bool:
    """Whether a commit changes too many files to mean one of them, or is `ignored` (as .git-blame-ignore-revs says)."""
    return len(commit.files) > BULK_FILES or commit.hash in ignored


def settle(commit: Commit) -> Commit:
    """The commit, whose hunks now say whether they change only comments, blanks, quotes or formatters' commas.

    Their texts are dropped: a long history would fill the memory with them.
    """
    for change in commit.files:
        for hunk in change.hunks:
            hunk.is_cosmetic = _essence(hunk.before) == _essence(hunk.after)
            hunk.before, hunk.after = [], []
    return commit


def _essence(lines: Collection[str]) -> str:
    code = "".join(_BLANKS.sub("", line) for line in lines if not _COMMENT.match(line))
    return code.replace("'", '"').replace("(", "").replace(")", "")
