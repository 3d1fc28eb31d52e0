"""Statements that bring an object into another state before the act."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .values.slots import Slot

SOON = "asyncio.get_running_loop().call_soon"


def statements(name: str, slots: Sequence[Slot], is_async: bool) -> list[str]:
    """A few calls of a method; one that has to be waited for is waited for, or goes on beside the act."""
    required = [slot for slot in slots if slot.is_required]
    if any(not slot.pool or slot.pool[0].arrange for slot in required):
        return []
    found: dict[str, None] = {}
    for texts in _arguments(required, [slot for slot in slots if slot.kind in {"plain", "keyword-only"}]):
        # Steps are formats, of `{self}`.
        call = f"{{self}}.{name}({texts.replace('{', '{{').replace('}', '}}')})"
        found.update(dict.fromkeys([f"await {call}", f"task = asyncio.ensure_future({call})"] if is_async else [call]))
    return list(found)


def _arguments(required: Sequence[Slot], named: Sequence[Slot]) -> Iterator[str]:
    """What stands between the brackets: the plainest values, the next ones, and everything said by name."""
    pools = [sorted((each.text for each in slot.pool if not each.arrange), key=is_empty) for slot in required]
    if all(pools):
        for at in range(3):
            yield ", ".join(pool[min(at, len(pool) - 1)] for pool in pools)
    said = [(slot.name, [each.text for each in slot.pool if not each.arrange]) for slot in named]
    if len(said) > len(required):
        yield ", ".join(f"{name}={min(pool, key=is_empty)}" for name, pool in said if pool)


def is_empty(text: str) -> bool:
    """Whether an expression gives something that holds nothing."""
    return text in {"None", "''", "b''", "0", "False"} or text.endswith(("()", "[]", "{}"))


def is_waiting(step: str) -> bool:
    """Whether a statement needs an event loop."""
    return step.startswith(("await ", "task = ", SOON))


def beside(step: str) -> str:
    """A call as a statement that lets it happen while the act waits."""
    receiver, _, rest = step.partition("(")
    return f"{SOON}({receiver}, {rest}" if rest != ")" else f"{SOON}({receiver})"
