"""Refactorings: each file proposes edits, `net` lets pass what changes no behaviour."""
