"""What a refactoring proves before it proposes: evaluation order, effects, definite assignment, kinds of values."""
