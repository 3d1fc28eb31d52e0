"""Where the workspace calls a function: in its tests first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from beast_lsp.engine.conventions import is_test
from beast_lsp.engine.scopes.resolution.table import Role
from beast_lsp.engine.testing.nodes import arguments

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.scopes.resolution.definition import Definition
    from beast_lsp.engine.scopes.resolution.program import Module
    from beast_lsp.engine.scopes.resolution.table import Occurrence
    from beast_lsp.engine.testing.seeds.workspace import Workspace
    from beast_lsp.engine.testing.targets import Callable

_MOST_FILES = 24
_MOST_SITES = 60


@dataclass(frozen=True, slots=True)
class Site:
    """A use of a callable: the call, or, of a property, the attribute."""

    module: Module
    node: Node

    @property
    def is_test(self) -> bool:
        """Whether a test has it."""
        return is_test(self.module.path)


def sites(space: Workspace, module: Module, target: Callable) -> list[Site]:
    """Where a callable is used, tests before the rest; only as many as are worth reading."""
    named = target.node.child_by_field_name("name")
    own = module.table.by_start.get(named.start_byte) if named is not None else None
    meant = space.program.definition(module.path, own) if own is not None else None
    found: list[Site] = []
    for path in _files(space, module, target):
        used = space.uses(path, target.bare)
        if used is not None:
            found += _of_file(space, *used, target, meant)
        if len(found) >= _MOST_SITES:
            break
    return found[:_MOST_SITES]


def _files(space: Workspace, module: Module, target: Callable) -> list[str]:
    found = [path for path in space.program.containing([target.bare]) if path.endswith(".py")]
    if target.owner and len(found) > _MOST_FILES:
        near = set(space.program.containing([target.owner.rpartition(".")[2]])) | {module.path}
        found = [path for path in found if path in near]
    stem = module.path.rpartition("/")[2].removesuffix(".py")
    found.sort(key=lambda path: (not is_test(path), stem not in path, path))
    return found[:_MOST_FILES]


def _of_file(
    space: Workspace, user: Module, uses: Sequence[Occurrence], target: Callable, meant: Definition | None
) -> Iterator[Site]:
    owner = target.owner.rpartition(".")[2]
    may_guess = bool(owner) and is_test(user.path) and owner.encode() in user.tree.source
    for one in uses:
        node = _use(one, target)
        if node is not None and _is_meant(space.program.definition(user.path, one), meant, may_guess):
            yield Site(user, node)


def _use(one: Occurrence, target: Callable) -> Node | None:
    """The call of a name, or the attribute that reads a property."""
    callee = one.node
    if one.role is Role.ATTRIBUTE and callee.parent is not None:
        callee = callee.parent
    if target.kind == "property":
        return callee if callee.type == "attribute" else None
    call = callee.parent
    is_call = call is not None and call.type == "call" and call.child_by_field_name("function") == callee
    return call if is_call and call is not None and arguments(call) is not None else None


def _is_meant(found: Definition, meant: Definition | None, may_guess: bool) -> bool:
    """Whether a name means the callable. In a test of its class, an attribute of an object of unknown type may."""
    return found == meant or (may_guess and found.kind == "attribute" and not found.within)
