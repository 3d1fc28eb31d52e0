"""Real git repositories for tests, made of whole texts; commits are 30 days apart, or on a day that they name."""

import os
import subprocess
from pathlib import Path

_START, _STEP = 1_600_000_000, 30 * 86_400


class Repository:
    """A repository in `folder`, which is made."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._commits = 0
        folder.mkdir(parents=True, exist_ok=True)
        self.git("init", "-q", "-b", "main")

    def git(self, *words: str, day: str = "") -> str:
        date = f"{day}T12:00:00Z" if day else f"{_START + self._commits * _STEP} +0000"
        environment = {**os.environ, "GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date}
        who = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
        run = subprocess.run(
            ["git", *who, *words], cwd=self.folder, env=environment, capture_output=True, text=True, check=True
        )
        return run.stdout.strip()

    def write(self, files: dict[str, str | bytes | None]) -> None:
        """Makes files of texts; None deletes one."""
        for name, text in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if text is None:
                path.unlink()
            else:
                path.write_bytes(text.encode() if isinstance(text, str) else text)

    def commit(self, files: dict[str, str | bytes | None], message: str = "Say more", day: str = "") -> str:
        """Commits files, and everything else that lies there; gives the commit's name."""
        self._commits += 1
        self.write(files)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message, day=day)
        return self.git("rev-parse", "HEAD")
