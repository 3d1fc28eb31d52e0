"""Which functions are entered while something runs: by `sys.monitoring` from 3.12 on, else by a profile function."""

from __future__ import annotations

import os
import sys
import threading
from types import CodeType, FrameType
from typing import Any

_TOOL = "beast-lsp-survey"


class Entered:
    """Collects the functions of the files below a folder; `lines` has, by file, the first line of each, from 1 on.

    A decorated function begins with its first decorator. What has no name (a lambda, a comprehension) is no function.
    """

    def __init__(self, folder: str) -> None:
        self.lines: dict[str, set[int]] = {}
        self._folder = os.path.realpath(folder) + os.sep
        self._seen: set[CodeType] = set()
        self._monitoring: Any = getattr(sys, "monitoring", None)

    def __enter__(self) -> Entered:
        if self._monitoring is None:
            threading.setprofile(self._profiled)
            sys.setprofile(self._profiled)
            return self
        tool = self._monitoring.PROFILER_ID
        self._monitoring.use_tool_id(tool, _TOOL)
        self._monitoring.register_callback(tool, self._monitoring.events.PY_START, self._started)
        self._monitoring.set_events(tool, self._monitoring.events.PY_START)
        return self

    def __exit__(self, *_error: object) -> None:
        if self._monitoring is None:
            sys.setprofile(None)
            threading.setprofile(None)
        else:
            self._monitoring.free_tool_id(self._monitoring.PROFILER_ID)

    def _started(self, code: CodeType, _offset: int) -> Any:
        self._note(code)
        return self._monitoring.DISABLE  # Once is enough, and costs nothing afterwards.

    def _profiled(self, frame: FrameType, event: str, _argument: Any) -> None:
        if event == "call" and frame.f_code not in self._seen:
            self._note(frame.f_code)

    def _note(self, code: CodeType) -> None:
        self._seen.add(code)
        if code.co_name[:1] == "<":
            return
        file = os.path.realpath(code.co_filename)
        if file.startswith(self._folder):
            self.lines.setdefault(file[len(self._folder) :], set()).add(code.co_firstlineno)
