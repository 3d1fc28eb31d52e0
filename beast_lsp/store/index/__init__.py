"""The index of the workspace and the process that builds it."""
