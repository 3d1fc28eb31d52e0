"""How a project writes its tests, read from its test files and its style profile."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from beast_lsp.engine.style.profile import StyleProfile

_FAMILY = "python"
_TEST_CASE = re.compile(r"^class \w+\([^)\n]*TestCase\b", re.MULTILINE)
_ASSERTS = re.compile(r"^[ \t]+assert ", re.MULTILINE)
_METHODS = re.compile(r"^[ \t]+self\.assert\w+\(", re.MULTILINE)
_FUNCTIONS = re.compile(r"^(?:async )?def test", re.MULTILINE)
_IN_CLASSES = re.compile(r"^[ \t]+(?:async )?def test\w*\(self", re.MULTILINE)
_NAMES = re.compile(r"^[ \t]*(?:async )?def (test\w+)\(", re.MULTILINE)
_CLASS_NAMES = re.compile(r"^class (\w+)", re.MULTILINE)
_ANNOTATED = re.compile(r"^[ \t]*(?:async )?def test\w*\([^)]*\) -> None:", re.MULTILINE)
_DOCUMENTED = re.compile(r"""\A(?:#[^\n]*\n|\s)*[rR]?(?:\"\"\"|''')""")
_ROWS_BY_TUPLE = re.compile(r"\.parametrize\(\s*[(\[]")
_ROWS_BY_TEXT = re.compile(r"\.parametrize\(\s*[\"'][\w ]+,")
_CLASSES = re.compile(r"^\s*python_classes\s*=\s*\[?([^\n\]]*)", re.MULTILINE)
_SUFFIXES = ("TestCase", "Tests", "Test")
_SHORTEST, _LONGEST = 60, 200  # columns


@dataclass(frozen=True, slots=True)
class Style:
    """The form of a test file.

    `framework` is "pytest" or "unittest", `form` "functions" or "classes"; unittest has classes only. `case` is the
    names' ("snake_case", "camelCase"), `says_should` whether they have the word. `class_suffix` ends a class's name,
    which begins with "Test" where it is empty. `async_form` is how coroutines run: in pytest by a plugin's mark
    ("asyncio", "anyio") or without any ("auto"), in a class of unittest that has a loop ("isolated"), or by
    `asyncio.run` ("run").
    `mixes_imports`: `import` and `from` are sorted together. `names_rows_by_tuple`: `parametrize(("a", "b"), …)`.
    """

    framework: str = "pytest"
    form: str = "functions"
    quote: str = '"'
    indent: str = "    "
    line_length: int = 88
    has_docstring: bool = False
    case: str = "snake_case"
    says_should: bool = False
    class_suffix: str = ""
    is_annotated: bool = False
    async_form: str = "run"
    line_end: str = "\n"
    mixes_imports: bool = False
    names_rows_by_tuple: bool = True

    @property
    def has_classes(self) -> bool:
        """Whether tests are methods."""
        return self.framework == "unittest" or self.form == "classes"


def style_of(profile: StyleProfile, tests: Sequence[str], configuration: str = "", framework: str = "") -> Style:
    """The style that test files show, of which `tests` are the texts, the nearest first; the profile says the rest.

    `configuration` is the text of the files that configure pytest. `framework` overrides what the project uses.
    """
    used = framework or _framework(profile, tests)
    length = _number(profile, "line_length")
    names = [name for text in tests for name in _NAMES.findall(text)]
    classes = [name for text in tests if _IN_CLASSES.search(text) for name in _CLASS_NAMES.findall(text)]
    return Style(
        framework=used,
        form="classes" if _prefers_classes(tests, configuration) else "functions",
        quote="'" if _text(profile, "quotes") == "single" else '"',
        indent=_indent(_text(profile, "indentation")),
        line_length=length if length and _SHORTEST <= length <= _LONGEST else 88,
        has_docstring=_most(tests, lambda text: bool(_DOCUMENTED.match(text))),
        case="camelCase" if _most(names, lambda name: bool(re.match(r"test[A-Z]", name))) else "snake_case",
        says_should=_most(names, lambda name: "should" in name.lower()),
        class_suffix=_suffix(classes),
        is_annotated=2 * _count(_ANNOTATED, tests) > len(names),
        async_form=_async_form(used, tests, configuration),
        mixes_imports=_text(profile, "import_sections") == "mixed",
        names_rows_by_tuple=_count(_ROWS_BY_TEXT, tests) <= _count(_ROWS_BY_TUPLE, tests),
        line_end="\r\n" if _text(profile, "line_ends") == "crlf" else "\n",
    )


def _framework(profile: StyleProfile, tests: Sequence[str]) -> str:
    methods, asserts = _count(_METHODS, tests), _count(_ASSERTS, tests)
    if methods or asserts:
        return "unittest" if methods > asserts and _count(_TEST_CASE, tests) else "pytest"
    return "unittest" if _text(profile, "test_framework") == "unittest" else "pytest"


def _prefers_classes(tests: Sequence[str], configuration: str) -> bool:
    """Whether tests are methods, of classes that pytest finds by our names: `python_classes` may say otherwise."""
    named = _CLASSES.search(configuration)
    patterns = re.findall(r"[\w*?\[\]!]+", named[1]) if named is not None else ["Test"]
    is_found = any("TestX".startswith(one) or fnmatchcase("TestX", one) for one in patterns)
    return is_found and _count(_IN_CLASSES, tests) > _count(_FUNCTIONS, tests)


def _async_form(used: str, tests: Sequence[str], configuration: str) -> str:
    if used == "unittest":
        return "isolated" if any("IsolatedAsyncioTestCase" in text for text in tests) else "run"
    if re.search(r"asyncio_mode\s*=\s*[\"']?auto", configuration):
        return "auto"
    marks = Counter(name for text in tests for name in re.findall(r"pytest\.mark\.(asyncio|anyio)\b", text))
    return marks.most_common(1)[0][0] if marks else "run"


def _suffix(classes: Sequence[str]) -> str:
    counts = Counter(next((end for end in _SUFFIXES if name.endswith(end)), "") for name in classes if "Test" in name)
    return counts.most_common(1)[0][0] if counts else ""


def _most(values: Sequence[str], holds: Callable[[str], bool]) -> bool:
    return 2 * sum(map(holds, values)) > len(values)


def _count(pattern: re.Pattern[str], texts: Sequence[str]) -> int:
    return sum(len(pattern.findall(text)) for text in texts)


def _text(profile: StyleProfile, name: str) -> str:
    found = profile.setting(_FAMILY, name)
    return str(found.value) if found is not None else ""


def _number(profile: StyleProfile, name: str) -> int:
    found = profile.setting(_FAMILY, name)
    return found.value if found is not None and isinstance(found.value, int) else 0


def _indent(value: str) -> str:
    return "\t" if value == "tab" else " " * (int(value) if value.isdecimal() and 0 < int(value) < 9 else 4)
