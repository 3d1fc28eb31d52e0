"""Every refactoring, and the one way to a plan: through the net."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from beast_lsp.engine.docs.actions import DOCUMENTATION
from beast_lsp.engine.refactors.braces.entries import in_every_language
from beast_lsp.engine.refactors.delete.safe_delete import SAFE_DELETE
from beast_lsp.engine.refactors.external import EXTERNAL
from beast_lsp.engine.refactors.extract.constant import EXTRACT_CONSTANT, EXTRACT_CONSTANT_ALL
from beast_lsp.engine.refactors.extract.function import EXTRACT_FUNCTION, EXTRACT_METHOD
from beast_lsp.engine.refactors.extract.variable import EXTRACT_VARIABLE, EXTRACT_VARIABLE_ALL
from beast_lsp.engine.refactors.inline.function import INLINE_FUNCTION
from beast_lsp.engine.refactors.inline.variable import INLINE_VARIABLE
from beast_lsp.engine.refactors.move.module import MOVE_MODULE
from beast_lsp.engine.refactors.move.symbol import MOVE_SYMBOL
from beast_lsp.engine.refactors.net.check import checked
from beast_lsp.engine.refactors.plan import Plan
from beast_lsp.engine.refactors.refactoring import Refactoring, Site
from beast_lsp.engine.refactors.rename.rename import RENAMES
from beast_lsp.engine.refactors.rewrites.entries import REWRITES
from beast_lsp.engine.refactors.signature.entries import SIGNATURES
from beast_lsp.errors import BeastError, RefactoringRefused

_log = logging.getLogger(__name__)

_EXTRACTIONS = (
    EXTRACT_VARIABLE,
    EXTRACT_VARIABLE_ALL,
    EXTRACT_CONSTANT,
    EXTRACT_CONSTANT_ALL,
    EXTRACT_FUNCTION,
    EXTRACT_METHOD,
)
_INLININGS = (INLINE_VARIABLE, INLINE_FUNCTION)
_PYTHON: Sequence[Refactoring] = (
    *_EXTRACTIONS,
    *_INLININGS,
    *REWRITES,
    *EXTERNAL,
    *RENAMES,
    *SIGNATURES,
    SAFE_DELETE,
    MOVE_SYMBOL,
    MOVE_MODULE,
)
REFACTORINGS: Sequence[Refactoring] = tuple(map(in_every_language, _PYTHON))


@dataclass(frozen=True, slots=True)
class Offer:
    """A refactoring that applies at a place: its plan, or the reason why it is refused; neither where it is untried."""

    refactoring: Refactoring
    plan: Plan | None = None
    refusal: RefactoringRefused | None = None
    title: str = ""


def by_name(name: str) -> Refactoring | None:
    """The refactoring, or what documents, that the command line calls by a name."""
    return next((one for one in (*REFACTORINGS, *DOCUMENTATION) if one.name == name), None)


def attempt(refactoring: Refactoring, site: Site) -> Offer | None:
    """A refactoring at a place, through the net; None where it does not apply there. A crash is a refusal."""
    return _guarded(refactoring, site, lambda: _attempt(refactoring, site))


def look(refactoring: Refactoring, site: Site, has_time: Callable[[], bool]) -> Offer | None:
    """The same for a menu: what has a `glance` is only glanced at, and what there is no time for is left untried."""
    return _guarded(refactoring, site, lambda: _look(refactoring, site, has_time))


def _attempt(refactoring: Refactoring, site: Site) -> Offer | None:
    proposal = refactoring.propose(site)
    return Offer(refactoring, checked(site.program, proposal), title=proposal.title) if proposal else None


def _look(refactoring: Refactoring, site: Site, has_time: Callable[[], bool]) -> Offer | None:
    if refactoring.glance is not None:
        title = refactoring.glance(site)
        return Offer(refactoring, title=title) if title else None
    proposal = refactoring.propose(site)
    if proposal is None:
        return None
    return Offer(refactoring, checked(site.program, proposal) if has_time() else None, title=proposal.title)


def _guarded(refactoring: Refactoring, site: Site, work: Callable[[], Offer | None]) -> Offer | None:
    try:
        return work()
    except RefactoringRefused as refusal:
        return Offer(refactoring, refusal=refusal)
    except BeastError:
        raise
    except Exception:
        where = f"{site.path}, bytes {site.start} to {site.end}"
        _log.exception("Please report this bug: %s crashed at %s.", refactoring.name, where)
        failed = RefactoringRefused(f"{refactoring.name} failed on this code.", hint="The log holds a bug report.")
        return Offer(refactoring, refusal=failed)
