"""The definition that is moved: its text, the names that it needs, and what ties it to the module where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from beast_lsp.engine.refactors.imports.load_effects import effects_in
from beast_lsp.engine.refactors.proof.effects import within
from beast_lsp.engine.refactors.rename.checks import is_harmless
from beast_lsp.engine.scopes.resolution.definition import ClassValue, Outside
from beast_lsp.engine.scopes.resolution.functions import decorators
from beast_lsp.engine.scopes.resolution.table import Occurrence, Role
from beast_lsp.errors import RefactoringRefused

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.refactors.refactoring import Site
    from beast_lsp.engine.scopes.resolution.definition import Definition
    from beast_lsp.engine.scopes.resolution.program import Module
    from beast_lsp.engine.scopes.resolution.table import Symbol

_NO_NAMES = frozenset({Role.ATTRIBUTE, Role.KEYWORD, Role.IMPORTED})
_OWN_PLACE = frozenset({"__name__", "__file__", "__doc__", "__spec__", "__package__", "__path__", "__loader__"})
_FRAMES = frozenset({"_getframe", "currentframe", "getmodule", "f_globals", "__module__", "__globals__"})
# Where a name stands for its object, without anything being asked of it.
_REFERENCES = frozenset({"default_parameter", "typed_default_parameter", "type", "assignment"})
_CHANGING = frozenset(
    {
        "list", "dictionary", "set", "list_comprehension", "dictionary_comprehension", "set_comprehension",
        "identifier",
        "attribute", "subscript", "await",
    }
)  # fmt: skip
_LOOKING = frozenset({"globals", "eval", "exec"})
_OWN_NAMES = frozenset({"locals", "vars", "dir"})
_TYPE_MAKERS = frozenset({"TypeVar", "NewType", "NamedTuple", "TypedDict", "ForwardRef", "ParamSpec"})
_DEFINITIONS = frozenset({"function_definition", "class_definition"})


@dataclass(frozen=True, eq=False)
class Moved:
    """A definition at the top of a module.

    `start` to `end` are the bytes of its lines, with the comments above it and its decorators.
    """

    module: Module
    node: Node
    name: str
    binder: Occurrence
    symbol: Symbol
    definition: Definition
    start: int
    end: int

    @property
    def path(self) -> str:
        """The module that it is moved from."""
        return self.module.path

    @property
    def like(self) -> tuple[str, int, int]:
        """Where its name is bound, for names that shall mean it."""
        return self.path, self.binder.start, self.binder.end

    @property
    def is_variable(self) -> bool:
        """Whether it is an assignment."""
        return self.node.type == "expression_statement"

    def holds(self, one: Occurrence) -> bool:
        """Whether a name of the module stands in what is moved."""
        return self.start <= one.start < self.end

    def uses_left(self) -> list[Occurrence]:
        """Where the rest of the module uses the name, `__all__` apart."""
        exported = self.module.table.exported or []
        return [one for one in self.symbol.occurrences if not self.holds(one) and one not in exported]

    def is_named_by_strings(self) -> bool:
        """Whether a string in the rest of the module is the name, such as the bound of a type variable."""
        return any(not self.start <= at < self.end for at in _strings(self.module, self.name))

    def exported(self) -> Occurrence | None:
        """Its entry in `__all__`."""
        return next((one for one in self.module.table.exported or [] if one.name == self.name), None)


def moved_at(site: Site) -> Moved | None:
    """The definition whose head a place is on; None where there is none at the top of the module."""
    module = site.module
    if not module.has_names:
        return None
    node = _top(site.node())
    binder = _binder(module, node) if node is not None else None
    if node is None or binder is None or binder.symbol is None or not _is_on_head(node, site.start):
        return None
    definition = site.program.definition(site.path, binder)
    start, end = _lines(module, node)
    return Moved(module, node, binder.name, binder, binder.symbol, definition, start, end)


def _top(node: Node | None) -> Node | None:
    """The statement of the module that a node lies in."""
    while node is not None and node.parent is not None and node.parent.type != "module":
        node = node.parent
    return node if node is not None and node.parent is not None else None


def inner(node: Node) -> Node:
    """The definition below its decorators."""
    found = node.child_by_field_name("definition") if node.type == "decorated_definition" else None
    return found if found is not None else node


def _binder(module: Module, node: Node) -> Occurrence | None:
    definition = inner(node)
    if definition.type in _DEFINITIONS:
        named = definition.child_by_field_name("name")
    elif definition.type == "expression_statement" and definition.named_children[0].type == "assignment":
        named = definition.named_children[0].child_by_field_name("left")
        value = definition.named_children[0].child_by_field_name("right")
        if value is None or value.type == "assignment":
            return None
    else:
        return None
    return module.table.by_start.get(named.start_byte) if named is not None and named.type == "identifier" else None


def _is_on_head(node: Node, at: int) -> bool:
    body = inner(node).child_by_field_name("body")
    return body is None or at < body.start_byte


def _lines(module: Module, node: Node) -> tuple[int, int]:
    """The lines of a statement with the comments right above it. Refuses where it shares a line."""
    source, first = module.tree.source, node
    while True:
        above = first.prev_named_sibling
        is_close = above is not None and above.type == "comment" and above.end_point[0] == first.start_point[0] - 1
        if above is None or not is_close or above.start_point[0] == 0 or not _is_alone(source, above):
            break
        first = above
    start = source.rfind(b"\n", 0, first.start_byte) + 1
    end = source.find(b"\n", node.end_byte)
    end = end + 1 if end >= 0 else len(source)
    rest = source[node.end_byte : end].strip()
    if source[start : first.start_byte].strip() or (rest and not rest.startswith(b"#")):
        raise RefactoringRefused("It shares its line with another statement.", hint="Break the line first.")
    return start, end


def _is_alone(source: bytes, comment: Node) -> bool:
    return not source[source.rfind(b"\n", 0, comment.start_byte) + 1 : comment.start_byte].strip()


def check_movable(site: Site, moved: Moved) -> None:
    """Raises RefactoringRefused for what depends on the module that it stands in, or does more than define a name."""
    name = moved.name
    if name.startswith("__") and name.endswith("__"):
        raise RefactoringRefused(f"`{name}` means something to Python in the module where it stands.")
    if name.startswith("pytest_"):
        raise RefactoringRefused(f"`{name}` is a hook that pytest finds in the module where it stands.")
    others = [one for one in moved.symbol.binders() if one is not moved.binder]
    if others:
        line = site.module.tree.source.count(b"\n", 0, others[0].start) + 1
        raise RefactoringRefused(f"`{name}` is bound again in line {line}, which would not move.")
    _check_filled(moved)
    for one in within(site, moved.start, moved.end):
        _check_name(moved, one)
    _check_decorators(site, moved)
    loud = next(effects_in(site.program, site.module, [moved.node], depth=1), None)
    if loud is not None:
        raise RefactoringRefused(
            f"Line {loud.start_point[0] + 1} does more than define `{name}`: it would run with another module."
        )
    _check_bases(site, moved)
    _check_texts(site, moved)
    _check_quoted(site, moved)
    for one in needed(site, moved):
        _check_state(site, moved, one)


def _strings(module: Module, name: str) -> Iterator[int]:
    """Where strings begin that are nothing but a name; entries of `__all__` and annotations apart."""
    for match in re.finditer(rb"""["']""" + re.escape(name.encode()) + rb"""["']""", module.tree.source):
        if match.start() + 1 not in module.table.by_start and _is_type(module, match.start() + 1):
            yield match.start()


def _is_type(module: Module, at: int) -> bool:
    """Whether a string is a type that something else than an annotation gives: a type variable's bound, an alias."""
    node = module.tree.tree.root_node.descendant_for_byte_range(at, at)
    while node is not None and node.type not in {"function_definition", "block"}:
        function = node.child_by_field_name("function") if node.type == "call" else None
        if function is not None and module.tree.text(function).rpartition(".")[2] in _TYPE_MAKERS:
            return True
        left = node.child_by_field_name("left") if node.type == "assignment" else None
        if left is not None and node.parent is not None and node.parent.parent == module.tree.tree.root_node:
            value = node.child_by_field_name("right")
            return value is not None and value.type in {"subscript", "generic_type"}
        node = node.parent
    return False


def _check_texts(site: Site, moved: Moved) -> None:
    """Refuses where a string in it names what its module has, such as the bound of a type variable."""
    source = site.module.tree.source
    for match in re.finditer(rb"""["'](\w+)["']""", source[moved.start : moved.end]):
        name, at = match[1].decode("utf-8", "replace"), moved.start + match.start(1)
        is_other = name != moved.name and name in site.module.table.module.symbols
        if is_other and at not in site.module.table.by_start and _is_type(site.module, at):
            raise RefactoringRefused(f"A string in it is the type `{name}`, which would be looked up in its module.")


def _check_quoted(site: Site, moved: Moved) -> None:
    """Refuses an annotation in a string that can't be read as code and names something of its module."""
    known = site.module.table
    stack = [moved.node]
    while stack:
        node = stack.pop()
        stack += node.named_children
        if node.type != "string_content" or not _in_annotation(node):
            continue
        is_read = any(one.in_string for one in within(site, node.start_byte, node.end_byte))
        found = set(re.findall(r"\w+", site.text(node))) & known.module.symbols.keys()
        if found and not is_read:
            raise RefactoringRefused(
                f"An annotation in it names `{min(found)}` in a string.", hint="Unquote that first."
            )


def _check_state(site: Site, moved: Moved, one: Occurrence) -> None:
    """Refuses what is evaluated when it is defined and depends on an object that may change meanwhile."""
    binders = one.symbol.binders() if one.symbol is not None else []
    is_variable = bool(binders) and all(each.role in {Role.WRITE, Role.UPDATE} for each in binders)
    outer = one.node.parent
    if not is_variable or outer is None or outer.type in _REFERENCES or not is_at_load(one, moved):
        return
    values = [each.node.parent.child_by_field_name("right") for each in binders if each.node.parent is not None]
    if not _in_annotation(one.node) and any(value is None or _may_change(site, value) for value in values):
        raise RefactoringRefused(
            f"It is made of `{one.name}`, which may have changed by the time when it would be made.",
            hint=f"Move `{one.name}` first.",
        )


def _check_filled(moved: Moved) -> None:
    """Refuses a variable whose object the module itself changes when it is loaded, which may then come too late."""
    for one in moved.uses_left() if moved.is_variable else ():
        outer = one.node.parent
        whole = outer.parent if outer is not None else None
        is_called = outer is not None and outer.type == "attribute" and whole is not None and whole.type == "call"
        is_set = outer is not None and outer.type == "subscript" and whole is not None and _changes(whole, outer)
        if one.scope.kind == "module" and (is_called or is_set):
            line = one.node.start_point[0] + 1
            raise RefactoringRefused(
                f"Line {line} may change `{moved.name}` when its module is loaded.",
                hint="Make it as a whole where it is defined.",
            )


def _changes(statement: Node, target: Node) -> bool:
    """Whether a statement assigns to a subscript or deletes it."""
    is_left = statement.child_by_field_name("left") == target
    return statement.type == "delete_statement" or (statement.type.endswith("assignment") and is_left)


def _has_arguments(node: Node) -> bool:
    call = node.parent
    listed = call.child_by_field_name("arguments") if call is not None and call.type == "call" else None
    return listed is not None and listed.named_child_count > 0


def _in_annotation(node: Node | None) -> bool:
    while node is not None and node.type not in {"type", "block", "module"}:
        node = node.parent
    return node is not None and node.type == "type"


def _may_change(site: Site, value: Node) -> bool:
    """Whether an object may be changed later; an alias of types, such as `Union[…]`, is not."""
    head = value.named_children[0] if value.type in {"subscript", "attribute"} else value
    if value.type in {"subscript", "attribute", "identifier"}:
        return not isinstance(site.program.value(site.path, head), Outside | ClassValue)
    return value.type in _CHANGING


def _check_name(moved: Moved, one: Occurrence) -> None:
    if one.role is Role.DECLARE and one.name in one.scope.declared_global:
        raise RefactoringRefused(f"It binds the global `{one.name}` of its module.", hint="Hand that in and out.")
    is_place = one.name in _OWN_PLACE and one.symbol is None and one.role not in _NO_NAMES
    if is_place or (one.name in _FRAMES and one.role in {Role.ATTRIBUTE, Role.READ}):
        raise RefactoringRefused(
            f"`{one.name}` in it may tell in which module it stands.",
            hint="Give that value a name at the top of the module first.",
        )
    is_builtin = one.symbol is None and one.role is Role.READ
    is_own = one.name in _OWN_NAMES and one.scope.function.kind in {"module", "class"} and not _has_arguments(one.node)
    if is_builtin and (one.name in _LOOKING or is_own):
        raise RefactoringRefused("It looks names up by their text (`globals()`, `eval` or the like).")


def _check_decorators(site: Site, moved: Moved) -> None:
    definition = inner(moved.node)
    for node in decorators(definition) if definition.type in _DEFINITIONS else ():
        text = site.module.tree.text(node)
        if "fixture" in text or not _is_harmless(site, node):
            raise RefactoringRefused(
                f"`{text.split('(')[0]}` may register `{moved.name}` in the module where it stands."
            )


def _is_harmless(site: Site, node: Node) -> bool:
    value = site.program.value(site.path, node.child_by_field_name("function") or node)
    name = getattr(value, "name", "")
    if name.startswith(("atexit.", "pytest.hook", "functools.singledispatch")):
        return False
    return is_harmless(site.program, site.path, node)


def _check_bases(site: Site, moved: Moved) -> None:
    """Refuses a class whose bases may note it down when it is made."""
    value = site.program.value(site.path, moved.binder.node)
    klass = getattr(value, "klass", None)
    if moved.node.type == "expression_statement" or klass is None or klass.definition != moved.definition:
        return
    listed = inner(moved.node).child_by_field_name("superclasses")
    given = listed.named_children if listed is not None else []
    odd = [one for one in given if one.type == "keyword_argument" and "ABCMeta" not in site.module.tree.text(one)]
    above = [one for one in site.program.classes.ancestors(klass) if not isinstance(one, str) and one is not klass]
    if odd or any("__init_subclass__" in one.names or _has_metaclass(one.scope.node) for one in above):
        raise RefactoringRefused(f"A base of `{moved.name}` may note down each class, in the order of their modules.")


def _has_metaclass(node: Node) -> bool:
    listed = node.child_by_field_name("superclasses")
    return any(
        one.type == "keyword_argument" and b"metaclass" in (one.text or b"") and b"ABCMeta" not in (one.text or b"")
        for one in (listed.named_children if listed is not None else ())
    )


def needed(site: Site, moved: Moved) -> Iterator[Occurrence]:
    """The names in it that the module around it binds, or that a star import brings."""
    for one in within(site, moved.start, moved.end):
        if one.role in _NO_NAMES or one.symbol is moved.symbol:
            continue
        if one.symbol is None:
            if site.program.definition(site.path, one).kind not in {"builtin", "unknown"}:
                yield one
            elif site.program.definition(site.path, one).kind == "unknown" and site.module.table.stars:
                raise RefactoringRefused(
                    f"`{one.name}` may come from a star import.", hint="Import it by its name first."
                )
        elif one.symbol.scope is site.module.table.module:
            yield one


def is_at_load(one: Occurrence, moved: Moved) -> bool:
    """Whether a name in it is needed when it is defined: in a decorator, a default, a base or the body of a class."""
    node, outer = one.node, one.node.parent
    if one.in_string:
        return False
    while outer is not None and outer != moved.node.parent:
        if outer.type in {"function_definition", "lambda"} and outer.child_by_field_name("body") == node:
            return False
        node, outer = outer, outer.parent
    return True


def has_annotations(node: Node) -> bool:
    """Whether some code has annotations."""
    stack = [node]
    while stack:
        one = stack.pop()
        if one.type == "type":
            return True
        stack += one.named_children
    return False
