"""The workspace's history: git, asked safely, and what it says of functions and files at a moment."""
