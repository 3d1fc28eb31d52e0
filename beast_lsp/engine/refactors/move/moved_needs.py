"""What moved code uses of the module that it leaves, and how it gets that in the module that it comes to."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from beast_lsp.engine.refactors.imports.statements import Item, Statement, Wanted, is_for_types, statements
from beast_lsp.engine.refactors.move.importers import stores_of
from beast_lsp.engine.refactors.move.moved_code import is_at_load, needed
from beast_lsp.engine.refactors.move.target import written
from beast_lsp.engine.refactors.proposal import Edit, Name, Span
from beast_lsp.engine.scopes.resolution.definition import ModuleValue
from beast_lsp.engine.scopes.resolution.table import Occurrence, Role, Symbol
from beast_lsp.errors import RefactoringRefused

if TYPE_CHECKING:
    from beast_lsp.engine.refactors.move.moved_code import Moved
    from beast_lsp.engine.refactors.move.target import Destination
    from beast_lsp.engine.refactors.refactoring import Site
    from beast_lsp.engine.scopes.resolution.program import Module


@dataclass(eq=False)
class Needs:
    """What comes along: imports for the target, `typed` ones for type checkers only, and edits within the moved text.

    `own` are names that the target itself has; `at_load` those of them that the definition needs when it is made.
    `idle` are imports of the old module that nothing else there uses. `names` are all that it reads of its module.
    """

    imports: list[Wanted] = field(default_factory=list)
    typed: list[Wanted] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)
    own: list[str] = field(default_factory=list)
    at_load: list[str] = field(default_factory=list)
    idle: list[tuple[Statement, Item]] = field(default_factory=list)
    names: list[str] = field(default_factory=list)


def needs_of(site: Site, moved: Moved, target: Destination) -> Needs:
    """What the moved code needs. Raises RefactoringRefused for what it can't get in the target."""
    return _Collector(site, moved, target).collected()


class _Collector:
    def __init__(self, site: Site, moved: Moved, target: Destination) -> None:
        self._site, self._program, self._moved, self._target = site, site.program, moved, target
        self._there: Module | None = site.program.module(target.path) if target.is_there else None
        self._found = Needs()
        self._imports = {
            item.binder.start_byte: (one, item) for one in statements(site.module.tree) for item in one.items
        }

    def collected(self) -> Needs:
        used: defaultdict[Symbol, list[Occurrence]] = defaultdict(list)
        for one in needed(self._site, self._moved):
            if one.symbol is None:
                self._starred(one)
            else:
                used[one.symbol].append(one)
        for symbol, uses in used.items():
            self._found.names.append(symbol.name)
            self._symbol(symbol, uses)
        self._relative_imports()
        return self._found

    def _starred(self, one: Occurrence) -> None:
        """What a star import of the old module brings is imported by its name."""
        definition = self._program.definition(self._site.path, one)
        if definition.kind != "symbol":
            raise RefactoringRefused(f"`{one.name}` comes from a star import.", hint="Import it by its name first.")
        if definition.path == self._target.path:
            self._is_own(one.name, [one])
            return
        module = written(self._program, self._target.path, self._program.imports.dotted(definition.path), False)
        alias = one.name if one.name != definition.name else ""
        self._add(Wanted(module, definition.name, alias, (self._site.path, one.start, one.end)), [one])

    def _symbol(self, symbol: Symbol, uses: list[Occurrence]) -> None:
        binders = symbol.binders()
        known = [self._imports.get(one.start) for one in binders if one.role is Role.IMPORT]
        tops = [each for each in known if each is not None and _is_plain(each[0])]
        if len(tops) == len(binders):
            for statement, item in tops:
                self._imported(symbol, statement, item, uses)
        else:
            self._stays(symbol, uses)

    def _imported(self, symbol: Symbol, statement: Statement, item: Item, uses: list[Occurrence]) -> None:
        """A name that the old module imports, too."""
        like = (self._site.path, item.binder.start_byte, item.binder.end_byte)
        if len(symbol.binders()) == 1 and all(
            self._moved.holds(one) or one.start == like[1] for one in symbol.occurrences
        ):
            self._found.idle.append((statement, item))
        if not statement.is_from:
            self._whole_module(statement, Wanted(item.name, "", item.alias, like), uses)
            return
        source = self._program.find(self._site.path, statement.module)
        if source == self._target.path:
            self._of_target(item, uses)
            return
        absolute = self._program.absolute(self._site.path, statement.module)
        relative = statement.module.startswith(".")
        module = written(self._program, self._target.path, absolute, relative) if source is not None else absolute
        if source is not None and self._seen(module) != source:
            raise RefactoringRefused(
                f"`{statement.module}` can't be imported from {self._target.path} in the same way."
            )
        below = self._program.below(source, item.name) if source is not None else None
        if below == self._target.path:
            self._through_target(uses)
        else:
            self._add(Wanted(module, item.name, item.alias, like), uses, statement.is_typing)

    def _seen(self, module: str) -> str | None:
        return self._program.find(self._target.path, module)

    def _whole_module(self, statement: Statement, wanted: Wanted, uses: list[Occurrence]) -> None:
        old = self._program.find(self._site.path, wanted.module)
        if old == self._target.path:
            self._through_target(uses)
            return
        if old is not None and self._seen(wanted.module) != old:
            raise RefactoringRefused(f"`{wanted.module}` can't be imported from {self._target.path} in the same way.")
        self._add(wanted, uses, statement.is_typing)

    def _of_target(self, item: Item, uses: list[Occurrence]) -> None:
        """What the old module imports from the target is there under its own name."""
        self._is_own(item.name, uses)
        for use in uses if item.bound != item.name else ():
            span = Span(self._site.path, use.start, use.end)
            self._found.edits.append(Edit(span, (Name(item.name, span),)))

    def _through_target(self, uses: list[Occurrence]) -> None:
        """`target.name` becomes `name`."""
        for use in uses:
            node = use.node
            while self._program.value(self._site.path, node) != ModuleValue(self._target.path):
                outer = node.parent
                if outer is None or outer.type != "attribute" or outer.named_children[0] != node:
                    raise RefactoringRefused(f"It uses the module {self._target.dotted} as a whole.")
                node = outer
            whole = node.parent
            if whole is None or whole.type != "attribute" or whole.named_children[0] != node or use.in_string:
                raise RefactoringRefused(f"It uses the module {self._target.dotted} as a whole.")
            last = whole.named_children[-1]
            span = Span(self._site.path, last.start_byte, last.end_byte)
            text = self._site.text(last)
            self._is_own(text, [use])
            self._found.edits.append(Edit(self._site.span(whole), (Name(text, span),)))

    def _is_own(self, name: str, uses: list[Occurrence]) -> None:
        self._found.own.append(name)
        if any(is_at_load(one, self._moved) for one in uses):
            self._found.at_load.append(name)

    def _stays(self, symbol: Symbol, uses: list[Occurrence]) -> None:
        """A name that the old module defines and keeps: the target imports it from there."""
        path, name = self._site.path, symbol.name
        changing = next(
            (one for one in symbol.binders() if one.scope.function is not self._site.module.table.module), None
        )
        definition = self._program.definition(path, uses[0])
        stored = next(stores_of(self._program, definition, name), None)
        where = (path, changing.node.start_point[0]) if changing is not None else stored
        if where is not None:
            raise RefactoringRefused(
                f"It reads `{name}`, which {where[0]} binds anew in line {where[1] + 1}.",
                hint="Hand that in as a parameter first.",
            )
        if _is_script(self._site.module):
            raise RefactoringRefused(
                f"It uses `{name}` of {path}, which is run as a program: importing it would run it again.",
                hint=f"Move `{name}` first.",
            )
        known = self._there.table.module.symbols.get(name) if self._there is not None else None
        if known is not None and self._program.definition(self._target.path, known.binders()[0]) == definition:
            self._is_own(name, uses)
            return
        dotted = self._program.imports.dotted(path)
        first = symbol.binders()[0]
        wanted = Wanted(
            written(self._program, self._target.path, dotted, self._prefers_dots()),
            name, self._alias(name, dotted, uses), (path, first.start, first.end),
        )  # fmt: skip
        tree = self._site.module.tree
        self._add(wanted, uses, all(is_for_types(tree, one.node) for one in symbol.binders()))

    def _prefers_dots(self) -> bool:
        """Whether the target, or else the old module, writes imports of its package with dots."""
        for module in (self._there, self._site.module):
            if module is not None:
                found = [one.module for one in statements(module.tree) if one.is_from]
                local = [one for one in found if one.startswith(".") or self._program.find(module.path, one)]
                if local:
                    return local[0].startswith(".")
        return False

    def _alias(self, name: str, dotted: str, uses: list[Occurrence]) -> str:
        """Another name, where the target has one of its own; the moved text gets it then."""
        if self._there is None or name not in self._there.table.module.symbols:
            return ""
        taken = {one.name for module in (self._there, self._site.module) for one in module.table.occurrences}
        alias = f"{dotted.rpartition('.')[2]}_{name.lstrip('_')}"
        if alias in taken or any(one.in_string for one in uses):
            raise RefactoringRefused(f"{self._target.path} has another `{name}`.", hint="Rename one of them first.")
        for one in uses:
            span = Span(self._site.path, one.start, one.end)
            self._found.edits.append(Edit(span, (Name(alias, span),)))
        return alias

    def _add(self, wanted: Wanted, uses: list[Occurrence], is_typed: bool = False) -> None:
        if self._there is not None and self._is_known(wanted, uses[0], is_typed):
            if any(is_at_load(one, self._moved) for one in uses):
                self._found.at_load.append(wanted.bound)
            return
        (self._found.typed if is_typed else self._found.imports).append(wanted)

    def _is_known(self, wanted: Wanted, use: Occurrence, is_typed: bool) -> bool:
        """Whether the target has the very same under this name, from an import that runs or for types alone."""
        symbol = self._there.table.module.symbols.get(wanted.bound) if self._there is not None else None
        if symbol is None or self._there is None or ("." in wanted.module and not wanted.name):
            return False
        of_item = {item.binder.start_byte: one for one in statements(self._there.tree) for item in one.items}
        runs = [one for one in symbol.binders() if is_typed or not _is_for_types(of_item.get(one.start))]
        meaning = self._program.definition(self._site.path, use)
        return bool(runs) and self._program.definition(self._target.path, runs[0]) == meaning

    def _relative_imports(self) -> None:
        """Imports with dots within the moved code mean another package at another place."""
        for one in statements(self._site.module.tree):
            if not (self._moved.start <= one.node.start_byte < self._moved.end) or not one.module.startswith("."):
                continue
            absolute = self._program.absolute(self._site.path, one.module)
            module = written(self._program, self._target.path, absolute, True)
            source = one.node.child_by_field_name("module_name")
            if module != one.module and source is not None:
                self._found.edits.append(Edit(self._site.span(source), (module,)))


def _is_plain(statement: Statement) -> bool:
    """Whether an import stands at the top of the module, or below it for type checkers, without any condition."""
    outer = statement.node.parent
    return outer is not None and (outer.type == "module" or statement.is_typing)


def _is_for_types(statement: Statement | None) -> bool:
    return statement is not None and statement.is_typing


def _is_script(module: Module) -> bool:
    """Whether a module is run as a program, too."""
    if module.path.rpartition("/")[2] == "__main__.py":
        return True
    for node in module.tree.tree.root_node.named_children:
        condition = node.child_by_field_name("condition") if node.type == "if_statement" else None
        text = module.tree.text(condition) if condition is not None else ""
        if "__name__" in text and "__main__" in text:
            return True
    return False
