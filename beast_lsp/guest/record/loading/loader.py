"""Imports one module with hooks in it, under its own name, so that others see the same classes."""

from __future__ import annotations

import ast
import builtins
import importlib
import importlib.util
import subprocess
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any
from unittest import mock

from .operands import Operands
from .rewrite import OPERAND, TRUTH, rewritten
from .sites import Sites


class HookedLoader(SourceFileLoader):
    """Compiles the rewritten tree; reads and writes no compiled files."""

    def __init__(self, name: str, path: str, sites: Sites) -> None:
        super().__init__(name, path)
        self.sites = sites

    def path_stats(self, path: Any) -> Any:
        """Without a time there is no cache for this module."""
        raise OSError(path)

    def source_to_code(self, data: Any, path: Any, *, _optimize: int = -1) -> CodeType:  # type: ignore[override] # Its stub is positional.
        """The code of the module with hooks."""
        return compile(rewritten(ast.parse(data, str(path)), self.sites), str(path), "exec", dont_inherit=True)


class HookedFinder:
    """A finder in front of all others that knows one module only."""

    def __init__(self, name: str, sites: Sites) -> None:
        self.name = name
        self.sites = sites

    def find_spec(self, name: str, path: Sequence[str] | None, target: Any = None) -> ModuleSpec | None:
        """The specification that the others find, with our loader in it."""
        if name != self.name:
            return None
        for finder in sys.meta_path:
            spec = None if finder is self else finder.find_spec(name, path, target)
            if spec is not None:
                if type(spec.loader) is SourceFileLoader:
                    spec.loader = HookedLoader(name, spec.loader.path, self.sites)
                return spec
        return None


class Loaded:
    """The module, and what sees its operands (nothing where it could only be imported as it is)."""

    def __init__(self, module: ModuleType, operands: Operands) -> None:
        self.module = module
        self.operands = operands


def load(name: str, file: str, path: list[str]) -> Loaded:
    """Import a module with hooks, or plainly where they hinder it.

    Raises what the module raises, and ImportError where the name leads to another file.
    """
    sys.path[:0] = [each for each in path if each not in sys.path]
    sites = Sites()
    operands = Operands(sites)
    setattr(builtins, OPERAND, operands.operand)
    setattr(builtins, TRUTH, operands.truth)
    finder = HookedFinder(name, sites)
    before = set(sys.modules)
    sys.meta_path.insert(0, finder)
    try:
        module = attempted(name)
    except Exception:  # Whatever the hooks were in the way of: the plain import says what is wrong.
        sys.meta_path.remove(finder)
        for each in set(sys.modules) - before:
            del sys.modules[each]
        module = attempted(name)
    if not is_from(module, file):
        raise ImportError(f"{name} is {getattr(module, '__file__', None)}, not {file}")
    return Loaded(module, operands)


def attempted(name: str) -> ModuleType:
    """Import a module; one that asks another program something while it is imported is told that there is none."""
    try:
        return importlib.import_module(name)
    except BaseException as error:
        if type(error).__name__ != "Blocked":
            raise
    with mock.patch.object(subprocess.Popen, "__init__", missing_program):
        return importlib.import_module(name)


def missing_program(_self: Any, *_args: Any, **_kwargs: Any) -> None:
    """What a start of a program comes to where it isn't installed."""
    raise FileNotFoundError


def is_from(module: ModuleType, file: str) -> bool:
    """Whether the module was loaded from this file."""
    found = getattr(module, "__file__", None)
    return found is not None and Path(found).resolve() == Path(file).resolve()
