"""What a function, a class or a module does, from its facts: gathered over the workspace, and put into sentences."""
