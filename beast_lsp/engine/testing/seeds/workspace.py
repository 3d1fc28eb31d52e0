"""What the names of an expression somewhere in the workspace need in order to stand in a test file."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from beast_lsp.engine.conventions import is_test
from beast_lsp.engine.refactors.imports.statements import Statement, statements
from beast_lsp.engine.scopes.resolution.functions import text_of
from beast_lsp.engine.scopes.resolution.table import Role
from beast_lsp.engine.testing.modules import ModuleName, module_name
from beast_lsp.engine.testing.nodes import descendants, is_literal

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.scopes.resolution.program import Module, Program
    from beast_lsp.engine.scopes.resolution.table import Occurrence, Symbol

_LONGEST = 300  # characters of an expression; a longer one is data.
_MOST_FILES = 50  # that are read for the uses of one module's names.
_BUILTINS = frozenset(dir(builtins))
_VARYING = re.compile(r"(?:from|import) (?:random|secrets|time|uuid)\b")  # another value each time.


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression as source on one line, and the import statements of the names in it."""

    text: str
    imports: dict[str, str] = field(default_factory=dict)


@dataclass(eq=False)
class Workspace:
    """A program, with what was found out of its modules."""

    program: Program
    _names: dict[str, ModuleName] = field(default_factory=dict)
    _statements: dict[str, dict[str, str]] = field(default_factory=dict)
    _uses: dict[str, dict[str, list[Occurrence]]] = field(default_factory=dict)

    def uses(self, path: str, name: str) -> tuple[Module, list[Occurrence]] | None:
        """A file, and where it uses a name; None where it can't be read, or where enough files have been."""
        if path not in self._uses and len(self._uses) >= _MOST_FILES:
            return None
        module = self.program.module(path)
        if module is None or not module.has_names:
            return None
        if path not in self._uses:
            found: dict[str, list[Occurrence]] = {}
            for one in module.table.occurrences:
                if one.role in {Role.READ, Role.ATTRIBUTE} and not one.in_string:
                    found.setdefault(one.name, []).append(one)
            self._uses[path] = found
        return module, self._uses[path].get(name, [])

    def module_name(self, path: str) -> ModuleName:
        """How the file at a path is imported."""
        if path not in self._names:
            self._names[path] = module_name(self.program, path)
        return self._names[path]

    def imported(self, module: Module) -> dict[str, str]:
        """The names that a file's imports bind, each with a statement that does so from anywhere."""
        if module.path not in self._statements:
            self._statements[module.path] = {
                name: text for one in statements(module.tree) for name, text in self._texts(module.path, one)
            }
        return self._statements[module.path]

    def _texts(self, path: str, statement: Statement) -> Iterator[tuple[str, str]]:
        source = self._absolute(path, statement.module)
        if source is None or statement.module == "__future__":
            return
        for item in statement.items:
            alias = f" as {item.alias}" if item.alias else ""
            if item.name != "*":
                yield item.bound, f"from {source} import {item.name}{alias}" if source else f"import {item.name}{alias}"

    def _absolute(self, path: str, source: str) -> str | None:
        """The module of an import without leading dots; None where it is a helper of tests, or outside of the root."""
        found = self.program.find(path, source) if source else None
        if found is not None and is_test(found):
            return None
        bare = source.lstrip(".")
        level = len(source) - len(bare)
        if not level:
            return source
        own = self.module_name(path).name.split(".")
        kept = own[: len(own) - level + path.endswith("/__init__.py")]
        return ".".join([*kept, *([bare] if bare else [])]) or None

    def importing(self, module: Module, name: str) -> str | None:
        """The statement that brings a name of the top of a file to a test; None where a test can't have it."""
        symbol = module.table.module.symbols.get(name)
        roles = {one.role for one in symbol.binders()} if symbol is not None else set()
        if Role.IMPORT in roles:
            return self.imported(module).get(name)
        is_open = roles and not is_test(module.path)
        return f"from {self.module_name(module.path).name} import {name}" if is_open else None

    def expression(self, module: Module, node: Node) -> Expression | None:
        """An expression for a test file; None where it uses names that a test file can't have."""
        imports: dict[str, str] = {}
        for one in free_names(module, node):
            if one.symbol is None and one.name in _BUILTINS:
                continue
            found = self.importing(module, one.name) if is_global(one) else None
            if found is None:
                return self._constant(module, node)
            if _VARYING.match(found):
                return None
            imports[one.name] = found
        text = one_line(text_of(node))
        return Expression(text, imports) if text else None

    def _constant(self, module: Module, node: Node) -> Expression | None:
        """What a name stands for that is bound once, to a literal."""
        one = module.table.by_start.get(node.start_byte) if node.type == "identifier" else None
        value = assigned(one.symbol) if one is not None and one.symbol is not None else None
        text = one_line(text_of(value)) if value is not None and is_literal(value) else ""
        return Expression(text) if text else None


def is_global(one: Occurrence) -> bool:
    """Whether a name is one of the module's."""
    return one.symbol is not None and one.symbol.scope.kind == "module"


def free_names(module: Module, node: Node) -> Iterator[Occurrence]:
    """The names of an expression or statement that something outside of it binds, and built-in ones."""
    for child in descendants(node):
        one = module.table.by_start.get(child.start_byte) if child.type == "identifier" else None
        if one is None or one.role in {Role.ATTRIBUTE, Role.KEYWORD, Role.PARAMETER}:
            continue
        inner = one.symbol.scope.node if one.symbol is not None else None
        if inner is None or not (node.start_byte <= inner.start_byte and inner.end_byte <= node.end_byte):
            yield one


def assigned(symbol: Symbol) -> Node | None:
    """The value of a name that one plain assignment binds, and nothing else."""
    one = symbol.only(Role.WRITE)
    holder = one.node.parent if one is not None else None
    if holder is None or holder.type != "assignment" or holder.child_by_field_name("left") != one.node:  # type: ignore[union-attr]  # a holder has a node.
        return None
    return holder.child_by_field_name("right")


def one_line(text: str) -> str:
    """An expression on one line; "" where it is too long or can't be read."""
    if "\n" not in text:
        return text if 0 < len(text) <= _LONGEST else ""
    try:
        joined = ast.unparse(ast.parse(text.strip(), mode="eval"))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    return joined if len(joined) <= _LONGEST and "\n" not in joined else ""
