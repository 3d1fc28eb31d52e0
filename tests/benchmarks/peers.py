"""The servers that ours is set beside. Each is driven by the same client, in the same run."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from beast_lsp.replay.editor import FirstItem, Ghost
from beast_lsp.replay.server import Server, own_server


@dataclass(frozen=True)
class Contender:
    """A server, and the editor that shows what it answers."""

    name: str
    server: Server
    editor: type[Ghost]


def contenders(home: Path, names: Sequence[str]) -> list[Contender]:
    """Ours, then the peers whose commands are named, each with caches below `home` of its own."""
    return [Contender("beast-lsp", own_server(home / "own"), Ghost), *(peer(home, name) for name in names)]


def peer(home: Path, command: str) -> Contender:
    """A server without inline completions: the first item of its list is the ghost text."""
    name = Path(command).name
    environment = {"XDG_CACHE_HOME": str(home / name)}
    settings = {"completion": {"disableSnippets": True}, "diagnostics": {"enable": False}}
    arguments = ["--stdio"] if name.endswith("-langserver") else []
    return Contender(name, Server([command, *arguments], environment, settings), FirstItem)
