"""What the server asks of the batch process."""

from dataclasses import asdict, dataclass
from typing import Any

from beast_lsp.store.index.options import IndexOptions

TEXT = "text"
FACTS = "facts"
HISTORY = "history"


@dataclass(frozen=True, slots=True)
class Job:
    """One kind of index of one folder, to bring up to date at `home`.

    `paths` are the relative paths that changed; None means that anything may have changed.
    """

    kind: str
    folder: str
    home: str
    options: IndexOptions
    paths: tuple[str, ...] | None = None

    def to_json(self) -> dict[str, Any]:
        """A plain structure for `from_json`."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Job":
        """What `to_json` gave."""
        options = IndexOptions(**{**data["options"], "exclude": tuple(data["options"]["exclude"])})
        paths = None if data["paths"] is None else tuple(data["paths"])
        return cls(**{**data, "options": options, "paths": paths})
