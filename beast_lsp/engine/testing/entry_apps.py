"""Views of web applications (Flask, Quart, FastAPI, Starlette), asked through the framework's test client."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from beast_lsp.engine.scopes.resolution.functions import decorators, text_of
from beast_lsp.engine.testing.nodes import arguments, body_of, descendants, function_of, name_of
from beast_lsp.engine.testing.parameters import parameters

if TYPE_CHECKING:
    from tree_sitter import Node

_METHODS = ("get", "post", "put", "patch", "delete")
_CLIENT = "client = {app}.test_client()"
_ASGI_CLIENT = "client = TestClient({app})"
_STARLETTE = {"TestClient": "from starlette.testclient import TestClient"}
# What makes an application or a part of one: how a client is made of it, and the imports of that.
_MAKERS: dict[str, tuple[tuple[str, ...], dict[str, str]]] = {
    "Flask": ((_CLIENT,), {}),
    "Quart": ((_CLIENT,), {}),
    "FastAPI": ((_ASGI_CLIENT,), _STARLETTE),
    "Starlette": ((_ASGI_CLIENT,), _STARLETTE),
    "Blueprint": (
        ('app = Flask("app")', "app.register_blueprint({app})", "client = app.test_client()"),
        {"Flask": "from flask import Flask"},
    ),
    "APIRouter": (
        ("app = FastAPI()", "app.include_router({app})", "client = TestClient(app)"),
        {**_STARLETTE, "FastAPI": "from fastapi import FastAPI"},
    ),
}
_PLACE = re.compile(r"<(?:(?P<flask>[^:<>]+)(?:\([^)]*\))?:)?(?P<a>\w+)>|\{(?P<b>\w+)(?::(?P<asgi>\w+))?\}")
_ASKED = re.compile(r"request\.(?P<where>args|form|values)(?:\.get\(|\[)\s*[\"'](?P<name>\w+)[\"']")
_MOST = 6  # requests to one view


@dataclass(frozen=True, slots=True)
class View:
    """A function that answers requests, or makes the application that does: statements before, and requests."""

    name: str
    arrange: tuple[str, ...]
    acts: tuple[str, ...]
    names: set[str]
    imports: dict[str, str] = field(default_factory=dict)
    is_factory: bool = False
    is_async: bool = False


def views(root: Node, decorated: Sequence[Node]) -> Iterator[View]:
    """The views of a module; one within a function without required parameters that returns the application is its."""
    for node in decorated:
        for one in decorators(node):
            route = _route(one)
            app = _app(root, node, route[0]) if route is not None else None
            if route is None or app is None:
                continue
            acts = tuple(request for method in route[2] for request in _requests(method, route[1], node))
            yield View(name=app.target or name_of(node), acts=acts, arrange=app.arrange, names=app.names,
                       imports=app.imports, is_factory=bool(app.target), is_async=app.is_async)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _App:
    """An application: how a client of it is made, and the function that makes it ("" where it stands at the top)."""

    arrange: tuple[str, ...]
    names: set[str]
    imports: dict[str, str]
    target: str = ""
    is_async: bool = False


def _route(decorator: Node) -> tuple[str, str, tuple[str, ...]] | None:
    """The application's name, the path, and the methods that a decorator gives to a view."""
    given = arguments(decorator) if decorator.type == "call" else None
    owner, _, last = text_of(decorator.child_by_field_name("function")).rpartition(".")
    path = _string(given[0][0]) if given is not None and given[0] else ""
    if given is None or not owner or not path.startswith("/"):
        return None
    if last in _METHODS:
        return owner, path, (last,)
    if last != "route":
        return None
    listed = given[1].get("methods")
    methods = [_string(one).lower() for one in listed.named_children] if listed is not None else ["get"]
    return owner, path, tuple(method for method in methods if method in _METHODS)


def _app(root: Node, view: Node, name: str) -> _App | None:
    outer = function_of(view)
    maker = _maker(outer if outer is not None else root, name)
    if maker not in _MAKERS:
        return None
    arrange, imports = _MAKERS[maker]
    if outer is None:
        return _App(tuple(one.format(app=name) for one in arrange), {name}, imports, "", maker == "Quart")
    is_complete = len(arrange) == 1 and function_of(outer) is None and _returns(outer, name)
    if not is_complete or any(not one["default"] for one in parameters(outer)):
        return None
    made = name_of(outer)
    return _App((arrange[0].format(app=f"{made}()"),), {made}, imports, made, maker == "Quart")


def _maker(scope: Node, name: str) -> str:
    """The class of which a variable is made in the statements of a scope."""
    for statement in body_of(scope):
        inner = statement.named_children[0] if statement.type == "expression_statement" else None
        if inner is None or inner.type != "assignment" or text_of(inner.child_by_field_name("left")) != name:
            continue
        value = inner.child_by_field_name("right")
        if value is not None and value.type == "call":
            return text_of(value.child_by_field_name("function")).rpartition(".")[2]
    return ""


def _returns(function: Node, name: str) -> bool:
    returned = [node for node in descendants(function, into_scopes=False) if node.type == "return_statement"]
    return any(text_of(node.named_children[0]) == name for node in returned if node.named_children)


def _requests(method: str, path: str, view: Node) -> Iterator[str]:
    """Requests as source: each kind of a value in the path, what the view asks for, and nothing of it."""
    annotated = {one["name"]: one["annotation"] for one in parameters(view)}
    words = [["text", "0"], ["1", "0"]]
    kinds = [_is_number(found, annotated) for found in _PLACE.finditer(path)]
    for at in range(2 if kinds else 1):
        place = path
        for is_number in kinds:
            place = _PLACE.sub(words[is_number][at], place, count=1)
        for extra in list(_extras(method, view, annotated, path))[: _MOST - at]:
            yield f'client.{method}("{place}{extra[0]}"{extra[1]})'


def _is_number(found: re.Match[str], annotated: dict[str, str]) -> bool:
    kind = found["flask"] or found["asgi"] or annotated.get(found["a"] or found["b"], "")
    return kind in {"int", "float"}


def _extras(method: str, view: Node, annotated: dict[str, str], path: str) -> Iterator[tuple[str, str]]:
    """What comes after the path and after the address: a query, a form or JSON."""
    text = text_of(view)
    asked = [(one["where"], one["name"]) for one in _ASKED.finditer(text)]
    in_path = {found["a"] or found["b"] for found in _PLACE.finditer(path)}
    simple = {"int": "1", "str": "text", "float": "1.5", "bool": "true"}
    queried = [name for where, name in asked if where != "form"]
    pairs = [f"{name}=text" for name in queried]
    pairs += [f"{name}={simple[kind]}" for name, kind in annotated.items() if kind in simple and name not in in_path]
    if pairs:
        yield "?" + "&".join(dict.fromkeys(pairs)), ""
    form = [name for where, name in asked if where == "form"]
    if form and method != "get":
        yield "", ", data={" + ", ".join(f'"{name}": "text"' for name in dict.fromkeys(form)) + "}"
    if method in {"post", "put", "patch"} and ("json" in text or "data" in text):
        keys = re.findall(r"(?:data|json|payload|body)(?:\(\))?(?:\.get\(|\[)\s*[\"'](\w+)[\"']", text)
        yield "", ", json={" + ", ".join(f'"{name}": "text"' for name in dict.fromkeys(keys)) + "}"
        yield "", ", json=[]"
    yield "", ""


def _string(node: Node) -> str:
    text = text_of(node)
    return text[1:-1] if node.type == "string" and text[:1] in "\"'" and "\\" not in text else ""
