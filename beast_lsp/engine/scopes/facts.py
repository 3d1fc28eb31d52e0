"""The facts of one file: what it defines and imports, the members of its classes, the attributes it reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from sys import intern
from typing import Any, ClassVar, NamedTuple

from beast_lsp.engine.scopes.signatures import Import

__all__ = ["Definition", "FileFacts", "Import"]


class Definition(NamedTuple):
    """Something with a name. `container` is the dotted path of what encloses it, "" at module level.

    `kind` is "function", "method", "class", "variable", "constant" or "field". `end_line` is the last line.
    """

    name: str
    kind: str
    line: int
    end_line: int
    container: str = ""
    parameters: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What one file tells. `members`: a class's methods and attributes; `receivers`: attributes seen after a name."""

    definitions: tuple[Definition, ...] = ()
    imports: tuple[Import, ...] = ()
    members: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    receivers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    EMPTY: ClassVar[FileFacts]

    def to_json(self) -> dict[str, Any]:
        """A plain, compact structure for `from_json`; what is empty is left out."""
        data = {
            "d": [_trimmed(definition) for definition in self.definitions],
            "i": [list(found) for found in self.imports],
            "m": {name: list(members) for name, members in self.members.items()},
            "r": {name: list(attributes) for name, attributes in self.receivers.items()},
        }
        return {key: value for key, value in data.items() if value}

    @classmethod
    def from_json(cls, data: object) -> FileFacts:
        """Reads what `to_json` gave; anything else gives no facts."""
        if not isinstance(data, dict):
            return cls.EMPTY
        try:
            return cls(
                tuple(_definition(row) for row in data.get("d", ())),
                tuple(Import(*map(_name, row)) for row in data.get("i", ())),
                _names_of(data.get("m", {})),
                _names_of(data.get("r", {})),
            )
        except (TypeError, ValueError, AttributeError):
            return cls.EMPTY


FileFacts.EMPTY = FileFacts()


def _trimmed(definition: Definition) -> list[Any]:
    row = [list(value) if isinstance(value, tuple) else value for value in definition]
    while row[-1] in ("", []):
        row.pop()
    return row


def _definition(row: list[Any]) -> Definition:
    name, kind, line, end_line, *rest = row
    defaults: list[Any] = ["", [], []]
    container, parameters, bases = rest + defaults[len(rest) :]
    texts, others = tuple(map(_name, parameters)), tuple(map(_name, bases))
    return Definition(_name(name), _name(kind), int(line), int(end_line), _name(container), texts, others)


def _name(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return intern(value)


def _names_of(table: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {_name(key): tuple(map(_name, names)) for key, names in table.items()}
