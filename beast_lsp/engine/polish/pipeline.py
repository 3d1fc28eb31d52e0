"""The filters in their order. Each takes a text and its place, and returns it, a repaired one, or None."""

from collections.abc import Callable

from beast_lsp.engine.polish import characters, checks, closers, duplicates, lines
from beast_lsp.engine.polish.context import Context

Filter = Callable[[str, Context], str | None]

FILTERS: tuple[Filter, ...] = (
    checks.no_secret,  # First: a secret that another filter cuts in two is one no longer, and still known.
    characters.plain_line_ends,
    characters.printable,
    lines.one_line,
    lines.no_doubled_indentation,
    characters.one_blank,
    lines.file_indentation,
    lines.one_block,
    lines.no_comment_noise,
    duplicates.no_stuck_end,
    duplicates.no_repeated_lines,
    duplicates.no_next_lines,
    duplicates.no_line_above,
    duplicates.no_repeated_rest,
    duplicates.no_suffix_overlap,
    closers.balanced_closers,
    checks.workspace_style,
    characters.no_trailing_space,
    characters.long_enough,
    characters.document_line_ends,
)


def polish(text: str, context: Context) -> str | None:
    """The text as it may be shown at the context's cursor; None where it must not be."""
    for each in FILTERS:
        repaired = each(text, context)
        if not repaired:
            return None
        text = repaired
    return text
