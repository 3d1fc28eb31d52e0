"""A function's parameters, and what a change makes of them. Python."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import TYPE_CHECKING

from beast_lsp.engine.refactors.proposal import Copy, Piece, Span
from beast_lsp.engine.scopes.resolution.functions import parameter_name, parameter_nodes, text_of
from beast_lsp.errors import RefactoringRefused

if TYPE_CHECKING:
    from tree_sitter import Node


class Kind(IntEnum):
    """How a call gives a parameter, in the order in which a signature lists them."""

    POSITIONAL = 0  # before `/`
    PLAIN = 1  # by position or by keyword
    REST = 2  # `*args`
    KEYWORD = 3  # behind `*`
    OPTIONS = 4  # `**options`


@dataclass(frozen=True)
class Parameter:
    """One parameter. `node` is None of a new one.

    `old` is its name before the change, "" of a new one. `annotation` and `default` are text; `is_reset` says that
    the change gives it another default. `argument` is what existing calls give a new one, "" for nothing. `origin` is
    where the code stands that a new one's default or argument repeats.
    """

    name: str
    kind: Kind
    node: Node | None = None
    old: str = ""
    annotation: str = ""
    default: str = ""
    is_reset: bool = False
    argument: str = ""
    origin: Span | None = None

    def copied(self, text: str) -> Piece:
        """The text of its default or argument."""
        return Copy(self.origin) if self.origin is not None else text

    @property
    def has_place(self) -> bool:
        """Whether a call can give it by position."""
        return self.kind <= Kind.PLAIN

    @property
    def has_name(self) -> bool:
        """Whether a call can give it by keyword."""
        return self.kind in {Kind.PLAIN, Kind.KEYWORD}


def parameters(function: Node) -> list[Parameter]:
    """The parameters of a function, in order. Raises RefactoringRefused for a signature that is not Python 3's."""
    listed, found = parameter_nodes(function), []
    is_behind_star, slash = False, any(node.type == "positional_separator" for node in listed)
    for node in listed:
        if node.type == "positional_separator":
            slash = False
        elif node.type == "keyword_separator":
            is_behind_star = True
        else:
            kind = _kind(node, has_slash=slash, is_behind_star=is_behind_star)
            is_behind_star = is_behind_star or kind is Kind.REST
            found.append(_parameter(node, kind))
    return found


def _kind(node: Node, *, has_slash: bool, is_behind_star: bool) -> Kind:
    inner = node.named_children[0].type if node.type == "typed_parameter" and node.named_children else node.type
    if inner == "list_splat_pattern":
        return Kind.REST
    if inner == "dictionary_splat_pattern":
        return Kind.OPTIONS
    if is_behind_star:
        return Kind.KEYWORD
    return Kind.POSITIONAL if has_slash else Kind.PLAIN


def _parameter(node: Node, kind: Kind) -> Parameter:
    named = parameter_name(node)
    if named is None:
        raise RefactoringRefused(f"The parameter `{text_of(node)}` is not one of Python 3.")
    default = text_of(node.child_by_field_name("value"))
    return Parameter(text_of(named), kind, node, text_of(named), text_of(node.child_by_field_name("type")), default)


@dataclass(frozen=True)
class Change:
    """The parameters before and after, without the receiver of a method (`self`, `cls`) in either."""

    old: tuple[Parameter, ...]
    new: tuple[Parameter, ...]

    @property
    def removed(self) -> tuple[Parameter, ...]:
        """The parameters that go."""
        kept = {one.old for one in self.new}
        return tuple(one for one in self.old if one.name not in kept)

    @property
    def added(self) -> tuple[Parameter, ...]:
        """The parameters that come."""
        return tuple(one for one in self.new if not one.old)

    @property
    def renamed(self) -> tuple[Parameter, ...]:
        """The parameters that get another name, with the old one in `old`."""
        return tuple(one for one in self.new if one.old and one.old != one.name)

    @property
    def is_compatible(self) -> bool:
        """Whether every call that there may be does the same as before: only defaults and parameters with one come."""
        if any(one.argument for one in self.new) or any(one.default for one in self._before()):
            return False
        if self.added and any(one.kind is Kind.OPTIONS for one in self.old):
            return False
        places = [one for one in self.old if one.has_place]
        now = [one for one in self.new if one.has_place]
        has_rest = any(one.kind is Kind.REST for one in self.old)
        if len(now) < len(places) or (has_rest and len(now) > len(places)):
            return False
        same_places = all(_is_same(first, second) for first, second in zip(places, now, strict=False))
        kept = {one.old: one for one in self.new}
        others = [one for one in self.old if not one.has_place]
        same_rest = all(one.name in kept and _is_same(one, kept[one.name]) for one in others)
        return same_places and same_rest and all(one.default for one in self.added)

    def _before(self) -> Iterator[Parameter]:
        """The parameters before whose default changes."""
        reset = {one.old for one in self.new if one.is_reset}
        return (one for one in self.old if one.name in reset)


def _is_same(old: Parameter, new: Parameter) -> bool:
    return old.name == new.name == new.old and old.kind is new.kind


def ordered(found: Sequence[Parameter]) -> tuple[Parameter, ...]:
    """Parameters in the order that the language wants of their kinds.

    Raises RefactoringRefused where one without a default would come behind one that has one.
    """
    result = tuple(sorted(found, key=lambda one: one.kind))
    earlier = ""
    for one in result:
        if one.has_place and one.default:
            earlier = one.name
        elif one.has_place and earlier:
            raise RefactoringRefused(
                f"`{one.name}` has no default and would come behind `{earlier}`, which has one.",
                hint=f"Give `{one.name}` a default, too, or make it keyword-only.",
            )
    return result


def inserted(found: Sequence[Parameter], one: Parameter) -> list[Parameter]:
    """Parameters with a new one at the last place where it takes no argument away from another one.

    It becomes keyword-only behind `*args`, and without a default behind one that has one.
    """
    is_open = all(other.kind not in {Kind.REST, Kind.KEYWORD} for other in found)
    lacks_place = not one.default and any(other.default for other in found if other.has_place)
    one = replace(one, kind=Kind.PLAIN if is_open and not lacks_place else Kind.KEYWORD)
    index = next((at for at, other in enumerate(found) if other.kind > one.kind), len(found))
    return [*found[:index], one, *found[index:]]
