"""Where a name stands in a text that is no code: strings that look it up, and mere words in strings and documents."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from beast_lsp.engine.refactors.uses.call_sites import Use
from beast_lsp.engine.scopes.resolution.functions import text_of

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.scopes.resolution.program import Program

_LOOKUPS = frozenset(
    {"getattr", "hasattr", "setattr", "delattr", "attrgetter", "methodcaller", "patch", "object", "import_module"}
)
# A string in these is a key, is compared, or is no more than text.
_NO_VALUES = frozenset({"subscript", "comparison_operator", "expression_statement", "concatenated_string", "type"})
_NAMESPACES = ("globals()", "locals()", "vars(", "__dict__")
# What a `getattr` looks in, and the name, up to the end of its line; a literal name; the identifiers in its literals.
_GETATTR = re.compile(r"\b(?:getattr\s*\(\s*([\w.\[\]]+(?:\([^()]*\))?[\w.]*)\s*,|methodcaller\s*\()(.*)")
_WHOLE = re.compile(r"(?:[rub]?\"\w+\"|[rub]?'\w+')\s*(?:[,)]|$)")
_LITERAL = re.compile(r"(?<=[\"'}])(\w+)|(\w+)(?=[\"'{%])")
_LISTINGS = ("dir", "vars", "getmembers")
_LISTING = re.compile(rb"(?<![\w.])(?:dir|vars|(?:inspect\.)?getmembers)\s*\(\s*\w")
_TEMPLATES = (".html", ".htm", ".xml", ".j2", ".jinja", ".jinja2", ".tmpl", ".tpl", ".mako", ".ipynb", ".cfg", ".toml")
_MARKS = ("{{", "{%", "${", "<%")
_FORMAT = re.compile(r"%[a-z]")
_OWN = ("self", "cls", "type(self)", "sys.modules", "globals")
_WORDS = r"(?<!\w){}(?!\w)"


def lookups(program: Program, name: str) -> list[Use]:
    """The strings by which code looks a name up: `getattr(x, "name")`, `globals()["name"]`, `patch("module.name")`."""
    return [use for use in strings(program, name) if _is_lookup(use.node)]


def named(program: Program, name: str, path: str) -> list[Use]:
    """The strings of Python files that may be handed to code that looks up a member of the file at `path`.

    They are the bare name, but for keys, comparisons and `__all__`; and dotted names that end with the module's.
    """
    owner = program.imports.dotted(path).rpartition(".")[2]
    return [use for use in strings(program, name) if _is_lookup(use.node) or _may_be_handed_on(program, use, owner)]


def _may_be_handed_on(program: Program, use: Use, owner: str) -> bool:
    head, _, _ = text_of(use.node).rpartition(".")
    if head:
        return head.rpartition(".")[2] == owner
    module, string = program.module(use.path), use.node.parent
    if module is None or string is None or string.parent is None:
        return False
    is_listed = any(one.node == use.node for one in module.table.exported or ())
    is_key = string.parent.type == "pair" and string.parent.child_by_field_name("key") == string
    return not (is_listed or is_key or string.parent.type in _NO_VALUES)


def strings(program: Program, name: str) -> Iterator[Use]:
    """The strings of Python files that are a name, or end with it behind a dot."""
    pattern = re.compile(_WORDS.format(re.escape(name)).encode() + rb"(?=['\"])")
    for path in program.containing([name]):
        module = program.module(path)
        if module is None or not module.has_names or path.startswith("<"):
            continue
        for found in pattern.finditer(module.tree.source):
            node = module.tree.tree.root_node.descendant_for_byte_range(found.start(), found.end() - 1)
            content = text_of(node).rpartition(".")
            if node is not None and node.type == "string_content" and content[2] == name and " " not in content[0]:
                yield Use(path, node)


def _is_lookup(node: Node) -> bool:
    outer = node.parent.parent if node.parent is not None else None
    if outer is not None and outer.type == "subscript":
        return text_of(outer.named_children[0]).startswith(_NAMESPACES) or "__dict__" in text_of(
            outer.named_children[0]
        )
    call = outer.parent if outer is not None and outer.type == "argument_list" else None
    function = call.child_by_field_name("function") if call is not None and call.type == "call" else None
    return text_of(function).rpartition(".")[2] in _LOOKUPS


def built_names(program: Program, name: str, related: Collection[str]) -> list[str]:
    """Where code puts names together that may be a name, as file:line: `getattr(x, f"visit_{kind}")`.

    In the files `related`, a name that is looked up in `self`, the class or the module counts, literals apart.
    """
    found: list[str] = []
    for path in program.containing(["getattr", "methodcaller"]):
        lines = program.sources.lines(path) if path.endswith(".py") else None
        for row, line in enumerate(lines or ()):
            for given in _GETATTR.finditer(line):
                is_own = path in related and (given[1] or "").startswith(_OWN)
                if _may_give(given[2], name, is_own=is_own):
                    found.append(f"{path}:{row + 1}")
    return found


def templates(program: Program, name: str) -> list[str]:
    """Where templates, and strings that are code, use an attribute of a name, as file:line."""
    found = [use for use in _in_strings(program, name) if _is_code(text_of(use.node))]
    places = [f"{use.path}:{use.node.start_point.row + 1}" for use in found]
    pattern = re.compile(rf"\.{re.escape(name)}(?!\w)")
    for path in mentioned(program, name):
        lines = program.sources.lines(path) if path.endswith(_TEMPLATES) else None
        places += [f"{path}:{row + 1}" for row, line in enumerate(lines or ()) if pattern.search(line)]
    return places


def _in_strings(program: Program, name: str) -> Iterator[Use]:
    """The contents of strings, docstrings apart, that hold a name behind a dot."""
    pattern = re.compile(rb"\." + re.escape(name.encode()) + rb"(?!\w)")
    marked = re.compile(rb"[\"'][^\"']*" + pattern.pattern, re.DOTALL)
    for path in program.reach.holding({name}, marked):
        module = program.module(path)
        if module is None or not module.has_names:
            continue
        for found in pattern.finditer(module.tree.source):
            node = module.tree.tree.root_node.descendant_for_byte_range(found.start(), found.end() - 1)
            string = node.parent if node is not None and node.type == "string_content" else None
            if node is not None and string is not None and not _is_docstring(string):
                yield Use(path, node)


def _is_docstring(string: Node) -> bool:
    return string.parent is not None and string.parent.type == "expression_statement"


def _is_code(text: str) -> bool:
    """Whether a text is a template, or Python that says more than a dotted name."""
    if any(mark in text for mark in _MARKS):
        return True
    try:
        tree = ast.parse(textwrap.dedent(text))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return any(isinstance(node, ast.Call) for node in ast.walk(tree))


def listings(program: Program, owners: Collection[str], related: Collection[str]) -> list[str]:
    """The files that list the members of a module or a class by `dir`, `vars` and the like.

    `owners` are its names. In the files `related` every such call counts.
    """
    listed = "|".join(map(re.escape, sorted(owners))).encode()
    owned = re.compile(
        rb"\b(?:dir|vars|getmembers)\s*\(\s*(?:\w+\.)*(?:%b)\b|\b(?:%b|cls)\.__dict__" % (listed, listed)
    )
    near = [path for path in program.reach.holding(_LISTINGS, _LISTING) if path in related]
    return sorted({*near, *program.reach.holding(owners, owned)})


def _may_give(argument: str, name: str, *, is_own: bool) -> bool:
    """Whether the name in a `getattr` may be `name`, by the literals that it begins or ends with."""
    text = _FORMAT.sub("{}", argument.strip())
    if _WHOLE.match(text):
        return False  # `lookups` finds it.
    parts = [part for found in _LITERAL.findall(text) for part in found if part.strip("_")]
    if not parts:
        return is_own
    return any(name.startswith(part) or name.endswith(part) for part in parts)


def named_by(program: Program, path: str, name: str) -> list[str]:
    """The files that name a module's member in full, by `module:name` or `module.name`, and are no Python."""
    module = re.escape(program.imports.dotted(path).rpartition(".")[2])
    pattern = re.compile(rf"(?<!\w){module}[:.]{re.escape(name)}(?!\w)")
    texts = ((one, program.sources.lines(one)) for one in mentioned(program, name))
    return [one for one, lines in texts if lines is not None and any(pattern.search(line) for line in lines)]


def mentioned(program: Program, name: str) -> list[str]:
    """The files, Python apart, that hold a name as a word: documents, configuration, templates."""
    return [path for path in program.containing([name]) if not path.endswith((".py", ".pyi"))]


def test_files(paths: list[str]) -> list[str]:
    """Those of some files that hold tests, by their names."""
    return [path for path in paths if is_test(path)]


def is_test(path: str) -> bool:
    """Whether a file holds tests, by its name."""
    name = path.rpartition("/")[2]
    return name.startswith("test_") or name.endswith("_test.py") or name == "conftest.py"


def file_notes(paths: list[str], own: str) -> tuple[str, ...]:
    """What the user should know of the files that a refactoring touches."""
    others = [path for path in paths if path != own]
    tests = test_files(others)
    notes = [f"It also changes {_listed(others)}."] if others else []
    return (*notes, f"Tests that use it: {_listed(tests)}.") if tests else tuple(notes)


def _listed(paths: list[str]) -> str:
    return ", ".join(paths[:5]) + (f" and {len(paths) - 5} more" if len(paths) > 5 else "")
