"""The arguments of one call: which parameter each gives, and how they are given to a changed signature. Python."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from beast_lsp.engine.refactors.proof.effects import commute
from beast_lsp.engine.refactors.proof.purity import is_droppable
from beast_lsp.engine.refactors.proposal import Copy, Edit, Name, Piece, Span
from beast_lsp.engine.refactors.refactoring import Site
from beast_lsp.engine.refactors.signature.signature import Change, Kind, Parameter
from beast_lsp.engine.refactors.text.list_edits import Item
from beast_lsp.engine.refactors.uses.call_sites import Call, Function, places
from beast_lsp.engine.scopes.resolution.functions import text_of
from beast_lsp.errors import RefactoringRefused

if TYPE_CHECKING:
    from tree_sitter import Node

_SPLATS = frozenset({"list_splat", "dictionary_splat"})


@dataclass(frozen=True, eq=False)
class Argument:
    """One argument. `node` is None for what the change adds; `parameter` is the new one that it gives.

    None of what goes to `*args` or `**options`, of a splat, and of an object that a method is given by hand.
    """

    node: Node | None
    parameter: Parameter | None = None
    is_keyword: bool = False
    text: str = ""

    @property
    def value(self) -> Node | None:
        """The expression."""
        inner = self.node.child_by_field_name("value") if self.node is not None and self.is_keyword else None
        return inner if inner is not None else self.node

    @property
    def is_splat(self) -> bool:
        """Whether it gives any number of parameters."""
        return self.node is not None and self.node.type in _SPLATS


class MisfitError(Exception):
    """A call that does not fit the signature: it fails when it runs, or it is one of something else."""


@dataclass(frozen=True, eq=False)
class Bound:
    """The arguments in the order of the text, by what they give: a list in which `old` is None where it is no name."""

    arguments: list[tuple[Node, Parameter | None, bool]]
    skipped: int  # how many of the first are the method's object.


def bound(call: Call, function: Function, old: Sequence[Parameter]) -> Bound:
    """Which parameter each argument gives. Raises MisfitError where the call surely fails."""
    listed = call.node.child_by_field_name("arguments")
    if listed is None or listed.type != "argument_list":
        return Bound([], 0) if listed is None else Bound([(listed, _place(old, 0), False)], 0)
    skipped = max(0, function.receivers - call.given)
    found: list[tuple[Node, Parameter | None, bool]] = []
    index, is_open = -skipped, False
    for node in (child for child in listed.named_children if child.type != "comment"):
        if node.type == "keyword_argument":
            found.append((node, _named(old, text_of(node.child_by_field_name("name"))), True))
        else:
            is_place = node.type not in _SPLATS and not is_open and index >= 0
            found.append((node, _place(old, index) if is_place else None, False))
            is_open = is_open or node.type == "list_splat"
            index += 1
    _check(found, old)
    return Bound(found, skipped)


def _place(old: Sequence[Parameter], index: int) -> Parameter | None:
    listed = [one for one in old if one.has_place]
    if index < len(listed):
        return listed[index]
    if not any(one.kind is Kind.REST for one in old):
        raise MisfitError
    return None


def _named(old: Sequence[Parameter], name: str) -> Parameter | None:
    for one in old:
        if one.has_name and one.name == name:
            return one
    if not any(one.kind is Kind.OPTIONS for one in old):
        raise MisfitError
    return None


def _check(found: Sequence[tuple[Node, Parameter | None, bool]], old: Sequence[Parameter]) -> None:
    """Raises MisfitError where a parameter is given twice, or one without a default not at all."""
    given = [parameter.name for _, parameter, _ in found if parameter is not None]
    is_open = any(node.type in _SPLATS for node, _, _ in found)
    missing = [
        one for one in old if one.name not in given and not one.default and one.kind not in {Kind.REST, Kind.OPTIONS}
    ]
    if len(set(given)) < len(given) or (missing and not is_open):
        raise MisfitError


class Rearranged:
    """The arguments of a call for a changed signature. `like` gives the span of a parameter's name, by its old name.

    `dropped` has, after `items`, the arguments that go.
    """

    def __init__(self, site: Site, call: Call, function: Function, change: Change, like: Callable[[str], Span]) -> None:
        self._site = site
        self._call = call
        self._change = change
        self._like = like
        self._bound = bound(call, function, change.old)
        self._new = {one.old: one for one in change.new if one.old}
        self.dropped: list[Span] = []

    def items(self) -> list[Item]:
        """The new list. Raises RefactoringRefused where it could do something else."""
        arguments = [*self._kept(), *self._fresh()]
        self._check_splats(arguments)
        order = self._natural(arguments)
        if order is None or not self._keeps_order(arguments, order):
            order = self._in_order(arguments)
        if order is None:
            raise self._refusal("its arguments can't be brought into the new order")
        return [Item(one.node, self._pieces(one, is_named)) for one, is_named in order]

    def _refusal(self, why: str) -> RefactoringRefused:
        return RefactoringRefused(f"The call in {places([self._call])}: {why}.", hint="Change that call first.")

    def _kept(self) -> Iterator[Argument]:
        """The arguments that stay."""
        for node, old, is_keyword in self._bound.arguments:
            if old is None:
                yield Argument(node, None, is_keyword)
            elif old.name in self._new:
                yield Argument(node, self._new[old.name], is_keyword)
            else:
                value = Argument(node, None, is_keyword).value
                if value is not None and not is_droppable(self._site, value):
                    raise self._refusal(f"`{text_of(value)}` would no longer run")
                self.dropped.append(Span(self._call.path, node.start_byte, node.end_byte))

    def _fresh(self) -> Iterator[Argument]:
        """What existing calls give in addition: to new parameters, and in place of a default that changes."""
        given = {old.name for _, old, _ in self._bound.arguments if old is not None}
        before = {one.name: one.default for one in self._change.old}
        for one in self._change.new:
            if not one.old and one.argument:
                yield Argument(None, one, text=one.argument)
            elif one.is_reset and one.old not in given and before[one.old]:
                yield Argument(None, one, text=before[one.old])

    def _check_splats(self, arguments: list[Argument]) -> None:
        """Raises RefactoringRefused where `*args` or `**options` may give a parameter that changes."""
        nodes = [node for node, _, _ in self._bound.arguments]
        star = next((at for at, node in enumerate(nodes) if node.type == "list_splat"), None)
        has_stars = any(node.type == "dictionary_splat" for node in nodes)
        if (star is not None and not self._suits_star(star, arguments)) or (has_stars and not self._suits_stars()):
            raise self._refusal("a `*` or `**` in it may give what changes")
        added = {one.name for one in (*self._change.added, *self._change.renamed)}
        names = {
            text_of(node.child_by_field_name("name"))
            for node, old, named in self._bound.arguments
            if named and old is None
        }
        if added & names:
            raise self._refusal(f"it gives a keyword `{min(added & names)}` already")

    def _suits_star(self, star: int, arguments: list[Argument]) -> bool:
        """Whether the parameters that a `*` may give keep their places behind those before it."""
        nodes = [node for node, _, _ in self._bound.arguments]
        count = sum(1 for node in nodes[:star] if node.type != "keyword_argument") - self._bound.skipped
        if count < 0:
            return False
        old, new = ([one for one in found if one.has_place] for found in (self._change.old, self._change.new))
        before = [
            one for one in arguments if one.node is not None and one.node.id in {node.id for node in nodes[:star]}
        ]
        kept = sum(1 for one in before if not one.is_keyword) - self._bound.skipped
        tail, now = old[count:], new[max(kept, 0) :]
        is_reset = any(one.is_reset and one.old not in {each.name for each in old[:count]} for one in self._change.new)
        has_rest = any(one.kind is Kind.REST for one in self._change.old)
        fits = [one.old for one in now[: len(tail)]] == [one.name for one in tail]
        return fits and not is_reset and (not has_rest or len(now) == len(tail))

    def _suits_stars(self) -> bool:
        """Whether a `**` gives the same parameters as before."""
        given = {old.name for _, old, _ in self._bound.arguments if old is not None}
        has_options = any(one.kind is Kind.OPTIONS for one in self._change.old)
        if has_options and (self._change.added or self._change.renamed):
            return False
        for one in self._change.old:
            is_open = one.has_name and one.name not in given
            if is_open and not _is_kept(one, self._new.get(one.name)):
                return False
        return True

    def _natural(self, arguments: list[Argument]) -> list[tuple[Argument, bool]] | None:
        """By place what can be given by place, in the order of the parameters; then the rest, by keyword."""
        by_name = {one.parameter.name: one for one in arguments if one.parameter is not None}
        rest = [one for one in arguments if one.parameter is None and not one.is_keyword]
        first, rest = rest[: self._bound.skipped], rest[self._bound.skipped :]
        listed = [by_name.get(one.name) for one in self._change.new if one.has_place]
        front: list[Argument] = []
        for at, one in enumerate(listed):
            is_needed = any(each is not None and each.node is not None and not each.is_keyword for each in listed[at:])
            if one is None or one.is_keyword or not (is_needed or rest):
                break
            front.append(one)
        if any(not one.is_splat for one in rest) and len(front) < len(listed) and not self._has_star():
            return None
        if any(one.is_splat for one in arguments) and any(one.node is None for one in front):
            return None
        chosen = {id(one) for one in (*first, *front)}
        if any(one.is_splat for one in arguments):
            others = [one for one in arguments if id(one) not in chosen]
        else:
            chosen |= {id(one) for one in rest}
            front = [*front, *rest]
            others = [one for one in arguments if id(one) not in chosen]
        result = [(one, False) for one in (*first, *front)]
        return self._with_names(result, others)

    def _has_star(self) -> bool:
        return any(node.type == "list_splat" for node, _, _ in self._bound.arguments)

    def _in_order(self, arguments: list[Argument]) -> list[tuple[Argument, bool]] | None:
        """The arguments in their old order: by place as long as that is the parameters' order, then by keyword."""
        listed = [one.name for one in self._change.new if one.has_place]
        front: list[Argument] = []
        for one in arguments:
            is_next = one.parameter is not None and listed[len(front) :][:1] == [one.parameter.name]
            if self._bound.skipped or one.node is None or one.is_keyword or not is_next:
                break
            front.append(one)
        return self._with_names([(one, False) for one in front], arguments[len(front) :])

    def _with_names(
        self, front: list[tuple[Argument, bool]], others: Sequence[Argument]
    ) -> list[tuple[Argument, bool]] | None:
        """The front and the others by keyword; None where one of those can't be given so."""
        is_named = False
        for one in others:
            if one.is_splat or one.is_keyword:
                is_named = is_named or one.is_keyword
                front.append((one, False))
            elif one.parameter is None:
                if is_named:
                    return None
                front.append((one, False))
            elif not one.parameter.has_name:
                return None
            else:
                is_named = True
                front.append((one, True))
        return front

    def _keeps_order(self, arguments: list[Argument], order: list[tuple[Argument, bool]]) -> bool:
        """Whether it makes no difference in which order the arguments are evaluated now."""
        rank = {id(one): at for at, one in enumerate(arguments)}
        now = [one for one, _ in order if one.node is not None]
        for at, first in enumerate(now):
            for second in now[at + 1 :]:
                if rank[id(second)] < rank[id(first)]:
                    if first.is_splat or second.is_splat or first.value is None or second.value is None:
                        return False
                    if not commute(self._site, second.value, first.value):
                        return False
        return True

    def _pieces(self, one: Argument, is_named: bool) -> tuple[Piece, ...]:
        """The text of an argument."""
        parameter, value = one.parameter, one.value
        if one.node is None or value is None:
            name = f"{parameter.name}=" if parameter is not None and is_named else ""
            if parameter is not None and parameter.old and is_named:
                return (Name(parameter.name, self._like(parameter.old)), "=", one.text)
            text = parameter.copied(one.text) if parameter is not None else one.text
            return (name, text) if name else (text,)
        copied = Copy(Span(self._call.path, one.node.start_byte, one.node.end_byte))
        if is_named and parameter is not None:
            name_piece = Name(parameter.name, self._like(parameter.old))
            is_open = value.type in {"named_expression", "yield"}
            return (name_piece, "=(", copied, ")") if is_open else (name_piece, "=", copied)
        named = one.node.child_by_field_name("name") if one.is_keyword else None
        if named is not None and parameter is not None and parameter.name != parameter.old:
            at = Span(self._call.path, named.start_byte, named.end_byte)
            return (Copy(copied.span, (Edit(at, (Name(parameter.name, at),)),)),)
        return (copied,)


def _is_kept(old: Parameter, new: Parameter | None) -> bool:
    """Whether a parameter is given by the same keyword, or by the same default, as before."""
    is_same = new is not None and new.name == old.name and new.has_name
    return is_same and not (new is not None and new.is_reset and old.default)
