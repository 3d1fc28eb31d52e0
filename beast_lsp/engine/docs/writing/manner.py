"""How the docstrings around are written: what a file's own show, and what its neighbours do where it shows little."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from beast_lsp.engine.docs.facts.syntax import definitions, docstring_node
from beast_lsp.engine.docs.stale.documented import content
from beast_lsp.engine.docs.styles.model import Docstring, Style
from beast_lsp.engine.docs.styles.reading import read
from beast_lsp.engine.docs.writing.layout import Manner
from beast_lsp.engine.docs.writing.names import VERBS, third_person
from beast_lsp.engine.tokens import indent_unit

if TYPE_CHECKING:
    from beast_lsp.engine.syntax import SyntaxTree

_MARKS: Mapping[Style, tuple[bytes, ...]] = {
    "google": (b" Args:", b" Returns:", b" Raises:"),
    "numpy": (b"  -------",),
    "rest": (b":param ", b":return", b":raises "),
}
_ENOUGH = 4  # docstrings that say how a file is written.
_NAMED: Mapping[str, Style] = {"google": "google", "numpy": "numpy", "rest": "rest", "plain": "plain", "sphinx": "rest"}
_PLAIN_SHARE = 0.05  # of docstrings in sections; in a folder with fewer, nobody writes any.
_MANY = 20
_THIRD = {third_person(verb) for verb in VERBS}


def docstrings(trees: Iterable[SyntaxTree]) -> Iterator[Docstring]:
    """The docstrings of functions in some files."""
    for tree in trees:
        for node in definitions(tree.tree.root_node):
            string = docstring_node(node) if node.type == "function_definition" else None
            if string is not None:
                yield read(content(string))


def manner_of(own: SyntaxTree, others: Iterable[SyntaxTree], configured: str = "", width: int = 88) -> Manner:
    """The manner of a file; `configured` is the style that the project names, "" where it names none."""
    found = list(docstrings([own]))
    styles: Counter[Style] = Counter(one.style for one in found if one.style != "plain")
    if sum(styles.values()) < _ENOUGH or len(found) < _ENOUGH:
        found += docstrings(others)
        styles = Counter(one.style for one in found if one.style != "plain")
    style = _NAMED.get(configured.lower()) or _style(styles, len(found))
    long = [one for one in found if "\n" in one.text]
    return Manner(
        style,
        # NumPy's guide and PEP 257 want the imperative.
        style in {"numpy", "rest"} or _is_imperative(found),
        width,
        _unit(own),
        style != "google" and sum(one.text.lstrip(" \\").startswith("\n") for one in long) * 2 > len(long),
        _has_types(found, style),
    )


def glanced_manner(tree: SyntaxTree) -> Manner:
    """The manner of a file by the marks in its text alone, which takes no time worth speaking of."""
    sums: dict[Style, int] = {style: sum(map(tree.source.count, marks)) for style, marks in _MARKS.items()}
    counts = Counter({style: number for style, number in sums.items() if number})
    return Manner(_style(counts, tree.source.count(b'"""') // 2), unit=_unit(tree))


def _unit(tree: SyntaxTree) -> str:
    """One step of indentation: that of the first body, for what stands in long strings may be indented otherwise."""
    for node in tree.tree.root_node.named_children:
        body = node.child_by_field_name("body")
        if body is not None and node.start_point.column == 0 and body.start_point.row > node.start_point.row:
            lead = tree.lines[body.start_point.row]
            found = lead[: len(lead) - len(lead.lstrip(" \t"))]
            return found or indent_unit(tree.lines)
    return indent_unit(tree.lines)


def _style(styles: Counter[Style], count: int) -> Style:
    if not styles:
        return "plain" if count >= _MANY else "google"
    total = sum(styles.values())
    return "plain" if count >= _MANY and total < _PLAIN_SHARE * count else styles.most_common(1)[0][0]


def _is_imperative(found: Iterable[Docstring]) -> bool:
    """Whether more first lines say "Return" than "Returns"."""
    firsts = [re.split(r"\W", one.summary, maxsplit=1)[0].lower() for one in found]
    return sum(one in VERBS for one in firsts) >= sum(one in _THIRD for one in firsts)


def _has_types(found: Iterable[Docstring], style: Style) -> bool:
    """Whether most described parameters have a type; NumPy's style always has them."""
    entries = [one for each in found if each.style == style for one in each.of("parameter")]
    typed = {name for each in found for one in each.of("type") for name in one.names}
    count = sum(bool(one.type) or not typed.isdisjoint(one.names) for one in entries)
    return style == "numpy" or count * 2 > len(entries)
