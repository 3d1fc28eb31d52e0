"""How a test names an object: the expression, and the import that the expression needs."""

from __future__ import annotations

import ast
import builtins
import importlib
import sys
from collections.abc import Iterable
from functools import lru_cache
from types import ModuleType
from typing import Any

COMMON = {
    "Path": "from pathlib import Path",
    "PurePosixPath": "from pathlib import PurePosixPath",
    "PosixPath": "from pathlib import PosixPath",
    "io": "import io",
    "re": "import re",
    "asyncio": "import asyncio",
    "contextlib": "import contextlib",
    "collections": "import collections",
    "datetime": "import datetime",
    "random": "import random",
    "subprocess": "import subprocess",
    "math": "import math",
    "os": "import os",
    "sys": "import sys",
    "uuid": "import uuid",
    "threading": "import threading",
    "string": "import string",
    "operator": "import operator",
    "tempfile": "import tempfile",
    "inspect": "import inspect",
    "types": "import types",
    "Decimal": "from decimal import Decimal",
    "Fraction": "from fractions import Fraction",
    "SimpleNamespace": "from types import SimpleNamespace",
    "OrderedDict": "from collections import OrderedDict",
    "Counter": "from collections import Counter",
    "defaultdict": "from collections import defaultdict",
    "deque": "from collections import deque",
    "islice": "from itertools import islice",
    "UUID": "from uuid import UUID",
    "AsyncMock": "from unittest.mock import AsyncMock",
    "Mock": "from unittest.mock import Mock",
    "call": "from unittest.mock import call",
}


class Names:
    """The names that tests of one module may use: its own, those of the brief, and common ones of the library."""

    def __init__(self, module: ModuleType, imports: dict[str, str]) -> None:
        self.module = module
        self.statements = dict(COMMON)
        self.statements.update(imports)
        self._objects: dict[str, object] = {}
        for name in vars(module):
            if name.isidentifier() and self.owns(name):
                self.statements[name] = f"from {module.__name__} import {name}"
                self._objects.pop(name, None)

    def owns(self, name: str) -> bool:
        """Whether a global of the module is made there, not brought by an import."""
        value = vars(self.module)[name]
        if isinstance(value, ModuleType) or name.startswith("__") or (hasattr(builtins, name) and name in COMMON):
            return False
        return getattr(value, "__module__", self.module.__name__) == self.module.__name__

    def objects(self, used: Iterable[str]) -> dict[str, object]:
        """The objects of those names that an import can bring."""
        found = {}
        for name in used:
            if name in self._objects:
                found[name] = self._objects[name]
            elif name in self.statements:
                value = imported(self.statements[name], name)
                if value is not MISSING:
                    found[name] = self._objects[name] = value
        return found

    def imports(self, used: Iterable[str]) -> dict[str, str]:
        """The statements that bring these names."""
        return {name: self.statements[name] for name in sorted(used) if name in self.statements}

    def of(self, value: Any) -> str | None:
        """An expression for a class, a function or a module, None where it has no name that leads to it."""
        if isinstance(value, ModuleType):
            return self._take(value.__name__.partition(".")[0], f"import {value.__name__}", value.__name__, value)
        name, module = getattr(value, "__qualname__", None), getattr(value, "__module__", None)
        if not isinstance(name, str) or not isinstance(module, str) or "<" in name or is_own(module):
            return None
        top, _, _rest = name.partition(".")
        if module == "builtins" and getattr(builtins, name, None) is value:
            return name
        for home in (self.module.__name__, public_home(module, name, value), module):
            if home in sys.modules and reached(sys.modules[home], name) is value:
                return self._take(top, f"from {home} import {top}", name, value) or self._take(
                    home.partition(".")[0], f"import {home}", f"{home}.{name}", value
                )
        return None

    def _take(self, name: str, statement: str, expression: str, value: object) -> str | None:
        if hasattr(builtins, name):
            return None
        held = self.statements.setdefault(name, statement)
        if held == statement:
            return expression
        objects = self.objects([name])
        _, _, rest = expression.partition(".")
        return expression if name in objects and reached(objects[name], rest) is value else None


MISSING = object()
# The package that this code stands in, under whatever name it was loaded.
OWN = __name__.rpartition(".record.")[0]


def is_own(module: str) -> bool:
    """Whether a module is one of ours, which no test can name."""
    return module == OWN or module.startswith(OWN + ".")


def imported(statement: str, name: str) -> object:
    """What an import statement brings under a name, MISSING where it fails."""
    tree = ast.parse(statement).body[0]
    try:
        if isinstance(tree, ast.ImportFrom):
            origin = next(each.name for each in tree.names if (each.asname or each.name) == name)
            module = importlib.import_module(tree.module or "")
            return (
                getattr(module, origin)
                if hasattr(module, origin)
                else importlib.import_module(f"{tree.module}.{origin}")
            )
        if isinstance(tree, ast.Import):
            alias = tree.names[0]
            module = importlib.import_module(alias.name)
            return module if alias.asname else sys.modules[name]
    except (Exception, SystemExit):  # An import runs code of others.
        return MISSING
    return MISSING


def reached(value: object, path: str) -> object:
    """What a dotted path leads to from an object, MISSING where it doesn't."""
    for part in path.split(".") if path else []:
        value = getattr(value, part, MISSING)
    return value


def public_home(module: str, name: str, value: object) -> str:
    """The module whose public name leads to what a private module of the same package defines."""
    parts = module.split(".")
    while len(parts) > 1 and any(part.startswith("_") for part in parts):
        parts.pop()
    home = ".".join(parts)
    return home if home in sys.modules and reached(sys.modules[home], name) is value else module


@lru_cache(maxsize=20_000)
def used_names(text: str) -> frozenset[str]:
    """The names that a piece of code uses."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return frozenset()
    return frozenset(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))
