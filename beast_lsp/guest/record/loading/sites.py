"""The places of a module whose operands are worth seeing, and what stands there."""

from __future__ import annotations

from typing import NamedTuple

# Methods that compare their receiver or an argument with something, without a comparison operator.
COMPARING = frozenset(
    [
        "startswith",
        "endswith",
        "removeprefix",
        "removesuffix",
        "get",
        "pop",
        "setdefault",
        "index",
        "rindex",
        "find",
        "rfind",
        "count",
        "split",
        "rsplit",
        "partition",
        "rpartition",
        "match",
        "fullmatch",
        "search",
        "findall",
        "finditer",
        "sub",
        "subn",
        "issubset",
        "isdisjoint",
        "__contains__",
        "replace",
    ]
)
# Functions that only take arguments of a certain form: which one is tried next is seen from their names.
READING = frozenset(
    [
        "getenv",
        "isinstance",
        "issubclass",
        "hasattr",
        "getattr",
        "int",
        "float",
        "complex",
        "Decimal",
        "Fraction",
        "loads",
        "literal_eval",
        "strptime",
        "fromisoformat",
        "fromhex",
        "unhexlify",
        "b64decode",
        "urlsafe_b64decode",
        "a2b_hex",
        "UUID",
        "ip_address",
        "ip_network",
        "import_module",
        "open",
        "lookup",
        "chr",
        "ord",
        "parsedate",
        "unpack",
        "from_bytes",
        "compile",
        "urlparse",
        "urlsplit",
        "parse_date",
        "fromtimestamp",
    ]
)


class Site(NamedTuple):
    """A place. `kind` is "compare", "truth", "call" or "item"; `operators` are a comparison's, or the callee's name."""

    kind: str
    operators: tuple[str, ...]
    line: int


class Sites(list[Site]):
    """The places of one module; a place's number is its index."""

    def add(self, kind: str, operators: tuple[str, ...], line: int) -> int:
        """Remember a place and say its number."""
        self.append(Site(kind, operators, line))
        return len(self) - 1
