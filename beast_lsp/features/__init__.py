"""What a user sees, one feature a file; plain dataclasses in and out."""
