"""Which code may be trained on: local checkouts, each of the part of the split that the repository's name decides.

The split is by the first hexadecimal digit of sha1("owner/name"): 0-b train, c and d dev (report only), e and f
reserved. A checkout is a folder named `owner__name`.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from beast_lsp.engine.document import split_lines
from beast_lsp.engine.languages import for_path
from beast_lsp.store.index.walk import walk

TRAIN = frozenset("0123456789ab")
REPLAYED = {
    "python": (
        "Textualize/rich",
        "aio-libs/aiohttp",
        "celery/celery",
        "celery/kombu",
        "encode/httpx",
        "encode/starlette",
        "marshmallow-code/marshmallow",
        "mkdocs/mkdocs",
        "pallets/jinja",
        "pytest-dev/pytest",
        "python-attrs/attrs",
        "simonw/datasette",
    ),
    "javascript": ("colinhacks/zod", "honojs/hono", "pmndrs/zustand", "statelyai/xstate", "unjs/h3"),
    "go": ("charmbracelet/bubbletea", "gin-gonic/gin", "go-chi/chi", "uber-go/zap", "urfave/cli"),
}
"""By language family, the repositories whose replays train the calibrator."""
_PERMISSIVE = {
    "MIT": "permission is hereby granted",
    "BSD": "redistribution and use in source|bsd license",
    "Apache-2.0": "apache license",
    "PSF-2.0": "python software foundation license",
    "ISC": "permission to use, copy, modify",
}
_COPYLEFT = re.compile(r"gnu (?:lesser |affero )?general public license|mozilla public license", re.IGNORECASE)


def part(name: str) -> str:
    """The part of the split that a repository's "owner/name" belongs to: train, dev or reserved."""
    digit = hashlib.sha1(name.encode(), usedforsecurity=False).hexdigest()[0]
    return "train" if digit in TRAIN else "dev" if digit in "cd" else "reserved"


def train_repositories(folder: Path) -> list[tuple[str, Path]]:
    """The (name, path) of every permissively licensed checkout of the train part below `folder`, sorted by name."""
    named = (
        (path.name.replace("__", "/", 1), path) for path in folder.iterdir() if "__" in path.name and path.is_dir()
    )
    return sorted((name, path) for name, path in named if part(name) == "train" and is_permissive(path))


def is_permissive(checkout: Path) -> bool:
    """Whether the licence file at the top is of the MIT, BSD, Apache, ISC or Python kind; no file means no."""
    return bool(licence(checkout))


def licence(checkout: Path) -> str:
    """The permissive kinds that the licence files at the top are of, with commas between; "" where there are none."""
    files = [
        path for path in checkout.iterdir() if path.name.lower().startswith(("licen", "copying")) and path.is_file()
    ]
    return licence_kinds([path.read_text("utf-8", "replace") for path in files])


def licence_kinds(texts: Sequence[str]) -> str:
    """The permissive kinds that these licence texts are of, with commas between; "" where one is of another kind."""
    if any(_COPYLEFT.search(text[:400]) for text in texts):
        return ""
    kinds = [kind for kind, words in _PERMISSIVE.items() if any(re.search(words, text, re.I) for text in texts)]
    return ", ".join(kinds)


def source_files(folder: Path, family: str) -> Iterator[tuple[str, list[str]]]:
    """The (relative path, lines) of every file of a language family that the server would index."""
    for found in walk(folder):
        if for_path(Path(found.path)).family == family:
            try:
                text = (folder / found.path).read_text("utf-8")
            except (OSError, UnicodeDecodeError):
                continue
            yield found.path, split_lines(text)
