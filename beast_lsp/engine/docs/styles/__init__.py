"""The styles that docstrings and documentation comments are written in: read without loss, and written."""
