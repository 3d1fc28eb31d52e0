"""What a command line may be given: options and arguments as a framework declares them, and lines that try each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

# Values that are right for a type, and one that is not ("" where anything is).
_RIGHT = {"int": "3", "float": "1.5", "bool": "true"}
# The second of several, and one that a program may refuse.
_OTHER = {"int": "5", "float": "2.5"}
_NEGATIVE = {"int": "-1", "float": "-1.5"}
_WRONG = {"int": "many", "float": "many"}
PATH = "path"


@dataclass(frozen=True, slots=True)
class Option:
    """One option (`flag` is "--name") or argument (`flag` is ""). `kind` is "int", "float", "bool", "path" or "text".

    A switch takes no value. `count` is how many values it takes, `asked` are values that the program asks for.
    """

    flag: str
    kind: str = "text"
    choices: tuple[str, ...] = ()
    is_required: bool = False
    is_switch: bool = False
    count: int = 1
    asked: tuple[str, ...] = ()

    def given(self, value: str = "") -> list[str]:
        """The words of a command line that give it a value."""
        again = _OTHER.get(self.kind, self.value)
        words = [] if self.is_switch else [value or self.value, *[again] * (self.count - 1)]
        return [self.flag, *words] if self.flag else words

    @property
    def value(self) -> str:
        """A value that is right."""
        return self.choices[0] if self.choices else _RIGHT.get(self.kind, "text" if self.kind != PATH else PATH)

    @property
    def wrong(self) -> str:
        """A value that is wrong; "" where none is."""
        return "no-such-choice" if self.choices else _WRONG.get(self.kind, "")


def lines(options: Sequence[Option]) -> Iterator[list[str]]:
    """Command lines, the likeliest first: help, what is required, each option, each choice, then what is refused."""
    required = [one for one in options if one.is_required]
    plain = _joined(required)
    yield ["--help"]
    yield plain
    for one in options:
        if one not in required:
            yield [*plain, *one.given()]
    for one in options:
        for choice in (*one.choices[1:4], *one.asked[:3]):
            yield _joined(required, {one: choice}) if one in required else [*plain, *one.given(choice)]
    for one in options:
        if one.kind in _NEGATIVE and one.flag and not one.choices:
            value = _NEGATIVE[one.kind]
            yield _joined(required, {one: value}) if one in required else [*plain, *one.given(value)]
    if plain:
        yield []
    for one in options:
        if one.wrong and not one.is_switch:
            yield _joined(required, {one: one.wrong}) if one in required else [*plain, *one.given(one.wrong)]
    yield [*plain, "--no-such-option"]


def _joined(required: Sequence[Option], other: Mapping[Option, str] | None = None) -> list[str]:
    """Options before arguments, each with its value or another one."""
    ordered = sorted(required, key=lambda one: not one.flag)
    return [word for one in ordered for word in one.given((other or {}).get(one, ""))]


def written(words: Sequence[str]) -> str:
    """A command line as a list in source; a path is a file of the test's temporary folder."""
    return f"[{', '.join(_WRITTEN_PATH if word == PATH else _quoted(word) for word in words)}]"


_WRITTEN_PATH = 'str(tmp_path / "input.txt")'
WRITE_PATH = '(tmp_path / "input.txt").write_text("one\\ntwo\\n")'


def _quoted(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
