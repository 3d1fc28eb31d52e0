"""Moving definitions and modules to other files."""
