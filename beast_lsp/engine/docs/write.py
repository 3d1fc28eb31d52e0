"""A docstring for a definition of Python: a new one, or the one that is there brought up to date, as edits of its file.

Words come from facts alone. What is there and still true stays word for word.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from beast_lsp.engine.docs.examples import with_example
from beast_lsp.engine.docs.facts.model import FunctionFacts
from beast_lsp.engine.docs.facts.python import local_facts
from beast_lsp.engine.docs.facts.signature import parameters
from beast_lsp.engine.docs.facts.syntax import decorator_names, docstring_node, owner, qualified_name, whole
from beast_lsp.engine.docs.facts.through import Reader
from beast_lsp.engine.docs.stale.documented import Documented, content, opening
from beast_lsp.engine.docs.styles.model import Docstring
from beast_lsp.engine.docs.styles.reading import read
from beast_lsp.engine.docs.words import with_words
from beast_lsp.engine.docs.writing.items import Elsewhere, Known, class_content, function_content
from beast_lsp.engine.docs.writing.layout import Content, Manner, body
from beast_lsp.engine.docs.writing.manner import docstrings, glanced_manner, manner_of
from beast_lsp.engine.docs.writing.names import imperative, is_verbal
from beast_lsp.engine.docs.writing.summary import module_summary
from beast_lsp.engine.docs.writing.update import Wish, updated
from beast_lsp.engine.refactors.proposal import Edit, Span
from beast_lsp.engine.scopes.resolution.functions import text_of
from beast_lsp.engine.tokens import indent_unit

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.scopes.resolution.program import Module, Program
    from beast_lsp.engine.syntax import SyntaxTree

_NEIGHBOURS = 12  # files of the same folder that show how docstrings are written.
_LONGEST = 72  # a summary that is taken over from a base, in characters.


@dataclass(frozen=True)
class Convention:
    """What the project's profile says: the style ("" where it says none), and the longest line.

    `example` are the lines of a doctest that was run, for the docstring of a function; empty for none. `words` are what
    an endpoint says of the function, taken as far as they pass `docs.words`.
    """

    style: str = ""
    width: int = 88
    example: tuple[str, ...] = ()
    words: str = ""


class Writer:
    """Writes the docstrings of one file. Raises LookupError where the file is gone, or of another language.

    With `is_quick` no other file is looked at: enough to tell a menu whether there is anything to do.
    """

    def __init__(
        self, program: Program, path: str, convention: Convention | None = None, *, is_quick: bool = False
    ) -> None:
        module = program.module(path)
        if module is None or module.tree.language != "python":
            raise LookupError(path)
        self._module: Module = module
        self._program = program
        self._path = path
        self._reader = Reader(program)
        self._convention = convention or Convention()
        self._is_quick = is_quick

    @property
    def tree(self) -> SyntaxTree:
        """The file's tree."""
        return self._module.tree

    @cached_property
    def manner(self) -> Manner:
        """How the file's docstrings are written."""
        if self._is_quick:
            return glanced_manner(self.tree)
        return manner_of(self.tree, self._neighbours, self._convention.style, self._convention.width)

    @cached_property
    def _neighbours(self) -> list[SyntaxTree]:
        """The other files of the folder, the first of them."""
        folder = posixpath.dirname(self._path)
        beside = sorted(one for one in self._program.sources.paths() if posixpath.dirname(one) == folder)
        paths = [one for one in beside if one.endswith(".py") and one != self._path][:_NEIGHBOURS]
        return [module.tree for one in paths if (module := self._program.module(one)) is not None]

    @cached_property
    def _around(self) -> list[Docstring]:
        return list(docstrings([self.tree, *self._neighbours]))

    def edits(self, node: Node) -> list[Edit]:
        """The edits that document a function, a class or the module; none where nothing is to be done."""
        text = self.text(node)
        string = docstring_node(node)
        if text is None:
            return []
        if string is None:
            return [self._inserted(node, text)]
        old = text_of(string).replace("\r\n", "\n")
        prefix = old[: opening(old)]
        new = f"{prefix}{text}{prefix.lstrip('rRuU')}"
        return [Edit(self._span(string.start_byte, string.end_byte), (new,))] if new != old else []

    def text(self, node: Node) -> str | None:
        """What is to stand between the quotes of a definition's docstring; None where it has to have none."""
        if node.type == "module":
            return None if docstring_node(node) is not None else self._module_text()
        indent = self._indent(node)
        if node.type == "class_definition":
            return None if docstring_node(node) is not None else self._class_text(node, indent)
        if any(one.rpartition(".")[2] == "overload" for one in decorator_names(node)):
            return None  # The implementation is what is documented.
        text, example = self._function_text(node, indent), self._convention.example
        if not example:
            return text
        style = read(text).style
        return with_example(text, example, self.manner.style if style == "plain" else style, indent, self.manner.unit)

    def _module_text(self) -> str | None:
        facts = self._reader.module(self._path)
        return module_summary(facts) if facts is not None else None

    def _class_text(self, node: Node, indent: str) -> str:
        return self._laid_out(class_content(self._reader.klass(self._path, node), self.manner), indent)

    def _function_text(self, node: Node, indent: str) -> str:
        if self._is_quick:
            above = self._reader.overridden(self._path, node)
            facts = replace(local_facts(node), overrides=qualified_name(above[1]) if above is not None else "")
            return self._of_facts(node, indent, facts, lambda _: "", "")
        known = Elsewhere(self._reader, self._path, node, self._around)
        base = imperative(known.base_summary) if self.manner.is_imperative else known.base_summary
        return self._of_facts(node, indent, self._reader.function(self._path, node), known, base)

    def _of_facts(self, node: Node, indent: str, facts: FunctionFacts, known: Known, base: str) -> str:
        found = function_content(facts, self.manner, known)
        if self._convention.words:
            found = with_words(found, self._convention.words, facts, self.manner)
        string = docstring_node(node)
        if string is not None and content(string).strip():
            wish = Wish(found.sections, self.manner, indent, self._of_class(node))
            return updated(Documented(node), facts, wish)
        is_fitting = facts.kind == "property" or is_verbal(base)
        if (
            base
            and is_fitting
            and len(base) <= _LONGEST
            and base.endswith(".")
            and "\\" not in base
            and '"' not in base
        ):
            found = Content(base, found.paragraphs, found.sections)
        if self._of_class(node):
            found.sections.pop("parameter", None)
        return self._laid_out(found, indent)

    def _laid_out(self, found: Content, indent: str) -> str:
        text = body(found, self.manner, indent)
        if "\n" not in text:
            return text
        head = f"\n{indent}" if self.manner.starts_below else ""
        return f"{head}{text}\n{indent}"

    def _of_class(self, node: Node) -> frozenset[str]:
        """The parameters of a constructor, where the docstring of its class describes all of them."""
        klass = owner(node) if text_of(node.child_by_field_name("name")) == "__init__" else None
        string = docstring_node(klass) if klass is not None else None
        listed = read(content(string)).of("parameter") if string is not None else ()
        found = frozenset(name for one in listed for name in one.names)
        return found if {one.name for one in parameters(node)} <= found else frozenset()

    def _indent(self, node: Node) -> str:
        """The indentation of a definition's body."""
        block = node.child_by_field_name("body")
        is_inline = block is None or block.start_point.row == self._colon(node).start_point.row
        source = self.tree.source
        at = whole(node).start_byte if is_inline or block is None else block.start_byte
        line = source[source.rfind(b"\n", 0, at) + 1 : at]
        lead = line[: len(line) - len(line.lstrip(b" \t\f"))].decode()
        return lead + (indent_unit(self.tree.lines) if is_inline else "")

    @staticmethod
    def _colon(node: Node) -> Node:
        """The colon that a definition's header ends with."""
        block = node.child_by_field_name("body")
        colons = [
            one for one in node.children if one.type == ":" and (block is None or one.end_byte <= block.start_byte)
        ]
        return colons[-1] if colons else node

    def _inserted(self, node: Node, text: str) -> Edit:
        """The edit that puts a new docstring where a definition has none."""
        quoted = f'"""{text}"""'
        if node.type == "module":
            return self._at_top(quoted)
        indent, colon = self._indent(node), self._colon(node)
        block = node.child_by_field_name("body")
        blank = "\n" if node.type == "class_definition" else ""
        source = self.tree.source
        if block is not None and block.start_point.row == colon.start_point.row:
            new = f"\n{indent}{quoted}\n{blank}{indent}"
            return Edit(self._span(colon.end_byte, block.start_byte), (new,))
        start = source.find(b"\n", colon.end_byte) + 1
        end = start
        while (stop := source.find(b"\n", end)) >= 0 and not source[end:stop].strip():
            end = stop + 1  # Blank lines would stand between the docstring and the code.
        return Edit(self._span(start, end), (f"{indent}{quoted}\n{blank}",))

    def _at_top(self, quoted: str) -> Edit:
        """A module's docstring goes below the comments at its top: the interpreter's line, the licence."""
        at = 0
        for line in self._lines():
            if not line.startswith(b"#"):
                break
            at += len(line)
        gap = "\n" if at else ""
        follows = self.tree.source[at:].strip()
        blank = "\n" if follows and not self.tree.source[at:].startswith((b"\n", b"\r\n")) else ""
        return Edit(self._span(at, at), (f"{gap}{quoted}\n{blank}",))

    def _lines(self) -> Iterator[bytes]:
        return iter(self.tree.source.splitlines(keepends=True))

    def _span(self, start: int, end: int) -> Span:
        return Span(self._path, start, end)
