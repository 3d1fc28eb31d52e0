"""Where a project's tests for a module go, learned from the pairs of modules and test files that it has."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from beast_lsp.engine.conventions import is_test
from beast_lsp.engine.testing.modules import ModuleName, module_name
from beast_lsp.engine.testing.style import Style, style_of

if TYPE_CHECKING:
    from beast_lsp.engine.scopes.resolution.program import Program
    from beast_lsp.engine.style.profile import StyleProfile

_NAME = re.compile(r"(?:test_?(?P<behind>\w+)|(?P<before>\w+?)_tests?)$")
_FOLDERS = ("tests", "test")
_PROJECT = ("pyproject.toml", "setup.py", "setup.cfg", "tox.ini")
_CONFIGURATION = ("pyproject.toml", "pytest.ini", "tox.ini", "setup.cfg")
_MOST_TEXTS = 24  # test files that are read for their style.


@dataclass(frozen=True, slots=True)
class Place:
    """Where tests go: the relative path, the style, and the text of the file that is there ("" for a new one).

    `packages` are the empty `__init__.py` that the new file's folders need, as their neighbours have them. `own` are
    the topmost names that the project itself defines.
    """

    path: str
    module: ModuleName
    style: Style
    text: str = ""
    packages: tuple[str, ...] = ()
    own: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, order=True)
class _Layout:
    """Where the test of a module lies: beside it, in a folder of its package, or below a folder of tests.

    Below `base`, `dropped` of the module's folders are left out; `flat` leaves out all of them. `home` is the folder
    whose modules are meant, where the tests lie among them; "" for all.
    """

    kind: str  # "beside", "inside", "below", "flat"
    base: str = ""
    dropped: int = 0
    home: str = ""

    def folder(self, module: str) -> str:
        """The folder of the test of a module."""
        parts = PurePosixPath(module).parent.parts
        if self.kind == "inside":
            parts = (*parts, self.base)
        elif self.kind in {"below", "flat"}:
            kept = parts[self.dropped :] if self.kind == "below" else ()
            parts = (*PurePosixPath(self.base).parts, *kept)
        return "/".join(parts)


@dataclass(frozen=True, slots=True)
class _Pair:
    module: str
    test: str
    form: str  # "test_{}.py"


def placement(program: Program, path: str, profile: StyleProfile, framework: str = "") -> Place:
    """The place for the tests of the module at a path; `framework` overrides what the project uses."""
    paths = [one for one in program.sources.paths() if one.endswith(".py")]
    pairs = list(_pairs(paths))
    own = _existing(program, path, pairs, paths)
    target = own or _new_path(path, paths, pairs)
    text = "".join(program.sources.lines(target) or ())
    texts = [text] if text.strip() else _nearest(program, target, paths)
    configuration = "".join(line for name in _CONFIGURATION for line in program.sources.lines(name) or ())
    style = style_of(profile, texts, configuration, framework)
    if text.strip():
        # A file keeps its own ends of lines, whatever others have.
        style = replace(style, line_end="\r\n" if 2 * text.count("\r\n") > text.count("\n") else "\n")
    named = module_name(program, path)
    return Place(target, named, style, text, _packages(target, paths), _own(named, paths))


def _own(named: ModuleName, paths: list[str]) -> frozenset[str]:
    """The topmost packages of the project, and the module's own."""
    tops = (PurePosixPath(one).parent for one in paths if one.endswith("/__init__.py"))
    found = {one.name for one in tops if one.parent.as_posix() in {".", "src", "lib", "python", named.root}}
    return frozenset({*found, named.name.partition(".")[0]})


def module_of_test(path: str) -> tuple[str, str] | None:
    """The name of the module that a test file is called after, and the form of its own name; None for no test file."""
    pure = PurePosixPath(path)
    found = _NAME.match(pure.stem)
    if found is None:
        return None
    name = found["behind"] or found["before"]
    return name, pure.name.replace(name, "{}", 1) if found["before"] else f"{pure.name[: found.start('behind')]}{{}}.py"


def called(path: str) -> str:
    """What the tests of a module are called after: its name, or its package's, without underscores around."""
    pure = PurePosixPath(path)
    name = pure.parent.name if pure.stem == "__init__" and pure.parent.name else pure.stem
    return name.strip("_") or name


def _pairs(paths: list[str]) -> Iterator[_Pair]:
    """Modules and the test files that are called after them, where only one module is the likeliest."""
    modules: defaultdict[str, list[str]] = defaultdict(list)
    for path in paths:
        if not is_test(path):
            modules[called(path)].append(path)
    for path in paths:
        named = module_of_test(path) if is_test(path) else None
        candidates = modules.get(named[0].strip("_"), []) if named is not None else []
        ranked = sorted(candidates, key=lambda module: -_shared(module, path))
        if named is None or not ranked:
            continue
        if len(ranked) == 1 or _shared(ranked[0], path) > _shared(ranked[1], path):
            yield _Pair(ranked[0], path, named[1])


def _shared(module: str, test: str) -> int:
    """How many folders of a module the path of a test has, too."""
    return len(set(PurePosixPath(module).parent.parts) & set(PurePosixPath(test).parent.parts))


def _existing(program: Program, path: str, pairs: list[_Pair], paths: list[str]) -> str:
    """The test file of a module: called after it, or called after several of that name and importing this one."""
    for pair in pairs:
        if pair.module == path and b"def test" in program.sources.data(pair.test):
            return pair.test
    named = [one for one in paths if is_test(one) and (module_of_test(one) or ("",))[0].strip("_") == called(path)]
    taken = {pair.test for pair in pairs}
    name = re.escape(module_name(program, path).name.encode())
    imports = re.compile(rb"^\s*(?:from|import) " + name + rb"\b", re.MULTILINE)
    return next((one for one in named if one not in taken and imports.search(program.sources.data(one))), "")


def _layouts(pair: _Pair) -> Iterator[_Layout]:
    module, test = PurePosixPath(pair.module).parent.parts, PurePosixPath(pair.test).parent.parts
    if module == test:
        yield _Layout("beside")
    elif test[:-1] == module and test:
        yield _Layout("inside", test[-1])
    for kept in range(len(module) + 1):
        suffix = module[len(module) - kept :]
        if test[len(test) - kept :] == suffix and len(test) > kept:
            base = "/".join(test[: len(test) - kept])
            yield _Layout("below", base, len(module) - kept, _home(base, pair.module))
    yield _Layout("flat", "/".join(test), 0, _home("/".join(test), pair.module))


def _home(base: str, module: str) -> str:
    """The folder around a folder of tests, where it holds the tested module, too."""
    outer = base.rpartition("/")[0]
    return outer if outer and module.startswith(outer + "/") else ""


def _new_path(path: str, paths: list[str], pairs: list[_Pair]) -> str:
    votes: Counter[_Layout] = Counter()
    forms = Counter(pair.form for pair in pairs) or Counter(_forms(paths))
    top = path.partition("/")[0]
    for pair in pairs:
        near = 2 if pair.module.partition("/")[0] == top else 1
        votes.update(dict.fromkeys((one for one in _layouts(pair) if _fits(one, path)), near))
    rank = {"below": 3, "flat": 2, "inside": 1, "beside": 1}
    best = max(votes, key=lambda one: (votes[one], rank[one.kind], -one.dropped), default=None)
    folder = best.folder(path) if best is not None else _default_folder(path, paths)
    form = forms.most_common(1)[0][0] if forms else "test_{}.py"
    return _free(folder, form, path, paths)


def _fits(layout: _Layout, path: str) -> bool:
    """Whether a module lies deep enough for a layout, and where it holds."""
    is_deep = layout.kind != "below" or len(PurePosixPath(path).parent.parts) >= layout.dropped
    return is_deep and (not layout.home or path.startswith(layout.home + "/"))


def _forms(paths: list[str]) -> list[str]:
    named = [module_of_test(path) for path in paths if is_test(path)]
    return [one[1] for one in named if one is not None]


def _default_folder(path: str, paths: list[str]) -> str:
    """A folder of tests around the module's package; "tests" beside its outermost folder where there is none."""
    folders = {parent.as_posix() for one in paths for parent in PurePosixPath(one).parents}
    for outer in (*PurePosixPath(path).parents,):
        for name in _FOLDERS:
            if (outer / name).as_posix() in folders:
                return (outer / name).as_posix()
    known = {str(PurePosixPath(one).parent) for one in paths if PurePosixPath(one).name in _PROJECT}
    home = next((one for one in PurePosixPath(path).parents if one.as_posix() in known), PurePosixPath())
    return (home / "tests").as_posix()


def _free(folder: str, form: str, path: str, paths: list[str]) -> str:
    """A path that is free. Without packages pytest takes two files of one name for one, so that counts as taken."""
    pure = PurePosixPath(path)
    name, taken = called(path), set(paths)
    is_package = f"{folder}/__init__.py" in taken
    basenames = {PurePosixPath(one).name for one in paths if is_test(one)} if not is_package else set()
    names = [name, *(f"{'_'.join(part.strip('_') for part in pure.parent.parts[-n:])}_{name}" for n in range(1, 4))]
    for one in names:
        target = f"{folder}/{form.format(one)}".lstrip("/")
        if target not in taken and PurePosixPath(target).name not in basenames:
            return target
    return f"{folder}/{form.format(names[-1])}".lstrip("/")


def _nearest(program: Program, target: str, paths: list[str]) -> list[str]:
    """The texts of the test files nearest to a place."""
    own = PurePosixPath(target).parent.parts
    tests = [one for one in paths if is_test(one) and module_of_test(one) is not None]
    tests.sort(key=lambda one: (-_common(PurePosixPath(one).parent.parts, own), one))
    found = ("".join(program.sources.lines(one) or ()) for one in tests[: 2 * _MOST_TEXTS])
    return [text for text in found if "def test" in text][:_MOST_TEXTS]


def _common(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _packages(target: str, paths: list[str]) -> tuple[str, ...]:
    """The `__init__.py` that are missing from a path's folders below one that has it."""
    taken: Mapping[str, None] = dict.fromkeys(paths)
    missing: list[str] = []
    for folder in PurePosixPath(target).parents:
        init = (folder / "__init__.py").as_posix()
        if init in taken:
            return tuple(reversed(missing))
        if any(one.startswith(f"{folder.as_posix()}/") for one in paths):
            return ()
        missing.append(init)
    return ()
