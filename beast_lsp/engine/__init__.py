"""Pure functions over text and trees; total on broken code."""
