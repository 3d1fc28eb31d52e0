"""What the readers of configuration files share: safe reading, and the place for what they find."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from beast_lsp.engine.style.inference import Setting, Value

Found = dict[tuple[str, str], Setting]
"""The settings found so far, by language family and name."""
_LARGEST = 200_000  # bytes; a configuration is written by hand.


def put(found: Found, family: str, name: str, value: Value, evidence: str) -> None:
    """Adds one configured setting; a later one wins."""
    found[family, name] = Setting(name, value, 1.0, "configured", evidence)


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
