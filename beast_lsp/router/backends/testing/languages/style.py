"""What the profile of a folder says of the style of its test files."""

from __future__ import annotations

from dataclasses import replace

from beast_lsp.engine.style.profile import StyleProfile
from beast_lsp.engine.testing.languages.model import Style

_DEFAULT = {"java": Style(indent="    ")}


def style_of(profile: StyleProfile | None, family: str) -> Style:
    """The style for a family of languages; common defaults where the profile says nothing."""
    style = _DEFAULT.get(family, Style())
    for setting in profile.settings(family) if profile is not None else ():
        value = str(setting.value)
        if setting.name == "quotes":
            style = replace(style, quote='"' if value == "double" else "'")
        elif setting.name == "semicolons":
            style = replace(style, semicolon=value != "never")
        elif setting.name == "indentation" and value == "tab":
            style = replace(style, indent="\t")
        elif setting.name == "indentation" and value.isdecimal():
            style = replace(style, indent=" " * int(value))
    return style
