"""What a confined process does not get to read: the user's keys and settings, ours, and the system's.

Of the hidden files in a home, only what holds toolchains and their packages is shown.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from beast_lsp import paths

_SHOWN = (
    ".asdf", ".bun", ".cargo", ".conda", ".deno", ".goenv", ".gradle", ".jdks", ".m2", ".nodenv", ".npm", ".nvm",
    ".pyenv", ".rustup", ".rye", ".sdkman", ".venv", ".virtualenvs", ".volta", ".local/bin", ".local/lib",
    ".local/share/hatch", ".local/share/mise", ".local/share/pdm", ".local/share/pnpm", ".local/share/pypoetry",
    ".local/share/uv", ".local/share/virtualenvs", ".cache/hatch", ".cache/pypoetry", ".cache/uv",
)  # fmt: skip
# Where toolchains keep passwords among all else.
_WITHIN_SHOWN = (
    ".cargo/credentials", ".cargo/credentials.toml", ".m2/settings.xml", ".m2/settings-security.xml",
    ".gradle/gradle.properties", ".gradle/init.d", ".npm/_logs",
)  # fmt: skip
_OF_THE_SYSTEM = (
    "/etc/shadow", "/etc/shadow-", "/etc/gshadow", "/etc/gshadow-", "/etc/sudoers", "/etc/sudoers.d", "/etc/ssh",
    "/etc/ssl/private", "/etc/NetworkManager", "/run/secrets", "/run/user", "/run/docker.sock", "/run/containerd",
    "/run/dbus",
)  # fmt: skip


def hidden_paths(needed: Iterable[Path]) -> list[str]:
    """The paths to hide that exist, none below another; what leads to one of `needed` stays, its neighbours do not."""
    required = {each for path in needed for each in (path.absolute(), path.resolve())}
    found = [Path(each) for each in _OF_THE_SYSTEM]
    for home in _homes():
        found += _of_home(home)
    found += [paths.config_file().parent, paths.data_folder()]
    covered = {each.resolve() for path in found for each in _around(path, required) if _is_there(each)}
    return sorted(str(path) for path in covered if not covered & set(path.parents))


def _homes() -> set[Path]:
    """The home that the environment names, and the one of the user's entry: they may differ."""
    found = set()
    for text in ("~", _account_home()):
        try:
            found.add(Path(text).expanduser().resolve())
        except (RuntimeError, OSError):
            continue
    return {each for each in found if each != Path(each.anchor)}


def _account_home() -> str:
    try:
        import os  # noqa: PLC0415 - with pwd, which Windows does not have.
        import pwd  # noqa: PLC0415 - as above.

        return pwd.getpwuid(os.getuid()).pw_dir
    except (ImportError, KeyError, AttributeError):
        return "~"


def _of_home(home: Path) -> list[Path]:
    shown = {home / each for each in _SHOWN}
    leading = {parent for path in shown for parent in path.parents} - {home}
    found = [home / each for each in _WITHIN_SHOWN]
    waiting = [each for each in _entries(home) if each.name.startswith(".")]
    while waiting:
        path = waiting.pop()
        if path in leading:
            waiting += _entries(path)
        elif path not in shown:
            found.append(path)
    return found


def _around(path: Path, required: set[Path]) -> list[Path]:
    """The path, or where something required is below it, everything else that is below it."""
    if path in required:
        return []
    if not any(path in each.parents for each in required):
        return [path]
    return [covered for entry in _entries(path) for covered in _around(entry, required)]


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return False
