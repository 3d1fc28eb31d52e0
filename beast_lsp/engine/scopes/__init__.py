"""What names mean in one file: its facts, and the names that a place can see."""
