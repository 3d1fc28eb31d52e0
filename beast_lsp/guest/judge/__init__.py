"""Runs a test file and says what each of its tests is worth."""
