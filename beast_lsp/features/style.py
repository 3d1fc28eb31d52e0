"""The style profile as a user reads it: what the workspace's style is, how sure that is, and what says so."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from beast_lsp.engine.style.inference import TITLES, Setting
from beast_lsp.engine.style.profile import StyleProfile

_NAMES = {"python": "Python", "javascript": "JavaScript and TypeScript", "go": "Go", "rust": "Rust", "java": "Java"}


@dataclass(frozen=True, slots=True)
class StyleReport:
    """A profile, once for people and once for programs."""

    markdown: str
    json: dict[str, Any]


@dataclass(frozen=True, slots=True)
class FamilyStyle:
    """What is shown of one language family; settings in the order of reading."""

    title: str
    files: int
    lines: int
    settings: tuple[Setting, ...]


def family_styles(profile: StyleProfile) -> tuple[FamilyStyle, ...]:
    """What is shown of a profile, the language with the most lines first; files without a grammar are left out."""
    return tuple(
        FamilyStyle(
            {**_NAMES, "c": "C and C++"}.get(family, family),
            profile.count(family, "files"),
            profile.count(family, "lines"),
            tuple(profile.settings(family)),
        )
        for family in profile.families
        if family != "text"
    )


def title_of(setting: Setting) -> str:
    """What a setting is called where people read it."""
    return TITLES[setting.name]


def certainty(setting: Setting) -> str:
    """How sure a setting is: "configured", or its confidence in percent."""
    return "configured" if setting.source == "configured" else f"{100 * setting.confidence:.0f}%"


def style_report(profile: StyleProfile, folder: Path) -> StyleReport:
    """The report on a workspace folder."""
    return StyleReport("\n".join(_markdown(profile, folder)) + "\n", profile.to_json())


def _markdown(profile: StyleProfile, folder: Path) -> Iterator[str]:
    yield f"# Style of {folder.name or folder}"
    families = family_styles(profile)
    if not families:
        yield from ("", "No file of a language that is known has been read yet.")
    for family in families:
        yield from ("", f"## {family.title}", "", f"{family.files:,} files, {family.lines:,} lines", "")
        yield from ("| setting | value | certainty | evidence |", "|---|---|---|---|")
        for setting in family.settings:
            cells = (title_of(setting), f"**{setting.value}**", certainty(setting), setting.evidence)
            yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
