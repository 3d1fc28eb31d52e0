"""Typing replay: a simulated user at a real server."""
