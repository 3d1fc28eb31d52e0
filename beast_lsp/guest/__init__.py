"""What runs in the interpreter of the user's project, in a confined child process.

Standard library only, Python 3.9 on, relative imports only: the child knows nothing of the server's packages.
"""
