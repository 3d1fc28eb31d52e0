"""A JavaScript test file: jest, vitest, or Node's own test runner."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from beast_lsp.engine.testing.languages.javascript.names import expression, header
from beast_lsp.engine.testing.languages.javascript.probe import quoted
from beast_lsp.engine.testing.languages.model import Call, Case, Outcome, Project, Style
from beast_lsp.engine.testing.languages.wording import named

_STRING = re.compile(r"""'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`[^`]*`""")


def render(project: Project, cases: Sequence[Case]) -> str:
    """The whole test file; tests of one target stand together, in the order of the cases."""
    blocks = []
    for name, group in groupby(cases, lambda case: case.call.target.qualified):
        blocks.append(_block(project, _title(name, project), list(group)))
    imports = [*_framework_import(project), *header(project, [case.call for case in cases])]
    return styled("\n".join(imports) + "\n\n" + "\n\n".join(blocks) + "\n", project.style)


def case_names(project: Project, cases: Sequence[Case]) -> list[str]:
    """The name of each test as the frameworks report it: the title of its block, and its own."""
    found = []
    for name, group in groupby(cases, lambda case: case.call.target.qualified):
        found += [f"{_title(name, project)} {one}" for one in named(list(group))]
    return found


def _title(name: str, project: Project) -> str:
    return name if name != "default" else project.source.name.partition(".")[0]


def _framework_import(project: Project) -> list[str]:
    form = project.style.form
    match project.framework:
        case "vitest":
            return [f"import {{ describe, expect, {form} }} from 'vitest';"]
        case "node:test" if project.is_module:
            return ["import assert from 'node:assert/strict';", f"import {{ describe, {form} }} from 'node:test';"]
        case "node:test":
            return [
                "const assert = require('node:assert/strict');",
                f"const {{ describe, {form} }} = require('node:test');",
            ]
        case _:
            return []


def _block(project: Project, title: str, cases: Sequence[Case]) -> str:
    lines = [f"describe({quoted(title)}, () => {{"]
    for place, (name, case) in enumerate(zip(named(cases), cases, strict=True)):
        waits = "async " if case.call.target.is_async else ""
        lines += [""] if place else []
        lines += [f"  {project.style.form}({quoted(name)}, {waits}() => {{"]
        lines += [f"    {line}" for line in _body(project, case.call, case.outcome)]
        lines += ["  });"]
    return "\n".join([*lines, "});"])


def _body(project: Project, call: Call, outcome: Outcome) -> list[str]:
    text = expression(call, project)
    is_node = project.framework == "node:test"
    if outcome.form == "error":
        return [_thrown(is_node, text, call.target.is_async, outcome)]
    result = f"await {text}" if call.target.is_async else text
    arrange = []
    if len(result) + len(outcome.text) > 88:
        arrange, result = [f"const result = {result};", ""], "result"
    return [*arrange, _asserted(is_node, result, outcome)]


def _asserted(is_node: bool, result: str, outcome: Outcome) -> str:
    text = outcome.text
    match outcome.form:
        case "close":
            return (
                f"assert.ok(Math.abs({result} - {text}) < 1e-9);"
                if is_node
                else f"expect({result}).toBeCloseTo({text}, 9);"
            )
        case "deep":
            return f"assert.deepEqual({result}, {text});" if is_node else f"expect({result}).toEqual({text});"
        case "instance":
            return (
                f"assert.deepEqual({{ ...{result} }}, {text});"
                if is_node
                else f"expect({result}).toMatchObject({text});"
            )
        case _ if is_node:
            return f"assert.equal({result}, {text});"
        case "nan":
            return f"expect({result}).toBeNaN();"
        case _:
            return f"expect({result}).{_MATCHERS.get(text) or f'toBe({text})'};"


_MATCHERS = {"undefined": "toBeUndefined()", "null": "toBeNull()"}


def _thrown(is_node: bool, text: str, is_async: bool, outcome: Outcome) -> str:
    message = quoted(outcome.text)
    if is_node:
        expected = f"{{ name: {quoted(outcome.error)}, message: {message} }}"
        return (
            f"await assert.rejects(async () => {text}, {expected});"
            if is_async
            else f"assert.throws(() => {text}, {expected});"
        )
    # Without a message the matcher takes any error, so the kind of error is asked instead.
    matcher = f"({message})" if outcome.text else "()"
    if is_async:
        return f"await expect(async () => {text}).rejects.toThrow{matcher};"
    return f"expect(() => {text}).toThrow{matcher};"


def styled(text: str, style: Style) -> str:
    """The file, written with two spaces, single quotes and semicolons, in the style of the project."""
    if style.quote == '"':
        text = _STRING.sub(lambda found: _requoted(found[0]), text)
    if not style.semicolon:
        text = re.sub(r";$", "", text, flags=re.MULTILINE)
    if style.indent != "  ":
        text = re.sub(r"^(?:  )+", lambda found: style.indent * (len(found[0]) // 2), text, flags=re.MULTILINE)
    return text


def _requoted(literal: str) -> str:
    if literal[0] != "'" or '"' in literal:
        return literal
    return '"' + literal[1:-1].replace("\\'", "'") + '"'
