"""The side effects of a Python function that its text shows: what it assigns to, and which known functions it calls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from beast_lsp.engine.docs.facts.model import Effect, EffectKind
from beast_lsp.engine.docs.facts.raising import bound_names
from beast_lsp.engine.docs.facts.signature import parameters
from beast_lsp.engine.docs.facts.syntax import one_line, own_nodes
from beast_lsp.engine.languages.language import words
from beast_lsp.engine.scopes.resolution.functions import parameter_name, parameter_nodes, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

# By the dotted name as it is usually written; what a file calls otherwise is told by its imports (`through`).
_CALLS: Mapping[str, EffectKind] = {
    **dict.fromkeys(words("os.remove os.unlink os.rename os.replace os.mkdir os.makedirs os.rmdir shutil.rmtree"
                          " shutil.copy shutil.copyfile shutil.copytree shutil.move os.symlink os.chmod"), "file"),
    **dict.fromkeys(words("subprocess.run subprocess.Popen subprocess.call subprocess.check_call os.system os.execv"
                          " subprocess.check_output os.fork os.kill"), "process"),
    **dict.fromkeys(words("requests.get requests.post requests.put requests.delete urllib.request.urlopen urlopen"
                          " socket.create_connection httpx.get httpx.post"), "network"),
    **dict.fromkeys(words("os.putenv os.unsetenv os.chdir os.umask"), "environment"),
    **dict.fromkeys(words("sys.exit os._exit exit quit"), "exit"),
    "print": "print",
}  # fmt: skip
_WRITES = words("write_text write_bytes unlink mkdir rmdir touch symlink_to")
_CHANGING = words(
    "append extend insert remove pop clear sort reverse add discard update setdefault popitem appendleft popleft"
    " extendleft difference_update intersection_update symmetric_difference_update"
)
_LOGGING = words("debug info warning error exception critical")


def effects(node: Node) -> list[Effect]:
    """What a function changes besides its own variables, in the order of the text, each once."""
    named = (parameter_name(one) for one in parameter_nodes(node))
    scope = _Scope(node, {text_of(one) for one in named if one is not None} - bound_names(node) - _gathered(node))
    found = (effect for one in own_nodes(node) for effect in scope.of(one))
    return list({(one.kind, one.what): one for one in found}.values())


def _gathered(node: Node) -> set[str]:
    """`args` of `*args`, `options` of `**options`: they are the function's own, and no caller sees them change."""
    return {one.name for one in parameters(node) if one.stars}


class _Scope:
    """Reads the effects of the nodes of one function; `given` are its parameters that it does not bind anew."""

    def __init__(self, function: Node, given: set[str]) -> None:
        first = next(iter(parameter_nodes(function)), None)
        self._receiver = text_of(first) if text_of(first) in {"self", "cls"} else ""
        self._given = given
        declared = (one for one in own_nodes(function) if one.type == "global_statement")
        self._globals = {text_of(name) for one in declared for name in one.named_children}

    def of(self, node: Node) -> Iterator[Effect]:
        """The effects of one node, without those of the nodes in it."""
        line = node.start_point.row + 1
        if node.type in {"assignment", "augmented_assignment"}:
            is_bare = node.child_by_field_name("right") is None  # `self.x: int` declares, and assigns nothing.
            for target in () if is_bare else _targets(node.child_by_field_name("left")):
                yield from self._stored(target, line)
        elif node.type == "delete_statement":
            for target in node.named_children:
                yield from self._stored(target, line)
        elif node.type == "call":
            yield from self._called(node, line)

    def _stored(self, target: Node, line: int) -> Iterator[Effect]:
        root = _root(target)
        if target.type == "identifier":
            if text_of(target) in self._globals:
                yield Effect("global", text_of(target), line)
            return
        name = text_of(root)
        if name == self._receiver and name:
            yield Effect("attribute", _attribute(target), line)
        elif name in self._given:
            yield Effect("argument", name, line)
        elif one_line(target).startswith("os.environ["):
            yield Effect("environment", one_line(target), line)

    def _called(self, node: Node, line: int) -> Iterator[Effect]:
        function = node.child_by_field_name("function")
        name = one_line(function)
        if name in _CALLS:
            yield Effect(_CALLS[name], name, line)
        elif name in {"open", "io.open"} and _opens_to_write(node):
            yield Effect("file", one_line(node), line)
        elif function is not None and function.type == "attribute":
            yield from self._method(function, line)

    def _method(self, function: Node, line: int) -> Iterator[Effect]:
        receiver, name = function.child_by_field_name("object"), text_of(function.child_by_field_name("attribute"))
        if receiver is None:
            return
        root = text_of(_root(receiver))
        if name in _LOGGING and one_line(receiver).rpartition(".")[2].strip("_").lower() in {
            "log",
            "logger",
            "logging",
        }:
            yield Effect("log", one_line(function), line)
        elif name in _WRITES:
            yield Effect("file", one_line(function), line)
        elif name in _CHANGING and root == self._receiver and root and receiver.type == "attribute":
            yield Effect("attribute", _attribute(receiver), line)
        elif name in _CHANGING - {"update", "remove", "pop"} and receiver.type == "identifier" and root in self._given:
            yield Effect("argument", root, line)


def _targets(left: Node | None) -> Iterator[Node]:
    if left is None:
        return
    if left.type in {"pattern_list", "tuple_pattern", "list_pattern", "list_splat_pattern"}:
        for one in left.named_children:
            yield from _targets(one)
    else:
        yield left


def _root(node: Node) -> Node:
    """The name that a chain of attributes and items begins with; what a call gives is another object."""
    while node.type in {"attribute", "subscript"} and node.named_children:
        node = node.named_children[0]
    return node


def _attribute(node: Node) -> str:
    """`self.count` of `self.count[1].x`."""
    while node.type in {"attribute", "subscript", "call"} and node.named_children:
        inner = node.named_children[0]
        if inner.type == "identifier":
            break
        node = inner
    return one_line(node)


def _opens_to_write(call: Node) -> bool:
    listed = call.child_by_field_name("arguments")
    given = listed.named_children if listed is not None else []
    mode = next((one.child_by_field_name("value") for one in given if one_line(one).startswith("mode=")), None)
    if mode is None and len(given) > 1 and given[1].type == "string":
        mode = given[1]
    return mode is not None and mode.type == "string" and bool(set(text_of(mode)) & set("wax+"))
