"""The model of the task `tests`: what was recorded in a child process is judged in others, and stays where it adds."""
