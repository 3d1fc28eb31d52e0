"""SQLite: what was asked, shown and kept."""
