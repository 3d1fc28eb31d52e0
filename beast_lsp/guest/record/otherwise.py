"""Another day, in another environment: what a test should not depend on is another one when a case is run again."""

from __future__ import annotations

import contextlib
import datetime
import os
import time
from collections.abc import Callable, Iterator
from types import ModuleType, SimpleNamespace
from typing import Any

LATER = datetime.timedelta(days=400, hours=5, seconds=4321)
MARK = "ANOTHER_ENVIRONMENT"
ASKING = frozenset({"now", "utcnow", "today"})
MOMENTS = ("localtime", "gmtime", "ctime", "strftime")


class LaterDay(datetime.datetime):
    """A moment that is always later than it is."""

    @classmethod
    def now(cls, tz: Any = None) -> Any:
        """Now, and a year."""
        return datetime.datetime.now(tz) + LATER

    @classmethod
    def utcnow(cls) -> Any:
        """The same without a time zone."""
        return datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None) + LATER

    @classmethod
    def today(cls) -> Any:
        """The same, local."""
        return datetime.datetime.now() + LATER


class LaterDate(datetime.date):
    """A day that is always later than it is."""

    @classmethod
    def today(cls) -> Any:
        """Today, and a year."""
        return datetime.date.today() + LATER


def replacements(module: ModuleType, used: set[str]) -> dict[str, Any]:
    """The globals of a module by which it asks what day it is, each with what answers otherwise."""
    found: dict[str, Any] = {}
    for name, value in list(vars(module).items()):
        if value is datetime.datetime and used & ASKING:
            found[name] = LaterDay
        elif value is datetime.date and used & ASKING:
            found[name] = LaterDate
        elif value is datetime and used & ASKING:
            found[name] = SimpleNamespace(**{**vars(datetime), "datetime": LaterDay, "date": LaterDate})
        elif value is time and used & set(MOMENTS):
            later = {each: moved(getattr(time, each)) for each in MOMENTS}
            found[name] = SimpleNamespace(**{**vars(time), **later})
    return found


def moved(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of `time` that means another moment where it is given none."""

    def later(*args: Any) -> Any:
        moment = time.time() + LATER.total_seconds()
        if function is time.strftime:
            return function(*args) if len(args) > 1 else function(*args, time.localtime(moment))
        return function(*args) if args else function(moment)

    return later


@contextlib.contextmanager
def otherwise(module: ModuleType, replaced: dict[str, Any], folder: str) -> Iterator[None]:
    """Within the block it is another day, in another folder, and the environment holds more."""
    names = vars(module)
    before = {name: names[name] for name in replaced}
    names.update(replaced)
    os.environ[MARK] = "1"
    place = os.getcwd()  # noqa: PTH109 - pathlib may be what the code under test replaces.
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(place)
        os.environ.pop(MARK, None)
        names.update(before)
