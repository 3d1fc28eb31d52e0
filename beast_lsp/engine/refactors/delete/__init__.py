"""Deleting what nothing needs."""
