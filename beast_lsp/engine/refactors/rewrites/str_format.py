"""`"…".format(…)` as the parts of an f-string, after the library reference, "Format String Syntax"."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from beast_lsp.engine.refactors.rewrites.templates import Field, Literal, Part
from beast_lsp.errors import RefactoringRefused

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.refactors.refactoring import Site

_NAME = re.compile(r"(?P<name>\w*)(?P<access>(?:\.[A-Za-z_]\w*|\[[^\]\[{}\\\"']+\])*)(?:!(?P<conversion>[rsa]))?")
_ACCESS = re.compile(r"\.\w+|\[([^\]]+)\]")
_NAMED_CHARACTER = re.compile(r"\\N\{[^}]*\}")


@dataclass
class Arguments:
    """What `format` is given. `used` are the values in the order in which the text shows them."""

    positional: list[Node]
    named: dict[str, Node]
    used: list[Node] = field(default_factory=list)
    numbered: bool | None = None
    _next: int = 0

    @property
    def all(self) -> list[Node]:
        """Every value, in the order of the call."""
        return sorted([*self.positional, *self.named.values()], key=lambda node: node.start_byte)

    def take(self, name: str) -> Node:
        """The value that a field names. Raises RefactoringRefused where there is none."""
        if name and not name.isdigit():
            found = self.named.get(name)
        else:
            if self.numbered is (not name):
                raise RefactoringRefused("The text numbers some of its fields and not others.")
            self.numbered = bool(name)
            number = int(name) if name else self._next
            self._next += not name
            found = self.positional[number] if number < len(self.positional) else None
        if found is None:
            raise RefactoringRefused(f"The text asks for a value `{name}` that is not given.")
        self.used.append(found)
        return found


def arguments(site: Site, given: Node) -> Arguments:
    """The arguments of a call of `format`. Raises RefactoringRefused where they are unpacked."""
    found = Arguments([], {})
    for child in given.named_children:
        name, value = child.child_by_field_name("name"), child.child_by_field_name("value")
        if child.type in {"list_splat", "dictionary_splat"} or given.type != "argument_list":
            raise RefactoringRefused("What is unpacked into the call is not certain.")
        if child.type == "keyword_argument" and name is not None and value is not None:
            found.named[site.text(name)] = value
        elif child.type != "comment":
            found.positional.append(child)
    return found


def parts(one: Literal, given: Arguments) -> list[Part]:
    """The parts of one literal. Raises RefactoringRefused for what no f-string does."""
    names = [] if one.is_raw else [found.span() for found in _NAMED_CHARACTER.finditer(one.body)]
    masked = list(one.body)
    for start, end in names:
        masked[start:end] = " " * (end - start)
    text = "".join(masked)
    value = one.value()
    if any(value.count(brace) < text.count(brace) or value.count(brace) > text.count(brace) for brace in "{}"):
        raise RefactoringRefused("An escape sequence stands for a brace.")
    return _Reader(one.body, text, one.quote, given).read()


class _Reader:
    """Reads a literal's text; in `masked` the braces of `\\N{…}` are blank."""

    def __init__(self, body: str, masked: str, quote: str, given: Arguments) -> None:
        self._body = body
        self._masked = masked
        self._quote = quote
        self._given = given

    def read(self) -> list[Part]:
        found: list[Part] = []
        at = 0
        while (brace := re.compile(r"\{\{|\}\}|\{|\}").search(self._masked, at)) is not None:
            found.append(self._body[at : brace.start()])
            at = brace.end()
            if len(brace[0]) == 2:
                found.append(brace[0][0])
            else:
                inner, at = self._field(at)
                found.append(inner)
        return [part for part in (*found, self._body[at:]) if part]

    def _field(self, start: int) -> tuple[Field, int]:
        """The field that begins behind a brace, and where the text goes on behind it."""
        head = _NAME.match(self._masked, start)
        if head is None or self._masked[head.end() : head.end() + 1] not in {":", "}"} or not head.end():
            raise RefactoringRefused("A field of the text can't be read.")
        value = self._given.take(head["name"])
        access = _ACCESS.sub(self._taken, head["access"])
        if self._masked[head.end()] == "}":
            return Field(value, access, head["conversion"] or ""), head.end() + 1
        spec, end = self._spec(head.end() + 1)
        return Field(value, access, head["conversion"] or "", tuple(spec)), end

    def _taken(self, found: re.Match[str]) -> str:
        """`[key]` in a field is a text unless it is a number (PEP 3101)."""
        if found[1] is None or found[1].isdigit():
            return found[0]
        other = "'" if self._quote[0] == '"' else '"'
        return f"[{other}{found[1]}{other}]"

    def _spec(self, start: int) -> tuple[list[str | Field], int]:
        found: list[str | Field] = []
        at = start
        while (brace := re.compile(r"[{}]").search(self._masked, at)) is not None:
            found.append(self._body[at : brace.start()])
            if brace[0] == "}":
                return [part for part in found if part], brace.end()
            head = _NAME.match(self._masked, brace.end())
            if head is None or self._masked[head.end() : head.end() + 1] != "}" or head["access"]:
                break
            found.append(Field(self._given.take(head["name"]), "", head["conversion"] or ""))
            at = head.end() + 1
        raise RefactoringRefused("A field of the text can't be read.")
