"""The Go test that calls functions and tells what they gave; and the file with beacons."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from beast_lsp.engine.syntax import SyntaxTree
from beast_lsp.engine.testing.languages.beacons import instrument
from beast_lsp.engine.testing.languages.golang.targets import package, result_types
from beast_lsp.engine.testing.languages.golang.values import expected
from beast_lsp.engine.testing.languages.model import Call, Outcome
from beast_lsp.engine.testing.languages.telling import beacons_of, outcomes
from beast_lsp.engine.testing.languages.trees import of_type

BEACON = """\
package PACKAGE

var beastHits = map[int]bool{}

func beastHit(number int) { beastHits[number] = true }
"""
_PROBE = """\
package PACKAGE

import (
	beastjson "encoding/json"
	beastfmt "fmt"
	beastos "os"
	beasttesting "testing"
)

func beastWrite(line map[string]any) {
	text, _ := beastjson.Marshal(line)
	file, err := beastos.OpenFile(OUTBOX, beastos.O_APPEND|beastos.O_CREATE|beastos.O_WRONLY, 0o644)
	if err != nil {
		panic(err)
	}
	defer file.Close()
	file.Write(append(text, '\\n'))
}

func beastShow(value any) string { return beastfmt.Sprintf("%#v", value) }

func beastTold(err error) any {
	if err == nil {
		return nil
	}
	return err.Error()
}

func beastRun(id int, call func() map[string]any) {
	beastWrite(map[string]any{"id": id})
	clear(beastHits)
	told := func() (line map[string]any) {
		defer func() {
			if found := recover(); found != nil {
				line = map[string]any{"panic": beastfmt.Sprint(found)}
			}
		}()
		return call()
	}()
	hits := []int{}
	for number := range beastHits {
		hits = append(hits, number)
	}
	told["id"], told["hits"] = id, hits
	beastWrite(told)
}

func TestBeastProbe(t *beasttesting.T) {
"""
_FORMS = {
    "": 'value := {}; return map[string]any{{"value": beastShow(value)}}',
    "error": 'value, err := {}; return map[string]any{{"value": beastShow(value), "beside": beastTold(err)}}',
    "bool": 'value, ok := {}; return map[string]any{{"value": beastShow(value), "beside": ok}}',
}
_ERROR = 'return map[string]any{{"value": "", "beside": beastTold({})}}'


def probe(tree: SyntaxTree, calls: Mapping[int, Call], outbox: str) -> tuple[str, dict[int, int]]:
    """The text of the probing test, and which call each of its lines (from 1) makes."""
    lines = _PROBE.replace("PACKAGE", package(tree)).replace("OUTBOX", json.dumps(outbox)).splitlines()
    places = {}
    for key, call in calls.items():
        type_, beside = result_types(call.target.result)
        form = _ERROR if type_ == "error" else _FORMS[beside]
        lines.append(f"\tbeastRun({key}, func() map[string]any {{ {form.format(expression(call))} }})")
        places[len(lines)] = key
    return "\n".join([*lines, '\tbeastWrite(map[string]any{"done": true})', "}", ""]), places


def expression(call: Call, arguments: tuple[str, ...] | None = None) -> str:
    """The call itself, with other arguments where they are given."""
    target = call.target
    listed = ", ".join(call.arguments if arguments is None else arguments)
    made = f"New{target.owner}({', '.join(call.construction)})." if target.owner else ""
    return f"{made}{target.name}({listed})"


def with_beacons(tree: SyntaxTree) -> str:
    """The tested file with a beacon in every block of its functions, and in every case."""
    points: list[int] = []
    for node in of_type(tree.tree.root_node, "block", "expression_case", "default_case", "type_case"):
        if node.type == "block":
            points.append(node.start_byte + 1)
        else:
            points += [one.end_byte for one in node.children if one.type == ":"][:1]
    return instrument(tree, points, (), lambda number: f"beastHit({number});")[0]


def read(lines: Iterable[Mapping[str, Any]], calls: Mapping[int, Call], name: str) -> dict[int, Outcome | None]:
    """What came of the calls; None for one that did not end, panicked, or gave what no expression says."""
    return outcomes(lines, calls, lambda line, call: _outcome(line, call, name))


def _outcome(line: Mapping[str, Any], call: Call, name: str) -> Outcome | None:
    regions = beacons_of(line)
    text, beside = line.get("value"), line.get("beside")
    if not isinstance(text, str):
        return None
    type_, second = result_types(call.target.result)
    if type_ == "error" or (second == "error" and beside is not None):
        is_failure = isinstance(beside, str)
        return Outcome(
            "",
            "error" if is_failure else "fine",
            "error" if is_failure else "no error",
            "error" if is_failure else "",
            regions,
        )
    told = expected(text, name, type_)
    if told is None:
        return None
    is_plain = not any(one in type_ for one in "[]{") and "{" not in told
    form = "equal" if is_plain else "deep"
    form = f"{form} {str(beside).lower()}" if second == "bool" else form
    return Outcome(told, form, f"{_kind(told)} {beside if second == 'bool' else ''}", "", regions)


def _kind(text: str) -> str:
    if text.lstrip("-")[:1].isdigit():
        return "negative" if text[0] == "-" else "zero" if not text.strip("0.") else "positive"
    if text[:1] == '"':
        return "text" if len(text) > 2 else "empty text"
    return "empty" if text.endswith("{}") else text.partition("{")[0]
