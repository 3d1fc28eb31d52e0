"""An example of a call in a docstring: the most telling of the recorded ones, as a doctest in the docstring's style.

Whether it is true is not decided here: it has to be run.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from beast_lsp.engine.docs.facts.syntax import (
    decorator_names,
    definitions,
    docstring,
    docstring_node,
    qualified_name,
    whole,
)
from beast_lsp.engine.docs.styles.model import Style
from beast_lsp.engine.document import split_lines
from beast_lsp.engine.syntax import parse

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.guest.wire import Case

_PROMPT = ">>> "
_NOTHING = "0.,-()[]{}' "  # what empty results and zeros are written with.
_LONGEST = 76  # characters of a line of an example, as far as the indentation leaves room.
# What shows a call already, as doctests, sections and blocks of code do.
_THERE = re.compile(r"^[ \t]*(?:>>>|Examples?\b[^\w\n]*$|\.\. (?:code|doctest|test)[\w-]*::|```)", re.MULTILINE)
# Such text would mean something else within a docstring, or be told in another way.
_UNFIT = re.compile(r'\\|"""|[^ -~]| at 0x')


def has_example(text: str) -> bool:
    """Whether a docstring shows a call already."""
    return _THERE.search(text) is not None


def function_at(root: Node, line: int) -> Node | None:
    """The function whose header or docstring stands on a line (from 0), where an example may be added; None elsewhere.

    None for what is called within another function alone, for a coroutine, which no doctest awaits, for an overload,
    for a special method such as `__init__`, for one of several of the same name, and where an example is there already.
    """
    every = definitions(root)
    found = [node for node in every if node.type == "function_definition" and _is_head(node, line)]
    is_shown = bool(found) and _can_show(found[-1])
    is_one = is_shown and sum(qualified_name(one) == qualified_name(found[-1]) for one in every) == 1
    return found[-1] if is_one else None


def _is_head(node: Node, line: int) -> bool:
    body, string = node.child_by_field_name("body"), docstring_node(node)
    if body is None or node.has_error:
        return False
    end = string.end_point.row if string is not None else max(node.start_point.row, body.start_point.row - 1)
    return whole(node).start_point.row <= line <= end


def _can_show(node: Node) -> bool:
    name = qualified_name(node)
    outer, is_inner = node.parent, False
    while outer is not None:
        is_inner, outer = is_inner or outer.type == "function_definition", outer.parent
    marks = {one.rpartition(".")[2] for one in decorator_names(node)}
    is_special = name.rpartition(".")[2].startswith("__")
    is_async = any(one.type == "async" for one in node.children)
    is_callable = not (is_inner or is_async or is_special or marks & {"overload", "abstractmethod"})
    return is_callable and not has_example(docstring(node) or "")


def examples(cases: Sequence[Case], module: str) -> list[tuple[str, ...]]:
    """The recorded calls that can be shown, as the lines of a doctest each, the most telling first.

    Shown is what returns a literal, after one other statement at most, without anything that stands in for something
    else, and by names alone that `module` has itself.
    """
    found = [(_rank(case, shown), shown) for case in cases if (shown := _shown(case, module))]
    return list(dict.fromkeys(shown for _, shown in sorted(found)))


def _shown(case: Case, module: str) -> tuple[str, ...]:
    """The lines of a call; none where it can't be shown."""
    is_plain = not (case["raises"] or case["needs"] or case["fakes"] or case["given"] or case["suspicion"])
    if not is_plain or case["is_async"] or len(case["arrange"]) > 1 or not _is_own(case, module):
        return ()
    result = _result(case)
    lines = (*(f"{_PROMPT}{each}" for each in case["arrange"]), f"{_PROMPT}{case['act']}", result)
    return lines if result and not any(len(one) > _LONGEST or _UNFIT.search(one) for one in lines) else ()


def _is_own(case: Case, module: str) -> bool:
    return all(text == f"from {module} import {name}" for name, text in case["imports"].items())


def _result(case: Case) -> str:
    """The literal that a call returns, as it is printed; "" where it is none, or where more than that is checked."""
    if len(case["checks"]) != 1:
        return ""
    found = re.fullmatch(r"result (?:==|is) (.+)", case["checks"][0]["text"], re.DOTALL)
    try:
        value = ast.literal_eval(found[1]) if found else None
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return ""
    return "" if value is None else repr(value)


def _rank(case: Case, shown: Sequence[str]) -> tuple[bool, bool, int, int]:
    """How much a call tells, the least first: an empty result and the argument given back say little."""
    *_, act, result = shown
    is_empty = not result.strip(_NOTHING) or result in {"set()", "False", "b''"}
    is_given = result in act.partition("(")[2]
    return is_empty, is_given, -len({tuple(each) for each in case["arcs"]}), sum(map(len, shown))


def with_example(text: str, lines: Sequence[str], style: Style, indent: str, unit: str) -> str:
    """A docstring's text with an example at its end, lines below the first indented by `indent`.

    One that shows a call already stays as it is.
    """
    if has_example(text):
        return text
    block = "\n".join(f"{indent}{line}".rstrip() for line in _block(lines, style, unit))
    return f"{text.rstrip()}\n\n{block}\n{indent}"


def _block(lines: Sequence[str], style: Style, unit: str) -> Iterator[str]:
    if style == "numpy":
        yield from ("Examples", "--------")
    if style == "google":
        yield "Examples:"
    for line in lines:
        yield f"{unit if style == 'google' else ''}{line}"


def docstring_in(text: str, name: str) -> str | None:
    """The docstring of a function by its qualified name in a text of Python; None where there is none."""
    tree = parse("python", split_lines(text))
    nodes = definitions(tree.tree.root_node) if tree is not None else []
    return next((docstring(one) for one in nodes if qualified_name(one) == name), None)
