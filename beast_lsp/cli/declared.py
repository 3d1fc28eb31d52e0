"""Every setting that the server knows, and every module that its features need."""

import pkgutil
from collections.abc import Iterator, Sequence
from importlib import import_module
from types import ModuleType
from typing import Any

from beast_lsp import engine, features, lsp, router, store
from beast_lsp.config import Option, options

_SERVER = (engine, store, router, features, lsp)


def declared_options() -> Sequence[Option[Any]]:
    """The options of all modules of the server, sorted by key. Raises ImportError where a module can't load."""
    for name in server_modules():
        import_module(name)
    return options()


def server_modules() -> Iterator[str]:
    """The names of the modules below the server's packages."""
    for package in _SERVER:
        yield from _below(package)


def _below(package: ModuleType) -> Iterator[str]:
    for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        yield module.name
        if module.ispkg:
            yield from _below(import_module(module.name))
