"""Where a definition is used, over files, and how sure that is."""
