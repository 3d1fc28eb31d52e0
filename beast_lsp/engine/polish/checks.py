"""Filters that ask other parts of the engine: secrets, and the style of the workspace."""

from beast_lsp.engine.polish.context import Context
from beast_lsp.engine.secrets import contains_secret
from beast_lsp.engine.style.conform import conform

_NEAR = 160  # Characters before the cursor that may be the first half of a secret.


def no_secret(text: str, context: Context) -> str | None:
    """Refuses a text that holds a secret, or completes one whose beginning is typed already."""
    return None if contains_secret(context.before[-_NEAR:] + text) else text


def workspace_style(text: str, context: Context) -> str | None:
    """Repairs quotes, indentation and names that differ from the workspace's style; refuses what can't be."""
    return conform(text, context.document, context.position, context.profile)
