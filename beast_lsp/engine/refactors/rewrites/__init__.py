"""Refactorings within a function or a class that leave its interface alone."""
