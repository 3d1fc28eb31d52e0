"""How other files follow a definition that moves: imports of its name, and uses through the old module."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from beast_lsp.engine.refactors.imports.edits import ImportEdits
from beast_lsp.engine.refactors.imports.statements import Item, Statement, Wanted, statements
from beast_lsp.engine.refactors.move.target import Destination, written
from beast_lsp.engine.refactors.proposal import Edit, Name, Span
from beast_lsp.engine.scopes.resolution.definition import ModuleValue
from beast_lsp.engine.scopes.resolution.table import Occurrence, Role
from beast_lsp.errors import RefactoringRefused

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.refactors.move.moved_code import Moved
    from beast_lsp.engine.scopes.resolution.program import Module, Program

_TARGETS = frozenset({"pattern_list", "tuple_pattern", "list_pattern", "tuple", "list", "list_splat_pattern"})
_STORES = {"assignment": "left", "augmented_assignment": "left", "for_statement": "left", "for_in_clause": "left"}


@dataclass(eq=False)
class FileEdits:
    """The edits of one file: of its imports, and of other places. `uses` counts the places that are changed."""

    module: Module
    imports: ImportEdits
    edits: list[Edit] = field(default_factory=list)
    uses: int = 0
    seen: set[int] = field(default_factory=set)

    def all(self) -> list[Edit]:
        """Every edit of the file."""
        return [*self.imports.edits(), *self.edits]


def file_edits(program: Program, module: Module) -> FileEdits:
    """No edits yet."""

    def is_local(name: str) -> bool:
        return program.find(module.path, name) is not None

    return FileEdits(module, ImportEdits(module, is_local))


@dataclass(frozen=True)
class Importers:
    """Finds and rewrites the uses of a definition in files that import the module it leaves.

    `is_retained`: the old module still has the name. `is_tidy`: imports that nothing uses any more go.
    """

    program: Program
    moved: Moved
    target: Destination
    is_retained: bool
    is_tidy: bool

    def files(self) -> Iterator[Module]:
        """The files that may import the old module, by the words in them; the old module itself apart."""
        last = self.program.imports.dotted(self.moved.path).rpartition(".")[2]
        paths = dict.fromkeys(self.program.containing({last, self.moved.name}))
        if self.moved.path.endswith("/__init__.py"):
            folder = self.moved.path.removesuffix("__init__.py")
            paths |= dict.fromkeys(path for path in self.program.sources.paths() if path.startswith(folder))
        for path in paths:
            module = self.program.module(path) if path.endswith((".py", ".pyi")) and path != self.moved.path else None
            if module is not None and module.has_names:
                yield module

    def is_taken(self, name: str) -> bool:
        """Whether another file may take a name from the old module: by import, by star, or as its attribute."""
        last = self.program.imports.dotted(self.moved.path).rpartition(".")[2]
        word = re.compile(rb"\.\s*" + re.escape(name.encode()) + rb"(?!\w)")
        is_starred = self.moved.module.table.exported is None and not name.startswith("_")
        for path in set(self.program.containing({last})) - {self.moved.path}:
            module = self.program.module(path) if path.endswith((".py", ".pyi")) else None
            for one in statements(module.tree) if module is not None and module.has_names else ():
                names = {item.name for item in one.items}
                is_named = name in names or (is_starred and "*" in names)
                if is_named and one.is_from and self.program.find(path, one.module) == self.moved.path:
                    return True
                has_word = module is not None and word.search(module.tree.source) is not None
                if has_word and module is not None and any(self._binds_old(module, one, item) for item in one.items):
                    return True
        return False

    def follow(self, found: FileEdits) -> None:
        """Adds the edits of one file that imports the old module."""
        module, imports = found.module, found.imports
        for statement in imports.statements:
            source = self.program.find(module.path, statement.module) if statement.is_from else None
            for item in statement.items:
                if source == self.moved.path and item.name in {self.moved.name, "*"}:
                    self._named(found, statement, item)
                elif self._binds_old(module, statement, item):
                    self._through_module(found, statement, item)

    def _named(self, found: FileEdits, statement: Statement, item: Item) -> None:
        """`from old import name`, or a star import that brings it."""
        module_name = written(self.program, found.module.path, self.target, statement.module.startswith("."))
        if item.name == "*":
            wanted = Wanted(module_name, self.moved.name, "", self.moved.like)
            if self._is_starred() and not self.is_retained and found.module.path != self.target.path:
                found.imports.add_behind(statement, wanted)
                found.uses += 1
            return
        bound = (found.module.path, item.binder.start_byte, item.binder.end_byte)
        wanted = Wanted(module_name, self.moved.name, item.alias, bound, self.moved.like)
        found.imports.remove(statement, item)
        if found.module.path != self.target.path:
            found.imports.add_behind(statement, wanted)
        elif item.alias and item.alias != self.moved.name:
            self._renamed(found, item)
        found.uses += 1

    def _renamed(self, found: FileEdits, item: Item) -> None:
        """In the target, another name by which it was imported becomes its own."""
        one = found.module.table.by_start[item.binder.start_byte]
        for use in one.symbol.occurrences if one.symbol is not None else ():
            if use is not one:
                span = Span(found.module.path, use.start, use.end)
                found.edits.append(Edit(span, (Name(self.moved.name, span),)))

    def _is_starred(self) -> bool:
        table = self.moved.module.table
        if table.exported is not None:
            return self.moved.exported() is not None
        return not self.moved.name.startswith("_")

    def _binds_old(self, module: Module, statement: Statement, item: Item) -> bool:
        if statement.is_from:
            source = self.program.find(module.path, statement.module)
            return source is not None and self.program.below(source, item.name) == self.moved.path
        parts = item.name.split(".")
        prefixes = [".".join(parts[: length + 1]) for length in range(len(parts))]
        return any(self.program.find(module.path, prefix) == self.moved.path for prefix in prefixes)

    def _through_module(self, found: FileEdits, statement: Statement, item: Item) -> None:
        """The uses of a name that stands for the old module, or for a package on the way to it."""
        module = found.module
        one = module.table.by_start.get(item.binder.start_byte)
        if one is None or one.symbol is None:
            return
        changed = 0
        for use in one.symbol.occurrences:
            if use.role is not Role.READ:
                continue
            node = self._module_node(module, use)
            if node is not None and node.start_byte not in found.seen:
                found.seen.add(node.start_byte)
                changed += self._module_used(found, statement, node, item)
        found.uses += changed
        reads = [use for use in one.symbol.occurrences if use is not one]
        is_init = module.path.endswith("/__init__.py")
        if changed and changed == len(reads) and self.is_tidy and len(one.symbol.binders()) == 1 and not is_init:
            found.imports.remove(statement, item)

    def _module_node(self, module: Module, use: Occurrence) -> Node | None:
        """The expression around a name that yields the old module."""
        node: Node | None = use.node if not use.in_string else None
        while node is not None:
            if self.program.value(module.path, node) == ModuleValue(self.moved.path):
                return node
            outer = node.parent
            is_inner = outer is not None and outer.type == "attribute" and outer.named_children[0] == node
            node = outer if is_inner else None
        return None

    def _module_used(self, found: FileEdits, statement: Statement, node: Node, item: Item) -> bool:
        """One use of the old module as a whole: whether it was changed."""
        outer, name = node.parent, self.moved.name
        path, row = found.module.path, node.start_point[0] + 1
        if outer is None or outer.type not in {"attribute", "member_type"} or outer.named_children[0] != node:
            self._check_handed_on(found.module, node)
            return False
        attribute = outer.named_children[-1]
        if found.module.tree.text(attribute) in {"__dict__", "__getattr__"} and not self.is_retained:
            raise RefactoringRefused(f"{path}, line {row}, looks names of the module up by their text.")
        if found.module.tree.text(attribute) != name:
            return False
        if _is_stored(outer):
            raise RefactoringRefused(
                f"{path}, line {row}, gives `{name}` another value from outside of its module.",
                hint="Replace that first.",
            )
        span = Span(path, attribute.start_byte, attribute.end_byte)
        if path == self.target.path:
            whole = Span(path, outer.start_byte, outer.end_byte)
            found.edits.append(Edit(whole, (Name(name, span),)))
        else:
            shown = self._import_target(found, statement, item)
            found.edits.append(Edit(Span(path, node.start_byte, node.end_byte), (shown,)))
        return True

    def _import_target(self, found: FileEdits, statement: Statement, item: Item) -> str:
        """Imports the new module as the old one is, and says by which expression it is reached then."""
        path = found.module.path
        package, _, last = self.target.dotted.rpartition(".")
        taken = {one.name for one in found.module.table.occurrences if one.role not in {Role.ATTRIBUTE, Role.KEYWORD}}
        if not statement.is_from and not item.alias:
            head = self.target.dotted.partition(".")[0]
            if head not in taken or self._is_package(found.module, head):
                found.imports.add_behind(statement, Wanted(self.target.dotted))
                return self.target.dotted
        alias = "" if last not in taken or self._is_target(found.module, last) else _free(f"{last}_module", taken)
        if not package:
            found.imports.add_behind(statement, Wanted(last, "", alias))
            return alias or last
        relative = statement.module.startswith(".")
        source = written(self.program, path, package, relative) if package else ""
        found.imports.add_behind(statement, Wanted(source, last, alias))
        return alias or last

    def _is_package(self, module: Module, head: str) -> bool:
        """Whether a name of the file means the package that the new module lies in, by `import package.…`."""
        symbol = module.table.module.symbols.get(head)
        expected = self.program.find(module.path, head)
        found = [self.program.taken(module.path, one) for one in symbol.binders()] if symbol is not None else []
        is_only = not any(one.name == head and one.symbol not in {symbol, None} for one in module.table.occurrences)
        return is_only and bool(found) and all(one.kind == "module" and one.path == expected for one in found)

    def _is_target(self, module: Module, last: str) -> bool:
        """Whether a name of the file means the new module already."""
        symbols = {one.symbol for one in module.table.occurrences if one.name == last and one.symbol is not None}
        binders = [one for symbol in symbols for one in symbol.binders()]
        is_import = bool(binders) and all(one.role is Role.IMPORT for one in binders)
        return is_import and all(self.program.taken(module.path, one).path == self.target.path for one in binders)

    def _check_handed_on(self, module: Module, node: Node) -> None:
        """Refuses where the old module goes to code that may look for the name in it."""
        outer = node.parent
        if outer is None or outer.type in {"expression_statement", "delete_statement"}:
            return
        given = [child for child in outer.named_children if child.type == "string"] if outer is not None else []
        texts = {module.tree.text(one).strip("\"'") for one in given}
        if outer is not None and outer.type == "argument_list" and texts:
            if self.moved.name not in texts:
                return
        elif self.is_retained:
            return
        raise RefactoringRefused(
            f"{module.path}, line {node.start_point[0] + 1}, hands the module on: that may look for `{self.moved.name}`"
            " in it.",
            hint="With keep_alias=yes the old module keeps the name." if not self.is_retained and not texts else "",
        )


def _is_stored(node: Node) -> bool:
    """Whether an attribute is the target of an assignment, or deleted."""
    inner, outer = node, node.parent
    while outer is not None and outer.type in _TARGETS:
        inner, outer = outer, outer.parent
    if outer is None:
        return False
    if outer.type in {"delete_statement", "as_pattern_target"}:
        return True
    target = _STORES.get(outer.type)
    return target is not None and outer.child_by_field_name(target) == inner


def stores_of(program: Program, definition: object, name: str) -> Iterator[tuple[str, int]]:
    """Where a module's name gets another value as an attribute of the module: path and row."""
    word = re.compile(rb"\.\s*(" + re.escape(name.encode()) + rb")(?!\w)")
    for path in program.containing({name}):
        module = program.module(path) if path.endswith(".py") else None
        for match in word.finditer(module.tree.source) if module is not None and module.has_names else ():
            node = module.tree.tree.root_node.descendant_for_byte_range(*match.span(1)) if module is not None else None
            if module is None or node is None or node.parent is None or not _is_stored(node.parent):
                continue
            one = module.table.by_start.get(match.start(1))
            if one is not None and program.definition(path, one) == definition:
                yield path, node.start_point[0]


def _free(name: str, taken: set[str]) -> str:
    number, found = 2, name
    while found in taken:
        found, number = f"{name}_{number}", number + 1
    return found
