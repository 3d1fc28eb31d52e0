"""What a Python module has that is public: as `__all__` says, else what no underscore hides; re-exports included."""

from __future__ import annotations

import ast
import inspect
import warnings
from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from beast_lsp.engine.docs.pages.entry import Entry, Handed, ModuleEntry
from beast_lsp.engine.docs.pages.signatures import assignment_signature, class_signature, function_signature
from beast_lsp.engine.scopes.resolution.functions import decorators, text_of
from beast_lsp.engine.scopes.resolution.members import Klass

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.scopes.resolution.program import Module, Program

_BLOCKS = frozenset({"if_statement", "try_statement", "with_statement", "else_clause", "elif_clause", "block",
                     "except_clause", "finally_clause"})  # fmt: skip
_PROPERTIES = frozenset({"property", "cached_property", "classproperty"})
_DEEPEST = 8  # star imports of star imports, and bases of bases.


class PythonModules:
    """Reads modules of one program; `pages` are the paths of those that have a page.

    What is handed on from a module without a page is told of where it is handed on.
    """

    def __init__(self, program: Program, pages: Collection[str]) -> None:
        self._program = program
        self._pages = pages
        self._own: dict[str, dict[str, Entry]] = {}

    def module(self, path: str) -> ModuleEntry | None:
        """What a module holds; None where it can't be read."""
        module = self._program.module(path)
        if module is None or not module.has_names:
            return None
        entries, handed = self.public(module)
        doc = docstring_of(module.tree.tree.root_node)
        return ModuleEntry(self._program.imports.dotted(path), path, "python", doc, tuple(entries), tuple(handed))

    def public(self, module: Module) -> tuple[list[Entry], list[Handed]]:
        """What a module has of its own that is public, and what it hands on."""
        own = self.own(module)
        public = set(self.names(module, own))
        entries = [one for name, one in own.items() if name in public]
        handed: list[Handed] = []
        for name in sorted(public - own.keys()):
            found = self._handed(module, name)
            if isinstance(found, Handed):
                handed.append(found)
            elif found is not None:
                entries.append(found)
        return entries, handed

    def names(self, module: Module, own: Collection[str], depth: int = 0) -> list[str]:
        """The public names of a module."""
        table = module.table
        if table.exported is not None:
            return list(dict.fromkeys(one.name for one in table.exported))
        found = [name for name in own if not name.startswith("_")]
        if module.path.rpartition("/")[2].startswith("__init__."):
            found += [name for name in self._imported(module) if not name.startswith("_")]
        for star in table.stars if depth < _DEEPEST else ():
            source = self._program.find(module.path, star)
            other = self._program.module(source) if source is not None and not source.endswith("/") else None
            if other is not None and other.path != module.path and other.has_names:
                found += self.names(other, self.own(other), depth + 1)
        return list(dict.fromkeys(found))

    def _imported(self, module: Module) -> Iterator[str]:
        """The names that a package imports out of itself by `from … import`, which hands them on."""
        folder = module.path.rpartition("/")[0]
        for one in _statements(module.tree.tree.root_node):
            source = one.child_by_field_name("module_name") if one.type == "import_from_statement" else None
            found = self._program.find(module.path, text_of(source)) if source is not None else None
            for item in one.children_by_field_name("name") if found and found.startswith(f"{folder}/") else ():
                yield text_of(item.child_by_field_name("alias") or item)

    def _handed(self, module: Module, name: str) -> Entry | Handed | None:
        meaning = self._program.exported(module.path, name)
        if meaning is None or meaning.kind != "symbol" or meaning.path == module.path:
            return None
        other = self._program.module(meaning.path)
        if other is None or other.path.startswith("<"):
            return None
        if other.path in self._pages and meaning.name in self.names(other, self.own(other)):
            return Handed(name, self._program.imports.dotted(other.path), meaning.name)
        found = self.own(other).get(meaning.name)
        return replace(found, name=name, members=tuple(one.below(name) for one in found.members)) if found else None

    def own(self, module: Module) -> dict[str, Entry]:
        """What a module defines at its top, by name, in the order of the text."""
        if module.path not in self._own:
            self._own[module.path] = self._body(module, module.tree.tree.root_node, "")
        return self._own[module.path]

    def _body(self, module: Module, body: Node, holder: str) -> dict[str, Entry]:
        found: dict[str, Entry] = {}
        statements = list(_statements(body))
        for number, one in enumerate(statements):
            after = statements[number + 1] if number + 1 < len(statements) else None
            entry = self._entry(module, one, holder, after)
            if entry is not None:
                name = entry.name.rpartition(".")[2]
                found[name] = _joined(found[name], entry) if name in found else entry
        return found

    def _entry(self, module: Module, statement: Node, holder: str, after: Node | None) -> Entry | None:
        node = statement.child_by_field_name("definition") if statement.type == "decorated_definition" else statement
        if node is None:
            return None
        if node.type == "function_definition":
            return self._function(module, node, holder)
        if node.type == "class_definition":
            return self._class(module, node, holder)
        return self._assigned(module, node, holder, after)

    def _function(self, module: Module, node: Node, holder: str) -> Entry:
        names = {text_of(one).partition("(")[0].rpartition(".")[2] for one in decorators(node)}
        is_property = bool(holder) and not names.isdisjoint(_PROPERTIES | {"setter", "deleter", "getter"})
        kind = "property" if is_property else "method" if holder else "function"
        name = _qualified(holder, text_of(node.child_by_field_name("name")))
        doc = docstring_of(node.child_by_field_name("body"))
        return Entry(name, kind, function_signature(node), doc, module.path, _line(node))

    def _class(self, module: Module, node: Node, holder: str) -> Entry:
        name = _qualified(holder, text_of(node.child_by_field_name("name")))
        body, scope = node.child_by_field_name("body"), module.table.scopes.get(node.id)
        members = self._body(module, body, name) if body is not None else {}
        if scope is not None:
            members |= self._inherited(self._program.classes.of(module.path, scope), name, members.keys())
        shown = tuple(one for key, one in members.items() if _is_shown(key, one))
        return Entry(name, "class", class_signature(node), docstring_of(body), module.path, _line(node), shown)

    def _inherited(self, klass: Klass, name: str, known: Collection[str]) -> dict[str, Entry]:
        """What a class has from bases that no reader can look up, since they are private."""
        found: dict[str, Entry] = {}
        for base in self._program.classes.ancestors(klass)[:_DEEPEST]:
            if isinstance(base, str) or base is klass or base.path.startswith("<") or not self._is_hidden(base):
                continue
            module, body = self._program.module(base.path), base.scope.node.child_by_field_name("body")
            entries = self._body(module, body, name) if module is not None and body is not None else {}
            found |= {key: one for key, one in entries.items() if key not in found and key not in known}
        return found

    def _is_hidden(self, klass: Klass) -> bool:
        return klass.name.startswith("_") or klass.path not in self._pages

    def _assigned(self, module: Module, statement: Node, holder: str, after: Node | None) -> Entry | None:
        if statement.type == "type_alias_statement":
            left = statement.child_by_field_name("left")
            name = text_of(left).partition("[")[0] if left is not None else ""
            signature = " ".join(text_of(statement).split())
            doc = _doc_beside(module, statement, after)
            return Entry(_qualified(holder, name), "type", signature, doc, module.path, _line(statement))
        value = statement.named_children[0] if statement.type == "expression_statement" else None
        if value is None or value.type != "assignment":
            return None
        left = value.child_by_field_name("left")
        if left is None or left.type != "identifier":
            return None
        name, doc = text_of(left), _doc_beside(module, statement, after)
        kind = "attribute" if holder else "constant"
        return Entry(_qualified(holder, name), kind, assignment_signature(value), doc, module.path, _line(statement))


def docstring_of(body: Node | None) -> str:
    """The docstring of a module or of a body, without its indentation; empty where there is none. Total."""
    statements = [one for one in body.named_children if one.type != "comment"] if body is not None else []
    return _string(statements[0]) if statements else ""


def _string(statement: Node) -> str:
    inner = (
        statement.named_children[0] if statement.type == "expression_statement" and statement.named_children else None
    )
    if inner is None or inner.type not in {"string", "concatenated_string"}:
        return ""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Escapes that mean nothing are the code's own business.
            value = ast.literal_eval(text_of(inner))
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return ""
    return inspect.cleandoc(value) if isinstance(value, str) else ""


def _doc_beside(module: Module, statement: Node, after: Node | None) -> str:
    """What is said of an assigned name: the string below it, or the comment `#:` above or beside it."""
    below = _string(after) if after is not None else ""
    if below:
        return below
    row, lines = statement.start_point.row, module.tree.lines
    above = []
    while row > 0 and lines[row - 1].strip().startswith("#:"):
        row -= 1
        above.append(lines[row].strip()[2:].strip())
    beside = lines[statement.end_point.row].partition("#:")[2].strip()
    return "\n".join(reversed(above)) or beside


def _statements(body: Node) -> Iterator[Node]:
    """The statements of a body; those that a condition or `try` holds at the same level, too."""
    for one in body.named_children:
        if one.type in _BLOCKS:
            yield from _statements(one)
        else:
            yield one


def _joined(first: Entry, second: Entry) -> Entry:
    """Two definitions of one name: overloads, and a property with its setter, are told of together."""
    if {first.kind, second.kind} == {"property"}:
        return replace(first, signature=f"{first.signature}\n{second.signature}", doc=first.doc or second.doc)
    if "@overload" in first.signature or "@typing.overload" in first.signature:
        signature = first.signature if "overload" not in second.signature else f"{first.signature}\n{second.signature}"
        return replace(second, signature=signature, line=first.line, doc=second.doc or first.doc)
    is_same = first.kind == second.kind and first.kind in {"constant", "attribute"}
    return first if is_same or (first.doc and not second.doc) else second


def _is_shown(name: str, entry: Entry) -> bool:
    """Whether a member of a class is public: operators where they say something of themselves, too."""
    if name.startswith("__") and name.endswith("__"):
        return name == "__init__" or (bool(entry.doc) and entry.kind != "attribute")
    return not name.startswith("_")


def _qualified(holder: str, name: str) -> str:
    return f"{holder}.{name}" if holder else name


def _line(node: Node) -> int:
    return int(node.start_point.row)
