"""Whether suggestions are wanted at all: switched off, for a language, or in a file that holds secrets."""

from functools import lru_cache
from pathlib import Path

from beast_lsp.config import Config, Option, option
from beast_lsp.engine.document import Document

ENABLED: Option[bool] = option("enabled", True, "Whether anything is suggested. `beast.pause` is the same for a while.")
DISABLED_LANGUAGES: Option[list[str]] = option(
    "disabled_languages", [], "Languages without suggestions, such as `python` or `text`."
)


def allows(config: Config, document: Document) -> bool:
    """Whether suggestions may be shown in this document; False in secret files (`.env`, keys), always."""
    if not config[ENABLED] or document.language in config[DISABLED_LANGUAGES]:
        return False
    return document.path is None or not _is_secret(document.path)


@lru_cache(maxsize=256)
def _is_secret(path: Path) -> bool:
    from beast_lsp.engine.secrets import is_secret_file  # noqa: PLC0415 - its patterns are not needed at start.

    return is_secret_file(path)
