"""Imports a name that nothing defines, from the module of the workspace or of the standard library that has it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

from beast_lsp.engine.conventions import is_test
from beast_lsp.engine.languages.language import words
from beast_lsp.engine.refactors.imports.edits import ImportEdits
from beast_lsp.engine.refactors.imports.graph import ImportGraph, shown_cycle
from beast_lsp.engine.refactors.imports.statements import Wanted, dotted_from, statements
from beast_lsp.engine.refactors.proposal import Proposal, Span
from beast_lsp.engine.refactors.refactoring import Refactoring, Site
from beast_lsp.engine.scopes.resolution.table import BINDS, Role
from beast_lsp.errors import RefactoringRefused

if TYPE_CHECKING:
    from beast_lsp.engine.scopes.resolution.table import Occurrence

# Names of the standard library that are imported more often than others, and that no other module of it has.
_COMMON: Mapping[str, frozenset[str]] = {
    "abc": words("ABC abstractmethod"),
    "collections": words("ChainMap Counter OrderedDict defaultdict deque namedtuple"),
    "collections.abc": words("Callable Collection Iterable Iterator Mapping MutableMapping Sequence"),
    "contextlib": words("ExitStack asynccontextmanager closing contextmanager nullcontext suppress"),
    "dataclasses": words("dataclass field"),
    "datetime": words("timedelta timezone"),
    "decimal": words("Decimal"),
    "enum": words("Enum Flag IntEnum StrEnum"),
    "fractions": words("Fraction"),
    "functools": words("cached_property lru_cache partial reduce singledispatch wraps"),
    "io": words("BytesIO StringIO"),
    "itertools": words("groupby islice pairwise zip_longest"),
    "pathlib": words("Path PurePath PurePosixPath"),
    "types": words("MappingProxyType ModuleType SimpleNamespace TracebackType"),
    "typing": words(
        "Any ClassVar Generic Literal NamedTuple NoReturn Optional ParamSpec Protocol TYPE_CHECKING TypeVar TypedDict"
        " Union"
    ),
    "uuid": words("uuid4"),
}


def candidates(site: Site) -> list[Wanted]:
    """The imports that would define the name at the cursor, the nearest module first; none for a name that is known."""
    one = _unknown(site)
    if one is None:
        return []
    found = [Wanted(module, one.name) for module, names in _COMMON.items() if one.name in names]
    if one.name in sys.stdlib_module_names:
        found.append(Wanted(one.name))
    return [*_from_workspace(site, one.name), *found]


def _unknown(site: Site) -> Occurrence | None:
    """The name at the cursor, where it is read and surely bound by nothing."""
    one = site.module.table.at(site.start)
    if one is None or one.role is not Role.READ or one.symbol is not None:
        return None
    # A star import from outside may bring anything.
    if any(site.program.find(site.path, star) is None for star in site.module.table.stars):
        return None
    return one if site.program.definition(site.path, one).kind == "unknown" else None


def _from_workspace(site: Site, name: str) -> list[Wanted]:
    found = []
    for path in site.program.containing([name]):
        module = site.program.module(path) if path.endswith(".py") and path != site.path else None
        symbol = module.table.module.symbols.get(name) if module is not None else None
        binders = symbol.binders() if symbol is not None else []
        if not binders or any(one.role not in BINDS - {Role.IMPORT, Role.DELETE} for one in binders):
            continue
        if not is_test(path) or is_test(site.path):
            like = (path, binders[0].start, binders[0].end)
            found.append((-_shared(path, site.path), path, Wanted(_written(site, path), name, like=like)))
    return [wanted for _shared_folders, _path, wanted in sorted(found, key=lambda one: one[:2])]


def _shared(path: str, other: str) -> int:
    """How many folders two paths have in common."""
    pairs = zip(path.split("/")[:-1], other.split("/")[:-1], strict=False)
    return next((index for index, (a, b) in enumerate(pairs) if a != b), min(path.count("/"), other.count("/")))


def _written(site: Site, path: str) -> str:
    """The module at a path as the file writes imports: relative where it has only such imports of the workspace."""
    imports = site.program.imports
    own, dotted = imports.dotted(site.path), imports.dotted(path)
    modules = [one.module for one in statements(site.module.tree) if one.is_from]
    local = [one for one in modules if site.program.find(site.path, one) is not None]
    if not local or not all(one.startswith(".") for one in local):
        return dotted
    return dotted_from(own, dotted, site.path.endswith("__init__.py")) or dotted


def add_import(site: Site) -> Proposal | None:
    """The proposal for the name at the cursor; `module` says which of several modules is meant."""
    found, one = candidates(site), _unknown(site)
    if not found or one is None:
        return None
    chosen = site.options.get("module", "")
    fitting = [wanted for wanted in found if wanted.module == chosen] if chosen else found
    if len(fitting) != 1:
        modules = ", ".join(f"`{wanted.module}`" for wanted in found)
        raise RefactoringRefused(f"Several modules have `{one.name}`: {modules}.", hint="Choose one as `module`.")
    wanted = fitting[0]
    _check_circle(site, wanted)
    edits = ImportEdits(site.module, lambda name: site.program.find(site.path, name) is not None)
    edits.add(wanted)
    title = f"Import {one.name} from {wanted.module}" if wanted.name else f"Import {wanted.module}"
    return Proposal(title, tuple(edits.edits()), gone=frozenset({Span(site.path, one.start, one.end)}))


def _check_circle(site: Site, wanted: Wanted) -> None:
    """Raises RefactoringRefused where the module imports this one, so that a part of it would not be there yet."""
    circle = ImportGraph(site.program).cycle(site.path, wanted.like[0]) if wanted.like is not None else None
    if circle:
        shown = shown_cycle(circle, site.program.imports.dotted)
        raise RefactoringRefused(f"The import would go in a circle: {shown}.", hint="Import it within the function.")


ADD_IMPORT = Refactoring(
    "add-import",
    "quickfix",
    add_import,
    options={"module": "The module to import the name from, where several have it."},
)
