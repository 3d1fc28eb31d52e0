"""Refactorings that put what a name stands for in its place."""
