"""Import and export facts: their form and their order, and the libraries and test frameworks that they name."""

import itertools
import re
from collections import Counter
from collections.abc import Sequence

from beast_lsp.engine.style.masking import Masked

_PYTHON = re.compile(r"^(from|import)[ \t]+(\.*[\w.]*)[^\n]*", re.MULTILINE)
_FROM = re.compile(r"^from[ \t]+[\w.]+[ \t]+import[ \t]+(?:\(([^()]*)\)|([^\n(]+))", re.MULTILINE)
_BLOCK = re.compile(r"^(?:(?:from|import)[ \t][^\n(]*(?:\([^()]*\))?[ \t\x01]*\n)+", re.MULTILINE)
_JS_IMPORT = re.compile(r"^import (?:(type) )?(\* as|\{|[\w$]+)", re.MULTILINE)
_JS_SOURCE = re.compile(
    r"""^(?:import|export)\b(?:[ \w$*]|type \{|\{[^{}'"]*\}|,)*["']([^'"\n]+)["']|\brequire\(["']([^'"\n]+)["']\)""",
    re.MULTILINE,
)
_JS_EXPORT = re.compile(
    r"^export (default|\{|\*|const|(?:async )?function|class|type|interface|enum)|^(module\.exports)", re.M
)
_GO_IMPORTS = re.compile(r"^import \(\n([^)]*)\)", re.MULTILINE)
_GO_PATH = re.compile(r'"([^"\n]+)"')
_RUST_USE = re.compile(r"^[ \t]*(?:pub )?use ([\w]+)((?:::\w+)*)(::\{|::\*)?", re.MULTILINE)
_JAVA_IMPORT = re.compile(r"^import (static )?([\w.]+)(\.\*)?;", re.MULTILINE)
_INCLUDE = re.compile(r"^[ \t]*#[ \t]*include[ \t]*(<[^>\n]+>|\"[^\"\n]+\")", re.MULTILINE)
_FRAMEWORKS = frozenset(("pytest", "unittest", "nose", "hypothesis", "jest", "vitest", "mocha", "chai", "ava"))
_FRAMEWORKS |= {"tape", "testing", "testify", "ginkgo", "junit", "testng", "gtest"}


def count(family: str, masked: Masked, counts: Counter[str]) -> None:
    """Counts a family's imports and exports."""
    counter = _COUNTERS.get(family)
    if counter:
        counter(masked, counts)


def _library(name: str, counts: Counter[str]) -> None:
    if name in _FRAMEWORKS:
        counts[f"framework:{name}"] += 1
    elif name:
        counts[f"library:{name}"] += 1


def _count_python(masked: Masked, counts: Counter[str]) -> None:
    seen = set()
    for form, module in _PYTHON.findall(masked.code):
        counts["imports.form:from" if form == "from" else "imports.form:module"] += 1
        if form == "from":
            counts["imports.relative:yes" if module[:1] == "." else "imports.relative:no"] += 1
        seen.add(module.partition(".")[0])
    for name in seen:
        _library(name, counts)
    for bracketed, plain in _FROM.findall(masked.code):
        names = [name.strip(" \t\\\x01") for name in (bracketed or plain).replace("\n", " ").split(",")]
        _count_names([name for name in names if name], counts)
    _count_blocks(masked.code, counts)


def _count_names(names: Sequence[str], counts: Counter[str]) -> None:
    if len(names) > 1:
        counts["imports.lines:several"] += 1
        key = (
            "yes" if list(names) == sorted(names, key=_member) or list(names) == sorted(names, key=str.lower) else "no"
        )
        counts[f"imports.names_sorted:{key}"] += 1


def _member(name: str) -> tuple[int, str]:
    """Constants, classes, then the rest: the order by type that sorters use."""
    word = name.split(" ", maxsplit=1)[0]
    return (0 if word.isupper() and len(word) > 1 else 1 if word[:1].isupper() else 2), name


def _count_blocks(code: str, counts: Counter[str]) -> None:
    """A block of at least three imports votes on its order; one module named twice running, on lines."""
    for block in _BLOCK.findall(code):
        found = [match[:2] for match in _PYTHON.findall(block)]
        for before, after in itertools.pairwise(found):
            if before == after and before[0] == "from":
                counts["imports.lines:single"] += 1
        if len(found) >= 3:
            _count_order(found, counts)


def _count_order(found: Sequence[tuple[str, str]], counts: Counter[str]) -> None:
    modules = [module.lower() for _, module in found]
    apart = [(form == "from", module.lower()) for form, module in found]
    mixed_sorted, apart_sorted = modules == sorted(modules), apart == sorted(apart)
    counts["imports.sorted:yes" if mixed_sorted or apart_sorted else "imports.sorted:no"] += 1
    if mixed_sorted != apart_sorted:
        counts["imports.sections:mixed" if mixed_sorted else "imports.sections:apart"] += 1


def _count_javascript(masked: Masked, counts: Counter[str]) -> None:
    for is_type, form in _JS_IMPORT.findall(masked.code):
        kind = {"*": "namespace", "{": "named"}.get(form[0], "default")
        counts[f"imports.form:{kind}"] += 1
        counts["imports.types:apart" if is_type else "imports.types:together"] += 1
    counts["imports.form:require"] += len(re.findall(r"\brequire\(\x00\)", masked.code))
    sources = [first or second for first, second in _JS_SOURCE.findall(masked.text)]
    for source in sources:
        counts["imports.relative:yes" if source[0] == "." else "imports.relative:no"] += 1
    for name in {_package(source) for source in sources if source[0] != "."}:
        _library(name.removeprefix("@jest/").removesuffix("/globals"), counts)
    for form, commonjs in _JS_EXPORT.findall(masked.code):
        counts[f"exports:{'commonjs' if commonjs else 'default' if form == 'default' else 'named'}"] += 1


def _package(source: str) -> str:
    parts = source.removeprefix("node:").split("/")
    return "/".join(parts[:2]) if source[0] == "@" else parts[0]


def _count_go(masked: Masked, counts: Counter[str]) -> None:
    for block in _GO_IMPORTS.findall(masked.text):
        groups = [_GO_PATH.findall(group) for group in block.split("\n\n")]
        counts[f"imports.grouped:{'yes' if len(groups) > 1 else 'no'}"] += 1
        for group in groups:
            if len(group) >= 3:
                counts["imports.sorted:yes" if group == sorted(group) else "imports.sorted:no"] += 1
        for path in {path for group in groups for path in group}:
            _library(path if path != "github.com/stretchr/testify/assert" else "testify", counts)


def _count_rust(masked: Masked, counts: Counter[str]) -> None:
    crates = set()
    for crate, _, nested in _RUST_USE.findall(masked.code):
        counts[f"imports.form:{'nested' if nested == '::{' else 'glob' if nested else 'single'}"] += 1
        counts["imports.relative:yes" if crate in ("crate", "super", "self") else "imports.relative:no"] += 1
        crates.add(crate)
    for crate in crates - {"crate", "super", "self"}:
        _library(crate, counts)


def _count_java(masked: Masked, counts: Counter[str]) -> None:
    found = _JAVA_IMPORT.findall(masked.code)
    for static, _, wildcard in found:
        counts[f"imports.form:{'wildcard' if wildcard else 'static' if static else 'single'}"] += 1
    for name in {".".join(path.split(".")[:2]) for _, path, _ in found}:
        _library("junit" if "junit" in name else name, counts)


def _count_c(masked: Masked, counts: Counter[str]) -> None:
    found = _INCLUDE.findall(masked.text)
    for header in found:
        counts["imports.form:angle" if header[0] == "<" else "imports.form:quote"] += 1
    for header in {header[1:-1] for header in found if header[0] == "<"}:
        _library("gtest" if header.startswith("gtest/") else header, counts)


_COUNTERS = {
    "python": _count_python,
    "javascript": _count_javascript,
    "go": _count_go,
    "rust": _count_rust,
    "java": _count_java,
    "c": _count_c,
}
