"""Reads how a signature is to change: `remove=b`, `add=c=0`, `reorder=b,a` and so on, several at once."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import replace

from beast_lsp.engine.refactors.signature.signature import Change, Kind, Parameter, inserted, ordered
from beast_lsp.engine.refactors.text.naming import check_name
from beast_lsp.errors import RefactoringRefused

OPTIONS = {
    "remove": "parameters that go, with commas between",
    "add": "new parameters, as `name=default`, or `name@argument` with what existing calls give",
    "reorder": "parameters in their new order",
    "rename": "new names, as `old:new`",
    "keyword_only": "parameters that calls must give by keyword",
    "default": "defaults, as `name=value`",
}
# What a new default or argument may be made of: constants, which mean the same everywhere and never fail.
_CONSTANT = (ast.Expression, ast.Constant, ast.Tuple, ast.List, ast.Dict, ast.Set, ast.UnaryOp, ast.USub, ast.Load)


def changed(old: tuple[Parameter, ...], options: Mapping[str, str], receiver: str) -> Change:
    """What options make of parameters; `receiver` is the method's first, which is not among them.

    Raises RefactoringRefused for what is no such parameter, or no signature that Python allows.
    """
    found: list[Parameter] = list(old)
    _remove(found, _words(options, "remove"), receiver)
    _make_keyword_only(found, _words(options, "keyword_only"), receiver)
    _set_defaults(found, split(options.get("default", "")), receiver)
    _add(found, split(options.get("add", "")), receiver)
    _reorder(found, _words(options, "reorder"), receiver)
    _rename(found, _words(options, "rename"), receiver)
    return Change(old, ordered(found))


def split(text: str) -> list[str]:
    """The parts of a text between its commas, those within brackets and quotes apart."""
    parts, depth, quote = [""], 0, ""
    for char in text:
        quote = ("" if char == quote else quote) if quote else (char if char in "'\"" else "")
        depth += 0 if quote else (char in "([{") - (char in ")]}")
        if char == "," and not depth and not quote:
            parts.append("")
        else:
            parts[-1] += char
    return [part.strip() for part in parts if part.strip()]


def _words(options: Mapping[str, str], name: str) -> list[str]:
    return [part.strip() for part in options.get(name, "").split(",") if part.strip()]


def _index(found: list[Parameter], name: str, receiver: str) -> int:
    """Where a parameter stands. Raises RefactoringRefused where there is none such."""
    for index, one in enumerate(found):
        if one.name == name:
            return index
    if name == receiver and name:
        raise RefactoringRefused(f"`{name}` is given by the object, not by calls.", hint="Leave it where it is.")
    names = ", ".join(f"`{one.name}`" for one in found) or "none"
    raise RefactoringRefused(f"There is no parameter `{name}`.", hint=f"There are: {names}.")


def _remove(found: list[Parameter], names: list[str], receiver: str) -> None:
    for name in names:
        index = _index(found, name, receiver)
        if found[index].kind in {Kind.REST, Kind.OPTIONS}:
            raise RefactoringRefused(f"`{name}` takes any number of arguments.", hint="Remove it by hand.")
        del found[index]


def _make_keyword_only(found: list[Parameter], names: list[str], receiver: str) -> None:
    for name in names:
        one = found[_index(found, name, receiver)]
        if one.kind is not Kind.PLAIN:
            raise RefactoringRefused(f"`{name}` can't become keyword-only: it is not a plain parameter.")
    moved = [replace(one, kind=Kind.KEYWORD) for one in found if one.name in names]
    found[:] = [one for one in found if one.name not in names]
    index = next((at for at, one in enumerate(found) if one.kind >= Kind.KEYWORD), len(found))
    found[index:index] = moved


def _set_defaults(found: list[Parameter], parts: list[str], receiver: str) -> None:
    for part in parts:
        name, _, value = (each.strip() for each in part.partition("="))
        index = _index(found, name, receiver)
        if found[index].kind in {Kind.REST, Kind.OPTIONS} or not value:
            raise RefactoringRefused(f"`{part}` gives no parameter a default.", hint="Write it as `name=value`.")
        _check_constant(value)
        if value != found[index].default:
            found[index] = replace(found[index], default=value, is_reset=True)


def _add(found: list[Parameter], parts: list[str], receiver: str) -> None:
    for part in parts:
        one = _added(part)
        if one.name == receiver or any(one.name == other.name for other in found):
            raise RefactoringRefused(f"There is a parameter `{one.name}` already.", hint="Choose another name.")
        if not one.default and not one.argument:
            raise RefactoringRefused(
                f"Calls would have to give `{one.name}`, and what is not said.",
                hint=f"Give it a default (`{one.name}=0`) or what existing calls give it (`{one.name}@0`).",
            )
        found[:] = inserted(found, one)


def _added(part: str) -> Parameter:
    """A new parameter out of `name: annotation = default @ argument`."""
    head, _, argument = part.partition("@")
    head, _, default = head.partition("=")
    name, _, annotation = (each.strip() for each in head.partition(":"))
    check_name(name)
    default, argument = default.strip(), argument.strip()
    for text in (default, argument):
        if text:
            _check_constant(text)
    return Parameter(name, Kind.PLAIN, annotation=annotation, default=default, argument=argument)


def _check_constant(text: str) -> None:
    """Raises RefactoringRefused for what is not made of constants alone."""
    try:
        tree = ast.parse(text, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise RefactoringRefused(f"`{text}` is no expression.") from error
    if not all(isinstance(node, _CONSTANT) for node in ast.walk(tree)):
        raise RefactoringRefused(
            f"`{text}` may mean something else at each place.", hint="Only constants can be given here."
        )


def _reorder(found: list[Parameter], names: list[str], receiver: str) -> None:
    """The named parameters take each other's places."""
    places = [_index(found, name, receiver) for name in names]
    if len(set(places)) != len(places):
        raise RefactoringRefused("The new order names a parameter twice.")
    if len({found[at].kind for at in places}) > 1:
        raise RefactoringRefused(
            "Only parameters of one kind can change places: those before `*`, or those behind it.",
        )
    taken = [found[at] for at in places]
    for at, one in zip(sorted(places), taken, strict=True):
        found[at] = one


def _rename(found: list[Parameter], pairs: list[str], receiver: str) -> None:
    for pair in pairs:
        old, _, new = (each.strip() for each in pair.partition(":"))
        check_name(new)
        index = _index(found, old, receiver)
        if found[index].kind in {Kind.REST, Kind.OPTIONS}:
            raise RefactoringRefused(f"`{old}` is not given by name.", hint="Use rename for it.")
        if new == receiver or any(one.name == new for one in found):
            raise RefactoringRefused(f"There is a parameter `{new}` already.", hint="Choose another name.")
        found[index] = replace(found[index], name=new)
