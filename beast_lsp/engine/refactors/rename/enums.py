"""Members of enumerations, which know their own names: code may read these, and look a member up by one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from beast_lsp.engine.refactors.uses.references import modules
from beast_lsp.engine.scopes.resolution.definition import ClassValue, Instance
from beast_lsp.engine.scopes.resolution.table import Occurrence, Role
from beast_lsp.errors import RefactoringRefused

if TYPE_CHECKING:
    from beast_lsp.engine.scopes.resolution.hierarchy import Family
    from beast_lsp.engine.scopes.resolution.members import Klass
    from beast_lsp.engine.scopes.resolution.program import Program

_READS = re.compile(rb"\.(?:_?name_?|__members__|_member_names_|_member_map_)\b|\w\[")
_NAMES = frozenset({"name", "_name_", "__members__", "_member_names_", "_member_map_"})


def check_enumeration(program: Program, name: str, family: Family) -> None:
    """Raises RefactoringRefused where code reads the names of an enumeration's members, or looks one up by its name."""
    classes = [klass for klass in family.classes if program.is_enumeration(ClassValue(klass))]
    words = {klass.name for klass in classes}
    for module in modules(program, program.reach.holding(words, _READS)):
        for one in module.table.occurrences:
            if _tells_names(program, module.path, one, classes):
                where = f"{module.path}, line {one.node.start_point[0] + 1}"
                raise RefactoringRefused(f"{where} may read the name of a member as a text: `{name}`.")


def _tells_names(program: Program, path: str, one: Occurrence, classes: list[Klass]) -> bool:
    """Whether a name is `.name` of something that may be a member, or an enumeration with a computed subscript."""
    holder = one.node.parent
    if holder is None or one.in_string:
        return False
    if one.role is Role.ATTRIBUTE and one.name in _NAMES and holder.type == "attribute":
        value = program.value(path, holder.named_children[0])
        return value is None or (isinstance(value, (Instance, ClassValue)) and value.klass in classes)
    if holder.type != "subscript" or holder.named_children[0] != one.node or len(holder.named_children) < 2:
        return False
    value = program.value(path, one.node) if holder.named_children[1].type != "string" else None
    return isinstance(value, ClassValue) and value.klass in classes
