"""EditorConfig: what the `.editorconfig` at the top of a folder says for each language family."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from beast_lsp.engine.languages import LANGUAGES
from beast_lsp.engine.style.configuration_files import Found, put, read_text

_SECTION = re.compile(r"^\[(.+)\]\s*(?:[#;].*)?$")
_PAIR = re.compile(r"^([\w-]+)\s*[=:]\s*(.*?)\s*(?:\s[#;].*)?$")
_SAMPLES = {
    "python": "module.py",
    "javascript": "module.ts",
    "go": "module.go",
    "rust": "module.rs",
    "java": "Module.java",
    "c": "module.c",
}


def read(folder: Path, found: Found) -> None:
    """Adds the settings of each family, judged by a file of its most usual extension at the folder's top."""
    text = read_text(folder / ".editorconfig")
    if not text:
        return
    for family in {language.family for language in LANGUAGES.values()} - {"text"}:
        _put(family, _properties(text, _SAMPLES[family]), found)


def _properties(text: str, name: str) -> Mapping[str, str]:
    """The pairs of every section that the file name matches; later sections win."""
    values: dict[str, str] = {}
    matches = False
    for line in text.splitlines():
        stripped = line.strip()
        if section := _SECTION.match(stripped):
            matches = _matches(section[1], name)
        elif matches and (pair := _PAIR.match(stripped)):
            values[pair[1].lower()] = pair[2].lower()
    return values


def _matches(glob: str, name: str) -> bool:
    """A glob with a folder in it speaks of a part of the tree only, so it never matches here."""
    glob = glob.removeprefix("**/").removeprefix("/")
    if "/" in glob or len(glob) > 200:
        return False
    pattern = re.escape(glob).replace(r"\*\*", ".*").replace(r"\*", ".*").replace(r"\?", ".")
    pattern = re.sub(r"\\\[(!?)([^\[\]]*)\\\]", _character_set, pattern)
    pattern = re.sub(r"\\\{([^{}]*)\\\}", lambda match: f"(?:{match[1].replace(',', '|')})", pattern)
    return re.fullmatch(pattern, name) is not None


def _character_set(match: re.Match[str]) -> str:
    return f"[{'^' if match[1] else ''}{re.escape(match[2])}]" if match[2] else re.escape(match[0])


def _put(family: str, values: Mapping[str, str], found: Found) -> None:
    size = values.get("indent_size", "")
    if size == "tab" or values.get("indent_style") == "tab":
        put(found, family, "indentation", "tab", ".editorconfig indent_style")
    elif size.isdecimal():
        put(found, family, "indentation", size, ".editorconfig indent_size")
    for key, name, answers in (
        ("end_of_line", "line_ends", {"lf": "lf", "crlf": "crlf"}),
        ("insert_final_newline", "final_newline", {"true": "yes", "false": "no"}),
        ("trim_trailing_whitespace", "trailing_spaces", {"true": "no"}),
        ("quote_type", "quotes", {"single": "single", "double": "double"}),
    ):
        if answer := answers.get(values.get(key, "")):
            put(found, family, name, answer, f".editorconfig {key}")
    if values.get("max_line_length", "").isdecimal():
        put(found, family, "line_length", int(values["max_line_length"]), ".editorconfig max_line_length")
