"""Documentation: what code does, by its facts; docstrings in every style, read and written."""
