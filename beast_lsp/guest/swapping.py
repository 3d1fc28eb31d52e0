"""Puts a mutant in force in a process that has already imported the module: the code of living functions is swapped.

Methods, properties, decorated functions and closures are all functions that the garbage collector knows, so they are
found by what their code says of itself. What is only run by an import (a constant, a class's body) can't be swapped.
"""

from __future__ import annotations
import __future__

import ast
import gc
import os
from types import CodeType, FunctionType
from typing import Any

from .mutation import Mutant, Step

_FEATURES = {name: getattr(__future__, name).compiler_flag for name in __future__.all_feature_names}


class SwapError(Exception):
    """The mutant can't be put in force in a running process."""


class Living:
    """The functions of a file that live at a moment, and how its code is compiled."""

    def __init__(self, source: str, file: str) -> None:
        self._file = os.path.realpath(file)
        self._names: dict[str, bool] = {}
        self._flags = _flags(source)
        self._functions: dict[Step, list[FunctionType]] = {}
        for each in gc.get_objects():
            if type(each) is FunctionType and self._is_ours(each.__code__):
                self._functions.setdefault(_step(each.__code__), []).append(each)

    def put(self, mutant: Mutant) -> None:
        """Change the functions. Raises SwapError where nothing changed."""
        site = mutant.site
        if not site.path:
            raise SwapError("only an import runs it")
        if site.is_default:
            self._default(mutant)
            return
        site.change.apply()
        try:
            code = compile(ast.Module([site.top], []), self._file, "exec", self._flags, True)
        except (SyntaxError, ValueError, RecursionError) as problem:
            raise SwapError(str(problem)) from problem
        finally:
            site.change.undo()
        fresh = _by_step(code)
        swapped = [self._swap(step, fresh.get(step, [])) for step in site.path]
        if not any(swapped):
            raise SwapError("no such function lives")

    def _swap(self, step: Step, fresh: list[CodeType]) -> bool:
        """Whether a living function took the new code; two of a name on a line can't be told apart."""
        if len(fresh) != 1:
            return False
        living = self._functions.get(step, [])
        for function in living:
            try:
                function.__code__ = fresh[0].replace(co_filename=function.__code__.co_filename)
            except ValueError as problem:
                raise SwapError("it changes what the function takes from around it") from problem
        return bool(living)

    def _default(self, mutant: Mutant) -> None:
        defaults, index = mutant.site.change.place
        arguments = _arguments(mutant.site.top, defaults)
        value = mutant.site.change.new.value
        living = self._functions.get(mutant.site.path[-1], [])
        for function in living:
            if arguments.kw_defaults is defaults:
                name = arguments.kwonlyargs[index].arg
                function.__kwdefaults__ = {**(function.__kwdefaults__ or {}), name: value}
            else:
                old = function.__defaults__ or ()
                function.__defaults__ = (*old[:index], value, *old[index + 1 :])
        if not living:
            raise SwapError("no such function lives")

    def _is_ours(self, code: CodeType) -> bool:
        name = code.co_filename
        if name not in self._names:
            self._names[name] = os.path.realpath(name) == self._file
        return self._names[name]


def _step(code: CodeType) -> Step:
    return code.co_name, code.co_firstlineno


def _by_step(code: CodeType) -> dict[Step, list[CodeType]]:
    found: dict[Step, list[CodeType]] = {}
    inside = [code]
    while inside:
        each = inside.pop()
        found.setdefault(_step(each), []).append(each)
        inside.extend(constant for constant in each.co_consts if isinstance(constant, CodeType))
    return found


def _flags(source: str) -> int:
    """The compiler flags of the module's own imports from `__future__`."""
    flags = 0
    for node in ast.parse(source).body:
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            flags |= sum(_FEATURES.get(alias.name, 0) for alias in node.names)
    return flags


def _arguments(top: ast.stmt, defaults: Any) -> ast.arguments:
    """The arguments whose list of defaults this is."""
    for node in ast.walk(top):
        if isinstance(node, ast.arguments) and (node.defaults is defaults or node.kw_defaults is defaults):
            return node
    raise SwapError("the defaults belong to no function")
