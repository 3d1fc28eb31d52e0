"""The log: a file of our own that rotates, because stdout belongs to the protocol and stderr to nobody."""

import contextlib
import logging
import sys
from logging.handlers import RotatingFileHandler

from beast_lsp import __version__, paths
from beast_lsp.config import option

LEVEL = option("log.level", "info", "How much the log file tells.", choices=("error", "warning", "info", "debug"))
_SIZE = 2_000_000  # bytes of one file; with the two before it, a bug report stays small enough to send.
_FORMAT = "%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"


def start() -> None:
    """Logs to `paths.log_file()`, or warnings to stderr where that can't be written. Never raises."""
    # A full disk must not fill stderr with tracebacks of the logging itself.
    logging.raiseExceptions = False
    root = logging.getLogger()
    for handler in list(root.handlers):
        root.removeHandler(handler)
    handler = _file() or logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter(_FORMAT))
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logging.getLogger("beast_lsp").setLevel(logging.INFO)
    # What it logs quotes the messages, that is the user's code; what fails is logged by us, without them.
    logging.getLogger("pygls").setLevel(logging.CRITICAL)
    logging.getLogger(__name__).info("beast-lsp %s on Python %s", __version__, sys.version.split()[0])


def set_level(level: str) -> None:
    """Follows the setting `log.level`."""
    logging.getLogger("beast_lsp").setLevel(level.upper())


def _file() -> logging.Handler | None:
    path = paths.log_file()
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        return RotatingFileHandler(path, maxBytes=_SIZE, backupCount=2, encoding="utf-8", errors="backslashreplace")
    return None
