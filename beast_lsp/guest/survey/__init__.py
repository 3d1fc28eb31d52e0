"""Runs a project's own tests and says which of its functions were entered."""
