"""The parts of an f-string, and what may stand in its braces under every version of Python.

Before 3.12 (PEP 701) an expression in an f-string may hold neither a backslash, nor a comment, nor the quotes around
the f-string, nor a line break but in triple quotes: such f-strings are never written.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from beast_lsp.engine.refactors.proof.effects import Effect, changed_symbols, commute, effect, names_in
from beast_lsp.engine.refactors.proof.flow import bound_before
from beast_lsp.engine.refactors.proof.values import Kind, is_builtin, kind, prefix
from beast_lsp.engine.refactors.proposal import Copy, Edit, Piece, Span
from beast_lsp.engine.refactors.text.suites import descendants
from beast_lsp.engine.scopes.resolution.link import BUILTINS
from beast_lsp.engine.scopes.resolution.table import Role
from beast_lsp.errors import RefactoringRefused

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.refactors.refactoring import Site

_LOOSE = frozenset({"lambda", "named_expression", "yield", "expression_list", "pattern_list"})
_OPEN = frozenset({"dictionary", "set", "dictionary_comprehension", "set_comprehension"})  # `{{` would be a brace.
_PRIMARY = frozenset({"identifier", "call", "attribute", "subscript", "parenthesized_expression", "list", "tuple"})
_TRANSLATED = re.compile(r"(.*\.)?(_|_[nlN]|N_|[a-z]*gettext(_lazy|_noop)?|lazy_gettext|tr|translate|trans)")
_FORMATTERS = frozenset({"__str__", "__repr__", "__format__"})
TOKEN = re.compile(r"\\N\{[^}]*\}|\\(?:\r\n|.)", re.S)
"""An escape sequence in the source of a string that is not raw."""


@dataclass(frozen=True)
class Literal:
    """One string literal without interpolations: its node, the letters before it, its quotes, and what they hold."""

    node: Node
    prefix: str
    quote: str
    body: str

    @property
    def is_raw(self) -> bool:
        """Whether backslashes are just backslashes."""
        return "r" in self.prefix

    def value(self) -> str:
        """The text that it stands for. Raises RefactoringRefused for a literal that Python does not take."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return str(ast.literal_eval(f"{self.prefix}{self.quote}{self.body}{self.quote}"))
        except (SyntaxError, ValueError) as error:
            raise RefactoringRefused("The text has an escape sequence that Python does not know.") from error


@dataclass(frozen=True)
class Field:
    """What stands in braces: an expression, what is taken of it (`.name`, `[0]`), `!r` and the like, and the format."""

    value: Node
    access: str = ""
    conversion: str = ""
    spec: tuple[str | Field, ...] = ()


Part = str | Field


def literals(site: Site, node: Node) -> list[Literal] | None:
    """The plain string literals that an expression is made of by writing them in a row; None for anything else."""
    while node.type == "parenthesized_expression" and len(node.named_children) == 1:
        node = node.named_children[0]
    nodes = node.named_children if node.type == "concatenated_string" else [node]
    found = [literal(site, each) for each in nodes if each.type != "comment"]
    return [each for each in found if each is not None] if None not in found else None


def literal(site: Site, node: Node) -> Literal | None:
    """A string literal, neither of bytes nor with interpolations."""
    if node.type != "string" or node.has_error:
        return None
    letters, start, end = prefix(site, node), node.children[0], node.children[-1]
    if set(letters) - set("ru"):
        return None
    body = site.module.tree.source[start.end_byte : end.start_byte].decode()
    return Literal(node, site.text(start).rstrip("\"'"), site.text(end), body)


def doubled(text: str, *, is_raw: bool) -> str:
    """The source of a literal's text as an f-string writes it: braces twice, but for those of `\\N{…}`."""
    pattern = re.compile("[{}]") if is_raw else re.compile(f"(?:{TOKEN.pattern})|[{{}}]", re.S)
    return pattern.sub(lambda found: found[0] * 2 if found[0] in "{}" else found[0], text)


def f_string(site: Site, one: Literal, parts: Sequence[Part]) -> list[Piece]:
    """A literal as an f-string of parts, whose texts are written as the source has them; unchanged without fields."""
    if all(isinstance(part, str) for part in parts):
        plain = "".join(str(part) for part in parts)
        return [f"{one.prefix}{one.quote}{plain}{one.quote}"]
    letters = one.prefix.replace("u", "").replace("U", "") + "f"
    pieces: list[Piece] = [f"{letters}{one.quote}"]
    for part in parts:
        if isinstance(part, str):
            pieces.append(doubled(part, is_raw=one.is_raw))
        else:
            pieces += written(site, part, one.quote)
    return [*pieces, one.quote]


def written(site: Site, field: Field, quote: str) -> list[Piece]:
    """A field in its braces. Raises RefactoringRefused for what no f-string before Python 3.12 may hold."""
    value = field.value
    needs_parentheses = value.type in _LOOSE or (field.access and value.type not in _PRIMARY)
    needs_parentheses = needs_parentheses or any(node.type == "lambda" for node in descendants(value))
    start, end = ("(", ")") if needs_parentheses else (" " if value.type in _OPEN else "", "")
    pieces: list[Piece] = ["{", start, _embedded(site, value, quote), end, field.access]
    pieces.append(f"!{field.conversion}" if field.conversion else "")
    if field.spec:
        pieces.append(":")
        for part in field.spec:
            pieces += [part] if isinstance(part, str) else written(site, part, quote)
    return [*pieces, "}"]


def _embedded(site: Site, value: Node, quote: str) -> Copy:
    text = site.text(value)
    nodes = list(descendants(value))
    if "\\" in text or any(node.type == "comment" for node in nodes) or ("\n" in text and len(quote) == 1):
        raise RefactoringRefused(
            f"`{text.splitlines()[0]}` has a backslash, a comment or a line break: only Python 3.12 allows it there.",
            hint="Put it into a variable first.",
        )
    if quote[0] not in text:
        return Copy(site.span(value))
    return Copy(
        site.span(value),
        tuple(edit for node in nodes if node.type == "string" for edit in _requoted(site, node, quote)),
    )


def _requoted(site: Site, string: Node, quote: str) -> list[Edit]:
    """The edits that give a string in an expression the other quotes."""
    one = literal(site, string)
    if one is not None and quote[0] not in one.quote + one.body:
        return []
    if one is None or len(one.quote) > 1 or quote[0] in one.body or "'" in one.body or '"' in one.body:
        raise RefactoringRefused(
            f"{site.text(string)} has the quotes of the f-string around it, which only Python 3.12 allows.",
            hint="Put it into a variable first.",
        )
    other = "'" if quote[0] == '"' else '"'
    start, end = string.children[0], string.children[-1]
    return [
        Edit(Span(site.path, start.end_byte - 1, start.end_byte), (other,)),
        Edit(Span(site.path, end.start_byte, end.end_byte), (other,)),
    ]


def shown(site: Site, value: Node, spec: str = "") -> Field:
    """The field that shows `str(value)`: `format` does so itself for exact texts and numbers, `!s` for all others."""
    called, given = value.child_by_field_name("function"), value.child_by_field_name("arguments")
    if called is not None and given is not None and is_builtin(site, called, "str") and given.named_child_count == 1:
        only = given.named_children[0]
        if only.type not in {"list_splat", "dictionary_splat", "keyword_argument", "comment"}:
            return shown(site, only, spec)
    found = kind(site, value)
    is_plain = found is Kind.TEXT or (not spec and found in {Kind.INTEGER, Kind.FLOAT, Kind.TRUTH})
    return Field(value, "", "" if is_plain else "s", (spec,) if spec else ())


def check_order(site: Site, before: Sequence[Node], after: Sequence[Node], *, interleaved: bool = True) -> None:
    """Raises RefactoringRefused where it matters in which order values are evaluated and shown.

    `before` are the values in the order in which they are evaluated now, `after` in the order of the new text, where
    each is shown at once (`interleaved`: a list of values is evaluated first and shown then, or will be).
    """
    twice = [node for index, node in enumerate(after) if node in after[:index] and not _is_repeatable(site, node)]
    dropped = [node for node in before if node not in after and effect(site, node) is not Effect.NONE]
    for node in (*twice, *dropped):
        raise RefactoringRefused(
            f"`{site.text(node)}` would not be evaluated as often as it is.", hint="Put it into a variable first."
        )
    order = {node.id: index for index, node in reversed(list(enumerate(before)))}
    for index, first in enumerate(after):
        for second in after[index + 1 :]:
            is_turned = second not in after[:index] and order.get(second.id, 0) < order.get(first.id, 0)
            if (is_turned and not _may_turn(site, first, second)) or (interleaved and _disturbs(site, first, second)):
                raise RefactoringRefused(
                    f"`{site.text(second)}` would be evaluated after `{site.text(first)}` is shown, which may show.",
                    hint="Put it into a variable first.",
                )


def _is_repeatable(site: Site, node: Node) -> bool:
    """Whether nobody notices that a value is evaluated twice: a name, a literal, or a plain look into an object."""
    what = effect(site, node)
    return what is Effect.NONE or (what is Effect.READ and node.type in {"attribute", "subscript"})


def _may_turn(site: Site, first: Node, second: Node) -> bool:
    """Whether two values may be evaluated in the other order: at most one of them may fail, and neither notices."""
    return commute(site, first, second) and (_never_fails(site, first) or _never_fails(site, second))


def _never_fails(site: Site, node: Node) -> bool:
    if node.type in {"integer", "float", "true", "false", "none"} or (node.type == "string" and literal(site, node)):
        return True
    found = site.module.table.by_start.get(node.start_byte) if node.type == "identifier" else None
    if found is None or found.symbol is None:
        return found is not None and found.name in BUILTINS
    is_global = found.symbol.scope.kind == "module" and found.scope.function.kind != "module"
    return is_global or bound_before(found.symbol, node)


def _disturbs(site: Site, shown_first: Node, second: Node) -> bool:
    """Whether evaluating the second value may change how the first one looks, or notice that it was shown."""
    what = effect(site, second)
    if kind(site, shown_first) not in {None, Kind.ERROR}:
        return bool(changed_symbols(site, [second]) & {one.symbol for one in names_in(site, shown_first)})
    if what is Effect.NONE:
        return _has_formatters(site) and not _never_fails(site, second)
    # `d` before `d["x"]`, which may add to it; `self` before `self.cached`.
    begins = site.text(second).startswith((f"{site.text(shown_first)}.", f"{site.text(shown_first)}["))
    return what is Effect.ANY or begins or _has_formatters(site)


def _has_formatters(site: Site) -> bool:
    found = site.module.table.occurrences
    return any(one.role is Role.FUNCTION and one.name in _FORMATTERS and one.scope.kind == "class" for one in found)


def check_untranslated(site: Site, node: Node) -> None:
    """Raises RefactoringRefused for a text within a call that looks its translation up."""
    outer = node.parent
    while outer is not None and not outer.type.endswith(("_statement", "_definition")):
        called = outer.child_by_field_name("function") if outer.type == "call" else None
        if called is not None and _TRANSLATED.fullmatch(site.text(called)):
            raise RefactoringRefused("A text that is translated is looked up as it is written.")
        outer = outer.parent
