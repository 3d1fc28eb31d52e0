"""Calls the functions of a module, guided by coverage, and records what they do."""
