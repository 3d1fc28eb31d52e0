"""A Python function beside its docstring, each fact read when it is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from beast_lsp.engine.docs.facts.model import Kind, Parameter, Returned
from beast_lsp.engine.docs.facts.python import is_stub
from beast_lsp.engine.docs.facts.results import returned, yields
from beast_lsp.engine.docs.facts.signature import kind_of, parameters
from beast_lsp.engine.docs.facts.syntax import decorator_names, definitions, docstring_node
from beast_lsp.engine.docs.styles.model import Docstring, Entry
from beast_lsp.engine.docs.styles.reading import read
from beast_lsp.engine.scopes.resolution.functions import parameter_name, parameter_nodes, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

# Decorators that leave what a caller gives and gets as the function has it.
_TRANSPARENT = frozenset(
    {
        "abstractmethod", "cache", "cached_property", "classmethod", "deprecated", "final", "lru_cache",
        "njit", "override", "property", "staticmethod", "wraps", "no_type_check", "coroutine",
    }
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Edit:
    """`text` in place of the characters from `start` to `end` of a docstring."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, eq=False)
class Problem:
    """One thing that a docstring says and that is not so, from `start` to `end` of its text.

    `edits` put it right, and `title` says what they do; unless they are `is_sure`, somebody has to look at them.
    """

    message: str
    start: int
    end: int
    title: str = ""
    edits: tuple[Edit, ...] = ()
    is_sure: bool = True


@dataclass(eq=False)
class Documented:
    """A function that has a docstring; `node` is its `function_definition`."""

    node: Node

    @cached_property
    def text(self) -> str:
        """What stands between the quotes, as the source has it."""
        node = docstring_node(self.node)
        return content(node) if node is not None else ""

    @cached_property
    def doc(self) -> Docstring:
        """The docstring as it was read."""
        return read(self.text)

    @property
    def name(self) -> str:
        """The function's name."""
        return text_of(self.node.child_by_field_name("name"))

    @cached_property
    def kind(self) -> Kind:
        """What the function is to its class."""
        return kind_of(self.node)

    @cached_property
    def parameters(self) -> list[Parameter]:
        """What it takes, without the receiver."""
        return parameters(self.node)

    @cached_property
    def receiver(self) -> frozenset[str]:
        """The name of the first parameter, which in an interface need not be that of the object."""
        listed = parameter_nodes(self.node)
        named = parameter_name(listed[0]) if listed else None
        return frozenset({"self", "cls", text_of(named)})

    @cached_property
    def inner_parameters(self) -> frozenset[str]:
        """What functions within it take: a decorator's docstring may describe those of what it decorates."""
        inner = (each for each in definitions(self.node)[1:] if each.type == "function_definition")
        return frozenset(given.name for each in inner for given in parameters(each))

    @cached_property
    def is_transparent(self) -> bool:
        """Whether no decorator may change what a caller gives or gets."""
        return all(one.rpartition(".")[2] in _TRANSPARENT for one in decorator_names(self.node))

    @cached_property
    def is_stub(self) -> bool:
        """Whether others are to write its body: what it documents is what they shall do."""
        return is_stub(self.node) or any("abstract" in one for one in decorator_names(self.node))

    @cached_property
    def is_generator(self) -> bool:
        """Whether it yields."""
        return yields(self.node) is not None

    @cached_property
    def returned(self) -> Returned:
        """What it returns."""
        return returned(self.node, is_generator=self.is_generator)

    def without(self, entry: Entry) -> tuple[Edit, ...]:
        """The edits that take an entry out, with its section where nothing else is in that."""
        others = [one for one in self.doc.entries if one.section == entry.section and one is not entry]
        if entry.section >= 0 and not others:
            section = self.doc.sections[entry.section]
            return (self._cut(section.start, section.end, with_blanks=True),)
        types = [one for one in self.doc.of("type") if entry.kind == "parameter" and one.names == entry.names]
        types += [one for one in self.doc.of("rtype") if entry.kind == "returns"]
        return tuple(self._cut(one.start, one.end) for one in (entry, *types))

    def _cut(self, start: int, end: int, *, with_blanks: bool = False) -> Edit:
        """The edit that removes whole lines, and with `with_blanks` the blank ones before them."""
        if with_blanks:
            head = self.text[:start].rstrip()
            tail = self.text[end:]
            # What follows keeps the blank line that stood before the section.
            return Edit(len(head), end, "") if head else Edit(start, end + len(tail) - len(tail.lstrip("\n")), "")
        before = self.text.rfind("\n", 0, start)
        return Edit(before, end, "") if before >= 0 else Edit(start, min(end + 1, len(self.text)), "")


def content(node: Node) -> str:
    """The text of a string between its quotes, as the source has it, with "\\n" at the end of each line."""
    text = text_of(node).replace("\r\n", "\n").replace("\r", "\n")
    head = text[: opening(text)]
    return text[len(head) : -1 if len(head.lstrip("rRuUbB")) == 1 else -3]


def opening(text: str) -> int:
    """How many characters the prefix and the opening quotes of a string take."""
    bare = text.lstrip("rRuUbB")
    return len(text) - len(bare) + (3 if bare[:3] in {'"""', "'''"} else 1)
