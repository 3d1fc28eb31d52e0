"""What a repository's past says of its files and functions: commits read from git's own words, and lines followed."""
