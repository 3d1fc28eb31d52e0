"""What a function takes, read from its definition, and whether a call can be answered by it. Python."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from beast_lsp.engine.rules.finding import Place

if TYPE_CHECKING:
    from tree_sitter import Node

_WITH_DEFAULT = frozenset({"default_parameter", "typed_default_parameter"})
RECEIVERS = frozenset({"self", "cls", "klass", "mcs", "mcls", "metacls", "this", ""})
"""How the first parameter of a method is called, without underscores."""
_PLAIN = frozenset({"identifier", "typed_parameter"})


@dataclass(frozen=True, slots=True)
class Signature:
    """What a function takes: `names` by position, the first `needed` of them without a default, and `keywords`.

    `keywords` says of each whether it has a default; `more` and `others` whether it takes any further ones, by position
    and by name. The first `only_positional` can't be given by name.
    """

    names: tuple[str, ...]
    needed: int
    keywords: Mapping[str, bool]
    more: bool
    others: bool
    only_positional: int = 0


def signature_of(place: Place, node: Node, *, is_method: bool) -> Signature | None:
    """What a definition takes, without the receiver of a method; None where that can't be read."""
    listed = node.child_by_field_name("parameters")
    reader = _Reader(place)
    if listed is None or listed.has_error or not all(map(reader.read, listed.named_children)):
        return None
    if not is_method:
        return reader.signature(0)
    # One without a receiver is a static method under another name, one of an interface, or takes it by `*args`.
    return reader.signature(1) if reader.names and reader.names[0].strip("_") in RECEIVERS else None


def fields_of(place: Place, node: Node, before: Signature | None) -> Signature | None:
    """What a data class takes by its fields, after those of its base; None where a field can't be read for sure."""
    body = node.child_by_field_name("body")
    names, needed = list(before.names if before else ()), before.needed if before else 0
    keywords = dict(before.keywords) if before else {}
    for child in body.named_children if body is not None else ():
        field = child.named_children[0] if child.type == "expression_statement" and child.named_children else None
        kind = field.child_by_field_name("type") if field is not None and field.type == "assignment" else None
        if field is None or kind is None or "ClassVar" in place.text(kind):
            continue
        name, value = field.child_by_field_name("left"), field.child_by_field_name("right")
        text = place.text(value) if value is not None else ""
        is_made = "field(" in text  # how it is given is up to what `field` is called with.
        if is_made and "init=False" in text:
            continue
        is_plain = name is not None and name.type == "identifier" and "KW_ONLY" not in place.text(kind)
        if name is None or not is_plain or "kw_only" in text or place.text(name) in names:
            return None
        names.append(place.text(name))
        needed = len(names) if value is None or (is_made and "default" not in text) else needed
    outer = node.parent
    if outer is not None and outer.type == "decorated_definition" and _is_unlike(place, outer):
        return None
    return Signature(tuple(names), needed, keywords, more=False, others=False)


def _is_unlike(place: Place, decorated: Node) -> bool:
    """Whether a decorator of a data class says that its fields are given otherwise."""
    texts = [place.text(child) for child in decorated.named_children if child.type == "decorator"]
    return any("init=" in text or "kw_only=" in text for text in texts)


def parameter_name(place: Place, node: Node) -> str:
    """The name of one parameter."""
    named = node.child_by_field_name("name")
    if named is None and node.type == "typed_parameter":
        named = node.named_children[0]
    return place.text(named if named is not None else node)


def mismatch(place: Place, node: Node, signature: Signature) -> str | None:
    """Why a call can't be answered by a signature; None where it can, or where `*` or `**` hide what is given."""
    given = node.child_by_field_name("arguments")
    if given is None or given.type != "argument_list" or given.has_error:
        return None
    arguments = [each for each in given.named_children if each.type != "comment"]
    if any(each.type in {"list_splat", "dictionary_splat"} for each in arguments):
        return None
    named = [each.child_by_field_name("name") for each in arguments if each.type == "keyword_argument"]
    keywords = {place.text(name) for name in named if name is not None}
    return _too_much(signature, len(arguments) - len(named), keywords) or _too_little(
        signature, len(arguments) - len(named), keywords
    )


def _too_much(signature: Signature, positional: int, keywords: set[str]) -> str | None:
    if positional > len(signature.names) and not signature.more:
        return f"It takes at most {len(signature.names)} arguments by position, and gets {positional}."
    if signature.others:
        return None
    unknown = sorted(keywords - {*signature.names[signature.only_positional :], *signature.keywords})
    if unknown:
        return f"It has no parameter `{unknown[0]}`."
    twice = sorted(keywords & set(signature.names[:positional]))
    return f"It gets `{twice[0]}` by position and by name." if twice else None


def _too_little(signature: Signature, positional: int, keywords: set[str]) -> str | None:
    missing = [name for name in signature.names[positional : signature.needed] if name not in keywords]
    missing += [name for name, has_default in signature.keywords.items() if not has_default and name not in keywords]
    return f"It needs `{missing[0]}`, too." if missing else None


@dataclass(slots=True)
class _Reader:
    """Reads the parameters of one definition, one after the other."""

    place: Place
    names: list[str] = field(default_factory=list)
    keywords: dict[str, bool] = field(default_factory=dict)
    needed: int = 0
    only_positional: int = 0
    more: bool = False
    others: bool = False
    by_name: bool = False

    def read(self, node: Node) -> bool:
        """Takes one parameter, a separator or a comment; False for anything else."""
        inner = node.named_children[0] if node.type == "typed_parameter" and node.named_children else node
        if inner.type == "dictionary_splat_pattern":
            self.others = True
        elif inner.type == "list_splat_pattern":
            self.more = self.by_name = True
        elif node.type == "keyword_separator":
            self.by_name = True
        elif node.type == "positional_separator":
            self.only_positional = len(self.names)
        elif node.type in _PLAIN or node.type in _WITH_DEFAULT:
            self._take(parameter_name(self.place, node), has_default=node.type in _WITH_DEFAULT)
        else:
            return node.type == "comment"
        return True

    def signature(self, skipped: int) -> Signature:
        """The signature without the first `skipped` parameters."""
        only = max(0, self.only_positional - skipped)
        names = tuple(self.names[skipped:])
        return Signature(names, self.needed - skipped, self.keywords, self.more, self.others, only)

    def _take(self, name: str, *, has_default: bool) -> None:
        if self.by_name:
            self.keywords[name] = has_default
        else:
            self.names.append(name)
            self.needed += not has_default
