"""The Java test that calls methods and tells what they gave; and the class with beacons."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from beast_lsp.engine.syntax import SyntaxTree
from beast_lsp.engine.testing.languages.beacons import instrument
from beast_lsp.engine.testing.languages.java.targets import package
from beast_lsp.engine.testing.languages.model import Call, Outcome
from beast_lsp.engine.testing.languages.telling import outcomes
from beast_lsp.engine.testing.languages.trees import child, of_type

if TYPE_CHECKING:
    from tree_sitter import Node

BEACON = """\
class BeastBeacon {
    static final java.util.BitSet HITS = new java.util.BitSet();

    static void hit(int number) {
        HITS.set(number);
    }
}
"""
_CLASS = """\
public class BeastProbeTest {
    interface Call {
        Object call() throws Throwable;
    }

    static String text(String text) {
        StringBuilder made = new StringBuilder("\\"");
        for (char one : text.toCharArray()) {
            if (one < 32 || one > 126 || one == '"' || one == '\\\\') {
                made.append(String.format("\\\\u%04x", (int) one));
            } else {
                made.append(one);
            }
        }
        return made.append('"').toString();
    }

    static String told(String kind, String value) {
        return "{\\"t\\": \\"" + kind + "\\", \\"v\\": " + text(value) + "}";
    }

    static String listed(String kind, Iterable<?> values, int depth) {
        StringBuilder made = new StringBuilder("{\\"t\\": \\"" + kind + "\\", \\"v\\": [");
        String between = "";
        for (Object one : values) {
            made.append(between).append(show(one, depth + 1));
            between = ", ";
        }
        return made.append("]}").toString();
    }

    static String show(Object value, int depth) {
        if (value == null) return told("null", "");
        if (depth > 5) return told("unknown", "");
        if (value instanceof Enum) {
            Class<?> type = ((Enum<?>) value).getDeclaringClass();
            return told("enum", type.getCanonicalName() + "." + ((Enum<?>) value).name());
        }
        Class<?>[] plain = {Integer.class, Long.class, Short.class, Byte.class, Double.class, Float.class,
                Boolean.class, Character.class, String.class};
        for (Class<?> type : plain) {
            if (type.isInstance(value)) return told(type.getSimpleName(), value.toString());
        }
        if (value.getClass().isArray()) {
            java.util.List<Object> items = new java.util.ArrayList<>();
            for (int place = 0; place < java.lang.reflect.Array.getLength(value); place++) {
                items.add(java.lang.reflect.Array.get(value, place));
            }
            return listed("array " + value.getClass().getComponentType().getSimpleName(), items, depth);
        }
        if (value instanceof java.util.List) return listed("list", (java.util.List<?>) value, depth);
        if (value instanceof java.util.Set) return listed("set", (java.util.Set<?>) value, depth);
        if (value instanceof java.util.Map) {
            java.util.List<Object> items = new java.util.ArrayList<>();
            for (java.util.Map.Entry<?, ?> one : ((java.util.Map<?, ?>) value).entrySet()) {
                items.add(one.getKey());
                items.add(one.getValue());
            }
            return listed("map", items, depth);
        }
        if (value instanceof java.util.Optional) {
            java.util.Optional<?> found = (java.util.Optional<?>) value;
            java.util.List<Object> items = new java.util.ArrayList<>();
            if (found.isPresent()) items.add(found.get());
            return listed("optional", items, depth);
        }
        try {
            boolean isShown = value.getClass().getMethod("toString").getDeclaringClass() != Object.class;
            return isShown && depth == 0 ? told("text", value.toString()) : told("unknown", "");
        } catch (ReflectiveOperationException error) {
            return told("unknown", "");
        }
    }

    static void write(String line) throws Exception {
        try (java.io.Writer file = new java.io.FileWriter(OUTBOX, true)) {
            file.write(line + "\\n");
        }
    }

    static void run(int id, Call call) throws Exception {
        write("{\\"id\\": " + id + "}");
        BeastBeacon.HITS.clear();
        String told;
        try {
            told = "\\"value\\": " + show(call.call(), 0);
        } catch (Throwable error) {
            boolean isOpen = java.lang.reflect.Modifier.isPublic(error.getClass().getModifiers());
            String name = isOpen ? String.valueOf(error.getClass().getCanonicalName()) : "";
            told = "\\"error\\": " + text(name) + ", \\"message\\": " + text(String.valueOf(error.getMessage()));
        }
        write("{\\"id\\": " + id + ", " + told + ", \\"hits\\": " + text(BeastBeacon.HITS.toString()) + "}");
    }

    @MARK
    public void probe() throws Exception {
"""
_MARKS = {"junit5": "org.junit.jupiter.api.Test", "junit4": "org.junit.Test"}
_METHOD_CALLS = 300  # a method holds 64 KB of byte code; calls beyond this go into one of their own.


def probe(tree: SyntaxTree, framework: str, calls: Mapping[int, Call], outbox: str) -> tuple[str, dict[int, int]]:
    """The text of the probing test class, and which call each of its lines (from 1) makes."""
    name = package(tree)
    head = (f"package {name};\n" if name else "") + _CLASS.replace("MARK", _MARKS[framework])
    lines = head.replace("OUTBOX", json.dumps(outbox)).splitlines()
    places = {}
    for turn, (key, call) in enumerate(calls.items()):
        if turn and turn % _METHOD_CALLS == 0:
            lines += [f"        more{turn}();", "    }", "", f"    void more{turn}() throws Exception {{"]
        lines.append(f"        run({key}, () -> {expression(call)});")
        places[len(lines)] = key
    return "\n".join([*lines, '        write("{\\"done\\": true}");', "    }", "}", ""]), places


def expression(call: Call) -> str:
    """The call itself."""
    target = call.target
    made = target.owner if target.is_static else f"new {target.owner}({', '.join(call.construction)})"
    return f"{made}.{target.name}({', '.join(call.arguments)})"


def with_beacons(tree: SyntaxTree) -> str:
    """The tested file with a beacon in every block of its methods."""
    points: list[int] = []
    values: list[Node] = []
    for method in of_type(tree.tree.root_node, "method_declaration"):
        body = child(method, "body")
        for node in (
            of_type(
                body,
                "block",
                "if_statement",
                "for_statement",
                "while_statement",
                "enhanced_for_statement",
                "switch_block_statement_group",
            )
            if body is not None
            else []
        ):
            if node.type == "block":
                points.append(node.start_byte + 1)
            elif node.type == "switch_block_statement_group":
                points += [one.end_byte for one in node.children if one.type == ":"][-1:]
            else:
                held = [child(node, name) for name in ("consequence", "alternative", "body")]
                values += [one for one in held if one is not None and one.type != "block"]
    return instrument(
        tree, set(points), {one.id: one for one in values}.values(), lambda number: f"BeastBeacon.hit({number});"
    )[0]


def read(lines: Iterable[Mapping[str, Any]], calls: Mapping[int, Call], level: int) -> dict[int, Outcome | None]:
    """What came of the calls; None for one that did not end, or gave what no expression says."""
    return outcomes(lines, calls, lambda line, call: _outcome(line, call.target.result, level))


def _outcome(line: Mapping[str, Any], result: str, level: int) -> Outcome | None:
    hits = line.get("hits")
    numbers = hits.strip("{}").split(",") if isinstance(hits, str) else []
    regions = frozenset((int(one), int(one)) for one in map(str.strip, numbers) if one.isdecimal())
    if isinstance(error := line.get("error"), str):
        message = line.get("message")
        is_meant = (
            isinstance(message, str) and len(message) < 160 and all(one.isidentifier() for one in error.split("."))
        )
        return (
            Outcome(str(message), "error", f"error {error}", error.removeprefix("java.lang."), regions)
            if is_meant
            else None
        )
    value = line.get("value")
    text = expected(value, level)
    if text is None or len(text) > 400 or not isinstance(value, dict):
        return None
    form = _form(value, result)
    if form == "equal" and result in {"Integer", "Long", "Short", "Byte", "Character", "T", "Object"}:
        boxed = {"Integer", "Long", "Short", "Byte", "Character"}
        text = f"{value['t']}.valueOf({text})" if value["t"] in boxed else text
    return Outcome(text, form, _kind(value), "", regions)


def _form(value: Mapping[str, Any], result: str) -> str:
    match value["t"]:
        case "Boolean":
            return "truth" if result == "boolean" else "equal"
        case "Double" | "Float":
            return "close"
        case "null" | "text":
            return str(value["t"])
        case kind:
            return "array" if str(kind).startswith("array") else "equal"


def _kind(value: Mapping[str, Any]) -> str:
    kind, content = str(value["t"]), value.get("v")
    if kind in {"Integer", "Long", "Short", "Byte", "Double", "Float"}:
        text = str(content)
        return "negative" if text.startswith("-") else "zero" if not text.strip("0.") else "positive"
    if kind in {"Boolean", "enum"}:
        return str(content)
    return kind if content else f"empty {kind}"


_NUMBERS = {"Integer": "", "Long": "L", "Double": "", "Float": "f"}
_ODD = {"NaN": "NaN", "Infinity": "POSITIVE_INFINITY", "-Infinity": "NEGATIVE_INFINITY"}


def expected(value: object, level: int) -> str | None:
    """The Java that a shown value equals; None where there is none."""
    if not isinstance(value, dict):
        return None
    kind, content = str(value.get("t")), value.get("v")
    if isinstance(content, str):
        return _scalar(kind, content)
    if not isinstance(content, list):
        return None
    parts = [expected(one, level) for one in content]
    if None in parts:
        return None
    return _many(kind, [one for one in parts if one is not None], level)


def _scalar(kind: str, content: str) -> str | None:  # noqa: PLR0911 - a line for each kind of value.
    if kind in _NUMBERS:
        if content in _ODD:
            return f"{kind}.{_ODD[content]}"
        is_number = content.lstrip("-")[:1].isdigit() and set(content) <= set("-0123456789.E")
        return content + _NUMBERS[kind] if is_number else None
    match kind:
        case "Short" | "Byte" if content.lstrip("-").isdecimal():
            return f"({kind.lower()}) {content}"
        case "Boolean" if content in {"true", "false"}:
            return content
        case "Character" if len(content) == 1:
            return "'\"'" if content == '"' else "'\\''" if content == "'" else f"'{quoted(content)[1:-1]}'"
        case "String" | "text":
            return quoted(content)
        case "enum" if all(one.isidentifier() for one in content.split(".")):
            return content
        case "null":
            return "null"
        case _:
            return None


def _many(kind: str, parts: list[str], level: int) -> str | None:
    modern = level >= 9 and "null" not in parts
    listed = f"{'List.of' if modern else 'Arrays.asList'}({', '.join(parts)})"
    match kind.split():
        case ["list"]:
            return listed
        case ["set"]:
            return f"Set.of({', '.join(parts)})" if modern else f"new HashSet<>({listed})"
        case ["map"] if len(parts) <= 20 and modern:
            return f"Map.of({', '.join(parts)})"
        case ["optional"]:
            return f"Optional.of({parts[0]})" if parts else "Optional.empty()"
        case ["array", base] if base.isidentifier():
            return f"new {base}[] {{{', '.join(parts)}}}"
        case _:
            return None


def quoted(text: str) -> str:
    """A string literal of Java."""
    escaped = "".join(one if one.isprintable() else json.dumps(one)[1:-1] for one in text.replace("\\", "\\\\"))
    return '"' + escaped.replace('"', '\\"') + '"'
