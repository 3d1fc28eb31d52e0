"""Child processes with limits: what runs the code of the user's project, on an explicit command only."""
