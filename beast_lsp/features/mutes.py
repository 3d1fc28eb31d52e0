"""Rules that a workspace's user keeps dismissing: they mark nothing there until the user wants them back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from beast_lsp.store.outcomes import DISMISSED, Forgotten, RuleOutcome

if TYPE_CHECKING:
    from beast_lsp.store import Store

_LATEST = 20  # so many outcomes of a rule in a folder are looked at.
_FEWEST, _SHARE = 5, 0.75  # dismissals: at least so many of them, and more than this share.


class RuleMutes:
    """Follows what becomes of findings, in a real store. To be used on the event loop; `clock` gives the time."""

    def __init__(self, store: Store, clock: Callable[[], float]) -> None:
        self._store = store
        self._clock = clock
        self._muted: dict[str, set[str]] = {}

    async def load(self) -> None:
        """Mutes what earlier sessions, or another server of this moment, muted."""
        muted: dict[str, set[str]] = {}
        for (folder, rule), found in (await self._store.rule_outcomes()).items():
            if is_unwanted(found):
                muted.setdefault(folder, set()).add(rule)
        self._muted = muted

    def muted(self, folder: Path | None) -> Collection[str]:
        """The rules that mark nothing in a folder."""
        return self._muted.get(_key(folder), ()) if folder is not None else ()

    def all(self) -> dict[str, list[str]]:
        """The muted rules of each folder that has any."""
        return {folder: sorted(rules) for folder, rules in sorted(self._muted.items()) if rules}

    async def record(self, folder: Path, rule: str, outcome: str) -> bool:
        """Stores an outcome, and says whether the rule is muted from now on. Raises StoreError where it can't be."""
        before = set(self.muted(folder))
        await self._store.commit_feedback(RuleOutcome(_key(folder), rule, outcome, self._clock()))
        await self.load()
        return rule in self.muted(folder) and rule not in before

    async def bring_back(self, folder: Path, rules: Collection[str]) -> list[str]:
        """Forgets what became of these rules' findings; those that were muted. Raises StoreError where it can't."""
        wanted = sorted(set(rules) & set(self.muted(folder)))
        for rule in wanted:
            await self._store.commit_feedback(Forgotten(_key(folder), rule))
        await self.load()
        return wanted


def is_unwanted(outcomes: Sequence[str]) -> bool:
    """Whether of a rule's outcomes, the oldest first, the latest are dismissals for the most part."""
    latest = outcomes[-_LATEST:]
    dismissed = latest.count(DISMISSED)
    return dismissed >= _FEWEST and dismissed > _SHARE * len(latest)


def _key(folder: Path) -> str:
    return str(folder.resolve())
