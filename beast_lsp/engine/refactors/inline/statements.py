"""The statements of a function in the place of one of its calls, with variables of their own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from beast_lsp.engine.refactors.inline.callee import Callee
from beast_lsp.engine.refactors.inline.calling import Arguments
from beast_lsp.engine.refactors.proof.effects import Effect, effect, names_in, within
from beast_lsp.engine.refactors.proof.order import is_in_class, statement_of
from beast_lsp.engine.refactors.proposal import Copy, Edit, Name, Piece, Span
from beast_lsp.engine.scopes.resolution.table import Occurrence, Symbol
from beast_lsp.errors import RefactoringRefused

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.refactors.refactoring import Site


def inlined_statements(site: Site, callee: Callee, call: Node, given: Arguments) -> list[Edit]:
    """The edits that replace a call, which has to be all that its statement does or assigns or returns."""
    statement = statement_of(call)
    if statement is None or not _is_all(statement, call):
        raise RefactoringRefused(
            f"`{callee.name}` is more than one expression, and the call is a part of a larger statement.",
            hint="Extract the call into a variable first.",
        )
    if is_in_class(statement):
        raise RefactoringRefused("Its variables would become attributes of the class.")
    indent = _indentation(site, statement)
    return [_replaced(_Body(site, callee, call, given), statement, indent)]


def _is_all(statement: Node, call: Node) -> bool:
    """Whether a statement is a call, or assigns it to names, or returns it."""
    outer = call.parent
    if outer is not None and outer.type == "assignment":
        left = outer.child_by_field_name("left")
        is_named = left is not None and left.type in {"identifier", "pattern_list", "attribute"}
        return is_named and outer.parent == statement and outer.child_by_field_name("right") == call
    return outer == statement and statement.type in {"expression_statement", "return_statement"}


def _indentation(site: Site, statement: Node) -> str:
    source = site.module.tree.source
    line = source[source.rfind(b"\n", 0, statement.start_byte) + 1 : statement.start_byte]
    end = source.find(b"\n", statement.end_byte)
    rest = source[statement.end_byte : end if end >= 0 else len(source)].split(b"#")[0]
    if line.strip() or rest.strip():
        raise RefactoringRefused("The call shares its line with another statement.", hint="Break the line first.")
    return line.decode()


def _replaced(body: _Body, statement: Node, indent: str) -> Edit:
    site, pieces, result = body.site, body.pieces(indent), body.callee.result
    if statement.type == "expression_statement" and body.call.parent == statement:
        is_idle = result is None or not result.named_children or effect(site, result.named_children[0]) is Effect.NONE
        end: list[Piece] = [] if is_idle else [body.value()]
        end = end if pieces or end else ["pass"]
    else:
        end = [Copy(Span(site.path, statement.start_byte, body.call.start_byte)), body.value()]
    gap: list[Piece] = [f"\n{indent}"] if pieces and end else []
    return Edit(site.span(statement), (*pieces, *gap, *end))


@dataclass
class _Body:
    """The code of a function as it stands in the place of one call: renamed, with arguments for parameters."""

    site: Site
    callee: Callee
    call: Node
    given: Arguments
    names: dict[Symbol, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._kept = [name for name in self.given.given if not self._stands_for(name)]
        taken = self._taken()
        for symbol in self.callee.scope.symbols.values():
            if symbol.name in self.callee.parameters and symbol.name not in self._kept:
                continue
            name, number = symbol.name, 2
            while name in taken:
                name, number = f"{symbol.name}_{number}", number + 1
            taken.add(name)
            self.names[symbol] = name

    def _taken(self) -> set[str]:
        """The names that the code around the call uses, or the function's own code beside its variables."""
        here = self.site.module.table.scope_of(self.call).function
        around = here.node
        found = {one.name for one in within(self.site, around.start_byte, around.end_byte) if one.symbol is not None}
        inner = within(self.site, self.callee.node.start_byte, self.callee.node.end_byte)
        own = set(self.callee.scope.symbols.values())
        if here.kind == "module":
            found = {one.name for one in self.site.module.table.occurrences if one.symbol not in own}
        return found | {one.name for one in inner if one.symbol is not None and one.symbol not in own}

    def _stands_for(self, name: str) -> bool:
        """Whether the argument itself may stand for a parameter: a literal or a steady name, never bound anew."""
        node, symbol = self.given.given[name], self.callee.symbol(name)
        if len(symbol.binders()) != 1 or effect(self.site, node) is not Effect.NONE or node.type == "lambda":
            return False
        return all(one.symbol is None or self._is_still(one) for one in names_in(self.site, node))

    def _is_still(self, one: Occurrence) -> bool:
        """Whether a name of the caller keeps its value while the code runs."""
        symbol = one.symbol
        return symbol is not None and (
            len(symbol.binders()) == 1 or all(other.scope.function is one.scope.function for other in symbol.binders())
        )

    def pieces(self, indent: str) -> list[Piece]:
        """The statements, after the assignments of the parameters that stay variables."""
        found: list[Piece] = []
        for name in self._kept:
            found += self._line(found, indent)
            value = Copy(self.site.span(self.given.given[name]))
            found += [self._named(self.callee.symbol(name).occurrences[0]), " = ", value]
        last = self.callee.result
        code = [node for node in self.callee.body if node != last]
        if code:
            found += self._line(found, indent)
            found.append(self._copied(code, indent))
        return found

    def _line(self, found: list[Piece], indent: str) -> list[Piece]:
        return [f"\n{indent}"] if found else []

    def _copied(self, code: list[Node], indent: str) -> Copy:
        span = Span(self.site.path, code[0].start_byte, code[-1].end_byte)
        return Copy(span, self._edits(span.start, span.end), indent)

    def value(self) -> Piece:
        """What the function gives back."""
        last = self.callee.result
        if last is None or not last.named_children:
            return "None"
        node = last.named_children[0]
        return Copy(Span(self.site.path, node.start_byte, node.end_byte), self._edits(node.start_byte, node.end_byte))

    def _edits(self, start: int, end: int) -> tuple[Edit, ...]:
        """Arguments for parameters, and new names for variables that the caller has, too."""
        found = []
        for one in within(self.site, start, end):
            if one.symbol in self.names:
                if self.names[one.symbol] != one.name:
                    found.append(Edit(Span(self.site.path, one.start, one.end), (self._named(one),)))
            elif one.name in self.callee.parameters and one.symbol is self.callee.symbol(one.name):
                found.append(self.given.placed(one))
        return tuple(found)

    def _named(self, one: Occurrence) -> Name:
        name = self.names[one.symbol] if one.symbol is not None else one.name
        return Name(name, Span(self.site.path, one.start, one.end))
