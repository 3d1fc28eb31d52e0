"""A language server that writes code the way this workspace writes it."""

__version__ = "0.1.0"
