"""Documentation as edits that are asked for at a place, as refactorings are; they pass the same net.

What a place is about: the function or class in whose header, or docstring, the cursor stands; the module in its first
line, or its docstring. Where everything is documented and true, nothing is offered.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from beast_lsp.engine.docs.comments.write import comment_edits, documentable
from beast_lsp.engine.docs.facts.syntax import decorator_names, docstring_node, whole
from beast_lsp.engine.docs.write import Convention, Writer
from beast_lsp.engine.refactors.proposal import Edit, Proposal
from beast_lsp.engine.refactors.refactoring import Refactoring, Site
from beast_lsp.engine.scopes.resolution.functions import text_of
from beast_lsp.errors import RefactoringRefused

if TYPE_CHECKING:
    from tree_sitter import Node

_KIND = "refactor.rewrite"
_STYLES = frozenset({"", "google", "numpy", "rest", "plain"})
_OPTIONS = {
    "style": "How Python's docstrings are written: google, numpy, rest or plain. Without it, as those around are.",
    "width": "The longest line. Without it, 88.",
}
_EXAMPLE = (
    "`run`: with an example of a call, which is run first, confined; `unconfined`: even where this system confines "
    "nothing. From the shell, for Python; an editor has a command of its own for it."
)
EXAMPLE = "example"
"""The option that brings the lines of an example which was run; who asks for one from outside says how it is run."""
WORDS = "words"
"""The option that brings what an endpoint says of a function, a line for its summary and each parameter."""
_OTHERS = frozenset({"javascript", "go", "rust", "java"})


def _propose(kind: str, nodes: frozenset[str]) -> Callable[[Site], Proposal | None]:
    def propose(site: Site) -> Proposal | None:
        node = _target(site, nodes)
        edits = _edits(site, node) if node is not None else []
        return Proposal(_title(node, kind), tuple(edits)) if node is not None and edits else None

    return propose


def _glance(kind: str, nodes: frozenset[str]) -> Callable[[Site], str]:
    def glance(site: Site) -> str:
        node = _target(site, nodes)
        return _title(node, kind) if node is not None and _is_offered(site, node) else ""

    return glance


def _is_offered(site: Site, node: Node) -> bool:
    """Whether there is something to do, as far as a look at the file tells."""
    is_python = site.module.tree.language == "python"
    if is_python and docstring_node(node) is None:
        return not any(one.rpartition(".")[2] == "overload" for one in decorator_names(node))
    return bool(_edits(site, node, is_quick=True))


def _target(site: Site, nodes: frozenset[str]) -> Node | None:
    if site.module.tree.language != "python":
        return documentable(site, nodes)
    if "module" in nodes:
        return _module(site)
    node = site.around(*nodes)
    while node is not None and not _is_at_head(site, node):
        node = node.parent
        while node is not None and node.type not in nodes:
            node = node.parent
    return node


def _is_at_head(site: Site, node: Node) -> bool:
    """Whether the place lies between a definition's first decorator and the end of its docstring, or of its header."""
    body, string = node.child_by_field_name("body"), docstring_node(node)
    if body is None or node.has_error:
        return False
    end = string.end_byte if string is not None else max(node.start_byte, body.start_byte - 1)
    return whole(node).start_byte <= site.start and site.end <= end


def _module(site: Site) -> Node | None:
    root = site.module.tree.tree.root_node
    string = docstring_node(root)
    first = site.module.tree.source.find(b"\n")
    end = string.end_byte if string is not None else max(0, first)
    return root if root.type == "module" and site.end <= end and root.named_children else None


def _edits(site: Site, node: Node, *, is_quick: bool = False) -> Sequence[Edit]:
    if site.module.tree.language != "python":
        return comment_edits(site, node)
    return Writer(site.program, site.path, _convention(site), is_quick=is_quick).edits(node)


def _convention(site: Site) -> Convention:
    """What the options say. Raises RefactoringRefused for what is no style, or no width."""
    style, width = site.options.get("style", "").lower(), site.options.get("width", "")
    if style not in _STYLES:
        raise RefactoringRefused(f"{style} is no style of docstrings.", hint="It is google, numpy, rest or plain.")
    if width and not (width.isdigit() and 40 <= int(width) <= 400):
        raise RefactoringRefused(f"{width} is no line length.", hint="It is a number from 40 to 400.")
    example = site.options.get(EXAMPLE, "")
    longest = int(width) if width else Convention.width
    return Convention(style, longest, tuple(example.splitlines()), site.options.get(WORDS, ""))


def _title(node: Node, kind: str) -> str:
    if kind == "module":
        return "Document this module"
    is_there = node.type in {"function_definition", "class_definition"} and docstring_node(node) is not None
    named = text_of(node.child_by_field_name("name"))
    what = f"`{named}`" if named else f"this {kind}"
    return f"Bring the docstring of {what} up to date" if is_there else f"Document {what}"


def _document(kind: str, nodes: frozenset[str], families: frozenset[str]) -> Refactoring:
    propose, glance = _propose(kind, nodes), _glance(kind, nodes)
    options = {**_OPTIONS, EXAMPLE: _EXAMPLE} if kind == "function" else _OPTIONS
    return Refactoring(f"document-{kind}", _KIND, propose, families, options, glance)


_FUNCTIONS = frozenset(
    {
        "function_definition", "function_declaration", "method_definition", "method_declaration", "function_item",
        "constructor_declaration", "generator_function_declaration",
    }
)  # fmt: skip
_CLASSES = frozenset(
    {
        "class_definition", "class_declaration", "interface_declaration", "enum_declaration", "record_declaration",
        "struct_item", "enum_item", "trait_item", "type_declaration",
    }
)  # fmt: skip
DOCUMENTATION: tuple[Refactoring, ...] = (
    _document("function", _FUNCTIONS, _OTHERS | {"python"}),
    _document("class", _CLASSES, _OTHERS | {"python"}),
    _document("module", frozenset({"module"}), frozenset({"python"})),
)
"""What documents a function, a class or a module."""
NAMES = frozenset(one.name for one in DOCUMENTATION)
