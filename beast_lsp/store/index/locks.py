"""One builder at a time: two editors may have the same folder open."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows: two servers on one folder then do the same work twice.
    fcntl = None  # type: ignore[assignment] # the module is what mypy knows, its absence is the other case.


@contextmanager
def exclusive(file: Path) -> Iterator[None]:
    """Holds a lock file, waiting for whoever has it; a process that dies lets go. Raises OSError."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a") as stream:
        if fcntl is not None:
            fcntl.flock(stream, fcntl.LOCK_EX)
        yield
