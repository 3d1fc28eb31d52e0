"""Commands of click and typer, run by the framework's own runner."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from beast_lsp.engine.scopes.resolution.functions import decorators, text_of
from beast_lsp.engine.testing.entry_options import PATH, WRITE_PATH, Option, lines, written
from beast_lsp.engine.testing.nodes import arguments, body_of, is_literal, name_of
from beast_lsp.engine.testing.parameters import parameters
from beast_lsp.engine.testing.seeds.asked import compared

if TYPE_CHECKING:
    from tree_sitter import Node

_RUNNER = "runner = CliRunner()"
_COMMANDS = frozenset({"command", "group"})
_KINDS = {"int": "int", "INT": "int", "IntRange": "int", "float": "float", "FLOAT": "float", "FloatRange": "float"}
_PATHS = frozenset({"Path", "File"})


@dataclass(frozen=True, slots=True)
class Call:
    """How a command is called: statements before, expressions that run it, and what these need."""

    arrange: tuple[str, ...]
    acts: tuple[str, ...]
    names: set[str]
    imports: dict[str, str] = field(default_factory=dict)


def commands(root: Node, decorated: Sequence[Node], used: Collection[str]) -> Iterator[tuple[str, Call]]:
    """The commands of a module: the name of the function, and how it is called."""
    apps = _apps(root) if "typer" in used else {}
    typed = [(node, app, name) for node in decorated if (named := _typed(node, apps)) for app, name in [named]]
    for node, app, name in typed:
        # One command alone is the program itself.
        is_alone = sum(app == other for _, other, _ in typed) == 1 and not _has_callback(decorated, app)
        yield name_of(node), _call(app, _typer_options(node), "typer", () if is_alone else (name,))
    if "click" in used:
        for node in decorated:
            if _is_top(node) and _is_click(node, apps):
                yield name_of(node), _call(name_of(node), _click_options(node), "click")


def _call(name: str, options: list[Option], framework: str, before: tuple[str, ...] = ()) -> Call:
    listed = [[*before, *line] for line in lines(options)]
    acts = [f"runner.invoke({name}, {written(line)})" for line in listed]
    needs_file = any(one.kind == PATH for one in options)
    imports = {"CliRunner": f"from {framework}.testing import CliRunner"}
    return Call((*((WRITE_PATH,) if needs_file else ()), _RUNNER), tuple(dict.fromkeys(acts)), {name}, imports)


def _is_top(node: Node) -> bool:
    """Whether a decorated function stands at the top of its module."""
    outer = node.parent.parent if node.parent is not None else None
    return outer is not None and outer.type == "module"


def _parts(decorator: Node) -> list[str]:
    callee = decorator.child_by_field_name("function") if decorator.type == "call" else decorator
    return text_of(callee).split(".")


def _is_click(node: Node, apps: Collection[str]) -> bool:
    for one in decorators(node):
        *owner, last = _parts(one)
        if last in _COMMANDS and ".".join(owner) not in apps and len(owner) < 2:
            return True
    return False


def _asked(function: Node) -> dict[str, tuple[str, ...]]:
    """The plain texts and numbers that a function compares its parameters with."""
    found: dict[str, tuple[str, ...]] = {}
    for name, one in compared(function):
        plain = one.text.strip("\"'")
        if plain and "\\" not in plain and plain not in found.get(name, ()):
            found[name] = (*found.get(name, ()), plain)
    return found


def _click_options(node: Node) -> list[Option]:
    found, asked = [], _asked(node)
    for one in decorators(node):
        given = arguments(one) if one.type == "call" else None
        last = _parts(one)[-1]
        if given is None or last not in {"option", "argument"}:
            continue
        names = [_string(each) for each in given[0] if each.type == "string"]
        option = _click_option(last, [name for name in names if name], given[1])
        if option is not None:
            variable = next(iter(names), "") if not option.flag else option.flag.lstrip("-").replace("-", "_")
            found.append(replace(option, asked=() if option.choices else asked.get(variable, ())))
    return found


def _click_option(what: str, names: list[str], keywords: dict[str, Node]) -> Option | None:
    said = {name: text_of(node) for name, node in keywords.items()}
    kind, choices = _kind(keywords.get("type"))
    count = int(said["nargs"]) if said.get("nargs", "").isdecimal() else 1
    if what == "argument":
        is_optional = said.get("required") == "False" or "default" in said or said.get("nargs") == "-1"
        return Option("", kind, choices, not is_optional, count=count)
    flags = sorted((name for name in names if name.startswith("-")), key=lambda name: not name.startswith("--"))
    if not flags:
        return None
    flag = flags[0].partition("/")[0]
    is_switch = "/" in flags[0] or said.get("is_flag") == "True" or said.get("count") == "True" or "flag_value" in said
    if kind == "text" and said.get("default", "").replace("_", "").isdecimal():
        kind = "int"
    return Option(flag, kind, choices, said.get("required") == "True", is_switch, count)


def _kind(node: Node | None) -> tuple[str, tuple[str, ...]]:
    """What a type asks for, and the choices that it gives."""
    if node is None:
        return "text", ()
    given = arguments(node) if node.type == "call" else None
    name = _parts(node)[-1]
    if name == "Choice" and given is not None and given[0] and is_literal(given[0][0]):
        return "text", tuple(filter(None, map(_string, given[0][0].named_children)))
    return (PATH if name in _PATHS else _KINDS.get(name, "text")), ()


def _string(node: Node) -> str:
    """The content of a string literal without escapes; "" for anything else."""
    content = [child for child in node.named_children if child.type == "string_content"]
    text = text_of(content[0]) if node.type == "string" and len(content) == 1 else ""
    return "" if "\\" in text else text


def _apps(root: Node) -> set[str]:
    """The variables at the top that hold a Typer."""
    found = set()
    for statement in body_of(root):
        inner = statement.named_children[0] if statement.type == "expression_statement" else None
        value = inner.child_by_field_name("right") if inner is not None and inner.type == "assignment" else None
        if inner is not None and value is not None and value.type == "call" and _parts(value)[-1] == "Typer":
            found.add(text_of(inner.child_by_field_name("left")))
    return found


def _typed(node: Node, apps: Collection[str]) -> tuple[str, str] | None:
    """The Typer of a command and the command's name."""
    for one in decorators(node):
        *owner, last = _parts(one)
        if last == "command" and ".".join(owner) in apps and _is_top(node):
            given = arguments(one) if one.type == "call" else None
            named = [text for each in (given[0] if given else []) if (text := _string(each))]
            return ".".join(owner), named[0] if named else name_of(node).replace("_", "-")
    return None


def _has_callback(decorated: Sequence[Node], app: str) -> bool:
    return any(_parts(one) == [*app.split("."), "callback"] for node in decorated for one in decorators(node))


def _typer_options(node: Node) -> list[Option]:
    """A parameter with a default is an option, one without is an argument."""
    found, asked = [], _asked(node)
    for one in parameters(node):
        kind = one["annotation"].replace("Optional[", "").partition("]")[0].partition(" ")[0]
        kind = PATH if kind.endswith("Path") else kind if kind in {"int", "float", "bool"} else "text"
        default = one["default"]
        is_argument = not default or "Argument(" in default or "Argument(" in one["annotation"]
        if kind == "text" and one["annotation"].rpartition(".")[2] == "Context":
            continue
        is_required = not default or default.replace(" ", "").endswith(("Option(...)", "Argument(...)"))
        flag = "" if is_argument and kind != "bool" else f"--{one['name'].replace('_', '-')}"
        found.append(Option(flag, kind, (), is_required, kind == "bool", asked=asked.get(one["name"], ())))
    return found
