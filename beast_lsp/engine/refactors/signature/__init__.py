"""Refactorings of what a function takes, and of whose function it is."""
