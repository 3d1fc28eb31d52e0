"""What a rename of an attribute or a method has to look at: its class's relatives, and strings that name it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from beast_lsp.engine.languages.language import words
from beast_lsp.engine.refactors.proposal import Edit, Name, Span
from beast_lsp.engine.refactors.rename.enums import check_enumeration
from beast_lsp.engine.refactors.uses.references import exact_strings, files_with_string, modules
from beast_lsp.engine.scopes.resolution.functions import text_of
from beast_lsp.engine.scopes.resolution.members import Klass, outside_names, strings_of
from beast_lsp.errors import RefactoringRefused

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.refactors.rename.target import Target
    from beast_lsp.engine.scopes.resolution.definition import Definition
    from beast_lsp.engine.scopes.resolution.hierarchy import Family
    from beast_lsp.engine.scopes.resolution.program import Module, Program

# What Python and its library call on any object that has it, without asking for its class.
_DUCK = {
    "write": "print(file=…) and the like", "flush": "print(flush=…) and the like", "keys": "dict() and **",
    "fileno": "select and the like", "mro": "type", "send": "yield from", "throw": "yield from",
    "find_spec": "import", "acquire": "threading.Condition", "release": "threading.Condition", "filter": "logging",
    **dict.fromkeys(words("read readline readlines readinto seek tell seekable readable writable"), "who reads files"),
}  # fmt: skip
_CLOSING = re.compile(rb"\bclosing\(")
_ACCESSORS = frozenset({"getattr", "setattr", "hasattr", "delattr"})


def check_family(program: Program, target: Target, new: str, family: Family) -> None:
    """Raises RefactoringRefused where relatives of the classes stand against the new name, or may rely on the old."""
    if target.text == "close" and program.reach.holding({"closing"}, _CLOSING):
        raise RefactoringRefused("`close` is a name by which contextlib.closing may call it.")
    if target.text in _DUCK:
        raise RefactoringRefused(f"`{target.text}` is a name by which {_DUCK[target.text]} may call it.")
    check_enumeration(program, target.text, family)
    _check_made_up(program, new, family)
    for klass in family.classes:
        for one in {*program.classes.ancestors(klass), *program.hierarchy.descendants(klass)}:
            _check_relative(one, klass, _mangled(new, klass))
        _check_unseen(program, target, klass)
        if "typing.TypedDict" in program.classes.ancestors(klass):
            raise RefactoringRefused(f"`{target.text}` is a key of the dictionaries that `{klass.name}` describes.")


def _check_made_up(program: Program, new: str, family: Family) -> None:
    """An attribute that `__getattr__` makes up until now would be the renamed one."""
    for klass in family.classes:
        makers = [one for one in program.classes.ancestors(klass) if not isinstance(one, str)]
        if any("__getattr__" in one.names for one in makers) and program.reach.attribute_users({new}):
            raise RefactoringRefused(
                f"`{klass.name}` makes up attributes in `__getattr__`: that may be `{new}` by now.",
                hint="Choose another name.",
            )


def _mangled(new: str, klass: Klass) -> str:
    return f"_{klass.name.lstrip('_')}{new}" if new.startswith("__") else new


def _check_relative(one: Klass | str, klass: Klass, new: str) -> None:
    names = outside_names(one) or frozenset() if isinstance(one, str) else one.names
    if new in names:
        name = one if isinstance(one, str) else one.name
        related = "" if one is klass else f", which `{klass.name}` is related to"
        raise RefactoringRefused(f"`{name}` has a `{new}` already{related}.", hint="Choose another name.")


def _check_unseen(program: Program, target: Target, klass: Klass) -> None:
    unseen = program.classes.unseen(klass)
    if not unseen or target.text.startswith("__"):
        return
    base = unseen[0] if unseen[0] != "?" else "something that can't be followed"
    raise RefactoringRefused(
        f"`{klass.name}` inherits from {base}: whether that has or calls a `{target.text}` can't be seen.",
        hint="A virtual environment in the workspace folder (.venv) shows what libraries have.",
    )


def string_edits(
    program: Program, family: Family, meanings: Collection[Definition], old: str, new: str
) -> Iterator[Edit]:
    """The edits of strings that surely name a member: in `__slots__` and `__match_args__`, and given to getattr."""
    for klass in family.classes:
        for node in strings_of(klass.scope.node, {"__slots__", "__match_args__"}):
            if text_of(node) == old:
                yield _string_edit(klass.path, node, new)
    for module in modules(program, files_with_string(program, old)):
        for node in exact_strings(module, old):
            if _accessed(program, module, node, old) in meanings:
                yield _string_edit(module.path, node, new)


def _string_edit(path: str, node: Node, new: str) -> Edit:
    span = Span(path, node.start_byte, node.end_byte)
    return Edit(span, (Name(new, span),))


def _accessed(program: Program, module: Module, node: Node, name: str) -> Definition | None:
    """What getattr and its like, or a subscript of an enumeration, look up by a string."""
    string = node.parent
    listed = string.parent if string is not None else None
    call = listed.parent if listed is not None else None
    if listed is not None and listed.type == "subscript":
        value = program.value(module.path, listed.named_children[0])
        return program.attribute(value, name) if value is not None and program.is_enumeration(value) else None
    if call is None or listed is None or call.type != "call" or len(listed.named_children) < 2:
        return None
    function = call.child_by_field_name("function")
    if text_of(function) not in _ACCESSORS or listed.named_children[1] != string:
        return None
    return program.attribute(program.value(module.path, listed.named_children[0]), name)
