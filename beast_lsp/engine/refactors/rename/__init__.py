"""Rename: names, parameters, attributes with their families, modules."""
