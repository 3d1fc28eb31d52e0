"""Explicit configuration: what a folder's own files say about its style. Never executes anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from beast_lsp.engine.style.inference import Setting, Value

Found = dict[tuple[str, str], Setting]


@dataclass(frozen=True, slots=True)
class Configuration:
    """The configured settings, by language family and name."""

    found: Mapping[tuple[str, str], Setting] = field(default_factory=dict)

    def setting(self, family: str, name: str) -> Setting | None:
        """What is configured, or None."""
        return self.found.get((family, name))


def put(found: Found, family: str, name: str, value: Value, evidence: str) -> None:
    """Adds one configured setting; a later one wins."""
    found[family, name] = Setting(name, value, 1.0, "configured", evidence)


def read_configuration(folder: Path) -> Configuration:
    """What the configuration files at the top of `folder` say. Unreadable ones say nothing.

    EditorConfig is read first, then each language's formatters, which know the language better.
    """
    # The readers need parsers for YAML and TOML, which a server need not load at its start.
    from beast_lsp.engine.style import editorconfig, formatters, python_tools  # noqa: PLC0415 - as said.

    found: Found = {}
    for reader in (editorconfig.read, formatters.read, python_tools.read):
        reader(folder, found)
    return Configuration(found)


_LARGEST = 200_000  # bytes; a configuration is written by hand.


def read_text(path: Path) -> str:
    """The text of a small file, or "" where there is none that can be read."""
    try:
        if path.stat().st_size > _LARGEST:
            return ""
        return path.read_text("utf-8-sig")
    except (OSError, ValueError):
        return ""


def read_toml(path: Path) -> Mapping[str, Any]:
    """A TOML file's tables, or none."""
    import tomllib  # noqa: PLC0415 - only a folder with such a file needs it.

    try:
        return tomllib.loads(read_text(path))
    except (ValueError, RecursionError):
        return {}


def table(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """The table under a key; an empty one where something else stands there."""
    value = data.get(key)
    return value if isinstance(value, dict) else {}


def read_yaml(text: str) -> list[Any]:
    """The documents of a YAML text, or none."""
    import yaml  # noqa: PLC0415 - only a folder with such a file needs it.

    if len(text) > 100_000:
        return []
    try:
        return list(yaml.safe_load_all(text))
    except (yaml.YAMLError, RecursionError, ValueError):
        return []
