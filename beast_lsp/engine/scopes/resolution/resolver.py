"""From occurrences to definitions: follows imports and star imports over files, and looks attributes up in classes."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Protocol

from beast_lsp.engine.scopes.resolution.definition import Definition, ModuleValue, Outside, Value
from beast_lsp.engine.scopes.resolution.functions import class_around, parameter_kind, receiver, text_of
from beast_lsp.engine.scopes.resolution.keywords import Keywords
from beast_lsp.engine.scopes.resolution.link import BUILTINS
from beast_lsp.engine.scopes.resolution.members import Classes, Klass
from beast_lsp.engine.scopes.resolution.table import Occurrence, Role, Symbol
from beast_lsp.engine.scopes.resolution.types import Types

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.scopes.resolution.program import Module

Target = tuple[str, Symbol] | ModuleValue | Outside
"""What imports lead to: a symbol and the file that has it, a module, or something outside."""


class Files(Protocol):
    """What the resolver asks of a program."""

    def module(self, path: str) -> Module | None:
        """The file at a path."""
        ...

    def find(self, importer: str, name: str) -> str | None:
        """The path of the module that an import means."""
        ...

    def below(self, module: str, name: str) -> str | None:
        """The path of a submodule."""
        ...

    def absolute(self, importer: str, name: str) -> str:
        """The dotted name of a module without leading dots."""
        ...


class Resolver:
    """Finds what names mean in the files of one program. Total: what can't be told has a definition that says so."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self.module = files.module
        self.classes = Classes(self)
        self._types = Types(self)
        self._keywords = Keywords(self)
        self._own: dict[Symbol, Definition] = {}
        self._followed: dict[Symbol, Target] = {}
        self._found: dict[tuple[str, str], Target | None] = {}

    def value(self, path: str, node: Node) -> Value | None:
        """What an expression yields; None where that is not certain."""
        return self._types.of(path, node)

    def value_at(self, path: str, start: int) -> Value | None:
        """The value of the name that begins at a byte of a file."""
        module = self.module(path)
        one = module.table.by_start.get(start) if module is not None else None
        return self._types.occurrence(path, one) if one is not None else None

    def member_value(self, value: Value, name: str) -> Value | None:
        """What an attribute of a value yields."""
        return self._types.member(value, name)

    def starred_value(self, path: str, name: str) -> Value | None:
        """The value of a name that a star import of a file brings."""
        return self.value_of(self._starred(path, name))

    def value_of(self, target: Target | None) -> Value | None:
        """The value of what an import leads to."""
        return self._types.symbol(*target) if isinstance(target, tuple) else target

    def occurrence(self, path: str, one: Occurrence) -> Definition:
        """What a name means."""
        if one.symbol is not None:
            return self.symbol(path, one.symbol)
        if one.role is Role.ATTRIBUTE:
            return self.attribute(self._types.receiver(path, one), one.name)
        if one.role is Role.KEYWORD:
            return self._keywords.definition(path, one)
        if one.role is Role.IMPORTED:
            return self.definition(self.imported(path, one))
        found = self._unbound(path, one)
        if found is not None:
            return self.definition(found)
        return Definition("builtin" if one.name in BUILTINS else "unknown", one.name)

    def _unbound(self, path: str, one: Occurrence) -> Target | None:
        found = self._starred(path, one.name)
        if found is None and one.in_string:  # `__all__` may list submodules.
            below = self._files.below(path, one.name)
            found = ModuleValue(below) if below is not None else None
        return found

    def symbol(self, path: str, symbol: Symbol) -> Definition:
        """What a symbol means, after imports were followed."""
        return self.definition(self.follow(path, symbol))

    def definition(self, target: Target) -> Definition:
        """The definition of what an import leads to."""
        if isinstance(target, ModuleValue):
            return Definition("module", "", target.path)
        if isinstance(target, Outside):
            head, _, name = target.name.rpartition(".")
            return Definition("builtin", name) if head == "builtins" else Definition("external", target.name)
        return self._own_definition(*target)

    def attribute(self, value: Value | None, name: str) -> Definition:
        """What an attribute of a value means."""
        if isinstance(value, ModuleValue):
            found = self.lookup(value.path, name)
            return self.definition(found if found is not None else Outside(f"{value.path}:{name}"))
        if isinstance(value, Outside):
            return Definition("external", f"{value.name}.{name}")
        klass: Klass | None = getattr(value, "klass", None)
        return Definition("attribute", name) if klass is None else self.classes.member(klass, name)

    def follow(self, path: str, symbol: Symbol) -> Target:
        """What a symbol stands for: what it imports, where all that binds it imports the same; else itself."""
        known = self._followed.get(symbol)
        if known is None:
            self._followed[symbol] = path, symbol  # against imports in a circle.
            binders = symbol.binders()
            known = path, symbol
            if binders and all(one.role is Role.IMPORT for one in binders):
                targets = {self.imported(path, one) for one in binders}
                known = targets.pop() if len(targets) == 1 else known
            self._followed[symbol] = known
        return known

    def lookup(self, module: str, name: str) -> Target | None:
        """What a name means as an attribute of the module at a path; None where the module has none such."""
        key = (module, name)
        if key not in self._found:
            self._found[key] = None  # against star imports in a circle.
            self._found[key] = self._looked_up(module, name)
        return self._found[key]

    def _looked_up(self, path: str, name: str) -> Target | None:
        module = self.module(path)
        if module is not None and name.encode() in module.tree.source:
            symbol = module.table.module.symbols.get(name)
            if symbol is not None:
                return self.follow(path, symbol)
        found = self._starred(path, name) if module is not None and b"*" in module.tree.source else None
        below = self._files.below(path, name) if found is None else None
        return ModuleValue(below) if below is not None else found

    def _starred(self, path: str, name: str) -> Target | None:
        """What a star import of a file brings under a name; the last one wins."""
        module = self.module(path)
        for star in reversed(module.table.stars if module is not None else ()):
            source = self._files.find(path, star)
            if source is not None and self.is_public(source, name):
                found = self.lookup(source, name)
                if found is not None:
                    return found
        return None

    def is_public(self, path: str, name: str) -> bool:
        """Whether a star import of the module at a path brings a name."""
        module = self.module(path)
        if module is None or module.table.exported is None:
            return not name.startswith("_")
        return any(one.name == name for one in module.table.exported)

    def library(self, module: str, name: str) -> Value | None:
        """What a name of a library's module means, where its source is there."""
        path = self._files.find("<", module)
        return self.value_of(self.lookup(path, name)) if path is not None else None

    def imported(self, path: str, one: Occurrence) -> Target:
        """What a name in an import statement stands for, in the module that it is imported from."""
        source, name = imported_name(one)
        return self._module(path, name) if source is None else self._taken(path, source, name)

    def source(self, path: str, one: Occurrence) -> str | None:
        """The path of the module that an imported name, or an attribute of a module, is looked up in."""
        if one.role is Role.ATTRIBUTE:
            value = self._types.receiver(path, one)
            return value.path if isinstance(value, ModuleValue) else None
        source = imported_name(one)[0] if one.role in {Role.IMPORT, Role.IMPORTED} else None
        return self._files.find(path, source) if source is not None else None

    def _module(self, path: str, name: str) -> Target:
        found = self._files.find(path, name)
        return ModuleValue(found) if found is not None else Outside(self._files.absolute(path, name))

    def _taken(self, path: str, source: str, name: str) -> Target:
        """What `from source import name` takes."""
        found = self._files.find(path, source)
        if found is None:
            return Outside(f"{self._files.absolute(path, source)}.{name}")
        # A package that imports from itself means a submodule: its own name is only bound by that import.
        below = self._files.below(found, name) if found == path else None
        if below is not None:
            return ModuleValue(below)
        return self.lookup(found, name) or Outside(f"{found}:{name}")

    def _own_definition(self, path: str, symbol: Symbol) -> Definition:
        known = self._own.get(symbol)
        if known is None:
            twin = self._twin(path, symbol) if path.endswith(".pyi") else None
            known = self._own_definition(*twin) if twin is not None else self._made(path, symbol)
            self._own[symbol] = known
        return known

    def _made(self, path: str, symbol: Symbol) -> Definition:
        if symbol.scope.kind == "class":
            return self.classes.member(self.classes.of(path, symbol.scope), symbol.name)
        first = min((one.start for one in symbol.binders()), default=symbol.occurrences[0].start)
        kind = "parameter" if symbol.binders() and symbol.binders()[0].role is Role.PARAMETER else "symbol"
        shared = self._shared(path, symbol) if kind == "parameter" else None
        if shared is not None:
            return Definition("parameter", symbol.name, within=(shared,))
        return Definition(kind, symbol.name, path, first)

    def _shared(self, path: str, symbol: Symbol) -> Definition | None:
        """The function whose parameter a symbol is, where several definitions of it share the parameter."""
        function = self.function_symbol(path, symbol.scope.node)
        if function is None or function.name == "_" or parameter_kind(symbol) != "keyword" or receiver(symbol):
            return None
        if class_around(symbol.scope) is None:
            return self.symbol(path, function) if len(function.binders()) > 1 else None
        if function.name.startswith("__") and function.name.endswith("__"):
            return Definition("symbol", function.name, path, function.binders()[0].start)
        return self.symbol(path, function)

    def function_symbol(self, path: str, node: Node) -> Symbol | None:
        """The symbol that a function or a class is bound to by its definition."""
        module, named = self.module(path), node.child_by_field_name("name")
        one = module.table.by_start.get(named.start_byte) if module is not None and named is not None else None
        return one.symbol if one is not None else None

    def _twin(self, path: str, symbol: Symbol) -> tuple[str, Symbol] | None:
        """The symbol of a module that one of its stub file describes: the same names within each other."""
        module = self.module(path[:-1])
        if module is None:
            return None
        names = [text_of(scope.node.child_by_field_name("name")) for scope in symbol.scope.outwards() if scope.parent]
        scope = module.table.module
        for name in reversed(names):
            inner = (one for one in scope.children if text_of(one.node.child_by_field_name("name")) == name)
            found = next(inner, None)
            if found is None:
                return None
            scope = found
        twin = scope.symbols.get(symbol.name)
        return (path[:-1], twin) if twin is not None else None


def imported_name(one: Occurrence) -> tuple[str | None, str]:
    """The module that a name in an import statement is taken from, and the name there.

    Where the name is itself (a part of) the name of a module, there is no such module.
    """
    dotted = one.node.parent
    if dotted is not None and dotted.type == "aliased_import":  # the alias means what the whole name does.
        dotted = dotted.child_by_field_name("name")
        names = text_of(dotted)
    else:
        parts = dotted.named_children if dotted is not None and dotted.type == "dotted_name" else [one.node]
        names = ".".join(text_of(part) for part in parts if part.start_byte <= one.start)
    names = "".join(names.split())
    holder = dotted.parent if dotted is not None else None
    if holder is not None and holder.type == "aliased_import":
        holder = holder.parent
    if holder is not None and holder.type == "relative_import":
        return None, text_of(holder.named_children[0]) + names
    source = holder.child_by_field_name("module_name") if holder is not None else None
    return (None if source is None or source == dotted else "".join(text_of(source).split())), names


def meanings(resolver: Resolver, path: str, names: Collection[str] | None) -> dict[int, Definition]:
    """What the occurrences of a file mean, by the byte where they begin (`Program.definitions`)."""
    module = resolver.module(path)
    found: dict[int, Definition] = {}
    for one in module.table.occurrences if module is not None and module.has_names else ():
        is_asked = names is None or one.name in names or (one.name[0] == "_" and _written(one) in names)
        if is_asked:
            found[one.start] = resolver.occurrence(path, one)
            if one.role is Role.IMPORT:
                found[-1 - one.start] = resolver.definition(resolver.imported(path, one))
    return found


def _written(one: Occurrence) -> str:
    """The name as the text has it: what a class mangles is longer."""
    return one.name[len(one.name) - (one.end - one.start) :]
