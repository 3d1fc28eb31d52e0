"""Settings: each declared once, beside the code that uses it.

A module calls `option()` at import; from the declarations come defaults, validation, the README's settings
section, the JSON Schema and VS Code's `contributes.configuration`. `Config` is a frozen set of values, made
by `resolve` from the layers in their order: defaults, the user's own file, the workspace file, the editor.

An option with `owner_only` is taken from the user's own file (or the environment) alone. A workspace file or
an editor that sets one gets a `SettingError`, and the value is ignored: editor settings can come from the
workspace too.
"""

import reprlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar, cast

from beast_lsp.errors import SettingError

T = TypeVar("T")


@dataclass(frozen=True)
class Option(Generic[T]):
    """One setting. `key` is dotted, without the `beast.` that editors put before it.

    `items` is the type of a list's items: `str`, or `dict` for an array of tables.
    """

    key: str
    default: T
    doc: str
    choices: tuple[T, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    owner_only: bool = False
    items: type = str

    def check(self, value: object) -> T:
        """The value, if it fits; an int counts as a float. Raises SettingError."""
        kind = type(self.default)
        if kind is float and type(value) is int:
            value = float(value)
        if type(value) is not kind:
            raise SettingError(
                self.key,
                f"expected {_NAMES[kind]}, got {reprlib.repr(value)}.",
                hint=f"The default is {self.default!r}.",
            )
        if self.choices and value not in self.choices:
            raise SettingError(
                self.key,
                f"{reprlib.repr(value)} is not one of {', '.join(map(repr, self.choices))}.",
                hint="Choose one of them.",
            )
        if isinstance(value, list) and not all(isinstance(item, self.items) for item in value):
            message = f"every item must be {_NAMES[self.items]}."
            raise SettingError(self.key, message, hint=f"The default is {self.default!r}.")
        if isinstance(value, int | float) and not isinstance(value, bool):
            self._check_bounds(value)
        return value

    def _check_bounds(self, value: float) -> None:
        if value != value:  # noqa: PLR0124 - only not-a-number differs from itself, and it passes every bound.
            raise SettingError(self.key, "not a number.", hint=f"The default is {self.default!r}.")
        if self.minimum is not None and value < self.minimum:
            raise SettingError(self.key, f"{value} is below {self.minimum}.", hint="Use a greater number.")
        if self.maximum is not None and value > self.maximum:
            raise SettingError(self.key, f"{value} is above {self.maximum}.", hint="Use a smaller number.")


_NAMES: dict[type, str] = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "text",
    list: "a list of texts",
    dict: "a table",
}
_options: dict[str, Option[Any]] = {}
# A workspace file may nest its tables thousands deep to exhaust the stack; no key of ours is deeper than this.
_MAX_DEPTH = 8


def option(  # noqa: PLR0913 - a declaration names each property of the setting.
    key: str,
    default: T,
    doc: str,
    *,
    choices: tuple[T, ...] = (),
    minimum: float | None = None,
    maximum: float | None = None,
    owner_only: bool = False,
    items: type = str,
) -> Option[T]:
    """Declares a setting and returns the handle that reads it: `config[HANDLE]`."""
    declared = Option(key, default, doc, choices, minimum, maximum, owner_only, items)
    if _options.setdefault(key, declared) != declared:
        raise ValueError(f"the option {key} is declared twice")
    return declared


def options() -> Sequence[Option[Any]]:
    """Every declared option of the modules imported so far, sorted by key."""
    return [_options[key] for key in sorted(_options)]


@dataclass(frozen=True)
class Config:
    """The resolved settings; `config[OPTION]` is a value of the option's own type."""

    values: Mapping[str, Any] = field(default_factory=dict)

    def __getitem__(self, handle: Option[T]) -> T:
        return cast(T, self.values.get(handle.key, handle.default))


def resolve(
    user: Mapping[str, Any], workspace: Mapping[str, Any], editor: Mapping[str, Any]
) -> tuple[Config, list[SettingError]]:
    """Layers nested or dotted tables over the defaults; later layers win.

    A bad key is reported and left out; the good ones still count.
    """
    values: dict[str, Any] = {}
    problems: list[SettingError] = []
    for layer, is_owner in ((user, True), (workspace, False), (editor, False)):
        for key, value in _flatten(layer):
            try:
                values[key] = _checked(key, value, is_owner)
            except SettingError as problem:
                problems.append(problem)
    return Config(values), problems


def _checked(key: str, value: object, is_owner: bool) -> object:
    declared = _options.get(key)
    if declared is None:
        raise SettingError(key, "there is no such setting.", hint="See the README's settings section.")
    if declared.owner_only and not is_owner:
        raise SettingError(
            key, "only your own settings file may set this.", hint="See `beast-lsp doctor` for that file's path."
        )
    return declared.check(value)


def _flatten(table: Mapping[str, Any], prefix: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    for name, value in table.items():
        key = f"{prefix}{name}"
        declared = _options.get(key)
        if value is None:
            continue  # editors send null for what the user has not set.
        if isinstance(value, Mapping) and not declared and depth < _MAX_DEPTH:
            yield from _flatten(value, f"{key}.", depth + 1)
        else:
            yield key, value
