"""Rules: what in a text is almost surely a mistake. Each states a fact about the code, never a matter of taste."""
