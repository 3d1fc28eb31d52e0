"""Which project a file belongs to."""

from pathlib import Path

# What tells where a project begins, beside a repository.
_MARKERS = ("beast.toml", "pyproject.toml", "setup.py", "setup.cfg", "package.json", "go.mod", "Cargo.toml", "pom.xml")


def project_folder(root: Path | None, file: Path) -> Path:
    """The folder of the project that a file or a folder belongs to; `root`, where the user names it."""
    from beast_lsp.store.history.git import repository_of  # noqa: PLC0415 - `--help` needs none of it.

    if root is not None:
        return root.resolve()
    place = file.resolve() if file.is_dir() else file.resolve().parent
    marked = (each for each in (place, *place.parents) if any((each / name).exists() for name in _MARKERS))
    return repository_of(place) or next(marked, place)
