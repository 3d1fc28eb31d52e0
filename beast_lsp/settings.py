"""The settings that are in force: the files' and the editor's, layered, with what is wrong in them.

Two files are read, both TOML: the user's own (`paths.config_file()`), and `beast.toml` in the workspace
folder. Only the first may name endpoints, consents and other owner-only things. A file that can't be read is
one `SettingError` that names the file and the line; the other layers still count.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from beast_lsp import paths
from beast_lsp.config import Config, resolve
from beast_lsp.errors import SettingError
from beast_lsp.router.endpoints import Endpoints, read_endpoints

WORKSPACE_FILE = "beast.toml"
# A settings file is a few lines; what is larger is not one, and reading it would hold up the server.
_MAX_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Settings:
    """What `load` found; `problems` are for the user, in the order of the layers."""

    config: Config
    endpoints: Endpoints
    problems: tuple[SettingError, ...]


def load(folder: Path | None = None, editor: Mapping[str, Any] | None = None) -> Settings:
    """The settings for a workspace folder: defaults, the user's file, the workspace's file, the editor's values.

    `editor` is the `beast` section as a nested or dotted table, or a table that holds it under `beast`. Call
    this after the modules that declare options are imported: an undeclared key is reported as unknown.
    """
    problems: list[SettingError] = []
    user = _read(paths.config_file(), problems)
    workspace = _read(folder / WORKSPACE_FILE, problems) if folder else {}
    config, unusable = resolve(user, workspace, _section(editor or {}))
    endpoints, refused = read_endpoints(config)
    return Settings(config, endpoints, (*problems, *unusable, *refused))


def _section(editor: Mapping[str, Any]) -> Mapping[str, Any]:
    section = editor.get("beast", editor)
    if not isinstance(section, Mapping):
        return {}
    return {key.removeprefix("beast."): value for key, value in section.items()}


def _read(path: Path, problems: list[SettingError]) -> Mapping[str, Any]:
    """The file's table; empty where there is no regular file, or where it can't be read, which is a problem."""
    import tomllib  # noqa: PLC0415 - not needed before the first settings file.

    try:
        if not path.is_file():
            return {}  # a pipe of that name would hold up the server for ever.
        with path.open("rb") as file:
            data = file.read(_MAX_BYTES + 1)
        if len(data) > _MAX_BYTES:
            raise SettingError(str(path), f"is larger than {_MAX_BYTES // 1024} KB.", hint="It is not read.")
        return tomllib.loads(data.decode())
    except SettingError as problem:
        problems.append(problem)
    except OSError as error:
        problems.append(SettingError(str(path), f"cannot be read ({error.strerror}).", hint="It is not used."))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        problems.append(SettingError(str(path), f"is not valid TOML: {_reason(error)}.", hint="It is not used."))
    return {}


def _reason(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        line = error.object[: error.start].count(b"\n") + 1
        return f"not UTF-8 (at line {line})"
    return "nested too deeply" if isinstance(error, RecursionError) else str(error)
