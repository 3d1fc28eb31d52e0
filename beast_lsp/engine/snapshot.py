"""Snapshots: what a request sees, frozen at the moment of its dispatch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from beast_lsp.config import Config
from beast_lsp.engine.document import Document

if TYPE_CHECKING:
    from beast_lsp.engine.analysis import Analysis
    from beast_lsp.engine.style.profile import StyleProfile


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything a request may look at. Replaced as a whole, on the event loop only.

    `analyses` holds, per URI, the newest finished analysis of an open document, which may be of an older
    version than the document. `profiles` maps a workspace folder to its style profile.
    """

    revision: int = 0
    documents: Mapping[str, Document] = field(default_factory=dict)
    analyses: Mapping[str, Analysis] = field(default_factory=dict)
    folders: tuple[Path, ...] = ()
    profiles: Mapping[Path, StyleProfile] = field(default_factory=dict)
    config: Config = field(default_factory=Config)
