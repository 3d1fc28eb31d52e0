"""Fits the shipped completion model to a user's own workspace, with numpy alone."""
