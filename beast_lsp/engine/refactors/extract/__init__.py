"""Refactorings that give an expression or statements a name of their own."""
