"""What a path says by the habits of the languages."""

from pathlib import PurePosixPath

_FOLDERS = frozenset(
    {"test", "tests", "testing", "__tests__", "spec", "specs", "testdata", "e2e", "_tests", "_testing"}
)


def is_test(path: str) -> bool:
    """Whether the relative path is one of a test."""
    pure = PurePosixPath(path.lower().replace("\\", "/"))
    stem = pure.name.split(".", 1)[0]
    return (
        any(part in _FOLDERS for part in pure.parts[:-1])
        or stem == "conftest"
        or stem.startswith("test_")
        or stem.endswith(("_test", "_tests"))
        or any(mark in pure.name for mark in (".test.", ".spec."))
    )
