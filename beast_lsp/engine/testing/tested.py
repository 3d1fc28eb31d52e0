"""Which module a test file tests, by what it imports and what it is called after."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from beast_lsp.engine.conventions import is_test
from beast_lsp.engine.refactors.imports.statements import statements
from beast_lsp.engine.testing.placement import called, module_of_test

if TYPE_CHECKING:
    from beast_lsp.engine.refactors.imports.statements import Item, Statement
    from beast_lsp.engine.scopes.resolution.program import Program

_DEEPEST = 3  # packages that hand a name on.


def tested_module(program: Program, test: str) -> str | None:
    """The path of the module that the test file at a path tests; None where it imports none of the workspace.

    That is the imported module that it is called after, else the one whose names it uses most. Where a package hands
    on names of its modules, they count for the module that has them. Total.
    """
    used = _used(program, test)
    if not used:
        return None
    name = module_of_test(test)
    after = name[0].strip("_") if name is not None else ""
    return max(used, key=lambda path: (_fits(path, after), used[path], path))


def _fits(path: str, after: str) -> int:
    """How well a module's path fits what a test file is called after: `test_shop_cart` is of `shop/cart.py`, too."""
    if called(path) == after:
        return 2
    whole = "_".join([*path.split("/")[:-1], called(path)])
    return int(bool(after) and f"_{whole}".endswith(f"_{after}"))


def _used(program: Program, test: str) -> Counter[str]:
    """How often the file names something of each module."""
    module = program.module(test)
    used: Counter[str] = Counter()
    if module is None:
        return used
    text = module.tree.source.decode("utf-8", "replace")
    for statement in statements(module.tree):
        for item in statement.items:
            for path in _paths(program, test, statement, item):
                if path.endswith(".py") and path != test and not is_test(path):
                    used[path] += len(re.findall(rf"\b{re.escape(item.bound)}\b", text))
    return used


def _paths(program: Program, importer: str, statement: Statement, item: Item) -> Iterator[str]:
    if statement.is_from:
        found = _source(program, importer, statement.module, item.name, _DEEPEST)
    else:
        found = program.imports.find(importer, item.name)
    if found is not None:
        yield found


def _source(program: Program, importer: str, module: str, name: str, depth: int) -> str | None:
    """The file that has a name which is imported from a module: a submodule, or where a package has it from."""
    path = program.imports.find(importer, module)
    if path is None:
        return None
    below = program.imports.below(path, name)
    if below is not None and below.endswith(".py"):
        return below
    package = program.module(path) if path.endswith("/__init__.py") and depth else None
    for statement in statements(package.tree) if package is not None else ():
        if statement.is_from and any(each.bound == name for each in statement.items):
            given = next(each.name for each in statement.items if each.bound == name)
            return _source(program, path, statement.module, given, depth - 1) or path
    return path
