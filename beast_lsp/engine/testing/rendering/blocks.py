"""The import block of a test file: groups and order as the project's formatter would have them."""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Collection, Iterable

from beast_lsp.engine.refactors.imports.statements import Wanted

_FROM = re.compile(r"from ([\w.]+) import (\w+)(?: as (\w+))?$")
_PLAIN = re.compile(r"import ([\w.]+)(?: as (\w+))?$")


def wanted(statement: str) -> Wanted | None:
    """An import statement of one name as data; None for another statement."""
    if found := _FROM.match(statement):
        return Wanted(found[1], found[2], found[3] or "")
    found = _PLAIN.match(statement)
    return Wanted(found[1], "", found[2] or "") if found else None


def block(statements: Iterable[str], own: Collection[str], room: int, is_mixed: bool = False) -> list[str]:
    """The lines of an import block: the standard library, other packages, the project's own, with blank lines between.

    `own` are the project's topmost packages. `is_mixed`: `import` and `from` are sorted together, not apart.
    """
    groups: defaultdict[int, list[Wanted]] = defaultdict(list)
    for one in filter(None, map(wanted, dict.fromkeys(statements))):
        groups[section(one.module, own)].append(one)
    lines: list[str] = []
    for _, listed in sorted(groups.items()):
        lines += [*([""] if lines else []), *_group(listed, room, is_mixed)]
    return lines


def section(module: str, own: Collection[str]) -> int:
    """Which group a module is in: 1 the standard library, 2 other packages, 3 the project's."""
    head = module.partition(".")[0]
    if head in own:
        return 3
    return 1 if head in sys.stdlib_module_names else 2


def _group(listed: list[Wanted], room: int, is_mixed: bool) -> list[str]:
    together = {f"import {one.module}{_alias(one)}": (0, one.module.lower(), (0, "")) for one in listed if not one.name}
    names: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for one in listed:
        if one.name:  # a name with an alias has a statement of its own, as sorters have it.
            names[one.module, one.name if one.alias else ""].append(f"{one.name}{_alias(one)}")
    for (module, _), found in names.items():
        found.sort(key=_member)
        together[_from(module, found, room)] = 1, module.lower(), _member(found[0])
    order = sorted(together, key=lambda text: together[text][1:] if is_mixed else together[text])
    return [line for text in order for line in text.split("\n")]


def _alias(one: Wanted) -> str:
    return f" as {one.alias}" if one.alias else ""


def _from(module: str, listed: list[str], room: int) -> str:
    """One statement for all names of a module, in brackets where it would be too long."""
    text = f"from {module} import {', '.join(listed)}"
    if len(text) <= room:
        return text
    return "\n".join([f"from {module} import (", *(f"    {one}," for one in listed), ")"])


def _member(name: str) -> tuple[int, str]:
    """Constants, classes, then the rest: the order by type that sorters use."""
    return 0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2, name
