"""What the index takes in: the user's settings for it."""

from dataclasses import dataclass

from beast_lsp.config import Config, option

EXCLUDE = option(
    "index.exclude",
    list[str](),
    "More files that the index leaves out: patterns as in .gitignore, relative to the workspace folder.",
)
MAX_FILES = option(
    "index.max_files", 50_000, "The index takes in at most this many files of a workspace folder.", minimum=0
)
MAX_LINES = option(
    "index.max_lines",
    3_000_000,
    "The text index takes in at most this many lines of a workspace folder.",
    minimum=0,
)


@dataclass(frozen=True, slots=True)
class IndexOptions:
    """The settings of one index. `exclude` holds patterns as in .gitignore."""

    exclude: tuple[str, ...] = ()
    max_files: int = MAX_FILES.default
    max_lines: int = MAX_LINES.default

    @classmethod
    def of(cls, config: Config) -> "IndexOptions":
        """The options that a configuration asks for."""
        exclude = config[EXCLUDE]
        return cls(tuple(exclude), config[MAX_FILES], config[MAX_LINES])


DEFAULTS = IndexOptions()
