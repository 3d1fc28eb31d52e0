"""Formatters of the other languages: prettier, biome, rustfmt, clang-format, gofmt. Never runs a JavaScript one."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from beast_lsp.engine.style.configuration_files import Found, put, read_text, read_toml, read_yaml, table

_PRETTIER = (".prettierrc", ".prettierrc.json", ".prettierrc.yaml", ".prettierrc.yml", ".prettierrc.json5")
_JSON_COMMENT = re.compile(r'("(?:[^"\\\n]|\\.)*+")|//[^\n]*|/\*[\s\S]*?\*/')
_JSON_COMMA = re.compile(r'("(?:[^"\\\n]|\\.)*+")|,(?=\s*[}\]])')


def read(folder: Path, found: Found) -> None:
    """Adds what the folder's formatters are told."""
    _read_biome(folder, found)
    _read_prettier(folder, found)
    _read_rustfmt(folder, found)
    _read_clang(folder, found)
    if (folder / "go.mod").is_file():
        put(found, "go", "indentation", "tab", "go.mod: gofmt")


def _read_json(text: str) -> Mapping[str, Any]:
    """JSON, with the comments and last commas that these tools allow; what can't be read is empty."""
    plain = _JSON_COMMENT.sub(lambda match: match[1] or "", text)
    try:
        data = json.loads(_JSON_COMMA.sub(lambda match: match[1] or "", plain))
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def _read_prettier(folder: Path, found: Found) -> None:
    package = _read_json(read_text(folder / "package.json"))
    if isinstance(package.get("prettier"), dict):
        _prettier(package["prettier"], "package.json prettier", found)
    for name in _PRETTIER:
        if text := read_text(folder / name):
            data = _read_json(text) or next(iter(read_yaml(text) or [None]))
            if isinstance(data, dict):  # else it names a package whose settings aren't here.
                _prettier(data, name, found)
    if toml := read_toml(folder / ".prettierrc.toml"):
        _prettier(toml, ".prettierrc.toml", found)


def _prettier(data: Mapping[str, Any], source: str, found: Found) -> None:
    """Prettier's own defaults count too: who configures it runs it. EditorConfig fills in three of them."""
    _javascript(found, source, "line_length", data.get("printWidth"), 80)
    size = data.get("tabWidth", 2)
    unit = "tab" if data.get("useTabs") else str(size)
    _javascript(found, source, "indentation", unit if "useTabs" in data or "tabWidth" in data else None, unit)
    rules: tuple[tuple[str, str, Mapping[bool | str, str], bool | str | None], ...] = (
        ("singleQuote", "quotes", {True: "single", False: "double"}, False),
        ("jsxSingleQuote", "jsx_quotes", {True: "single", False: "double"}, False),
        ("semi", "semicolons", {True: "always", False: "never"}, True),
        ("bracketSpacing", "brace_spacing", {True: "spaced", False: "tight"}, True),
        ("arrowParens", "arrow_parentheses", {"always": "always", "avoid": "avoid"}, "always"),
        ("trailingComma", "trailing_commas", {"all": "always", "es5": "always", "none": "never"}, None),
        ("trailingComma", "call_trailing_commas", {"all": "always", "es5": "never", "none": "never"}, None),
        ("endOfLine", "line_ends", {"lf": "lf", "crlf": "crlf"}, "lf"),
    )
    for key, name, answers, default in rules:
        value = data.get(key, default)
        answer = answers.get(value) if isinstance(value, bool | str) else None
        if answer:
            put(found, "javascript", name, answer, f"{source} {key}" + ("" if key in data else " (its default)"))


def _javascript(found: Found, source: str, name: str, value: object, default: str | int) -> None:
    """A value, or the formatter's default where EditorConfig has not spoken."""
    if isinstance(value, str) or type(value) is int:
        put(found, "javascript", name, value, source)
    elif ("javascript", name) not in found:
        put(found, "javascript", name, default, f"{source} (its default)")


def _read_biome(folder: Path, found: Found) -> None:
    for name in ("biome.json", "biome.jsonc"):
        data = _read_json(read_text(folder / name))
        own = table(table(data, "javascript"), "formatter")
        style = {**table(data, "formatter"), **own}
        if not data or style.get("enabled") is False:
            continue
        _biome(style, name, found)


def _biome(style: Mapping[str, Any], source: str, found: Found) -> None:
    """Biome indents with tabs and ends at 80 columns unless told otherwise."""
    width = style.get("lineWidth", 80)
    if type(width) is int:
        put(found, "javascript", "line_length", width, f"{source} lineWidth")
    size = style.get("indentWidth", style.get("indentSize", 2))
    unit = str(size) if style.get("indentStyle") == "space" else "tab"
    put(found, "javascript", "indentation", unit, f"{source} indentStyle")
    for key, name, answers, default in (
        ("quoteStyle", "quotes", {"single": "single", "double": "double"}, "double"),
        ("semicolons", "semicolons", {"always": "always", "asNeeded": "never"}, "always"),
        ("trailingCommas", "trailing_commas", {"all": "always", "es5": "always", "none": "never"}, "all"),
        ("trailingCommas", "call_trailing_commas", {"all": "always", "es5": "never", "none": "never"}, "all"),
        ("arrowParentheses", "arrow_parentheses", {"always": "always", "asNeeded": "avoid"}, "always"),
    ):
        if answer := answers.get(str(style.get(key, default))):
            put(found, "javascript", name, answer, f"{source} {key}")


def _read_rustfmt(folder: Path, found: Found) -> None:
    for name in ("rustfmt.toml", ".rustfmt.toml"):
        data = read_toml(folder / name)
        if type(data.get("max_width")) is int:
            put(found, "rust", "line_length", data["max_width"], f"{name} max_width")
        if data.get("hard_tabs") is True:
            put(found, "rust", "indentation", "tab", f"{name} hard_tabs")
        elif type(data.get("tab_spaces")) is int:
            put(found, "rust", "indentation", str(data["tab_spaces"]), f"{name} tab_spaces")


def _read_clang(folder: Path, found: Found) -> None:
    for name in (".clang-format", "_clang-format"):
        for data in read_yaml(read_text(folder / name)):
            if isinstance(data, dict) and data.get("Language", "Cpp") == "Cpp":
                _clang(data, name, found)


def _clang(data: Mapping[str, Any], source: str, found: Found) -> None:
    """A base style names widths of its own, which explicit keys override."""
    base = str(data.get("BasedOnStyle", "")).lower()
    width = data.get("ColumnLimit", {"google": 80, "llvm": 80, "mozilla": 80, "chromium": 80}.get(base))
    size = data.get("IndentWidth", {"google": 2, "llvm": 2, "mozilla": 2, "chromium": 2, "webkit": 4}.get(base))
    if type(width) is int and width > 0:
        put(found, "c", "line_length", width, f"{source} ColumnLimit")
    if data.get("UseTab", "Never") not in ("Never", False):
        put(found, "c", "indentation", "tab", f"{source} UseTab")
    elif type(size) is int:
        put(found, "c", "indentation", str(size), f"{source} IndentWidth")
