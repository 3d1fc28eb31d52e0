"""This project's engine as a tool that the probe programs judge."""

from collections.abc import Mapping

from refactoring_case import DictSources
from refactoring_probes import Attempt, Outcome, Probe

from beast_lsp.engine.refactors import registry
from beast_lsp.engine.refactors.net.reverse import moved_path
from beast_lsp.engine.refactors.plan import Plan, TextEdit
from beast_lsp.engine.refactors.proposal import Certainty
from beast_lsp.engine.refactors.refactoring import Site
from beast_lsp.engine.scopes.resolution.program import Program


def attempted(probe: Probe) -> Attempt:
    """What the engine makes of a program: certain edits only. What may be meant, too, is refused by who can't ask."""
    refactoring = registry.by_name(probe.refactoring)
    if refactoring is None:
        return Attempt(reason="there is no such refactoring")
    site = Site(Program(DictSources(dict(probe.files))), probe.path, *probe.byte_range, probe.options)
    offer = registry.attempt(refactoring, site)
    if offer is None:
        return Attempt()
    if offer.plan is not None and any(one.certainty is Certainty.PROBABLE for one in edits_of(offer.plan)):
        return Attempt(outcome=Outcome.REFUSED, reason="what may be meant, too, wants to be confirmed")
    if offer.plan is not None:
        return Attempt(applied(probe.files, offer.plan))
    reason = str(offer.refusal)
    return Attempt(outcome=Outcome.CRASHED if "bug report" in reason else Outcome.REFUSED, reason=reason)


def edits_of(plan: Plan) -> list[TextEdit]:
    """Every edit of a plan."""
    return [edit for edits in plan.edits.values() for edit in edits]


def applied(files: Mapping[str, str], plan: Plan) -> dict[str, str]:
    """The files after a plan."""
    texts = {path: text for path, text in (files | dict(plan.after)).items() if path not in plan.deleted}
    return {moved_path(path, plan.moved): text for path, text in texts.items()} | dict(plan.created)
