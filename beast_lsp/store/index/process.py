"""The server's end of the batch process."""

import asyncio
import contextlib
import json
import subprocess
import sys
from asyncio.subprocess import Process
from collections.abc import Callable
from pathlib import Path
from typing import Any

import beast_lsp
from beast_lsp.errors import StoreError
from beast_lsp.store.index.job import Job

_ATTEMPTS = 3
_BELOW_NORMAL = getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0)  # Windows' way to be nice.


class BatchProcess:
    """Runs jobs in a child, which is started when there is one and ends by itself when idle. One job at a time.

    `module` is what the child runs.
    """

    def __init__(self, module: str = "beast_lsp.store.index.child") -> None:
        self._module = module
        self._process: Process | None = None

    @property
    def pid(self) -> int | None:
        """The child's process id; None while there is none."""
        return self._process.pid if self._process is not None and self._process.returncode is None else None

    async def run(self, job: Job, progress: Callable[[int, int], None]) -> None:
        """Returns when the job is done. A child that dies is replaced; cancelling the caller kills it.

        Raises StoreError where the job failed or the child died again and again.
        """
        try:
            for _ in range(_ATTEMPTS):
                outcome = await self._attempt(job, progress)
                if outcome is not None:
                    break
        except asyncio.CancelledError:
            await self.close()
            raise
        except OSError as problem:
            raise StoreError(
                f"The indexing process can't be started: {problem}.", hint="What there is is used."
            ) from problem
        if outcome is None:
            raise StoreError("The indexing process ends before its time.", hint="The log of the system may say why.")
        if outcome["event"] == "failed":
            raise StoreError(f"The index can't be updated: {outcome['problem']}.", hint="What it had is still used.")

    async def close(self) -> None:
        """Ends the child at once; that is safe at any moment."""
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await _reap(process)

    async def _attempt(self, job: Job, progress: Callable[[int, int], None]) -> dict[str, Any] | None:
        """The last event of the job; None where the child died before that."""
        process = await self._started()
        if process.stdin is None or process.stdout is None:
            return None  # Never so: both were asked for.
        with contextlib.suppress(OSError):  # It has just ended; the missing answer shows it.
            process.stdin.write(json.dumps(job.to_json()).encode() + b"\n")
            await process.stdin.drain()
        while line := await process.stdout.readline():
            event: dict[str, Any] = json.loads(line)
            if event["event"] != "progress":
                return event
            progress(event["done"], event["total"])
        await self.close()
        return None

    async def _started(self) -> Process:
        if self._process is not None and self._process.returncode is not None:
            await self.close()
        if self._process is None:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                self._module,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                # Python looks for modules where it starts: in our own folder, never in the user's.
                cwd=Path(beast_lsp.__file__).parent.parent,
                creationflags=_BELOW_NORMAL,
            )
        return self._process


async def _reap(process: Process) -> None:
    if process.stdin is not None:
        process.stdin.close()
    await process.wait()
