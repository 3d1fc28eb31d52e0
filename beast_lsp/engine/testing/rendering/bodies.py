"""One recorded case as the body of one test: arrange, act, assert."""

from __future__ import annotations

import ast
import re
import textwrap
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from beast_lsp.engine.testing.conditions import parsed
from beast_lsp.engine.testing.rendering.expressions import asserted, inlined, raising
from beast_lsp.engine.testing.rendering.helpers import definition
from beast_lsp.engine.testing.rendering.wrapping import statement

if TYPE_CHECKING:
    from beast_lsp.engine.testing.style import Style
    from beast_lsp.guest.wire import Case

_OUTPUTS = {"out": ("redirect_stdout", "output"), "err": ("redirect_stderr", "errors")}
_CAPTURED = re.compile(r"\bcapsys\.readouterr\(\)\.(out|err)\b")
_LOOP_FORMS = frozenset({"asyncio", "anyio", "auto", "isolated"})
UNITTEST_NEEDS = frozenset({"tmp_path", "capsys"})
"""The fixtures that a unittest can do without pytest."""


@dataclass(slots=True)
class Body:
    """The inside of a test: its lines, without indentation, what goes above it, its parameters, and its imports."""

    lines: list[str] = field(default_factory=list)
    above: list[str] = field(default_factory=list)
    parameters: list[str] = field(default_factory=list)
    imports: dict[str, str] = field(default_factory=dict)
    is_async: bool = False


def body(case: Case, style: Style, room: int, pattern: str = "") -> Body | None:
    """The body for a case in lines of at most `room` columns; None where the framework has no means for it.

    `pattern` is an expression for what the message of an exception matches, in place of the message itself.
    """
    if style.framework == "unittest" and not set(case["needs"]) <= UNITTEST_NEEDS:
        return None
    return _Writer(case, style, room, pattern).body()


class _Writer:
    def __init__(self, case: Case, style: Style, room: int, pattern: str) -> None:
        self._pattern = pattern
        self._case = case
        self._style = style
        self._room = room
        self._is_pytest = style.framework == "pytest"
        self._made = Body(imports=dict(case["imports"]))
        self._has_plugin = case["is_async"] and style.async_form in _LOOP_FORMS

    def body(self) -> Body:
        """The parts in their order, with a blank line between them where one is more than a line."""
        case, made = self._case, self._made
        if self._is_pytest:
            made.parameters = [*case["needs"], *case["given"]]
        elif case["given"]:
            made.parameters = [*case["given"]]
        self._decorate()
        arranged = [*self._fixtures(), *self._faked(), *self._lines(case["arrange"])]
        made.lines = self._joined(arranged, *self._acted(bool(arranged)))
        if self._is_wrapped():
            made.lines = ["async def scenario():", *(self._style.indent + one if one else "" for one in made.lines)]
            made.lines += ["", "asyncio.run(scenario())"]
        return made

    def _joined(self, *parts: list[str]) -> list[str]:
        kept = [part for part in parts if part]
        lines: list[str] = []
        for part in kept:
            lines += [*([""] if lines and sum(map(len, kept)) > 2 - (len(kept) > 1) else []), *part]
        return lines

    def _is_wrapped(self) -> bool:
        """Whether more than the call has to run in an event loop."""
        case = self._case
        texts = [*case["arrange"], *(check["text"] for check in case["checks"]), case["act"]]
        return (
            case["is_async"]
            and not self._has_plugin
            and any(re.search(r"\b(?:await|async for)\b", one) for one in texts)
        )

    def _decorate(self) -> None:
        case, made = self._case, self._made
        if self._has_plugin:
            made.is_async = True
            if self._is_pytest and self._style.async_form != "auto":
                made.above.append(f"@pytest.mark.{self._style.async_form}")
                made.imports["pytest"] = "import pytest"
        if case["given"]:
            made.imports["given"] = "from hypothesis import given"
            listed = ", ".join(f"{name}={strategy}" for name, strategy in case["given"].items())
            made.above += self._lines([f"given({listed})"])
            made.above[-1 if len(made.above) == 1 else 0] = "@" + made.above[0]
            if re.search(r"\bst\.", listed):
                made.imports.setdefault("st", "from hypothesis import strategies as st")
        if not self._is_pytest:
            for fake in case["fakes"]:
                made.imports["mock"] = "from unittest import mock"
                made.above += [
                    f"# Faked: {fake['what']}.",
                    *self._patched(f"mock.patch({fake['path']!r}, {fake['value']})"),
                ]

    def _patched(self, call: str) -> list[str]:
        first, *rest = self._lines([call])
        return ["@" + first, *rest]

    def _faked(self) -> list[str]:
        if not self._is_pytest or not self._case["fakes"]:
            return []
        lines: list[str] = []
        for fake in self._case["fakes"]:
            lines.append(f"# Faked: {fake['what']}.")
            lines += self._lines([f"monkeypatch.setattr({fake['path']!r}, {fake['value']})"])
        if "monkeypatch" not in self._made.parameters:
            self._made.parameters.append("monkeypatch")
        return lines

    def _fixtures(self) -> list[str]:
        """What pytest's temporary folder is in a unittest."""
        if self._is_pytest or "tmp_path" not in self._case["needs"]:
            return []
        self._made.imports |= {"tempfile": "import tempfile", "Path": "from pathlib import Path"}
        return [
            "folder = tempfile.TemporaryDirectory()",
            "self.addCleanup(folder.cleanup)",
            "tmp_path = Path(folder.name)",
        ]

    def _acted(self, has_more: bool) -> tuple[list[str], ...]:
        """The call and what is asserted; one part where both share a line."""
        case, act = self._case, self._call()
        if case["raises"] is not None:
            return (self._raising(act),)
        checks = [(check["kind"], check["text"]) for check in case["checks"]]
        said = self._suspicion()
        if len(checks) == 1 and not self._captures():
            whole = inlined(checks[0][1], act)
            line = self._asserted(whole, checks[0][0]) if whole is not None else ""
            if line and len(line) <= self._room and "\n" not in line:
                return ([*said, *self._lines([line])],)
        if case["given"]:
            return ([*said, *self._lines([self._asserted(text, kind) for kind, text in checks])],)
        is_named = any(re.search(r"\bresult\b", text) for _, text in checks)
        call = self._redirected(f"result = {act}" if is_named else act)
        return call, [*said, *self._lines([self._asserted(text, kind) for kind, text in checks])]

    def _call(self) -> str:
        act = self._case["act"]
        if not self._case["is_async"]:
            return act
        node = parsed(act)
        if node is not None and any(isinstance(one, ast.comprehension) and one.is_async for one in ast.walk(node)):
            if not self._has_plugin:
                self._made.imports["asyncio"] = "import asyncio"
            return act
        if self._has_plugin or self._is_wrapped():
            if not self._has_plugin:
                self._made.imports["asyncio"] = "import asyncio"
            return f"await {act}"
        self._made.imports["asyncio"] = "import asyncio"
        return f"asyncio.run({act})"

    def _raising(self, act: str) -> list[str]:
        raised = self._case["raises"]
        assert raised is not None  # noqa: S101 - only called so.
        if self._is_pytest:
            self._made.imports["pytest"] = "import pytest"
        context = raising(raised["type"], raised["message"], self._style.framework, self._room, self._pattern)
        inner = statement(act, self._style.quote, self._style.indent, self._room - len(self._style.indent))
        head = self._lines([context.removesuffix(":")])
        head[-1] += ":"
        return [*self._suspicion(), *head, *(self._style.indent + line for line in inner)]

    def _captures(self) -> bool:
        """Whether a unittest has to catch what is printed."""
        return not self._is_pytest and "capsys" in self._case["needs"]

    def _redirected(self, call: str) -> list[str]:
        lines = self._lines([call])
        if not self._captures():
            return lines
        used = {found for check in self._case["checks"] for found in _CAPTURED.findall(check["text"])}
        for name in sorted(used, reverse=True):
            function, variable = _OUTPUTS[name]
            self._made.imports |= {"contextlib": "import contextlib", "io": "import io"}
            inner = (self._style.indent + line for line in lines)
            lines = [f"with contextlib.{function}(io.StringIO()) as {variable}:", *inner]
        return lines

    def _asserted(self, check: str, kind: str) -> str:
        if self._captures():
            check = _CAPTURED.sub(lambda found: f"{_OUTPUTS[found[1]][1]}.getvalue()", check)
        text = asserted(check, kind, self._style.framework)
        if "math.isnan(" in text:
            self._made.imports["math"] = "import math"
        if "pytest." in text:
            self._made.imports["pytest"] = "import pytest"
        return text

    def _suspicion(self) -> list[str]:
        said = " ".join(self._case["suspicion"].split())
        return [f"# {line}" for line in textwrap.wrap(said, max(self._room - 2, 40))]

    def _lines(self, texts: list[str]) -> list[str]:
        found: list[str] = []
        for one in texts:
            is_block = "\n" in one and one.startswith(("class ", "def ", "async def "))
            own = definition(one, self._style.quote) if is_block else []
            found += [*own, ""] if own else statement(one, self._style.quote, self._style.indent, self._room)
        return found[:-1] if found and not found[-1] else found
