"""The import statements of a Python file as data: what each takes from where, and when it runs."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.syntax import SyntaxTree

_WORD = re.compile(rb"\bimport\b")
_KINDS = frozenset({"import_statement", "import_from_statement", "future_import_statement"})
_FUNCTIONS = frozenset({"function_definition", "lambda"})


@dataclass(frozen=True, slots=True)
class Item:
    """One name of an import statement: `name`, dotted in `import a.b`, "*" for all; `alias` is "" without `as`."""

    node: Node
    name: str
    alias: str

    @property
    def bound(self) -> str:
        """The name that it binds."""
        return self.alias or self.name.partition(".")[0]

    @property
    def binder(self) -> Node:
        """The identifier that it binds."""
        named = self.node.child_by_field_name("alias") or self.node
        return named.named_children[0] if named.type == "dotted_name" else named


@dataclass(frozen=True, slots=True)
class Statement:
    """An import statement. `module` is as written, with its dots; "" for `import a, b`.

    `is_lazy`: it runs when a function is called. `is_typing`: it stands under `if TYPE_CHECKING:` and never runs.
    """

    node: Node
    module: str
    items: tuple[Item, ...]
    is_lazy: bool = False
    is_typing: bool = False

    @property
    def is_from(self) -> bool:
        """Whether it is `from … import …`."""
        return self.module != ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """An import to add: `from module import name as alias`, or `import module as alias` without a name.

    `like` is the span of a name that means what the bound name shall mean; None for what is outside of the workspace.
    `of` is one that means what is taken from the module, where the bound name may mean more than that.
    """

    module: str
    name: str = ""
    alias: str = ""
    like: tuple[str, int, int] | None = field(default=None, compare=False)
    of: tuple[str, int, int] | None = field(default=None, compare=False)

    @property
    def bound(self) -> str:
        """The name that it binds."""
        return self.alias or self.name or self.module.partition(".")[0]


def statements(tree: SyntaxTree) -> list[Statement]:
    """The import statements of a file, in the order of the text; those within functions and blocks, too."""
    found, root = [], tree.tree.root_node
    for word in _WORD.finditer(tree.source):
        node = root.descendant_for_byte_range(word.start(), word.end())
        outer = node.parent if node is not None and node.type == "import" else None
        if outer is not None and outer.type in _KINDS:
            found.append(_statement(tree, outer))
    return found


def _statement(tree: SyntaxTree, node: Node) -> Statement:
    source = node.child_by_field_name("module_name")
    module = "".join(tree.text(source).split()) if source is not None else ""
    if node.type == "future_import_statement":
        module = "__future__"
    items = [_item(tree, one) for one in node.children_by_field_name("name")]
    items += [Item(one, "*", "") for one in node.named_children if one.type == "wildcard_import"]
    is_lazy, outer = False, node.parent
    while outer is not None:
        is_lazy = is_lazy or outer.type in _FUNCTIONS
        outer = outer.parent
    return Statement(node, module, tuple(items), is_lazy, is_for_types(tree, node))


def is_for_types(tree: SyntaxTree, node: Node) -> bool:
    """Whether some code stands under `if TYPE_CHECKING:` and never runs."""
    inner, outer = node, node.parent
    while outer is not None:
        if outer.type == "if_statement" and _is_typing(tree, outer, inner):
            return True
        inner, outer = outer, outer.parent
    return False


def _item(tree: SyntaxTree, node: Node) -> Item:
    named, alias = node.child_by_field_name("name"), node.child_by_field_name("alias")
    name = "".join(tree.text(named if named is not None else node).split())
    return Item(node, name, tree.text(alias) if alias is not None else "")


def _is_typing(tree: SyntaxTree, node: Node, branch: Node) -> bool:
    """Whether a branch of an `if` is the one that only type checkers read."""
    condition = node.child_by_field_name("condition")
    is_first = branch == node.child_by_field_name("consequence")
    return is_first and condition is not None and is_type_checking(tree.text(condition))


def is_type_checking(condition: str) -> bool:
    """Whether a condition is true for type checkers only."""
    return condition.rpartition(".")[2] == "TYPE_CHECKING"


def typing_block(tree: SyntaxTree) -> Node | None:
    """The body of the file's topmost `if TYPE_CHECKING:`."""
    for node in tree.tree.root_node.named_children:
        condition = node.child_by_field_name("condition") if node.type == "if_statement" else None
        if condition is not None and is_type_checking(tree.text(condition)):
            return node.child_by_field_name("consequence")
    return None


def dotted_from(importer: str, target: str, is_package: bool) -> str:
    """`target`, an absolute dotted name, as a relative import in the module `importer` writes it.

    "" where they share no package, so that only an absolute import works. `is_package`: the importer is an
    `__init__.py`.
    """
    home = importer.split(".") if is_package else importer.split(".")[:-1]
    parts, shared = target.split("."), 0
    while shared < min(len(home), len(parts)) and home[shared] == parts[shared]:
        shared += 1
    return "." * (len(home) - shared + 1) + ".".join(parts[shared:]) if shared else ""
