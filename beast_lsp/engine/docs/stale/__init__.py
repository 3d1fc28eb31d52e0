"""What a docstring says that its function no longer does; precise rather than complete."""
