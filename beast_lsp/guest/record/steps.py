"""Statements that bring an object into another state before the act."""

from __future__ import annotations

from collections.abc import Sequence

from .values.slots import Slot

SOON = "asyncio.get_running_loop().call_soon"


def statements(name: str, slots: Sequence[Slot], is_async: bool) -> list[str]:
    """A few calls of a method; one that has to be waited for is waited for, or goes on beside the act."""
    required = [slot for slot in slots if slot.is_required]
    if any(not slot.pool or slot.pool[0].arrange for slot in required):
        return []
    found: dict[str, None] = {}
    for at in range(3):
        values = [slot.pool[min(at, len(slot.pool) - 1)] for slot in required]
        if any(each.arrange or "{" in each.text for each in values):
            continue
        texts = ", ".join(each.text for each in values)
        call = f"{{self}}.{name}({texts})"
        found.update(dict.fromkeys([f"await {call}", f"task = asyncio.ensure_future({call})"] if is_async else [call]))
    return list(found)


def is_waiting(step: str) -> bool:
    """Whether a statement needs an event loop."""
    return step.startswith(("await ", "task = ", SOON))


def beside(step: str) -> str:
    """A call as a statement that lets it happen while the act waits."""
    receiver, _, rest = step.partition("(")
    return f"{SOON}({receiver}, {rest}" if rest != ")" else f"{SOON}({receiver})"
