"""Filters that every suggestion passes before it is shown."""
