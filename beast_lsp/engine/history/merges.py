"""Which commits each merge brought in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def brought_in(line: Sequence[str], parents: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """For each commit of a line of first parents (the oldest first) the commits that came in with it.

    `parents` are those of every commit. A commit came in with the first merge that has it among its ancestors.
    """
    seen = set(line)
    found: dict[str, list[str]] = {}
    for commit in line:
        waiting = list(parents.get(commit, ())[1:])
        while waiting:
            other = waiting.pop()
            if other not in seen and other in parents:
                seen.add(other)
                found.setdefault(commit, []).append(other)
                waiting += parents[other]
    return found
