"""Entry points of a program: commands and views, called as their users call them, through the framework's test client.

What a command line or a web framework makes of a function is no function that a test could call, or behaves otherwise
when it is called as one. So its sketches are all that is tried of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from beast_lsp.engine.scopes.resolution.functions import decorators, text_of
from beast_lsp.engine.testing.entry_apps import views
from beast_lsp.engine.testing.entry_arguments import parsed_commands
from beast_lsp.engine.testing.entry_commands import commands
from beast_lsp.engine.testing.nodes import descendants
from beast_lsp.guest.wire import Sketch

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.scopes.resolution.program import Module

_MOST = 14  # sketches of one entry point
_FRAMEWORKS = frozenset({"click", "typer", "argparse", "flask", "quart", "fastapi", "starlette"})


@dataclass(slots=True)
class Entry:
    """How an entry point is called.

    `names` are the module's own names that the sketches use, `imports` statements for others. `seeds` are lists of
    arguments for a parameter. `is_plain`: the function can also be called as any other. `is_async`: what the
    calls give is to be awaited.
    """

    sketches: list[Sketch] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    imports: dict[str, str] = field(default_factory=dict)
    seeds: dict[str, list[str]] = field(default_factory=dict)
    is_plain: bool = False
    is_async: bool = False


def entry_points(module: Module) -> Mapping[str, Entry]:
    """The entry points of a Python module by the names of their functions; none where it uses no framework."""
    root = module.tree.tree.root_node
    used = _imported(root) & _FRAMEWORKS
    if not used:
        return {}
    decorated = [node for node in descendants(root) if node.type == "function_definition" and decorators(node)]
    found: dict[str, Entry] = {}
    if used & {"click", "typer"}:
        for name, call in commands(root, decorated, used):
            entry = found.setdefault(name, Entry(imports=call.imports))
            entry.names |= call.names
            entry.sketches += [Sketch(arrange=list(call.arrange), act=act, fixtures=[]) for act in call.acts[:_MOST]]
    if used & {"flask", "quart", "fastapi", "starlette"}:
        for view in views(root, decorated):
            entry = found.setdefault(view.name, Entry(is_plain=view.is_factory, is_async=view.is_async))
            entry.names |= view.names
            entry.imports |= view.imports
            made = [Sketch(arrange=list(view.arrange), act=act, fixtures=[]) for act in view.acts]
            entry.sketches += made[: _MOST - len(entry.sketches)]
    if "argparse" in used:
        for name, parameter, lists in parsed_commands(root):
            found.setdefault(name, Entry(is_plain=True)).seeds[parameter] = lists[:_MOST]
    return found


def _imported(root: Node) -> set[str]:
    """The top-level names of all packages that a module imports."""
    found = set()
    for node in descendants(root):
        if node.type == "import_from_statement":
            found.add(text_of(node.child_by_field_name("module_name")).partition(".")[0])
        elif node.type == "import_statement":
            found |= {text_of(child).split(" ")[0].partition(".")[0] for child in node.named_children}
    return found
