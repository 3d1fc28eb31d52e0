"""Recorded cases as a test file: the text that a person would have written."""
