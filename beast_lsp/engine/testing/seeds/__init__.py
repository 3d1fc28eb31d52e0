"""Values that tests of a function may begin with: what people already gave it, and what its code asks about."""
