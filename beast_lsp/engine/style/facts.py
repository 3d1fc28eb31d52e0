"""Style facts: what one file shows of its style, as integer counts, so that files add up and subtract exactly.

A count's key is `setting:value` ("quotes:double", "name.function:snake_case", "length:88"). Which value
stands for a workspace is decided by `inference`, from the sums.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from sys import intern
from typing import Any, ClassVar

from beast_lsp.engine.languages import by_name

_LARGEST_FILE, _LONGEST_LINE = 1_000_000, 20_000  # characters


@dataclass(frozen=True, slots=True)
class StyleFacts:
    """The counts of one file, which belongs to one language family; never holds a zero."""

    family: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)

    EMPTY: ClassVar["StyleFacts"]

    def to_json(self) -> dict[str, Any]:
        """A plain structure for `from_json`."""
        return {"family": self.family, "counts": dict(self.counts)}

    @classmethod
    def from_json(cls, data: object) -> "StyleFacts":
        """Reads what `to_json` gave; anything else gives no facts."""
        if not isinstance(data, dict) or not isinstance(data.get("family"), str):
            return cls.EMPTY
        counts = data.get("counts")
        if not isinstance(counts, dict) or not all(type(count) is int for count in counts.values()):
            return cls.EMPTY
        return cls(data["family"], {intern(str(key)): count for key, count in counts.items() if count})


StyleFacts.EMPTY = StyleFacts()


def file_style(language: str, lines: Sequence[str], path: PurePath | str = "") -> StyleFacts:
    """The style of one file: a function of its text and its name alone, so that what was added can be subtracted.

    Total; some 10 µs a line. Of a file too large to be code only line ends and the like are counted.
    """
    # These modules compile some hundred patterns, which a server need not do before its first file.
    from beast_lsp.engine.style import habits, imports, layout, naming, prose, punctuation  # noqa: PLC0415 - as said.
    from beast_lsp.engine.style.masking import mask  # noqa: PLC0415

    family = by_name(language).family
    counts: Counter[str] = Counter(files=1, lines=len(lines))
    layout.count_file(lines, counts)
    if family != "text" and _is_code(lines):
        masked = mask(family, "".join(lines))
        naming.count_file_name(family, PurePath(path).name, counts)
        for count in (layout.count, punctuation.count, naming.count, imports.count, prose.count, habits.count):
            count(family, masked, counts)
    return StyleFacts(family, {intern(key): number for key, number in counts.items() if number})


def _is_code(lines: Sequence[str]) -> bool:
    """Larger files, and those with longer lines, were made by a program."""
    return sum(map(len, lines)) <= _LARGEST_FILE and max(map(len, lines), default=0) <= _LONGEST_LINE
