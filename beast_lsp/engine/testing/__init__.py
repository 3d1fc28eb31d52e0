"""Tests that are written: what is tested, with which values, where the file goes, and how a person would put it."""
