"""Naming facts: how variables, functions, methods, classes, constants, tests and files are named."""

import re
from collections import Counter
from collections.abc import Mapping

from beast_lsp.engine.style.masking import Masked

Patterns = tuple[tuple[str, re.Pattern[str]], ...]


def _patterns(**sources: str) -> Patterns:
    return tuple((kind, re.compile(source, re.MULTILINE)) for kind, source in sources.items())


_JAVA_TYPES = r"^[ \t]*(?:(?:public|private|protected|static|final|abstract|default|synchronized|async)[ \t]+)+"
_KINDS: Mapping[str, Patterns] = {
    "python": _patterns(
        function=r"^(?:async )?def (\w+)",
        method=r"^[ \t]+(?:async )?def (\w+)\([ \t\n]*(?:self|cls)\b",
        **{"class": r"^[ \t]*class (\w+)"},
        variable=r"^[ \t]+(\w+)(?:: [^\n=]+)? = ",
        constant=r"^(\w+)(?:: [^\n=]+)? = (?:[-\d\x00\[{(]|frozenset|re\.compile|None\b|True\b|False\b)",
    ),
    "javascript": _patterns(
        function=r"^(?:export )?(?:default )?(?:async )?function\*? (\w+)",
        method=r"^[ \t]+(?:(?:public|private|protected|static|async|override|get|set) )*(\w+)\([^\n]*\{$",
        **{"class": r"^[ \t]*(?:export )?(?:default )?(?:abstract )?(?:class|interface|type|enum) (\w+)"},
        variable=r"^[ \t]+(?:const|let|var) (\w+)",
        constant=r"^(?:export )?const (\w+)(?:: [^\n=]+)? = [-\d\x00]",
    ),
    "go": _patterns(
        function=r"^func (\w+)",
        method=r"^func \([^)\n]*\) (\w+)",
        **{"class": r"^type (\w+)"},
        variable=r"^[ \t]+(?:var )?(\w+)(?:, \w+)* :?= ",
        constant=r"^(?:const |\t)(\w+)(?: \w+)? += (?:[-\d\x00]|iota)",
    ),
    "rust": _patterns(
        function=r"^(?:pub(?:\([^)\n]*\))? )?(?:async |const |unsafe )*fn (\w+)",
        method=r"^[ \t]+(?:pub(?:\([^)\n]*\))? )?(?:async |const |unsafe )*fn (\w+)",
        **{"class": r"^[ \t]*(?:pub(?:\([^)\n]*\))? )?(?:struct|enum|trait|type) (\w+)"},
        variable=r"^[ \t]+let (?:mut )?(\w+)",
        constant=r"^[ \t]*(?:pub(?:\([^)\n]*\))? )?(?:const|static) (\w+):",
    ),
    "java": _patterns(
        method=_JAVA_TYPES + r"(?:<[^\n(]+> )?[\w<>\[\], ?.]+ (\w+)\(",
        **{"class": r"\b(?:class|interface|enum|record) (\w+)"},
        variable=r"^[ \t]{8,}(?:final )?[\w<>\[\].]+ (\w+) = ",
        constant=r"\bstatic final [\w<>\[\], .]+ (\w+) =",
    ),
    "c": _patterns(
        function=r"^[A-Za-z_][\w \t*]*[ \t*](\w+)\([^;\n]*$",
        **{"class": r"^(?:typedef )?(?:class|struct|enum|union) (\w+)"},
        variable=r"^[ \t]+(?:const |auto |unsigned |struct )*\w+[ \t*&]+(\w+) = ",
        constant=r"^#[ \t]*define (\w+) ",
    ),
}
_TEST = re.compile(r"^(?:[tT]est|[bB]enchmark|Example|[sS]hould)")
_STYLES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("snake_case", re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)+")),
    ("UPPER_CASE", re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|[A-Z][A-Z0-9]{2,}")),
    ("camelCase", re.compile(r"[a-z][a-z0-9]*(?:[A-Z][a-zA-Z0-9]*)+")),
    ("PascalCase", re.compile(r"[A-Z][a-z0-9]+(?:[A-Z][a-zA-Z0-9]*)*|[A-Z][A-Z0-9]+[a-z][a-zA-Z0-9]*")),
    ("kebab-case", re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)+")),
    ("lowercase", re.compile(r"[a-z][a-z0-9]*")),
)


def case_of(name: str) -> str:
    """The case of a name of several words ("" where it tells none); "lowercase" for a word that fits most."""
    name = name.strip("_$")
    return next((style for style, pattern in _STYLES if pattern.fullmatch(name)), "")


def count(family: str, masked: Masked, counts: Counter[str]) -> None:
    """Counts the case of each defined name; one lower-case word fits several and doesn't vote."""
    for kind, pattern in _KINDS.get(family, ()):
        for name, number in Counter(pattern.findall(masked.code)).items():
            if name[:2] == "__":
                continue
            style = case_of(name)
            if kind in ("function", "method") and _TEST.match(name):
                counts[f"name.test:{_test_form(name)}"] += number
            elif style and style != "lowercase":
                is_mixed = family == "go" and style in ("camelCase", "PascalCase")
                counts[f"name.{kind}:{'MixedCaps' if is_mixed else style}"] += number


def _test_form(name: str) -> str:
    if "_" not in name:
        return case_of(name) or "lowercase"
    return "snake_case" if name.islower() else "Test_Name"


def count_file_name(family: str, name: str, counts: Counter[str]) -> None:
    """Counts the case of the file's name, and for a test how it says that it is one."""
    stem = name.split(".", maxsplit=1)[0].strip("_")
    if not stem or stem in ("init", "main", "index", "mod", "lib", "conftest", "setup"):
        return
    if (form := _test_file(name, stem)) is not None:
        counts[f"name.testfile:{form}"] += 1
    elif style := case_of(stem):
        counts[f"name.file:{style}"] += 1


def _test_file(name: str, stem: str) -> str | None:
    """The pattern of a test file's name; None where it is no test."""
    if stem.startswith("test_"):
        return "test_*"
    if stem.endswith("_test"):
        return "*_test"
    if match := re.search(r"\.(test|spec)\.", name):
        return f"*.{match[1]}"
    return "*Test" if stem.endswith(("Test", "Tests")) else None
