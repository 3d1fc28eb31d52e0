"""Lines, suites, lists and names as text to be edited."""
