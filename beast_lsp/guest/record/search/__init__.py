"""Looks for calls that go ways which no call before them went."""
