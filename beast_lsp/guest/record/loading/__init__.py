"""Imports the module under test so that what it compares can be seen."""
