"""The program that calls JavaScript functions and tells what they gave, and what becomes of its lines.

It runs as a test of the project's own framework, so that the file is loaded as it is in the project's tests. Each call
writes a line when it begins and one when it has ended: a call that never ends is known by that. What ran of the file
comes from V8's own precise coverage, taken after each call.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from beast_lsp.engine.testing.languages.javascript.names import expression, header
from beast_lsp.engine.testing.languages.model import Call, Outcome, Project, Region

_PRELUDE = """\
const beastShow = (value, depth) => {
  if (value === undefined) return { t: 'undefined' };
  if (value === null || typeof value === 'boolean') return { t: 'plain', v: String(value) };
  if (typeof value === 'number') return { t: 'number', v: Object.is(value, -0) ? '-0' : String(value) };
  if (typeof value === 'string') return { t: 'string', v: value };
  if (typeof value === 'bigint') return { t: 'plain', v: String(value) + 'n' };
  if (typeof value !== 'object' || depth > 5) return { t: 'unknown' };
  const kind = Object.prototype.toString.call(value);
  const next = (one) => beastShow(one, depth + 1);
  if (kind === '[object Date]') return { t: 'date', v: String(value.getTime()) };
  if (kind === '[object RegExp]') return { t: 'regexp', v: value.source, f: value.flags };
  if (kind === '[object Error]') return { t: 'unknown' };
  if (Array.isArray(value)) return { t: 'array', v: Array.from(value, next) };
  if (kind === '[object Map]') return { t: 'map', v: [...value].map(next) };
  if (kind === '[object Set]') return { t: 'set', v: [...value].map(next) };
  const above = Object.getPrototypeOf(value);
  if (kind !== '[object Object]') return { t: 'unknown' };
  const isPlain = above === null || Object.getPrototypeOf(above) === null;
  if (Object.getOwnPropertySymbols(value).length || above === null) return { t: 'unknown' };
  return { t: isPlain ? 'object' : 'instance', v: Object.keys(value).map((key) => [key, next(value[key])]) };
};
const beastRegions = (functions) => {
  const width = (one) => one.endOffset - one.startOffset;
  const all = functions.flatMap((one) => one.ranges).sort((a, b) => width(a) - width(b));
  const cuts = [...new Set(all.flatMap((one) => [one.startOffset, one.endOffset]))].sort((a, b) => a - b);
  const found = [];
  for (let place = 0; place + 1 < cuts.length; place += 1) {
    const holder = all.find((one) => one.startOffset <= cuts[place] && one.endOffset >= cuts[place + 1]);
    if (holder && holder.count) found.push([cuts[place], cuts[place + 1]]);
  }
  return found;
};
const beastRun = async (calls, outbox, file) => {
  const write = (line) => beastFiles.appendFileSync(outbox, JSON.stringify(line) + '\\n');
  const session = new BeastSession();
  session.connect();
  const ask = (name, given) => new Promise((done) => session.post(name, given, (_, answer) => done(answer)));
  await ask('Profiler.enable');
  await ask('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  for (const [id, call] of calls) {
    write({ id });
    await ask('Profiler.takePreciseCoverage');
    const line = { id };
    try {
      line.value = beastShow(await call(), 0);
    } catch (error) {
      const isError = Object.prototype.toString.call(error) === '[object Error]' || error instanceof Error;
      line.error = isError ? String(error.name) : '';
      line.message = isError ? String(error.message) : '';
    }
    const taken = await ask('Profiler.takePreciseCoverage');
    const seen = (taken ? taken.result : []).filter((one) => one.url.replace('file://', '').split('?')[0] === file);
    line.regions = seen.flatMap((one) => beastRegions(one.functions));
    write(line);
  }
  write({ done: true });
};
"""


def probe(project: Project, calls: Mapping[int, Call], outbox: str, file: str) -> str:
    """The text of the probing test. It appends JSON lines to `outbox`; `file` is the tested file's absolute path."""
    listed = "\n".join(f"  [{key}, () => {expression(call, project)}]," for key, call in calls.items())
    given = f"[\n{listed}\n], {json.dumps(outbox)}, {json.dumps(file)}"
    modules = {"beastFiles": "node:fs", "{ Session: BeastSession }": "node:inspector"}
    if project.is_module:
        lines = ["import * as beastFiles from 'node:fs';", "import { Session as BeastSession } from 'node:inspector';"]
    else:
        lines = [f"const {name} = require('{module}');" for name, module in modules.items()]
    framework = {
        "vitest": "import { test as beastTest } from 'vitest';",
        "jest": "const beastTest = test;",
        "node:test": "const beastTest = (_, body) => body();",
    }[project.framework]
    checked = ["// @ts-nocheck"] if project.source.suffix in {".ts", ".tsx", ".mts", ".cts"} else []
    lines = [*checked, *lines, *header(project, calls.values()), framework, _PRELUDE]
    return "\n".join(lines) + f"beastTest('probe', () => beastRun({given}), 600000);\n"


def read(lines: Iterable[Mapping[str, Any]]) -> dict[int, Outcome | None]:
    """What came of the calls; None for one that began and did not end, or gave what no literal says.

    The lines come from the code that was run, so they are looked at like any input.
    """
    found: dict[int, Outcome | None] = {}
    for line in lines:
        key = line.get("id")
        if isinstance(key, int):
            found[key] = _outcome(line)
    return found


def _outcome(line: Mapping[str, Any]) -> Outcome | None:
    regions = frozenset(_regions(line.get("regions")))
    if isinstance(error := line.get("error"), str):
        message = line.get("message")
        if not error.isidentifier() or not isinstance(message, str) or len(message) > 200:
            return None
        return Outcome(message, "error", f"error {error}", error, regions)
    value = line.get("value")
    text = literal(value)
    if text is None or not isinstance(value, dict) or len(text) > 400:
        return None
    return Outcome(text, _form(value), _kind(value), "", regions)


def _regions(found: object) -> list[Region]:
    pairs = found if isinstance(found, list) else []
    return [
        (one[0], one[1])
        for one in pairs
        if isinstance(one, list) and len(one) == 2 and all(type(x) is int for x in one)
    ]


def _form(value: Mapping[str, Any]) -> str:
    match value["t"]:
        case "number":
            if value["v"] in {"NaN"}:
                return "nan"
            digits = value["v"].partition(".")[2]
            return "close" if len(digits) > 6 else "equal"
        case "array" | "object" | "map" | "set" | "date" | "regexp":
            return "deep"
        case "instance":
            return "instance"
        case _:
            return "equal"


def _kind(value: Mapping[str, Any]) -> str:
    content = value.get("v", "")
    match value["t"]:
        case "number":
            sign = "negative" if str(content).startswith("-") else "zero" if content == "0" else "positive"
            return content if content in {"NaN", "Infinity", "-Infinity", "-0"} else f"{sign} number"
        case "plain":
            return str(content)
        case kind:
            return f"{kind}" if content else f"empty {kind}"


def literal(value: object) -> str | None:  # noqa: PLR0911 - a line for each kind of value.
    """The JavaScript that makes a value the probe showed; None where no literal does."""
    if not isinstance(value, dict):
        return None
    content = value.get("v")
    match value.get("t"):
        case "undefined":
            return "undefined"
        case "plain" | "number" if isinstance(content, str) and _is_number(content):
            return content
        case "string" if isinstance(content, str):
            return quoted(content)
        case "date" if isinstance(content, str) and content.lstrip("-").isdecimal():
            return f"new Date({content})"
        case "array" | "set" | "map" if isinstance(content, list):
            return _listed(str(value["t"]), content)
        case "object" | "instance" if isinstance(content, list):
            return _object(content)
        case _:
            return None


def _is_number(text: str) -> bool:
    if text in {"null", "true", "false", "NaN", "Infinity", "-Infinity"}:
        return True
    digits = text.removesuffix("n").lstrip("-")
    return bool(digits) and set(digits) <= set("0123456789.e+-") and digits[0].isdigit()


def _listed(kind: str, content: Sequence[object]) -> str | None:
    parts = [literal(one) for one in content]
    if None in parts:
        return None
    listed = f"[{', '.join(filter(None, parts))}]"
    if kind == "array":
        return listed
    return f"new {kind.capitalize()}({listed if parts else ''})"


def _object(content: Sequence[object]) -> str | None:
    parts = []
    for pair in content:
        if not isinstance(pair, list) or len(pair) != 2 or not isinstance(pair[0], str) or pair[0] == "__proto__":
            return None
        text = literal(pair[1])
        if text is None:
            return None
        parts.append(f"{pair[0] if pair[0].isidentifier() and pair[0].isascii() else quoted(pair[0])}: {text}")
    return "{ " + ", ".join(parts) + " }" if parts else "{}"


def quoted(text: str) -> str:
    """A string literal in single quotes."""
    escaped = "".join(one if one.isprintable() else json.dumps(one)[1:-1] for one in text.replace("\\", "\\\\"))
    return "'" + escaped.replace("'", "\\'") + "'"
