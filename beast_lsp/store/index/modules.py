"""Which file a module's name means, as far as names alone can tell.

A module is known by the parts of its path, last part first and each followed by "/": `src/flask/app.py` is
`app/flask/src/`. So a name that gives the end of the path (`flask.app`) is a prefix.
"""

import re
from pathlib import PurePosixPath

_PARTS = {"python": re.compile(r"\."), "java": re.compile(r"\."), "rust": re.compile(r"::")}
_SLASH = re.compile(r"/")
_PACKAGE_FILES = frozenset({"__init__", "index", "mod"})  # These stand for the folder that holds them.
_RELATIVE = frozenset({"", ".", "..", "~", "@", "crate", "self", "super"})


def module_of(family: str, path: str) -> str:
    """The key of the module that the file at a relative path is; "" where it is none."""
    file = PurePosixPath(path)
    parts = list(file.parts[:-1])
    # A folder is the module in Go.
    if family != "go" and file.name.split(".")[0] not in _PACKAGE_FILES:
        parts.append(file.name.split(".")[0])
    return _key(parts)


def module_key(family: str, module: str) -> str:
    """The start of the keys of the modules that an import means; "" where it means none in this folder."""
    parts = _PARTS.get(family, _SLASH).split(module.strip())
    if family == "javascript" and parts[0] not in _RELATIVE:
        return ""  # A bare name is a package that lies elsewhere.
    parts = [part for part in parts if part not in _RELATIVE]
    if family == "go":
        # The path starts with where the repository is hosted, which no folder here is called after.
        parts = parts[3:] if "." in parts[0:1] or (parts and "." in parts[0]) else parts
    elif family in {"javascript", "c"} and parts:
        parts[-1] = parts[-1].split(".")[0]
        if parts[-1] in _PACKAGE_FILES:
            parts.pop()
    return _key(parts)


def _key(parts: list[str]) -> str:
    return "".join(f"{part}/" for part in reversed(parts))
