"""Code that looks names up by text that it makes, or makes data of attributes under their names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from beast_lsp.engine.refactors.uses.references import Reference, exact_strings, modules
from beast_lsp.engine.scopes.resolution.definition import ClassValue, Instance, ModuleValue, SuperValue
from beast_lsp.engine.scopes.resolution.functions import text_of
from beast_lsp.engine.scopes.resolution.reach import stem_of
from beast_lsp.engine.scopes.resolution.table import Role
from beast_lsp.errors import RefactoringRefused

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.refactors.rename.target import Target
    from beast_lsp.engine.scopes.resolution.hierarchy import Family
    from beast_lsp.engine.scopes.resolution.program import Module, Program

_ACCESS = ("getattr", "setattr", "hasattr", "delattr")
# A call of one of them whose second argument does not begin as a plain string does.
_LOOKUP = re.compile(rb"\b(getattr|setattr|hasattr|delattr)\([^,\n]*,\s*(?![\"'][^\"'\n]*[\"']\s*[,)])")
_FORWARDING = frozenset({"__getattr__", "__getattribute__", "__setattr__", "__delattr__"})
_MODULES = ("sys.modules", "import_module", "__import__", "globals()")
_FIELDS = frozenset({"asdict", "astuple", "fields", "vars", "_asdict"})
_DATA = frozenset({"__dict__", "_fields", "__dataclass_fields__"})
_REFLECTION = re.compile(
    rb"\b(?:(?P<call>asdict|astuple|fields|vars|_asdict)\(|__dict__|_fields\b|__dataclass_fields__)"
)


def check_reflection(program: Program, target: Target, binders: list[Reference], family: Family | None) -> None:
    """Raises RefactoringRefused where code makes the text of a name, or looks names up by their text."""
    scopes = [found.one.symbol.scope for found in binders if found.one.symbol is not None]
    if family is None and not any(scope.kind == "module" for scope in scopes):
        return
    looking = _Looking(program, target, binders, family)
    paths = program.reach.holding(_ACCESS, _LOOKUP)
    for module in modules(program, filter(looking.may_concern, paths)):
        looking.check(module)
    if family is not None:
        _check_fields(program, target, family)


class _Looking:
    """Judges calls of getattr and its like: whether they may find what is renamed."""

    def __init__(self, program: Program, target: Target, binders: list[Reference], family: Family | None) -> None:
        self._program = program
        self._name = target.text
        self._paths = {found.path for found in binders}
        self._classes = set(family.classes) if family is not None else None
        stems = (stem_of(path) for path in self._paths)
        self._words = [word.encode() for word in (*_MODULES, *stems)]
        self._parts = _parts(target.text)

    def may_concern(self, path: str) -> bool:
        """Whether a file has what a lookup needs, judged by its words: parts of the name, and what may be a module."""
        data = self._program.sources.data(path)
        if b"setattr(" in data and b"**" in data and self._classes is not None:
            return True
        if self._classes is None and not any(word in data for word in self._words):
            return False
        return self._parts.search(data) is not None

    def check(self, module: Module) -> None:
        """Refuses where a call of a file may make the name."""
        for node in _lookups(module):
            if _may_make(module, node, self._name) and self._may_hold(module, node):
                where = f"{module.path}, line {node.start_point[0] + 1}"
                raise RefactoringRefused(f"{where} looks up a name that it makes: that may be `{self._name}`.")

    def _may_hold(self, module: Module, call: Node) -> bool:
        """Whether the object of a lookup may be of one of the classes, or a module that defines the name."""
        held = _arguments(call)[0]
        value = self._program.value(module.path, held)
        if self._classes is None:
            is_module = isinstance(value, ModuleValue) and value.path in self._paths
            return is_module or (value is None and _may_be_module(module, held))
        if not isinstance(value, (Instance, ClassValue, SuperValue)):
            return value is None
        classes, hierarchy = self._program.classes, self._program.hierarchy
        return not self._classes.isdisjoint((*classes.ancestors(value.klass), *hierarchy.descendants(value.klass)))


def _parts(name: str) -> re.Pattern[bytes]:
    """Finds the whole of a name, its beginnings and its ends where strings begin or end with them."""
    heads = b"|".join(re.escape(name[:end].encode()) for end in range(len(name), 0, -1))
    tails = b"|".join(re.escape(name[start:].encode()) for start in range(len(name)))
    return re.compile(rb"[\"'](?:" + heads + rb")[\"'{%]|[\"'}sr](?:" + tails + rb")[\"']")


def _lookups(module: Module) -> Iterator[Node]:
    """The calls of getattr and its like whose name is no plain string."""
    root = module.tree.tree.root_node
    for match in _LOOKUP.finditer(module.tree.source):
        node = root.descendant_for_byte_range(match.start(), match.end(1))
        call = node.parent if node is not None and node.type == "identifier" else None
        given = _arguments(call) if call is not None and call.type == "call" else []
        # A forwarded attribute is an attribute elsewhere, which has been looked at.
        if (
            call is not None
            and len(given) > 1
            and not _is_plain(given[1])
            and _function_around(call) not in _FORWARDING
        ):
            yield call


def _arguments(call: Node) -> list[Node]:
    listed = call.child_by_field_name("arguments")
    return [one for one in listed.named_children if one.type != "comment"] if listed is not None else []


def _is_plain(node: Node) -> bool:
    return node.type == "string" and all(child.type != "interpolation" for child in node.named_children)


def _function_around(node: Node) -> str:
    outer: Node | None = node
    while outer is not None and outer.type != "function_definition":
        outer = outer.parent
    return text_of(outer.child_by_field_name("name")) if outer is not None else ""


def _may_be_module(module: Module, node: Node) -> bool:
    """Whether something of unknown type may be a module: it is made one here, or an import binds it."""
    one = module.table.by_start.get(node.start_byte)
    symbol = one.symbol if one is not None else None
    made = [text_of(node)]
    for binder in symbol.binders() if symbol is not None else ():
        if binder.role is Role.IMPORT:
            return True
        made.append(text_of(binder.node.parent))
    return any(word in text for word in _MODULES for text in made)


def _may_make(module: Module, call: Node, name: str) -> bool:
    """Whether an expression may yield a name.

    Either it is put together of parts, and they fit. Or it is nothing but a variable: then a prefix or a suffix in the
    function around has to fit, or the file has the name as a string of its own.
    """
    pieces = [one for one in _pieces(_arguments(call)[1]) if one]
    if pieces:
        return any(name.startswith(one) or name.endswith(one) for one in pieces)
    outer: Node | None = call
    while outer is not None and outer.type not in {"function_definition", "module"}:
        outer = outer.parent
    around = _pieces(outer) if outer is not None else ()
    parts = [one for one in around if one.endswith("_") or one.startswith("_")]
    return any(name.startswith(one) or name.endswith(one) for one in parts) or _spelled(module, name)


def _spelled(module: Module, name: str) -> bool:
    """Whether a file has a name as a string, or as a keyword, which `**` makes a string."""
    is_keyword = any(one.role is Role.KEYWORD and one.name == name for one in module.table.occurrences)
    return is_keyword or any(node.start_byte not in module.table.by_start for node in exact_strings(module, name))


def _pieces(node: Node) -> Iterator[str]:
    """The strings in an expression or in a function."""
    stack = [node]
    while stack:
        one = stack.pop()
        if one.type == "string_content":
            yield text_of(one)
        stack += one.named_children


def _check_fields(program: Program, target: Target, family: Family) -> None:
    """Refuses where the attributes of an object are turned into data under their names."""
    words = {klass.name for klass in family.classes} | {target.text}
    for module in modules(program, program.reach.holding(words, _REFLECTION)):
        for match in _REFLECTION.finditer(module.tree.source):
            node = _reflected(module.tree.tree.root_node.descendant_for_byte_range(match.start(), match.start() + 1))
            value = program.value(module.path, node) if node is not None else None
            klass = getattr(value, "klass", None)
            ancestors = program.classes.ancestors(klass) if klass is not None else []
            is_one = any(one in family.classes for one in ancestors)
            if node is not None and (is_one or (value is None and _spelled(module, target.text))):
                where, what = f"{module.path}, line {node.start_point[0] + 1}", match[0].decode().rstrip("(")
                raise RefactoringRefused(f"{where} makes data of attributes under their names: `{what}`.")


def _reflected(node: Node | None) -> Node | None:
    """The object whose attributes are made into data at a name."""
    outer = node.parent if node is not None else None
    if node is None or outer is None or node.type != "identifier":
        return None
    name = text_of(node)
    is_attribute = outer.type == "attribute" and outer.named_children[-1] == node
    if is_attribute and name in _DATA | {"_asdict"}:
        holder = outer.parent.parent if outer.parent is not None else None
        is_counted = holder is not None and text_of(holder.child_by_field_name("function")) == "len"
        return None if is_counted else outer.named_children[0]
    called = outer if is_attribute else node
    call = called.parent
    if name not in _FIELDS or call is None or call.type != "call" or call.child_by_field_name("function") != called:
        return None
    return next(iter(_arguments(call)), None)
