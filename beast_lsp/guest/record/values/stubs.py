"""Values for a parameter of which only the use is known: a built-in, an object of the module, or a stub."""

from __future__ import annotations

import datetime
import dis
import io
import re
from functools import lru_cache
from pathlib import Path
from types import CodeType

from ..plans import Value
from .pools import Pools, paths
from .samples import SAMPLES
from .usage import Usage

BEARERS = (
    str,
    dict,
    list,
    int,
    float,
    bytes,
    set,
    tuple,
    datetime.datetime,
    datetime.date,
    datetime.timedelta,
    re.Pattern,
)


def bearing(usage: Usage, pools: Pools, depth: int) -> list[list[Value]]:
    """Pools of values that have all the attributes that are asked for; where nothing has, a stub that does."""
    wanted = usage.attributes
    found = [pools.of(kind, depth) for kind in BEARERS if all(hasattr(kind, each) for each in wanted)]
    if all(hasattr(Path, each) for each in wanted) and not found:
        found.append(paths())
    if all(hasattr(io.StringIO, each) for each in wanted) and not (found and wanted <= {"close"}):
        found += [pools.of(io.StringIO, depth), pools.of(io.BytesIO, depth)]
    found += [pools.of(kind, depth) for kind in classes_with(usage, pools)][:3]
    found = [pool for pool in found if pool]
    if not found or not any(hasattr(kind, each) for kind in SAMPLES for each in wanted):
        found.append(stubs(usage))
    return found


def classes_with(usage: Usage, pools: Pools) -> list[type]:
    """The classes that the module knows whose objects would bear the use."""
    found = []
    for value in list(vars(pools.names.module).values()):
        if isinstance(value, type) and value not in SAMPLES and value.__module__ != "typing":
            asked = {each for each in usage.attributes if not hasattr(value, each)}
            if not asked or asked <= assigned(value):
                found.append(value)
    return found


@lru_cache(maxsize=2000)
def assigned(cls: type) -> frozenset[str]:
    """The attributes that the methods of a class give its objects, and those that it annotates."""
    found = set(getattr(cls, "__annotations__", {}))
    for base in cls.__mro__[:-1]:
        for value in list(vars(base).values()):
            code = getattr(value, "__code__", None)
            if isinstance(code, CodeType):
                found |= {each.argval for each in dis.get_instructions(code) if each.opname == "STORE_ATTR"}
    return frozenset(found)


def stubs(usage: Usage) -> list[Value]:
    """A plain object with the attributes, methods where they are called."""
    found = []
    for answer, held in (
        ("1", "1"),
        ("None", "'abc'"),
        ("'abc'", "None"),
        ("[]", "[]"),
        ("True", "True"),
        ("False", "False"),
    ):
        parts = [
            f"{name}=lambda *args, **kwargs: {answer}" if name in usage.called else f"{name}={held}"
            for name in sorted(usage.attributes)
            if not name.startswith("__")
        ]
        found.append(Value(f"SimpleNamespace({', '.join(parts)})"))
    return found
