"""Extract variable: an expression gets a name just before its statement; once, or wherever the block repeats it.

An expression may move to the front of its statement where it is evaluated exactly once, and where it makes no
difference that it comes before what was evaluated before it. It may stand for its repetitions where nothing in
between can change what it gives, and where nobody can tell one result from two.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from beast_lsp.engine.refactors.proof.effects import (
    Effect,
    changed_symbols,
    commute,
    depends_on_calls,
    effect,
    names_in,
    runs_unknown_code,
)
from beast_lsp.engine.refactors.proof.order import Place, Timing, is_in_class, place_of, statement_of
from beast_lsp.engine.refactors.proof.sharing import is_shareable
from beast_lsp.engine.refactors.proposal import Copy, Edit, Proposal, Span
from beast_lsp.engine.refactors.refactoring import Refactoring, Site
from beast_lsp.engine.refactors.text.naming import chosen_name, name_for, short
from beast_lsp.engine.refactors.text.suites import line_start
from beast_lsp.errors import RefactoringRefused

if TYPE_CHECKING:
    from tree_sitter import Node

_OPTIONS = {"name": "what the variable is called"}
_NEEDS_BRACKETS = frozenset({"named_expression", "yield"})
_OPEN = frozenset({"tuple", "list", "set", "dictionary", "parenthesized_expression", "generator_expression", "string"})
_NO_PLACES = frozenset(
    {
        "type", "case_pattern", "import_statement", "import_from_statement", "global_statement", "nonlocal_statement",
        "type_parameter", "class_pattern", "dotted_name", "as_pattern_target", "delete_statement",
    }
)  # fmt: skip
_TARGETS = {"assignment": "left", "augmented_assignment": "left", "for_statement": "left", "for_in_clause": "left"}
_CLOSED = frozenset({"function_definition", "lambda", "class_definition"})


def extract_one(site: Site) -> Proposal | None:
    """Names the selected expression."""
    node = extractable(site)
    if node is None or node.type == "identifier":
        return None
    place = place_of(node)
    if place is None:
        return None
    _check_front(site, node, place)
    return _proposal(site, node, place, [node], "Extract variable")


def extract_all(site: Site) -> Proposal | None:
    """Names the selected expression, and uses the name for its repetitions in the same block."""
    node = extractable(site)
    if node is None or node.type == "identifier" or statement_of(node) is None:
        return None
    found = list(_repetitions(site, node))
    if len(found) < 2:
        return None
    place = place_of(found[0])
    if place is None:
        return None
    _check_front(site, found[0], place)
    _check_sharing(site, found)
    return _proposal(site, found[0], place, found, f"Extract variable, for all {len(found)} occurrences")


EXTRACT_VARIABLE = Refactoring("extract-variable", "refactor.extract.variable", extract_one, options=_OPTIONS)
EXTRACT_VARIABLE_ALL = Refactoring("extract-variable-all", "refactor.extract.variable", extract_all, options=_OPTIONS)


def extractable(site: Site) -> Node | None:
    """The selected expression, where it is one that a name can stand for."""
    node = site.expression()
    if node is None or node.parent is None:
        return None
    inner: Node = node
    outer: Node | None = node.parent
    is_value = False  # in `a[i] = 1`, `i` is a value and `a[i]` is none.
    while outer is not None and not outer.type.endswith("_definition") and outer.type not in {"block", "module"}:
        target = _TARGETS.get(outer.type)
        if outer.type in _NO_PLACES or (target and not is_value and outer.child_by_field_name(target) == inner):
            return None
        is_value = is_value or outer.type in {"subscript", "attribute", "call"}
        inner, outer = outer, outer.parent
    return None if _is_part(node) else node


def _is_part(node: Node) -> bool:
    """Whether a node reads like an expression and is none: a docstring, one of several strings, a sole generator."""
    outer = node.parent
    if outer is None or outer.type == "concatenated_string" or node.type == "keyword_argument":
        return True
    if outer.type == "expression_statement" and node.type in {"string", "assignment", "augmented_assignment"}:
        return True
    named = outer.child_by_field_name("name") or outer.child_by_field_name("attribute")
    return named == node or (outer.type == "call" and outer.child_by_field_name("arguments") == node)


def _check_front(site: Site, node: Node, place: Place) -> None:
    """Raises RefactoringRefused where the expression can't be evaluated at the front of its statement."""
    if place.timing is not Timing.ONCE and not _is_literal(node):
        reason = {
            Timing.CONDITIONAL: "It is evaluated only under a condition, and would be always.",
            Timing.REPEATED: "It is evaluated again and again, and would be only once.",
            Timing.DEFERRED: "It is evaluated later than its statement.",
        }
        raise RefactoringRefused(
            reason.get(place.timing, "When it is evaluated is not certain."), hint="Extract a function instead."
        )
    for earlier in place.before:
        if not commute(site, earlier, node):
            raise RefactoringRefused(
                f"`{short(site.text(earlier))}` is evaluated before it, and the order may matter.",
                hint="Extract that first.",
            )
    if is_in_class(place.statement):
        raise RefactoringRefused(
            "A variable in the body of a class becomes an attribute.", hint="Extract a constant instead."
        )


def _is_literal(node: Node) -> bool:
    kinds = {"string", "string_start", "string_content", "string_end", "escape_sequence", "integer", "float", "true"}
    stack = [node]
    while stack:
        one = stack.pop()
        if one.type not in kinds | {"false", "none", "tuple", "parenthesized_expression", "unary_operator"}:
            return False
        stack += one.named_children
    return True


def _repetitions(site: Site, node: Node) -> Iterator[Node]:
    """The expressions that read as `node` does and mean the same, from the first on in the block that holds it.

    What functions within the block repeat is left alone: they run at other times.
    """
    statement = statement_of(node)
    block = statement.parent if statement is not None else None
    if block is None:
        return
    text, names, length = site.text(node), _meanings(site, node), node.end_byte - node.start_byte
    stack = list(reversed(block.named_children))
    while stack:
        one = stack.pop()
        if one.type == node.type and one.end_byte - one.start_byte == length and site.text(one) == text:
            if _meanings(site, one) == names and (one == node or not _is_target(one)):
                yield one
            continue
        if one.type not in _CLOSED:
            stack += reversed(one.named_children)


def _is_target(node: Node) -> bool:
    outer = node.parent
    return outer is not None and outer.type in _TARGETS and outer.child_by_field_name(_TARGETS[outer.type]) == node


def _meanings(site: Site, node: Node) -> list[object]:
    return [one.symbol for one in names_in(site, node)]


def _check_sharing(site: Site, found: list[Node]) -> None:
    """Raises RefactoringRefused where one evaluation can't stand for all."""
    node, level = found[0], effect(site, found[0])
    if level is Effect.ANY:
        raise RefactoringRefused(f"`{short(site.text(node))}` would run once instead of {len(found)} times.")
    if level is Effect.NEW or (level is Effect.READ and not is_shareable(site, node)):
        raise RefactoringRefused("Each evaluation may make an object of its own, and all would share one.")
    region = list(_between(found))
    if {one.symbol for one in names_in(site, node)} & changed_symbols(site, region):
        raise RefactoringRefused("A name in it is bound anew in between.")
    if depends_on_calls(site, node) and any(runs_unknown_code(site, one) for one in region):
        raise RefactoringRefused("What runs in between may change what it gives.", hint="Extract one occurrence.")


def _between(found: list[Node]) -> Iterator[Node]:
    """The statements that hold the first expression, the last one, and all between, of the first one's block."""
    first = statement_of(found[0])
    while first is not None and first.start_byte <= found[-1].start_byte:
        yield first
        first = first.next_named_sibling


def _proposal(site: Site, node: Node, place: Place, found: list[Node], title: str) -> Proposal:
    name = chosen_name(site, name_for(site, node))
    inserted = Span(site.path, place.statement.start_byte, place.statement.start_byte)
    pieces = (f"{name} = ", *bracketed(site, node), _separator(site, place.statement))
    uses = [Edit(_with_brackets(site, one), (name,)) for one in found]
    return Proposal(title, (Edit(inserted, pieces), *uses))


def bracketed(site: Site, node: Node) -> tuple[str | Copy, ...]:
    """The expression as the right side of an assignment, in brackets where it needs them."""
    copy, text = Copy(site.span(node)), site.text(node)
    if node.type in _NEEDS_BRACKETS or ("\n" in text and node.type not in _OPEN and not text.endswith(("]", ")", "}"))):
        return "(", copy, ")"
    if "\n" in text and node.type in {"binary_operator", "boolean_operator", "comparison_operator", "attribute"}:
        return "(", copy, ")"
    return (copy,)


def _separator(site: Site, statement: Node) -> str:
    """What stands between the new assignment and the statement: a line break, or a semicolon where lines are shared."""
    source, start = site.module.tree.source, statement.start_byte
    blanks = source[line_start(site, start) : start]
    if not blanks.strip():
        return "\n" + blanks.decode()
    if statement.type.endswith("_definition") or statement.child_by_field_name("body") is not None:
        raise RefactoringRefused("Its statement shares its line with another one.", hint="Break the line first.")
    return "; "


def _with_brackets(site: Site, node: Node) -> Span:
    """The span of an expression with the brackets around it, which a name does not need."""
    outer = node.parent
    while outer is not None and outer.type == "parenthesized_expression":
        before = site.module.tree.source[outer.start_byte - 1 : outer.start_byte]
        if before.isalnum() or before == b"_":
            break
        node, outer = outer, outer.parent
    return site.span(node)
