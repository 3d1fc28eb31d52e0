"""Writes the generated texts: `python -m beast_lsp.cli.docs`, or with --check only says which are stale.

From the declared options come the README's settings and the JSON Schema of the settings files, and the
section of the server in VS Code's `contributes.configuration`; from the command line comes the README's help.
Each text stands between `<!-- NAME -->` and `<!-- /NAME -->`. It is a tool of a checkout: the wheel holds
none of these files.
"""

import json
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from beast_lsp.cli.declared import declared_options
from beast_lsp.cli.group import commands
from beast_lsp.config import Option
from beast_lsp.engine.rules.registry import RULES
from beast_lsp.errors import BeastError

ROOT = Path(__file__).parent.parent.parent
SECTION_TITLE = "beast_lsp: the server"
_PREFIX = "beast."
_HELP_WIDTH = 96
_TYPES: dict[type, str] = {
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "string",
    list: "array",
    dict: "object",
}


class DocsError(BeastError):
    """A file that should hold a generated text is missing, or has no place for it."""


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 where a text is stale or has no place.")
def command(check: bool) -> None:
    """Write the generated texts of this repository."""
    problems = update(ROOT, declared_options(), write=not check)
    for problem in problems:
        click.echo(problem, err=True)
    sys.exit(1 if problems else 0)


def update(root: Path, declared: Sequence[Option[Any]], *, write: bool) -> list[str]:
    """Brings each file of the checkout at `root` up to date; what is wrong, one sentence each.

    With `write` a stale file is written and is no problem; without it, it is one.
    """
    texts: tuple[tuple[str, Callable[[str], str]], ...] = (
        ("README.md", lambda text: between(between(text, "settings", settings_text(declared)), "help", help_text())),
        ("editors/settings.schema.json", lambda _: as_json(schema(declared))),
        ("editors/vscode/package.json", lambda text: with_configuration(text, declared)),
        ("beast_lsp/engine/rules/rules.md", lambda _: rules_text()),
    )
    problems = []
    for name, renewed in texts:
        try:
            _update(root / name, renewed, write)
        except DocsError as problem:
            problems.append(f"{name} {problem}")
    return problems


def _update(path: Path, renewed: Callable[[str], str], write: bool) -> None:
    is_whole = path.name in {"settings.schema.json", "rules.md"}
    if not path.is_file() and not (is_whole and write):
        raise DocsError("is missing.", hint="`make docs` fills it in." if is_whole else "Write it first.")
    old = path.read_text("utf-8") if path.is_file() else ""
    new = renewed(old)
    if new != old and not write:
        raise DocsError("is stale.", hint="Run `make docs`.")
    if new != old:
        path.write_text(new, "utf-8", newline="\n")


def between(text: str, name: str, content: str) -> str:
    """`text` with `content` between its markers of that name. Raises DocsError where they aren't there once."""
    start, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    if text.count(start) != 1 or text.count(end) != 1 or text.index(start) > text.index(end):
        raise DocsError(f"has no place for the {name}.", hint=f"Put {start} and {end} there, once each.")
    head, rest = text.split(start)
    return f"{head}{start}\n\n{content}\n\n{end}{rest.split(end)[1]}"


def help_text() -> str:
    """What `beast-lsp --help` prints, as a Markdown block."""
    context = click.Context(commands, info_name="beast-lsp", terminal_width=_HELP_WIDTH)
    return f"```text\n{commands.get_help(context)}\n```"


def settings_text(declared: Sequence[Option[Any]]) -> str:
    """The settings as Markdown: those for every file first, then the owner's alone."""
    shared = [each for each in declared if not each.owner_only]
    owned = [each for each in declared if each.owner_only]
    return "\n".join(
        [
            *_table(shared),
            "",
            "Only your own settings file may hold these; in a workspace file, or from an editor, they are refused:",
            "",
            *_table(owned),
        ]
    )


def _table(declared: Sequence[Option[Any]]) -> list[str]:
    rows = (f"| `{each.key}` | {_default(each)} | {_cell(_described(each))} |" for each in declared)
    return ["| Setting | Default | What it does |", "|---|---|---|", *rows]


def _default(declared: Option[Any]) -> str:
    return "none" if declared.default in ({}, [], "") else f"`{json.dumps(declared.default)}`"


def _cell(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("|", "\\|"))


def _described(declared: Option[Any]) -> str:
    """The option's own words, then what values it takes."""
    doc = declared.doc.rstrip()
    if declared.choices:
        return f"{doc} One of {', '.join(f'`{json.dumps(choice)}`' for choice in declared.choices)}."
    bounds = [f"at least {_number(declared.minimum)}"] if declared.minimum is not None else []
    bounds += [f"at most {_number(declared.maximum)}"] if declared.maximum is not None else []
    return f"{doc} ({', '.join(bounds).capitalize()}.)" if bounds else doc


def _number(value: float) -> str:
    return f"{value:,g}" if value < 1e6 else f"{value:,.0f}"


def schema(declared: Sequence[Option[Any]]) -> dict[str, Any]:
    """The JSON Schema of the settings files: nested tables, and no other keys."""
    root: dict[str, Any] = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "beast_lsp settings",
        "description": "The workspace's beast.toml and the user's own config.toml.",
        **_empty_table(),
    }
    for each in declared:
        *tables, name = each.key.split(".")
        place = root
        for table in tables:
            place = place["properties"].setdefault(table, _empty_table())
        note = " Only in your own settings file." if each.owner_only else ""
        place["properties"][name] = {**_type(each), "description": each.doc + note}
    return root


def _empty_table() -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "properties": {}}


def _type(declared: Option[Any]) -> dict[str, Any]:
    value: dict[str, Any] = {"type": _TYPES[type(declared.default)], "default": declared.default}
    if isinstance(declared.default, list):
        value["items"] = {"type": _TYPES[declared.items]}
    if declared.choices:
        value["enum"] = list(declared.choices)
    if declared.minimum is not None:
        value["minimum"] = declared.minimum
    if declared.maximum is not None:
        value["maximum"] = declared.maximum
    return value


def with_configuration(text: str, declared: Sequence[Option[Any]]) -> str:
    """VS Code's package.json with the server's section of settings renewed; the client's own sections stay.

    What only the owner's file may set is left out: VS Code would take it from a workspace. VS Code answers with
    these defaults where the user has set nothing, and an editor's value beats the files': the client has to send
    only what was set.
    """
    try:
        package = json.loads(text)
    except ValueError as error:
        raise DocsError(f"is not JSON ({error}).") from error
    contributes = package.setdefault("contributes", {})
    sections = contributes.get("configuration", [])
    sections = [sections] if isinstance(sections, dict) else sections
    properties = {
        _PREFIX + each.key: {**_type(each), "markdownDescription": each.doc, "scope": "resource"}
        for each in declared
        if not each.owner_only
    }
    ours = {"title": SECTION_TITLE, "properties": properties}
    contributes["configuration"] = [*(each for each in sections if each.get("title") != SECTION_TITLE), ours]
    return as_json(package)


def rules_text() -> str:
    """The page of the rules, which each diagnostic links to."""
    parts = [
        "# Rules",
        "Generated by `make docs`. In a line's comment, `beast: ignore` or `beast: ignore[rule]` leaves it alone.",
    ]
    for rule in RULES:
        families = ", ".join(sorted(rule.families))
        parts += [f"## {rule.name}", rule.summary.strip(), f"Languages: {families}."]
    return "\n\n".join(parts) + "\n"


def as_json(value: object) -> str:
    """The text of a JSON file as people edit it."""
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    command()
