"""Which lines of one file run, and which line follows which: by `sys.monitoring`, before Python 3.12 by `sys.settrace`.

    tracer = Tracer(file, layout(source, file))
    tracer.start()
    ...
    ran = tracer.take()   # what ran since `start` or the last `take`
    tracer.stop()

Lines are those where statements begin. A pair of lines has them as they ran in one frame, and the negative first line
of a function where it returned. All threads count. A function of which every line and every branch has run is let go
of until the next `take`, as following code is slow: so other pairs than branches are not all there.
"""

from __future__ import annotations

import dis
import os
import sys
import threading
from types import CodeType, FrameType
from typing import Any, Callable, NamedTuple

from .branches import Arc, Layout, own_lines

_RETURNS = {"RETURN_VALUE", "RETURN_CONST"}
_RESUMABLE = 0x20 | 0x80 | 0x200  # generators, coroutines and asynchronous generators: inspect.CO_…


class Ran(NamedTuple):
    """What ran: lines from 1, and pairs of lines."""

    lines: set[int]
    arcs: set[Arc]


class Tracer:
    """Follows the code of one file, whose layout is known."""

    def __init__(self, file: str, layout: Layout) -> None:
        self._seen = _Seen(file, layout)
        monitoring = getattr(sys, "monitoring", None)
        tool = _free_tool(monitoring) if monitoring else None
        self._means: _Settrace | _Monitoring
        self._means = _Settrace(self._seen) if tool is None else _Monitoring(self._seen, monitoring, tool)

    def start(self) -> None:
        """Begins to follow, in this thread and in those that start from now on."""
        self._means.start()

    def stop(self) -> None:
        """Ends it; may be started again."""
        self._means.stop()

    def take(self) -> Ran:
        """What ran since the last time, which is forgotten then."""
        ran = self._seen.ran
        self._seen.forget()
        self._means.forget()
        return ran


class _Seen:
    """What has been seen, by raw pairs of lines, and what is still wanted of each code object."""

    def __init__(self, file: str, layout: Layout) -> None:
        self._layout = layout
        self._real = os.path.realpath(file)
        self._ours: dict[str, bool] = {}
        self._parts: dict[CodeType, set[object]] = {}
        self.forget()

    def forget(self) -> None:
        self.pairs: set[Arc] = set()
        self.ran = Ran(set(), set())
        self._wanted: dict[CodeType, set[object]] = {}

    def is_ours(self, code: CodeType) -> bool:
        """Whether code is of the file, whatever its path looks like."""
        name = code.co_filename
        known = self._ours.get(name)
        if known is None:
            known = self._ours[name] = os.path.realpath(name) == self._real
        return known

    def is_done(self, code: CodeType) -> bool:
        """Whether nothing more is wanted of it."""
        wanted = self._wanted.get(code)
        return wanted is not None and not wanted

    def add(self, code: CodeType, pair: Arc) -> bool:
        """Notes a pair that wasn't seen yet; True where it was the last thing that was wanted of the code."""
        self.pairs.add(pair)
        wanted = self._wanted.get(code)
        if wanted is None:
            wanted = self._wanted[code] = set(self._wanted_of(code))
        first = self._layout.first
        start, end = first.get(pair[0], pair[0]), first.get(pair[1], pair[1])
        if end > 0:
            self.ran.lines.add(end)
            wanted.discard(end)
        if start != end and start > 0:
            self.ran.arcs.add((start, end))
            wanted.discard((start, end))
        return not wanted

    def _wanted_of(self, code: CodeType) -> set[object]:
        known = self._parts.get(code)
        if known is None:
            first, header = self._layout.first, code.co_firstlineno
            lines = {first.get(line, line) for line in own_lines(code)} & self._layout.lines
            body = lines if code.co_name == "<module>" else lines - {first.get(header, header)}
            known = {*(body or lines), *(arc for arc in self._layout.arcs if arc[0] in lines)}
            self._parts[code] = known
        return known


class _Settrace:
    def __init__(self, seen: _Seen) -> None:
        self._seen = seen
        self._returning: dict[CodeType, set[int]] = {}

    def start(self) -> None:
        threading.settrace(self._called)
        sys.settrace(self._called)

    def stop(self) -> None:
        sys.settrace(None)
        threading.settrace(None)

    def forget(self) -> None:
        """Functions that were let go of are followed from their next call."""

    def _called(self, frame: FrameType, event: str, argument: Any) -> Callable[..., Any] | None:
        if not self._seen.is_ours(frame.f_code) or self._seen.is_done(frame.f_code):
            return None
        return self._follower(frame)

    def _follower(self, frame: FrameType) -> Callable[..., Any]:
        """A local trace function, which holds the line that ran last. A generator that goes on gets a new one."""
        code, seen = frame.f_code, self._seen
        begin = -code.co_firstlineno
        goes_on = code.co_flags & _RESUMABLE and frame.f_lineno != code.co_firstlineno
        last = frame.f_lineno if goes_on else begin

        def follow(frame: FrameType, event: str, argument: Any) -> Callable[..., Any]:
            nonlocal last
            if event == "line":
                pair = (last, frame.f_lineno)
                last = pair[1]
                if pair not in seen.pairs and seen.add(code, pair):
                    frame.f_trace_lines = False
            elif event == "return" and self._is_return(code, frame.f_lasti):
                seen.add(code, (last, begin))
            return follow

        return follow

    def _is_return(self, code: CodeType, offset: int) -> bool:
        """A frame that an exception or a `yield` leaves has the same event."""
        known = self._returning.get(code)
        if known is None:
            known = {each.offset for each in dis.get_instructions(code) if each.opname in _RETURNS}
            self._returning[code] = known
        return offset in known


def _free_tool(monitoring: Any) -> int | None:
    for tool in (3, 4, 1, 2, 0):  # 3 and 4 have no purpose in the documentation; the others are a debugger's and so on.
        if monitoring.get_tool(tool) is None:
            return tool
    return None


class _Monitoring:
    """Only code of the file has events of lines: other code costs one event for each function."""

    def __init__(self, seen: _Seen, monitoring: Any, tool: int) -> None:
        self._seen = seen
        self._monitoring = monitoring
        self._tool = tool
        self._lines = monitoring.events.LINE | monitoring.events.PY_RETURN
        self._codes: dict[CodeType, bool] = {}  # Whether it is followed just now.
        self._last: dict[int, int] = {}

    def start(self) -> None:
        monitoring, events = self._monitoring, self._monitoring.events
        if monitoring.get_tool(self._tool) is None:
            monitoring.use_tool_id(self._tool, "beast_lsp")
        monitoring.register_callback(self._tool, events.PY_START, self._started)
        monitoring.register_callback(self._tool, events.LINE, self._line)
        monitoring.register_callback(self._tool, events.PY_RETURN, self._returned)
        monitoring.set_events(self._tool, events.PY_START)
        monitoring.restart_events()

    def stop(self) -> None:
        self._monitoring.set_events(self._tool, 0)
        for code in self._codes:
            self._monitoring.set_local_events(self._tool, code, 0)
        self._codes.clear()
        self._last.clear()
        self._monitoring.free_tool_id(self._tool)

    def forget(self) -> None:
        """Functions that were let go of are followed again, those that are running, too."""
        for code, is_followed in self._codes.items():
            if not is_followed:
                self._follow(code, True)

    def _follow(self, code: CodeType, is_followed: bool) -> None:
        self._codes[code] = is_followed
        self._monitoring.set_local_events(self._tool, code, self._lines if is_followed else 0)

    def _started(self, code: CodeType, offset: int) -> Any:
        if not self._seen.is_ours(code):
            return self._monitoring.DISABLE
        if code not in self._codes:
            self._follow(code, True)
        self._last[id(sys._getframe(1))] = -code.co_firstlineno
        return None

    def _line(self, code: CodeType, line: int) -> None:
        frame = id(sys._getframe(1))
        pair = (self._last.get(frame, line), line)
        self._last[frame] = line
        if pair not in self._seen.pairs and self._seen.add(code, pair):
            self._follow(code, False)

    def _returned(self, code: CodeType, offset: int, value: object) -> None:
        last = self._last.pop(id(sys._getframe(1)), None)
        if last is not None and (last, -code.co_firstlineno) not in self._seen.pairs:
            self._seen.add(code, (last, -code.co_firstlineno))
