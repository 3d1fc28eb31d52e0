"""Docstrings of facts: their words, their layout in each style, and what is kept of those that are there."""
