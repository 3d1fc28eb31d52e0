"""A stand-in for the folder that a test file will lie in, so that it is run before it is written to the workspace.

What lies around the file (conftest.py, helpers, data, the project's settings) is linked from the workspace, so the file
sees what it will see; the file itself is ours, and so is every folder on the way to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path, PurePosixPath

_SETTINGS = frozenset({"conftest.py", "pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg"})


def staged(folder: Path, stage: Path, path: str, text: str, beside: Sequence[str] = ()) -> Path:
    """The place of a test file, by its relative path in a workspace folder, on a `stage`; it is there afterwards.

    `beside` are empty files that the workspace lacks. Raises OSError.
    """
    target = stage / path
    if not target.parent.is_dir():
        _mirror(folder, stage, PurePosixPath(path).parent)
        for one in beside:
            (stage / one).touch()
    target.unlink(missing_ok=True)  # It may be a link to the file that is there.
    target.write_text(text, "utf-8", newline="")
    return target


def _mirror(folder: Path, stage: Path, inner: PurePosixPath) -> None:
    """Links what lies in each folder on the way; of the outermost settings alone: no module is to be there twice."""
    stage.mkdir(exist_ok=True)
    _link(folder, stage, only_settings=bool(inner.parts))
    for depth in range(len(inner.parts)):
        part = PurePosixPath(*inner.parts[: depth + 1])
        on_the_way = stage / part
        on_the_way.mkdir(exist_ok=True)
        if (folder / part).is_dir():
            following = inner.parts[depth + 1] if depth + 1 < len(inner.parts) else ""
            _link(folder / part, on_the_way, without=following)


def _link(source: Path, target: Path, *, only_settings: bool = False, without: str = "") -> None:
    for each in source.iterdir():
        if each.name != without and (not only_settings or each.name in _SETTINGS):
            (target / each.name).symlink_to(each)
