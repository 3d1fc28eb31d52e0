"""Explicit configuration: what a folder's own files say about its style. Never executes anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from beast_lsp.engine.style.configuration_files import Found
from beast_lsp.engine.style.inference import Setting


@dataclass(frozen=True, slots=True)
class Configuration:
    """The configured settings, by language family and name."""

    found: Mapping[tuple[str, str], Setting] = field(default_factory=dict)

    def setting(self, family: str, name: str) -> Setting | None:
        """What is configured, or None."""
        return self.found.get((family, name))


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
