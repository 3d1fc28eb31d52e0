"""The style profile of one workspace folder: a sum over files, and what the folder's configuration says.

A profile is never altered. `with_change` shares every setting that an edit leaves alone, and subtracts as
exactly as it adds, so that after any edits the profile is the one that a rebuild would give.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from beast_lsp.engine.style.configuration import Configuration
from beast_lsp.engine.style.facts import StyleFacts
from beast_lsp.engine.style.inference import FACETS, Setting, infer

Tally = Mapping[str, int]
Sums = Mapping[str, Mapping[str, Tally]]


class StyleProfile:
    """What a folder's files show, per language family, and what its configuration overrides."""

    __slots__ = ("_known", "configuration", "sums")

    def __init__(self, sums: Sums | None = None, configuration: Configuration | None = None) -> None:
        self.sums: Sums = sums or {}
        self.configuration = configuration or Configuration()
        self._known: dict[tuple[str, str], Setting | None] = {}

    def __eq__(self, other: object) -> bool:
        same = isinstance(other, StyleProfile) and self.sums == other.sums
        return same and isinstance(other, StyleProfile) and self.configuration == other.configuration

    __hash__ = None  # type: ignore[assignment]  # it compares by its content, and its content is large.

    def with_change(self, old: StyleFacts | None, new: StyleFacts | None) -> StyleProfile:
        """The profile after a file's facts `old` (None: a new file) became `new` (None: it is gone)."""
        if old is not None and new is not None and old.family == new.family:
            moves = {
                key: move
                for key in old.counts.keys() | new.counts.keys()
                if (move := new.counts.get(key, 0) - old.counts.get(key, 0))
            }
            return self._moved(new.family, moves)
        removed = self._moved(old.family, {key: -count for key, count in old.counts.items()}) if old else self
        return removed._moved(new.family, new.counts) if new else removed

    def _moved(self, family: str, moves: Tally) -> StyleProfile:
        if not moves:
            return self
        settings = dict(self.sums.get(family, {}))
        copied: dict[str, dict[str, int]] = {}
        for key, move in moves.items():
            name, _, value = key.partition(":")
            tally = copied.get(name)
            if tally is None:
                tally = copied[name] = dict(settings.get(name, {}))
            tally[value] = tally.get(value, 0) + move
            if not tally[value]:
                del tally[value]
        settings.update(copied)
        kept = {name: tally for name, tally in settings.items() if tally}
        sums = {**self.sums, family: kept}
        return StyleProfile({name: sum_ for name, sum_ in sums.items() if sum_}, self.configuration)

    def configured(self, configuration: Configuration) -> StyleProfile:
        """The same profile under another configuration."""
        return StyleProfile(self.sums, configuration)

    @property
    def families(self) -> tuple[str, ...]:
        """The language families with at least one file, the one with the most lines first."""
        return tuple(sorted(self.sums, key=lambda family: (-self.count(family, "lines"), family)))

    def count(self, family: str, name: str) -> int:
        """How many "files" or "lines" of a family were counted."""
        return self.sums.get(family, {}).get(name, {}).get("", 0)

    def setting(self, family: str, name: str) -> Setting | None:
        """One setting, configured or inferred; None where nothing tells it. Remembered, microseconds at first."""
        key = (family, name)
        if key not in self._known:
            configured = self.configuration.setting(family, name)
            self._known[key] = configured or infer(name, self.sums.get(family, {}))
        return self._known[key]

    def settings(self, family: str) -> list[Setting]:
        """Every known setting of a family, in the order in which they are shown."""
        return [found for facet in FACETS if (found := self.setting(family, facet.name)) is not None]

    def to_json(self) -> dict[str, Any]:
        """Every family's settings, plainly; for people and their programs, not to be read back."""
        return {
            family: {
                "files": self.count(family, "files"),
                "lines": self.count(family, "lines"),
                "settings": {setting.name: setting.to_json() for setting in self.settings(family)},
            }
            for family in self.families
        }

    @classmethod
    def of(cls, files: Iterable[StyleFacts]) -> StyleProfile:
        """The profile of these files."""
        profile = cls()
        for facts in files:
            profile = profile.with_change(None, facts)
        return profile
