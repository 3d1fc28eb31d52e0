"""What is known of a piece of code as Markdown: short sentences, the most useful first; what is not known is absent."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from beast_lsp.engine.docs.explain.model import Link, Subject
from beast_lsp.engine.docs.facts.model import (
    ClassFacts,
    Effect,
    FunctionFacts,
    ModuleFacts,
    Parameter,
    Raised,
    Returned,
)

Linked = Callable[[Link], str]
"""Where a link to a place leads."""
_MOST = 8  # of a list.
_MOST_UNSURE = 3  # of what may be something else.
_MOST_USES = 2  # of a parameter.
_MONTHS = 12
_EFFECTS = {
    "attribute": "changes {}", "argument": "changes its argument {}", "global": "changes the global {}",
    "file": "works with files: {}", "network": "uses the network: {}", "environment": "uses the environment: {}",
    "process": "starts or controls processes: {}", "print": "prints: {}", "log": "logs: {}",
    "exit": "may end the program: {}",
}  # fmt: skip
_KINDS = {"constructor": "constructor", "typed dict": "typed dictionary", "namedtuple": "named tuple"}


def explanation(subject: Subject, linked: Linked) -> str:
    """The whole text."""
    kind = _KINDS.get(subject.kind, subject.kind)
    head = f"### `{subject.name}`\n\n{kind.capitalize()} in {_place(subject.place, linked)}."
    blocks = [head]
    if subject.signature:
        blocks.append(f"```\n{subject.signature}\n```")
    if subject.summary:
        blocks.append(f"> {subject.summary}")
    blocks += _of_facts(subject)
    blocks += [*_of_neighbours(subject, linked), *_of_tests(subject, linked), *_of_past(subject), *_of_risk(subject)]
    return "\n\n".join(blocks) + "\n"


def _of_facts(subject: Subject) -> Iterator[str]:
    facts = subject.facts
    if isinstance(facts, FunctionFacts):
        yield from _of_function(facts)
    elif isinstance(facts, ClassFacts):
        yield from _of_class(facts, subject)
    elif isinstance(facts, ModuleFacts):
        yield from _listed("It has", [f"`{one.name}`" for one in subject.holds])
        names = [f"`{one.name}`" for one in facts.constants if not one.name.startswith("_")]
        yield from _listed("Its names", names)
    elif subject.holds:
        yield from _listed("It exports", [f"`{one.name}`" for one in subject.holds])


def _of_function(facts: FunctionFacts) -> Iterator[str]:
    if facts.is_stub:
        yield "It does nothing itself: its body is empty, or says that it is not implemented."
    if facts.delegates:
        yield f"All it does is `{facts.delegates}`."
    if facts.overrides:
        yield f"It takes the place of `{facts.overrides}`."
    if facts.parameters:
        yield "\n".join(["**Takes**", "", *(f"- {_parameter(one)}" for one in facts.parameters)])
    gives = list(_gives(facts))
    if gives:
        yield f"**Gives** {' '.join(gives)}"
    if facts.raises:
        yield "\n".join(["**Raises**", "", *(f"- {_raised(one)}" for one in facts.raises[:_MOST])])
    effects = _effects(facts.effects)
    if effects:
        yield "\n".join(["**Effects**", "", *(f"- It {one}." for one in effects)])


def _of_class(facts: ClassFacts, subject: Subject) -> Iterator[str]:
    if facts.bases:
        yield f"It inherits from {_some([f'`{one}`' for one in facts.bases])}."
    made = facts.constructor.parameters if facts.constructor is not None else ()
    if made:
        yield "\n".join(["**Takes**", "", *(f"- {_parameter(one)}" for one in made)])
    fields = [f"- `{one.name}{f': {one.annotation}' if one.annotation else ''}`" for one in facts.fields]
    if fields:
        yield "\n".join(
            [
                "**Has**",
                "",
                *fields[: 2 * _MOST],
                *([f"- and {len(fields) - 2 * _MOST} more"] if len(fields) > 2 * _MOST else []),
            ]
        )
    yield from _listed("Its methods", [f"`{one.name.rpartition('.')[2]}`" for one in subject.holds])


def _parameter(one: Parameter) -> str:
    text = f"`{one.stars}{one.name}`"
    text += f" (`{one.annotation}`)" if one.annotation else ""
    said = [f"by default `{one.default}`"] if one.default else []
    said += one.uses[:_MOST_USES]
    return f"{text}: {'; '.join(said)}" if said else text


def _gives(facts: FunctionFacts) -> Iterator[str]:
    if facts.is_context_manager and facts.yields is not None:
        yield f"a context manager{_what(facts.yields, ' over')}."
    elif facts.is_generator and facts.yields is not None:
        yield f"an iterator{_what(facts.yields, ' of')}."
    elif facts.kind != "constructor":
        yield from _returned(facts.returned)
    if facts.is_async and not facts.is_generator:
        yield "It has to be awaited."


def _what(yielded: Returned, word: str) -> str:
    told = yielded.type or (f"`{yielded.values[0]}`" if len(yielded.values) == 1 else "")
    told = f"`{told}`" if told and not told.startswith("`") else told
    return f"{word} {told}" if told else ""


def _returned(returned: Returned) -> Iterator[str]:
    kind = returned.annotation or returned.type
    values = [f"`{one}`" for one in returned.values]
    listed = _some(values, 4, " or ")
    if kind and kind != "None":
        yield f"`{kind}`: {listed}." if values else f"`{kind}`."
    elif values:
        yield f"{listed}."
    elif kind == "None" or not returned.is_value:
        return
    if returned.may_be_none and "None" not in kind:
        yield "It may be None."


def _raised(one: Raised) -> str:
    condition = f" where {one.condition}" if one.condition else ""
    via = f", by way of `{one.via}`" if one.via else ""
    again = " again" if one.is_reraise else ""
    line = f" (line {one.line})" if one.line else ""
    return f"`{one.name}`{again}{condition}{via}{line}"


def _effects(effects: Sequence[Effect]) -> list[str]:
    """One phrase for each kind of effect."""
    kinds: dict[str, dict[str, None]] = {}
    for one in effects:
        kinds.setdefault(one.kind, {})[f"`{one.what}`"] = None
    return [_EFFECTS[kind].format(_some(list(found), 4)) for kind, found in kinds.items()]


def _of_neighbours(subject: Subject, linked: Linked) -> Iterator[str]:
    near = subject.near
    is_module = subject.kind == "module"
    verb = "Imported by" if is_module else "Made by" if isinstance(subject.facts, ClassFacts) else "Called by"
    verb = verb if subject.facts is not None else "Used in this file by"
    yield from _linked_list(verb, near.callers, linked)
    yield from _linked_list("Perhaps called by, for the object's type is not known", near.maybe, linked, _MOST_UNSURE)
    yield from _linked_list("Handed on or named in", near.values, linked)
    yield from _linked_list("Calls", near.calls, linked)
    word = "Inherited by" if isinstance(subject.facts, ClassFacts) else "Shares its name in the family with"
    yield from _linked_list(word, near.below, linked)
    if not (near.callers or near.maybe or near.values or is_module) and isinstance(subject.facts, FunctionFacts):
        yield "**Called by** nobody in this workspace that can be seen" + (", its tests apart." if near.tests else ".")


def _of_tests(subject: Subject, linked: Linked) -> Iterator[str]:
    if subject.covered is not None:
        yield f"**Tests** run {subject.covered.share:.0%} of its lines, as `{subject.covered.report}` says."
    yield from _linked_list(
        "Used by these tests" if subject.kind != "module" else "Imported by these tests", subject.near.tests, linked
    )


def _of_past(subject: Subject) -> Iterator[str]:
    past = subject.past
    if past is None:
        return
    if not past.changes:
        yield "**History**: nobody has changed it within a year."
        return
    fixes = f", {_counted(past.fixes, 'of them a fix', 'of them fixes')}" if past.fixes else ""
    people = f" by {_counted(past.authors, 'person', 'people')}" if past.authors else ""
    months = round(past.age * _MONTHS)
    last = "within the last two weeks" if months == 0 else f"about {_counted(months, 'month', 'months')} ago"
    counted = _counted(past.changes, "change", "changes")
    yield f"**History**: {counted}{people} within a year{fixes}; the last one {last}, seen from the newest commit."


def _of_risk(subject: Subject) -> Iterator[str]:
    one = subject.risk
    if one is not None:
        why = f" What speaks for that: {'; '.join(one.reasons)}." if one.reasons else ""
        chance = f"a fix touches it within a year with a chance of {one.chance:.1%}"
        yield f"**Risk**: score {one.score} of 100, {one.word}; {chance}.{why}"


def _linked_list(title: str, links: Sequence[Link], linked: Linked, most: int = _MOST) -> Iterator[str]:
    if not links:
        return
    rows = [f"- `{one.name}` ({_place(one, linked)})" for one in links[:most]]
    rows += [f"- and {len(links) - most} more"] if len(links) > most else []
    yield "\n".join([f"**{title}**", "", *rows])


def _listed(title: str, names: Sequence[str]) -> Iterator[str]:
    if names:
        yield f"**{title}**: {_some(names, 2 * _MOST)}."


def _place(one: Link, linked: Linked) -> str:
    return f"[{one.path}:{one.line + 1}]({linked(one)})"


def _some(names: Sequence[str], most: int = _MOST, last: str = ", ") -> str:
    if len(names) > most:
        return f"{', '.join(names[:most])} and {len(names) - most} more"
    return ", ".join(names[:-1]) + last + names[-1] if len(names) > 1 else "".join(names)


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"
