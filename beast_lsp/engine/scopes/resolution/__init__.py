"""What every name of a Python program means: scopes, symbols and occurrences, in a file and across files."""
