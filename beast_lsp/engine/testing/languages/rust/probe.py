"""The Rust file with beacons and a test that calls its functions and tells what they gave."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from beast_lsp.engine.syntax import SyntaxTree
from beast_lsp.engine.testing.languages.beacons import instrument
from beast_lsp.engine.testing.languages.model import Call, Outcome
from beast_lsp.engine.testing.languages.rust.results import Results
from beast_lsp.engine.testing.languages.telling import beacons_of, outcomes
from beast_lsp.engine.testing.languages.trees import of_type

if TYPE_CHECKING:
    from tree_sitter import Node

_BEACON = """\
#[allow(warnings)]
static BEAST_HITS: std::sync::Mutex<[bool; COUNT]> = std::sync::Mutex::new([false; COUNT]);
#[allow(warnings)]
fn beast_hit(number: usize) {
    if let Ok(mut hits) = BEAST_HITS.lock() {
        hits[number] = true;
    }
}
"""
_PROBE = """\
#[cfg(test)]
#[allow(warnings)]
mod beast_probe {
    use super::*;
    fn beast_text(text: &str) -> String {
        let mut made = String::from("\\"");
        for one in text.chars() {
            if (one as u32) < 32 || one == '"' || one == '\\\\' {
                made.push_str(&format!("\\\\u{:04x}", one as u32));
            } else {
                made.push(one);
            }
        }
        made.push('"');
        made
    }
    fn beast_write(line: String) {
        use std::io::Write;
        let mut file = std::fs::OpenOptions::new().create(true).append(true).open(OUTBOX).unwrap();
        file.write_all(line.as_bytes()).unwrap();
    }
    fn beast_run(id: usize, call: impl FnOnce() -> String) {
        beast_write(format!("{{\\"id\\": {}}}\\n", id));
        if let Ok(mut hits) = BEAST_HITS.lock() {
            for one in hits.iter_mut() {
                *one = false;
            }
        }
        let (key, told) = match std::panic::catch_unwind(std::panic::AssertUnwindSafe(call)) {
            Ok(text) => ("value", text),
            Err(error) => (
                "error",
                match error.downcast_ref::<String>() {
                    Some(text) => text.clone(),
                    None => error.downcast_ref::<&str>().map(|text| text.to_string()).unwrap_or_default(),
                },
            ),
        };
        let mut hits = Vec::new();
        if let Ok(found) = BEAST_HITS.lock() {
            for (number, one) in found.iter().enumerate() {
                if *one {
                    hits.push(number);
                }
            }
        }
        beast_write(format!("{{\\"id\\": {}, \\"{}\\": {}, \\"hits\\": {:?}}}\\n", id, key, beast_text(&told), hits));
    }
    #[test]
    fn beast_probe() {
"""
_END = '        beast_write("{\\"done\\": true}\\n".to_string());\n    }\n}\n'


def probe(tree: SyntaxTree, calls: Mapping[int, Call], outbox: str, with_beacons: bool) -> tuple[str, dict[int, int]]:
    """The text of the file with its probe, and which call each of its lines (from 1) makes."""
    source, count = _instrumented(tree) if with_beacons else ("".join(tree.lines), 0)
    prelude = _BEACON.replace("COUNT", str(max(count, 1))) + _PROBE.replace(
        "OUTBOX", json.dumps(outbox, ensure_ascii=False)
    )
    lines = (source.rstrip("\n") + "\n" + prelude).splitlines()
    places = {}
    for key, call in calls.items():
        lines.append(f'        beast_run({key}, || {{ {bound(call)} format!("{{:?}}", {expression(call)}) }});')
        places[len(lines)] = key
    return "\n".join(lines) + "\n" + _END, places


def expression(call: Call) -> str:
    """The call itself."""
    target = call.target
    arguments = ", ".join(call.arguments)
    if not target.owner:
        return f"{target.name}({arguments})"
    return f"{target.owner}::{target.name}({arguments})" if target.is_static else f"subject.{target.name}({arguments})"


def bound(call: Call, name: str = "mut subject") -> str:
    """The statement that makes what a method is called on; "" for a function."""
    if not call.target.owner or call.target.is_static:
        return ""
    return f"let {name} = {call.target.owner}::new({', '.join(call.construction)});"


def _instrumented(tree: SyntaxTree) -> tuple[str, int]:
    blocks: list[int] = []
    values: list[Node] = []
    for node in of_type(tree.tree.root_node, "block", "match_arm"):
        if not _is_instrumented(node):
            continue
        if node.type == "block":
            blocks.append(node.start_byte + 1)
        elif (value := node.child_by_field_name("value")) is not None and value.type != "block":
            values.append(value)
    return instrument(tree, blocks, values, lambda number: f"beast_hit({number});")


def _is_instrumented(node: Node) -> bool:
    """Whether a block runs in a plain function of the file's own module."""
    if any(one.type == "inner_attribute_item" for one in node.children):
        return False
    is_inside = False
    outer = node.parent
    while outer is not None:
        if outer.type in {"mod_item", "const_item", "static_item", "const_block", "array_type", "macro_definition"}:
            return False
        if outer.type == "function_item":
            is_inside = True
            modifiers = b" ".join(one.text or b"" for one in outer.children if one.type == "function_modifiers")
            if b"const" in modifiers:
                return False
        outer = outer.parent
    return is_inside


def read(lines: Iterable[Mapping[str, Any]], calls: Mapping[int, Call], results: Results) -> dict[int, Outcome | None]:
    """What came of the calls; None for one that did not end, or gave what no expression says."""
    return outcomes(lines, calls, lambda line, call: _outcome(line, call, results))


def _outcome(line: Mapping[str, Any], call: Call, results: Results) -> Outcome | None:
    regions = beacons_of(line)
    if isinstance(message := line.get("error"), str):
        # Overflow panics in a debug build only.
        is_meant = 0 < len(message) < 120 and "\n" not in message and not message.startswith("attempt to ")
        return Outcome(message, "error", "panic", "panic", regions) if is_meant else None
    text = line.get("value")
    if not isinstance(text, str) or len(text) > 400:
        return None
    return _value(call.target.result, text, regions, results)


def _value(type_: str, text: str, regions: frozenset[tuple[int, int]], results: Results) -> Outcome | None:
    if type_.startswith("Result<") and text.startswith("Err("):
        expected = results.expected(type_, text)
        return Outcome(expected or "", "equal" if expected else "err", "Err", "", regions)
    expected = results.expected(type_, text)
    if expected is None:
        return None
    form = "equal"
    if expected.endswith("::NAN"):
        form = "nan"
    elif expected == "vec![]":
        form = "empty"
    elif type_ in {"f32", "f64"}:
        form = "close" if len(expected.partition(".")[2]) > 6 else "equal"
    elif expected.endswith(".to_string()") and type_ == "String":
        expected = expected.removesuffix(".to_string()")
    return Outcome(expected, form, _kind(expected, text), "", regions)


def _kind(expected: str, text: str) -> str:
    if text[:1] == '"':
        return "text" if len(text) > 2 else "empty text"
    if text.lstrip("-")[:1].isdigit():
        return "negative" if text[0] == "-" else "zero" if not text.strip("0.") else "positive"
    if text[:1] == "[":
        return "list" if len(text) > 2 else "empty list"
    return expected.partition("(")[0].partition(" ")[0]
