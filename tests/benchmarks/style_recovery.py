"""How much of a repository's explicit style configuration is recovered from its code alone.

    python tests/benchmarks/style_recovery.py REPOSITORY...

Reads what the configuration files at the top of each repository say, infers the same settings from the code
with no configuration, and compares. Prints every setting, then the rate. `unused` settings are those of a
language with fewer than `FEW` lines there: nothing could show them, so they don't count.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from beast_lsp.cli.profile import read_profile
from beast_lsp.engine.style.configuration import Configuration
from beast_lsp.engine.style.profile import StyleProfile

FEW = 200


@dataclass(frozen=True)
class Row:
    """One configured setting, and what the code alone says."""

    repository: str
    family: str
    name: str
    configured: object
    inferred: object
    confidence: float
    source: str

    @property
    def is_recovered(self) -> bool:
        """Whether both are the same."""
        return self.configured == self.inferred


def compare(folder: Path) -> Iterator[Row]:
    """The configured settings of every language that the repository has enough code of."""
    profile = read_profile(folder)
    bare = profile.configured(Configuration())
    for (family, name), setting in sorted(profile.configuration.found.items()):
        if bare.count(family, "lines") >= FEW and applies(bare, family, name):
            found = bare.setting(family, name)
            value, confidence = (found.value, found.confidence) if found else (None, 0.0)
            yield Row(folder.name, family, name, setting.value, value, confidence, setting.evidence)


def applies(profile: StyleProfile, family: str, name: str) -> bool:
    """JSX is only in some repositories; its quotes are configured by default in all."""
    return name != "jsx_quotes" or "jsxquotes" in profile.sums.get(family, {})


def main(folders: list[str]) -> None:
    """Prints the table and the rate."""
    rows = [row for folder in folders for row in compare(Path(folder).resolve())]
    for row in rows:
        mark = " " if row.is_recovered else "X"
        values = f"{row.configured!s:>8} {row.inferred!s:>8} {row.confidence:6.2f}"
        print(f"{mark} {row.repository:26.26} {row.family:10} {row.name:22} {values}  {row.source}")
    recovered = sum(row.is_recovered for row in rows)
    explicit = [row for row in rows if "default" not in row.source]
    alone = sum(row.is_recovered for row in explicit)
    if rows:
        print(f"\nrecovered: {recovered} of {len(rows)} = {recovered / len(rows):.1%}")
        print(f"without defaults: {alone} of {len(explicit)} = {alone / max(1, len(explicit)):.1%}")


if __name__ == "__main__":
    main(sys.argv[1:])
