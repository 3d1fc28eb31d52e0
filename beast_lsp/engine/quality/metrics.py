"""What is measured of a function or a file. The same code serves the training and the live edit (invariant 4).

The counts come from the text without its strings and comments, so that one definition serves all languages; only where
a function begins and ends, and what it belongs to, is read from the tree. None of this adds much to the mere length
across projects (see models/fix-risk.md); that is why every count is set beside the other functions of the workspace.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from beast_lsp.engine.languages import Language, by_name
from beast_lsp.engine.languages.language import grammar, words
from beast_lsp.engine.scopes.signatures import parameter_names
from beast_lsp.engine.scopes.text import mask
from beast_lsp.engine.syntax import SyntaxTree, function_name
from beast_lsp.engine.tokens import indent_unit, indent_width

if TYPE_CHECKING:
    from tree_sitter import Node, Query

METRICS = (
    "lines", "code_lines", "tokens", "names", "parameters", "branches", "loops", "conditions", "returns", "raises",
    "handlers", "calls", "assignments", "attributes", "literals", "nesting", "indentation", "longest_line", "comments",
    "tokens_a_line", "branches_a_line", "uses_a_name",
)  # fmt: skip
"""The metrics' names, in the order of `Measured.values`; for a file, `parameters` counts its functions."""
_WORDS = {
    "branches": frozenset({"if", "elif", "case", "when"}),
    "loops": frozenset({"for", "while", "loop"}),
    "conditions": frozenset({"and", "or", "not"}),
    "returns": frozenset({"return", "yield"}),
    "raises": frozenset({"raise", "throw", "panic", "assert"}),
    "handlers": frozenset({"except", "catch", "finally", "with", "defer"}),
}
_WORD = re.compile(r"[^\W\d]\w*")
_TOKEN = re.compile(r"\w+|[^\w\s]")
_ARM = re.compile(r"=>|\?(?![.?:])")  # An arm of a match and a conditional expression; an arrow function counts too.
_LOGIC = re.compile(r"&&|\|\||!(?!=)")
_CALL = re.compile(r"\w\(")
_ASSIGNED = re.compile(r"(?<![=!<>])=(?![=>])")
_ATTRIBUTE = re.compile(r"\.[^\W\d]")
_NUMBER = re.compile(r"\b\d")
_LARGEST = frozenset({"nesting", "longest_line"})
_RATIOS = frozenset({"indentation", "tokens_a_line", "branches_a_line", "uses_a_name"})
_COMMENT = ("#", "//", "/*", "*")
_CLASSES = words(
    "class_definition class_declaration abstract_class_declaration class interface_declaration enum_declaration "
    "record_declaration impl_item trait_item class_specifier struct_specifier"
)


@dataclass(frozen=True, slots=True)
class Measured:
    """A function: its qualified name (`Class.method`), its first and last line from 0, and its metrics.

    A second function of the same qualified name in a file is called `name#2`.
    """

    name: str
    line: int
    end_line: int
    values: tuple[float, ...]


def measure(tree: SyntaxTree) -> list[Measured]:
    """Every named function and method that has a body, in the order of the text; the inner ones too."""
    family, unit = by_name(tree.language).family, indent_unit(tree.lines[:2_000])
    found: list[Measured] = []
    seen: dict[str, int] = {}
    for name, node in _named(tree):
        seen[name] = seen.get(name, 0) + 1
        first, last = node.start_point[0], min(node.end_point[0], len(tree.lines) - 1)
        values = text_metrics(family, "".join(tree.lines[first : last + 1]), unit, _parameters(tree, family, node))
        found.append(Measured(name if seen[name] == 1 else f"{name}#{seen[name]}", first, last, values))
    return found


def measure_file(tree: SyntaxTree, functions: Sequence[Measured]) -> Measured:
    """The same for the file as a whole: sums over its functions, means of the ratios, and the largest of the widths."""
    columns = list(zip(*(function.values for function in functions), strict=True)) or [(0.0,)] * len(METRICS)
    values = [_whole(metric, column) for metric, column in zip(METRICS, columns, strict=True)]
    values[METRICS.index("lines")] = float(len(tree.lines) - (tree.lines[-1] == ""))
    values[METRICS.index("parameters")] = float(len(functions))
    return Measured("", 0, max(0, len(tree.lines) - 1), tuple(values))


def _whole(metric: str, column: Sequence[float]) -> float:
    if metric in _LARGEST:
        return max(column)
    return sum(column) / len(column) if metric in _RATIOS else sum(column)


# One entry is a function's text and some numbers: a few MB in all, and an edit measures one function anew.
@lru_cache(maxsize=4_096)
def text_metrics(family: str, text: str, unit: str, parameters: int) -> tuple[float, ...]:
    """The metrics of a piece of code, in the order of `METRICS`; `unit` is one step of its indentation."""
    lines = text.splitlines()
    code = mask(family, text)
    spelt = _WORD.findall(code)
    counts = {metric: float(sum(map(known.__contains__, spelt))) for metric, known in _WORDS.items()}
    counts["branches"] += len(_ARM.findall(code))
    counts["conditions"] += len(_LOGIC.findall(code))
    depths = [indent_width(line, unit) / len(unit) for line in code.splitlines() if line.strip()]
    first = depths[0] if depths else 0.0
    comments = sum(line.lstrip().startswith(_COMMENT) for line in lines)
    code_lines, tokens, names = max(1, len(depths) - comments), len(_TOKEN.findall(code)), len(set(spelt))
    counts |= {
        "lines": float(len(lines)),
        "code_lines": float(code_lines),
        "tokens": float(tokens),
        "names": float(names),
        "parameters": float(parameters),
        "calls": float(len(_CALL.findall(code))),
        "assignments": float(len(_ASSIGNED.findall(code))),
        "attributes": float(len(_ATTRIBUTE.findall(code))),
        "literals": float(max(0, code.count('""') - comments) + len(_NUMBER.findall(code))),
        "nesting": max(depths, default=0.0) - first,
        "indentation": sum(depths) / max(1, len(depths)) - first,
        "longest_line": float(max(map(len, lines), default=0)),
        "comments": float(comments),
        "tokens_a_line": tokens / code_lines,
        "branches_a_line": counts["branches"] / code_lines,
        "uses_a_name": len(spelt) / max(1, names),
    }
    return tuple(counts[metric] for metric in METRICS)


def _named(tree: SyntaxTree) -> Iterator[tuple[str, Node]]:
    """The functions with their qualified names."""
    functions = by_name(tree.language).functions
    outer: list[tuple[int, str]] = []
    for node in _nodes(tree):
        while outer and outer[-1][0] <= node.start_byte:
            outer.pop()
        name = _name(tree, node)
        if not name:
            continue
        outer.append((node.end_byte, name))
        if node.type in functions and node.child_by_field_name("body") is not None:
            yield ".".join(name for _, name in outer), node


def _nodes(tree: SyntaxTree) -> Sequence[Node]:
    """Functions and classes, outer ones first."""
    from tree_sitter import QueryCursor  # noqa: PLC0415 - loads with the first parse, not at start.

    found = QueryCursor(_query(by_name(tree.language))).captures(tree.tree.root_node).get("node", [])
    return sorted(found, key=lambda node: (node.start_byte, -node.end_byte))


@cache
def _query(language: Language) -> Query:
    from tree_sitter import Query  # noqa: PLC0415 - as above.

    known = grammar(language)
    kinds = sorted(kind for kind in {*_CLASSES, *language.functions} if known.id_for_node_kind(kind, True) is not None)
    return Query(known, f"[{' '.join(f'({kind})' for kind in kinds)}] @node")


def _name(tree: SyntaxTree, node: Node) -> str:
    """The name of a function or class; a Go method's comes with its receiver's type."""
    if node.type == "impl_item":
        target = node.child_by_field_name("type")
        spelt = _WORD.findall(tree.text(target)) if target is not None else []
        return spelt[0] if spelt else ""
    name = function_name(tree, node)
    receiver = node.child_by_field_name("receiver")
    if receiver is not None:
        spelt = _WORD.findall(tree.text(receiver).partition("[")[0])
        return f"{spelt[-1]}.{name}" if spelt else name
    return name if len(name) <= 200 and "\n" not in name else ""


def _parameters(tree: SyntaxTree, family: str, node: Node) -> int:
    holder = node.child_by_field_name("declarator") or node
    listed = holder.child_by_field_name("parameters") or holder.child_by_field_name("parameter")
    text = tree.text(listed) if listed is not None else ""
    return len(parameter_names(family, text[1:-1] if text.startswith("(") else text))
