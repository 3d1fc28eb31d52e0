"""Import statements: read, edited, and as a graph."""
