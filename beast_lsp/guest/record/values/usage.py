"""What a function does with a parameter, read from its syntax tree: the types that would bear it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import Union

Function = Union[ast.FunctionDef, ast.AsyncFunctionDef]
# Functions of the library that take one kind of thing.
TAKES: dict[str, tuple[type, ...]] = {
    "int": (str, int, float),
    "float": (str, float, int),
    "len": (list, str, dict),
    "sorted": (list,),
    "enumerate": (list, str),
    "iter": (list,),
    "next": (list,),
    "sum": (list,),
    "max": (list,),
    "min": (list,),
    "ord": (str,),
    "chr": (int,),
    "abs": (int, float),
    "range": (int,),
    "loads": (str,),
    "escape": (str,),
    "urlparse": (str,),
    "urlsplit": (str,),
    "quote": (str,),
    "unquote": (str,),
    "match": (str,),
    "search": (str,),
    "fullmatch": (str,),
    "sub": (str,),
    "floor": (float, int),
    "sqrt": (float, int),
    "isnan": (float,),
}


# What the syntax around a parameter says, where nothing else does.
TELLING: dict[type, tuple[type, ...]] = {
    ast.Starred: (list, tuple),
    ast.UnaryOp: (int, float, bool),
    ast.FormattedValue: (str,),
}


class Usage:
    """How one parameter is used. `attributes` are those asked of it, `types` what it is compared or tested with."""

    def __init__(self) -> None:
        self.attributes: set[str] = set()
        self.called: set[str] = set()
        self.types: list[type] = []
        self.tested: list[ast.expr] = []
        self.keys: list[str] = []
        self.items: Usage | None = None
        self.is_called = False
        self.is_path = False
        self.is_text_path = False


class Uses:
    """The functions of a module, by their line and name, and how they use their parameters."""

    def __init__(self, tree: ast.Module) -> None:
        self._functions: dict[int, Function] = {}
        self._named: dict[str, Function] = {}
        self._classes: dict[int, ast.ClassDef] = {}
        self._parents: dict[ast.AST, dict[ast.AST, ast.AST]] = {}
        for node in ast.walk(tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self._functions[first_line(node)] = node
            elif isinstance(node, ast.ClassDef):
                for inner in node.body:
                    if isinstance(inner, (ast.FunctionDef, ast.AsyncFunctionDef)):
                        self._classes[first_line(inner)] = node
        for each in tree.body:
            if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self._named[each.name] = each

    def of(self, line: int, name: str, depth: int = 2) -> Usage | None:
        """The use of a parameter by the function that begins at a line; None where there is no such function."""
        node = self._functions.get(line)
        if node is None:
            return None
        usage = Usage()
        self._read(node, name, usage, depth)
        if node.name == "__init__" and line in self._classes:
            for held in held_as(self._parents_of(node), name):
                self._read_attribute(self._classes[line], held, usage)
        return usage

    def _read(self, node: Function, name: str, usage: Usage, depth: int) -> None:
        parents = self._parents_of(node)
        names = {name, *aliases(parents, name)}
        for each in parents:
            if isinstance(each, ast.Name) and each.id in names and isinstance(each.ctx, ast.Load):
                self._use(each, parents, usage, depth)

    def _read_attribute(self, node: ast.ClassDef, held: str, usage: Usage) -> None:
        parents = self._parents_of(node)
        for each in parents:
            if isinstance(each, ast.Attribute) and is_self(each, held):
                self._use(each, parents, usage, 0)

    def _parents_of(self, node: ast.AST) -> dict[ast.AST, ast.AST]:
        if node not in self._parents:
            self._parents[node] = {child: each for each in ast.walk(node) for child in ast.iter_child_nodes(each)}
        return self._parents[node]

    def _use(self, node: ast.expr, parents: dict[ast.AST, ast.AST], usage: Usage, depth: int) -> None:
        parent = parents.get(node)
        if isinstance(parent, ast.Attribute):
            usage.attributes.add(parent.attr)
            call = parents.get(parent)
            if isinstance(call, ast.Call) and call.func is parent:
                usage.called.add(parent.attr)
        elif isinstance(parent, ast.Call):
            self._argument(node, parent, usage, depth)
        elif isinstance(parent, ast.Subscript) and parent.value is node:
            index(parent.slice, usage)
        elif isinstance(parent, (ast.For, ast.comprehension)) and parent.iter is node:
            usage.types += [list, str, dict]
            self._item(parent, parents, usage)
        elif isinstance(parent, ast.BinOp):
            operation(node, parent, usage)
        elif isinstance(parent, ast.Compare):
            comparison(node, parent, usage)
        else:
            usage.types += TELLING.get(type(parent), ())

    def _item(self, loop: ast.For | ast.comprehension, parents: dict[ast.AST, ast.AST], usage: Usage) -> None:
        """What is done with the items that a loop takes out."""
        if isinstance(loop.target, ast.Name):
            usage.items = usage.items or Usage()
            for each in parents:
                if isinstance(each, ast.Name) and each.id == loop.target.id and isinstance(each.ctx, ast.Load):
                    self._use(each, parents, usage.items, 0)

    def _argument(self, node: ast.expr, call: ast.Call, usage: Usage, depth: int) -> None:
        if call.func is node:
            usage.is_called = True
            return
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        whole = ast.unparse(call.func)
        if name == "isinstance" and len(call.args) == 2:
            usage.tested.append(call.args[1])
        elif name in {"getattr", "hasattr"} and len(call.args) > 1 and isinstance(call.args[1], ast.Constant):
            usage.attributes.add(str(call.args[1].value))
        elif whole.startswith(("os.path.", "path.", "shutil.")) or whole in {"open", "io.open", "os.listdir", "Path"}:
            usage.is_text_path = True
        elif name in TAKES:
            usage.types += TAKES[name]
        elif name in self._named and depth and node in call.args:
            taken = self._named[name].args
            names = [each.arg for each in [*taken.posonlyargs, *taken.args]]
            if call.args.index(node) < len(names):
                self._read(self._named[name], names[call.args.index(node)], usage, depth - 1)


def index(key: ast.expr, usage: Usage) -> None:
    """What an index says of what is indexed."""
    if isinstance(key, ast.Constant) and isinstance(key.value, str):
        usage.types.append(dict)
        usage.keys.append(key.value)
    elif isinstance(key, ast.Slice):
        usage.types += [str, list]
    elif isinstance(key, (ast.Constant, ast.UnaryOp)):
        usage.types += [list, tuple, str]
    else:
        usage.types += [dict, list]


def operation(node: ast.expr, parent: ast.BinOp, usage: Usage) -> None:
    """What an operator and its other side say."""
    other = parent.right if parent.left is node else parent.left
    if isinstance(other, (ast.Constant, ast.JoinedStr)):
        value = other.value if isinstance(other, ast.Constant) else ""
        if isinstance(value, (str, bytes)):
            usage.types.append(int if isinstance(parent.op, ast.Mult) else type(value))
            return
    if isinstance(parent.op, ast.Mod) and other is parent.right:
        usage.types += [int, str]
    elif isinstance(parent.op, (ast.BitAnd, ast.BitOr, ast.LShift, ast.RShift, ast.BitXor)):
        usage.types += [int, set]
    else:
        usage.types += [int, float]


def comparison(node: ast.expr, parent: ast.Compare, usage: Usage) -> None:
    """What a parameter is compared with."""
    if parent.left is not node and isinstance(parent.ops[-1], (ast.In, ast.NotIn)):
        usage.types += [list, dict, str]
    others = [each for each in [parent.left, *parent.comparators] if each is not node]
    for each in others:
        if isinstance(each, ast.Constant):
            usage.types.append(type(each.value))
        elif isinstance(each, (ast.Tuple, ast.List, ast.Set)) and each.elts and isinstance(each.elts[0], ast.Constant):
            usage.types.append(type(each.elts[0].value))
        elif isinstance(parent.ops[0], (ast.Lt, ast.Gt, ast.LtE, ast.GtE)):
            usage.types += [int, float]


def aliases(nodes: Iterable[ast.AST], name: str) -> Iterator[str]:
    """Variables that only stand for a parameter."""
    for each in nodes:
        if isinstance(each, ast.Assign) and isinstance(each.value, ast.Name) and each.value.id == name:
            yield from (target.id for target in each.targets if isinstance(target, ast.Name))


def held_as(nodes: Iterable[ast.AST], name: str) -> Iterator[str]:
    """The attributes of `self` that hold a parameter."""
    for each in nodes:
        if isinstance(each, ast.Assign) and name in {getattr(part, "id", "") for part in ast.walk(each.value)}:
            yield from (target.attr for target in each.targets if isinstance(target, ast.Attribute))


def is_self(node: ast.AST, attribute: str) -> bool:
    """Whether this is `self.attribute`."""
    return (
        isinstance(node, ast.Attribute)
        and node.attr == attribute
        and isinstance(node.value, ast.Name)
        and node.value.id == "self"
        and isinstance(node.ctx, ast.Load)
    )


def first_line(node: Function) -> int:
    """The line that the interpreter gives a function: its first decorator's."""
    return min([node.lineno, *(each.lineno for each in node.decorator_list)])
