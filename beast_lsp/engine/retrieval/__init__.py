"""Finds pieces of other files by the words that they share with some lines: terms, pieces, their index, BM25."""
