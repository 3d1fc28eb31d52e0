"""Where the server keeps its files, outside every workspace.

`BEAST_LSP_HOME` moves all of them below one folder, which is what tests, the demo and the benchmarks do.
`BEAST_LSP_MODELS` names another folder of models, to compare them. Both come from who starts the server: neither a
workspace nor an editor's settings can say which files are run as models.
"""

import os
from pathlib import Path

import platformdirs

_NAME = "beast-lsp"


def data_folder() -> Path:
    """The folder of what must last: the database and what was learned."""
    return _below("data") or Path(platformdirs.user_data_dir(_NAME, appauthor=False))


def cache_folder() -> Path:
    """The folder of what can be built again: the indexes."""
    return _below("cache") or Path(platformdirs.user_cache_dir(_NAME, appauthor=False))


def config_file() -> Path:
    """The user's own settings file, the only one that may name endpoints and give consent."""
    return (_below("config") or Path(platformdirs.user_config_dir(_NAME, appauthor=False))) / "config.toml"


def log_file() -> Path:
    """The log of the newest server."""
    return (_below("log") or Path(platformdirs.user_log_dir(_NAME, appauthor=False))) / "server.log"


def models_folder() -> Path:
    """The folder of the models: those that ship with the package (in a checkout: `models/` beside the package)."""
    if named := os.environ.get("BEAST_LSP_MODELS"):
        return Path(named)
    packaged = Path(__file__).parent / "models"
    return packaged if packaged.is_dir() else Path(__file__).parent.parent / "models"


def _below(part: str) -> Path | None:
    home = os.environ.get("BEAST_LSP_HOME")
    return Path(home) / part if home else None
