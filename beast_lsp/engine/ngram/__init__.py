"""The counts behind the workspace model: index, overlay, queries."""
