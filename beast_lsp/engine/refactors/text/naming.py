"""Names for what a refactoring makes, taken from the code, and how it names code to the user."""

from __future__ import annotations

import builtins
import keyword
import re
from typing import TYPE_CHECKING

from beast_lsp.engine.scopes.resolution.table import Role
from beast_lsp.errors import RefactoringRefused

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.refactors.refactoring import Site

_VERBS = re.compile(r"^_*(?:get|find|make|create|build|compute|calculate|load|read|fetch|parse|to|as|is)_+")
_WORDS = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")


def chosen_name(site: Site, default: str, option: str = "name") -> str:
    """The name that the user chose, or a free one like `default`. Raises RefactoringRefused for what is no name."""
    given = site.options.get(option)
    if given is None:
        return free_name(site, default)
    check_name(given)
    return given


def check_name(name: str) -> None:
    """Raises RefactoringRefused for what is no name in Python."""
    if not name.isidentifier() or keyword.iskeyword(name):
        raise RefactoringRefused(f"`{name}` is not a name that Python allows.", hint="Choose another name.")


def free_name(site: Site, default: str) -> str:
    """`default`, or with a number at its end where the file has this name."""
    no_names = {Role.ATTRIBUTE, Role.KEYWORD, Role.IMPORTED}
    taken = (
        {one.name for one in site.module.table.occurrences if one.role not in no_names}
        | set(dir(builtins))
        | set(keyword.kwlist)
    )
    name, number = default, 2
    while name in taken:
        name, number = f"{default}_{number}", number + 1
    return name


def short(text: str) -> str:
    """Code in one line of at most 40 characters, to be shown."""
    line = " ".join(text.split())
    return line if len(line) <= 40 else f"{line[:37]}…"


def name_for(site: Site, node: Node) -> str:
    """A name that says what an expression is: after the keyword it is given for, its attribute, or what it calls."""
    outer = node.parent
    if outer is not None and outer.type == "keyword_argument" and outer.child_by_field_name("value") == node:
        return _snake(site.text(outer.named_children[0]))
    if node.type == "call":
        function = node.child_by_field_name("function")
        return _VERBS.sub("", name_for(site, function)) or "result" if function is not None else "result"
    if node.type == "attribute":
        last = node.child_by_field_name("attribute")
        return _snake(site.text(last)) if last is not None else "value"
    if node.type == "identifier":
        return _snake(site.text(node))
    if node.type == "subscript":
        return _item(site, node)
    kinds = {"string": "text", "comparison_operator": "condition", "boolean_operator": "condition", "list": "items"}
    return kinds.get(node.type, "value")


def _item(site: Site, node: Node) -> str:
    key = node.child_by_field_name("subscript")
    text = site.text(key).strip("\"'") if key is not None and key.type == "string" else ""
    return _snake(text) if text.isidentifier() else "item"


def _snake(name: str) -> str:
    found = "_".join(word.lower() for word in _WORDS.findall(name))
    return found if found.isidentifier() and not keyword.iskeyword(found) else "value"
