"""Asks git about a folder, in a way that nothing in the folder can turn into a command or a wait."""

import os
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from beast_lsp.engine.history.fixes import says_why, settle
from beast_lsp.engine.history.log import FORMAT, Commit, read_log
from beast_lsp.engine.history.merges import brought_in
from beast_lsp.errors import HistoryError

_LONGEST_LINE = 20_000  # Of a log; what is longer is data.
# A repository's own configuration can name programs to run, and may ask the user or the network for things.
_SAFELY = (
    "--no-pager", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "core.sshCommand=false",
    "-c", "diff.external=", "-c", "protocol.allow=never", "-c", "core.quotePath=false", "-c", "log.showSignature=false",
    "-c", "core.alternateRefsCommand=",
)  # fmt: skip
_QUIETLY = {
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "LC_ALL": "C",
}
_PATCH = (
    "-p", "-U0", "--diff-merges=first-parent", "-M", "--no-ext-diff", "--no-textconv", "--no-color", "--relative",
    "--src-prefix=a/", "--dst-prefix=b/", f"--format={FORMAT}",
)  # fmt: skip
_MOST_INNER = 300  # A merge of more commits joins two histories; what it brought has no one reason.


class Git:
    """The repository that a folder belongs to. Paths are relative to the folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def head(self) -> str:
        """The commit that is checked out. Raises HistoryError where there is no git, repository or commit."""
        return self._ask("rev-parse", "--verify", "-q", "HEAD^{commit}").strip()

    def commit(self, revision: str) -> str:
        """The full name of the commit that a user calls `revision`. Raises HistoryError where there is none."""
        self._ask("rev-parse", "--git-dir")  # Where there is no repository, that is what is wrong.
        try:
            if revision[:1] in {"", "-", "^"} or "\0" in revision:
                raise HistoryError("That is no name of a revision.")
            return self._ask("rev-parse", "--verify", "-q", "--end-of-options", f"{revision}^{{commit}}").strip()
        except HistoryError as problem:
            hint = "A shallow clone may lack it: `git fetch --unshallow` brings the rest." if self.is_shallow() else ""
            raise HistoryError(f"{self.folder} has no revision {revision!r}.", hint=hint) from problem

    def renames(self, revision: str) -> dict[str, str]:
        """The files that commits since a revision renamed: the old path by the new one. Raises HistoryError."""
        words = ("diff-tree", "-r", "-z", "-M", "--diff-filter=R", "--name-status", "--relative")
        parts = self._ask(*words, "--end-of-options", revision, "HEAD", "--").split("\0")
        return dict(zip(parts[2::3], parts[1::3], strict=False))

    def time(self, revision: str) -> float:
        """When a commit was made, in seconds since 1970. Raises HistoryError."""
        return float(self._ask("show", "-s", "--format=%ct", "--end-of-options", revision).strip() or 0)

    def is_shallow(self) -> bool:
        """Whether older commits were never fetched. Raises HistoryError."""
        return self._ask("rev-parse", "--is-shallow-repository").strip() != "false"

    def has_before(self, revision: str, time: float) -> bool:
        """Whether the history of a commit goes back to before a time. Raises HistoryError."""
        return bool(self._ask("rev-list", "-1", f"--before=@{int(time)}", "--end-of-options", revision).strip())

    def log(self, suffixes: Iterable[str], since: float = 0.0, revision: str = "HEAD") -> Iterator[Commit]:
        """The commits that changed files with these suffixes, the newest first, back to a time (seconds since 1970).

        They are those of the line of first parents, each settled with what it brought in. Raises HistoryError.
        """
        limit = [f"--since=@{int(since)}"] if since > 0 else []
        patterns = [f"*{suffix}" for suffix in suffixes]
        inner = self._brought_in(limit, revision)
        ignored = self.ignored_revisions()
        with self._started(
            "log", "--first-parent", *_PATCH, *limit, "--end-of-options", revision, "--", *patterns
        ) as out:
            for commit in read_log(_text(out)):
                own = [] if says_why(commit) else self._commits(inner.get(commit.hash, []), patterns)
                yield settle(commit, own, ignored)

    def _commits(self, hashes: Sequence[str], patterns: Sequence[str]) -> list[Commit]:
        """Commits by their names, without the merges among them. Raises HistoryError."""
        if not 0 < len(hashes) <= _MOST_INNER:
            return []
        words = ("diff-tree", "--stdin", "--always", *_PATCH, "-r", "--", *patterns)
        with self._started(*words, feed="".join(f"{one}\n" for one in hashes)) as output:
            return [commit for commit in read_log(_text(output)) if len(commit.parents) < 2]

    def _brought_in(self, limit: Sequence[str], revision: str) -> dict[str, list[str]]:
        line = self._ask("rev-list", "--first-parent", *limit, "--end-of-options", revision).split()
        every = self._ask("rev-list", "--parents", *limit, "--end-of-options", revision).splitlines()
        parents = {one: others for one, *others in map(str.split, every)}
        return brought_in(line[::-1], parents)

    def files(self, revision: str) -> list[tuple[str, str]]:
        """The regular files of a commit below the folder: path and blob. Raises HistoryError."""
        found = []
        for entry in self._ask("ls-tree", "-r", "-z", revision, ".").split("\0"):
            kind, _, path = entry.partition("\t")
            if kind.startswith("100"):
                found.append((path, kind.split(" ")[2]))
        return found

    def texts(self, blobs: Sequence[str]) -> Iterator[bytes]:
        """The contents of blobs, in their order. Raises HistoryError."""
        with self._started("cat-file", "--batch", feed="\n".join(blobs)) as output:
            for _ in blobs:
                size = output.readline().split()
                if len(size) != 3 or not size[2].isdigit():
                    raise HistoryError("Git gave no content for a file.", hint="Run `git fsck` in the repository.")
                yield output.read(int(size[2]))
                output.read(1)

    def ignored_revisions(self) -> frozenset[str]:
        """What `.git-blame-ignore-revs`, by custom, lists: commits that only reformat."""
        try:
            text = (self.folder / ".git-blame-ignore-revs").read_text("utf-8", "replace")
        except OSError:
            return frozenset()
        return frozenset(line.split("#")[0].strip() for line in text.splitlines()) - {""}

    def _ask(self, *words: str) -> str:
        with self._started(*words) as output:
            return output.read().decode("utf-8", "surrogateescape")

    @contextmanager
    def _started(self, *words: str, feed: str = "") -> Iterator[IO[bytes]]:
        """Runs git with some input, and lets its output be read. Raises HistoryError in the end where git failed."""
        command = ["git", *_SAFELY, "-C", str(self.folder), *words]
        # Files in the place of pipes: nobody has to write and read at once.
        with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as complaint:
            given.write(feed.encode("utf-8", "surrogateescape"))
            given.seek(0)
            try:
                # The program is git and the words are ours; a path of the workspace stands in none of them but -C.
                process = subprocess.Popen(  # noqa: S603 - see above.
                    command, stdin=given, stdout=subprocess.PIPE, stderr=complaint, env=_environment()
                )
            except OSError as problem:
                hint = "Install git, and scores will use what changed in the last year."
                raise HistoryError("Git could not be started.", hint=hint) from problem
            with process:
                output = process.stdout
                if output is None:
                    raise HistoryError("Git gave no output.")
                try:
                    yield output
                except BaseException:
                    process.kill()
                    raise
            if process.returncode:
                complaint.seek(0)
                said = complaint.read(500).decode("utf-8", "replace").strip().splitlines()
                raise HistoryError(f"Git could not tell the history of {self.folder}: {said[0] if said else words[0]}")


def repository_of(place: Path) -> Path | None:
    """The folder that holds the `.git` of an absolute path; None outside of every repository."""
    return next((folder for folder in (place, *place.parents) if (folder / ".git").exists()), None)


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return {**kept, **_QUIETLY}


def _text(output: IO[bytes]) -> Iterator[str]:
    for line in output:
        yield line[:_LONGEST_LINE].decode("utf-8", "surrogateescape")
