"""What a request sees: the moment of its dispatch, and whether anybody still waits for its answer.

pygls starts an asynchronous handler some time after its message came; by then the client may have sent edits.
The protocol class therefore makes a `Call` for each message and puts it into `CURRENT`, in whose context the
handler runs.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from pathlib import Path

from beast_lsp.config import Config
from beast_lsp.engine.snapshot import Snapshot
from beast_lsp.errors import BeastError
from beast_lsp.router.task import CancelToken


class InvalidParams(BeastError):  # noqa: N818 - named as the protocol names it.
    """The params of a request are not what its method takes."""


@dataclass(slots=True, eq=False, weakref_slot=True)
class Call:
    """One message from its dispatch on; `configs` holds the settings by workspace folder."""

    seen: Snapshot = field(default_factory=Snapshot)
    configs: Mapping[Path | None, Config] = field(default_factory=dict)
    cancel: CancelToken = field(default_factory=CancelToken)
    work: asyncio.Task[object] | None = None
    is_superseded: bool = False
    is_done: bool = False

    def snapshot(self, folder: Path | None) -> Snapshot:
        """What was there at the dispatch, under the settings of `folder`."""
        return replace(self.seen, config=config_of(self.configs, folder))

    def supersede(self) -> None:
        """A newer request took its place: the work on this one ends, and its answer is null."""
        if self.is_done:
            return  # what it still does in the background may serve the newer one.
        self.is_superseded = True
        self.cancel.cancel()
        if self.work:
            self.work.cancel()


CURRENT: ContextVar[Call] = ContextVar("beast_lsp_call")


def config_of(configs: Mapping[Path | None, Config], folder: Path | None) -> Config:
    """The settings in force for a folder; those of the first folder where it has none of its own."""
    return configs.get(folder) or next(iter(configs.values()), Config())
