"""Python's formatters and linters: black, ruff, isort, flake8, pycodestyle, pydocstyle, yapf."""

from __future__ import annotations

import configparser
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from beast_lsp.engine.style.configuration_files import Found, put, read_text, read_toml, read_yaml, table

_CONVENTIONS = {"google": "Google", "numpy": "NumPy"}


def read(folder: Path, found: Found) -> None:
    """Adds what the folder's Python tools are told; a formatter wins over a linter."""
    tools = table(read_toml(folder / "pyproject.toml"), "tool")
    for name in ("setup.cfg", "tox.ini", ".flake8", ".pycodestyle", ".isort.cfg"):
        _read_ini(folder / name, found)
    _isort(table(tools, "isort"), "pyproject.toml [tool.isort]", found)
    for table_, source in (
        (table(tools, "ruff"), "pyproject.toml [tool.ruff]"),
        (read_toml(folder / ".ruff.toml"), ".ruff.toml"),
        (read_toml(folder / "ruff.toml"), "ruff.toml"),
    ):
        _ruff(table_, source, found)
    if "black" in tools:
        _black(table(tools, "black"), "pyproject.toml [tool.black]", found)
    else:
        _pre_commit(folder, found)


def _put(found: Found, name: str, value: object, evidence: str) -> None:
    if isinstance(value, str) or type(value) is int:
        put(found, "python", name, value, evidence)


def _black(black: Mapping[str, Any], source: str, found: Found) -> None:
    """Black's own defaults count too: who configures it runs it."""
    _put(found, "line_length", black.get("line-length", black.get("line_length", 88)), f"{source} line-length")
    _put(found, "indentation", "4", source)
    if not black.get("skip-string-normalization"):
        _put(found, "quotes", "double", source)
    if not black.get("skip-magic-trailing-comma"):
        _put(found, "trailing_commas", "always", source)


def _pre_commit(folder: Path, found: Found) -> None:
    """Who runs black without a table of its own wants its defaults, whatever limit a linter has besides."""
    name = ".pre-commit-config.yaml"
    for document in read_yaml(read_text(folder / name)):
        sources = _list(document.get("repos")) if isinstance(document, dict) else []
        hooks = [hook for source in sources if isinstance(source, dict) for hook in _list(source.get("hooks"))]
        for hook in hooks:
            if isinstance(hook, dict) and hook.get("id") in ("black", "black-jupyter"):
                _black(_arguments(_list(hook.get("args"))), f"{name} black", found)


def _arguments(words: list[object]) -> dict[str, Any]:
    """Black's own words on a hook's command line, as its table would say them."""
    text = " ".join(map(str, words))
    length = re.search(r"(?:--line-length|-l)[= ]?(\d+)", text)
    flags = {"skip-string-normalization": "--skip-string-normalization" in text or "-S" in text.split()}
    return {**flags, "line-length": int(length[1])} if length else flags


def _ruff(ruff: Mapping[str, Any], source: str, found: Found) -> None:
    lint, style = table(ruff, "lint") or ruff, table(ruff, "format")
    _put(found, "line_length", ruff.get("line-length"), f"{source} line-length")
    if type(width := ruff.get("indent-width")) is int:
        _put(found, "indentation", str(width), f"{source} indent-width")
    quotes = {"single": "single", "double": "double"}
    if "format" in ruff and (quote := quotes.get(str(style.get("quote-style", "double")))):
        _put(found, "quotes", quote, f"{source} format.quote-style")
    if style.get("indent-style") == "tab":
        _put(found, "indentation", "tab", f"{source} format.indent-style")
    inline = table(lint, "flake8-quotes").get("inline-quotes")
    if inline in quotes:
        _put(found, "quotes", inline, f"{source} lint.flake8-quotes.inline-quotes")
    convention = _CONVENTIONS.get(str(table(lint, "pydocstyle").get("convention")))
    _put(found, "docstrings", convention, f"{source} lint.pydocstyle.convention")
    _sorting(table(lint, "isort"), f"{source} lint.isort", found)
    if _sorts_imports(lint):
        _put(found, "import_order", "yes", f"{source} lint.select I")


def _sorts_imports(lint: Mapping[str, Any]) -> bool:
    selected = [*_list(lint.get("select")), *_list(lint.get("extend-select"))]
    is_off = any(rule in ("I", "I001") for rule in _list(lint.get("ignore")))
    return not is_off and any(rule in ("I", "I001", "I0", "ALL") for rule in selected)


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _sorting(isort: Mapping[str, Any], source: str, found: Found) -> None:
    """What isort and ruff's rules of the same name share."""
    for key, name, answers in (
        ("force-single-line", "import_lines", {"true": "single", "false": "several"}),
        ("force-sort-within-sections", "import_sections", {"true": "mixed", "false": "apart"}),
    ):
        value = isort.get(key, isort.get(key.replace("-", "_")))
        if answer := answers.get(str(value).lower()):
            _put(found, name, answer, f"{source} {key}")


def _isort(isort: Mapping[str, Any], source: str, found: Found) -> None:
    length = isort.get("line_length", isort.get("line-length"))
    if str(length).isdecimal():
        _put(found, "line_length", int(str(length)), f"{source} line_length")
    if isort and "skip_glob" not in isort:
        _put(found, "import_order", "yes", source)
    _sorting(isort, source, found)


def _read_ini(path: Path, found: Found) -> None:
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(read_text(path))
    except configparser.Error:
        return
    for section in ("pycodestyle", "pep8", "flake8"):
        if parser.has_section(section):
            length = parser[section].get("max-line-length", parser[section].get("max_line_length", ""))
            if length.split("#")[0].strip().isdecimal() and not _ignores_length(parser[section]):
                _put(found, "line_length", int(length.split("#")[0]), f"{path.name} [{section}] max-line-length")
    for section in ("isort", "tool:isort", "settings"):
        if parser.has_section(section):
            _isort(dict(parser[section]), f"{path.name} [{section}]", found)


def _ignores_length(section: Mapping[str, str]) -> bool:
    return any("E501" in section.get(key, "") for key in ("ignore", "extend-ignore", "extend_ignore"))
