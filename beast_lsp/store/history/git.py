"""Asks git about a folder, in a way that nothing in the folder can turn into a command or a wait."""

import os
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from beast_lsp.engine.history.fixes import settle
from beast_lsp.engine.history.log import FORMAT, Commit, read_log
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
# What is followed is the line that releases come from: a merge counts as one commit with all that it brought.
_LOG = (
    "log", "-p", "-U0", "--first-parent", "--diff-merges=first-parent", "-M", "--no-ext-diff", "--no-textconv",
    "--no-color", "--relative", "--src-prefix=a/", "--dst-prefix=b/", "--no-show-signature", f"--format={FORMAT}",
)  # fmt: skip


class Git:
    """The repository that a folder belongs to. Paths are relative to the folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def head(self) -> str:
        """The commit that is checked out. Raises HistoryError where there is no git, repository or commit."""
        return self._ask("rev-parse", "--verify", "-q", "HEAD^{commit}").strip()

    def is_shallow(self) -> bool:
        """Whether older commits were never fetched. Raises HistoryError."""
        return self._ask("rev-parse", "--is-shallow-repository").strip() != "false"

    def log(self, suffixes: Iterable[str], since: float = 0.0, revision: str = "HEAD") -> Iterator[Commit]:
        """The commits that changed files with these suffixes, the newest first, back to a time (seconds since 1970).

        Raises HistoryError.
        """
        limit = [f"--since=@{int(since)}"] if since > 0 else []
        words = [*_LOG, *limit, "--end-of-options", revision, "--"]
        with self._started(*words, *(f"*{suffix}" for suffix in suffixes)) as output:
            for commit in read_log(_text(output)):
                yield settle(commit)

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
                process = subprocess.Popen(  # noqa: S603
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


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return {**kept, **_QUIETLY}


def _text(output: IO[bytes]) -> Iterator[str]:
    for line in output:
        yield line[:_LONGEST_LINE].decode("utf-8", "surrogateescape")
