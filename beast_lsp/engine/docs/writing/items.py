"""From facts to what a docstring is to say: the items of its sections, and what the workspace says of parameters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from beast_lsp.engine.docs.facts.model import ClassFacts, FunctionFacts, Parameter, Raised
from beast_lsp.engine.docs.facts.syntax import around, own_nodes
from beast_lsp.engine.docs.stale.documented import Documented
from beast_lsp.engine.docs.styles.model import Docstring, EntryKind
from beast_lsp.engine.docs.writing.describe import (
    UNKNOWN,
    default_text,
    end_type,
    parameter_text,
    prose,
    raise_texts,
    result_text,
    result_type,
    type_text,
    yielded_text,
)
from beast_lsp.engine.docs.writing.layout import Content, Item, Manner
from beast_lsp.engine.docs.writing.names import phrase, sentence
from beast_lsp.engine.docs.writing.summary import class_summary, function_summary
from beast_lsp.engine.scopes.resolution.functions import text_of

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.docs.facts.through import Reader

Known = Callable[[Parameter], str]
"""What the workspace says of a parameter elsewhere; empty where it says nothing."""
_LONGEST = 200
_BRANCHES = frozenset({"if_statement", "conditional_expression", "case_clause", "except_clause", "lambda"})
_MOST_CALLS = 30


def function_content(facts: FunctionFacts, manner: Manner, known: Known = lambda _: "") -> Content:
    """What the docstring of a function is to say."""
    sections = sections_of(facts, manner, known)
    summary = function_summary(facts, is_imperative=manner.is_imperative)
    said = prose(facts)
    return Content(summary, [" ".join(said)] if said else [], sections)


def sections_of(facts: FunctionFacts, manner: Manner, known: Known) -> dict[EntryKind, list[Item]]:
    """The items of a function's docstring by section."""
    found: dict[EntryKind, list[Item]] = {
        "parameter": [_parameter(one, manner, known(one)) for one in facts.parameters],
        "returns": _returned(facts, manner),
        "yields": _yielded(facts, manner),
        "raises": [Item(name, text) for name, text in raise_texts(_own_raises(facts)).items()],
    }
    return {kind: items for kind, items in found.items() if items}


def _own_raises(facts: FunctionFacts) -> list[Raised]:
    """What a function raises itself, without the error that says that others are to write its body."""
    return [one for one in facts.raises if not one.via and not (facts.is_stub and one.name == "NotImplementedError")]


def _parameter(one: Parameter, manner: Manner, known: str) -> Item:
    kind = type_text(one) if _is_typed(one.annotation, manner) else ""
    return Item(f"{one.stars}{one.name}", parameter_text(one, known), kind, default_text(one), bool(one.default))


def _is_typed(annotation: str, manner: Manner) -> bool:
    """Whether a type is written: one that is annotated is never said twice in reST, where tools call it a conflict."""
    return not annotation or manner.style == "numpy" or (manner.has_types and manner.style != "rest")


def _returned(facts: FunctionFacts, manner: Manner) -> list[Item]:
    one = facts.returned
    is_declared = facts.is_stub and one.annotation not in {"", "None", "NoReturn", "Never"}
    if facts.kind in {"property", "setter", "constructor"} or not (one.is_value or is_declared):
        return []
    if facts.yields is not None:
        # What ends a generator is typed within the annotation of the generator.
        is_said = one.annotation and not manner.has_types and manner.style != "numpy"
        return [Item("", "What the generator returns when it ends.", "" if is_said else end_type(one))]
    return [Item("", result_text(facts), result_type(one) if _is_typed(one.annotation, manner) else "")]


def _yielded(facts: FunctionFacts, manner: Manner) -> list[Item]:
    one = facts.yields
    if one is None:
        return []
    kind = one.annotation or one.type or UNKNOWN
    return [Item("", yielded_text(facts), kind if _is_typed(one.annotation, manner) else "")]


def class_content(facts: ClassFacts, manner: Manner) -> Content:
    """What the docstring of a class is to say: its attributes, where they are declared."""
    items = []
    for one in facts.fields if facts.kind not in {"exception", "enum"} else ():
        kind = one.annotation.strip("\"'") if manner.has_types or manner.style == "numpy" else ""
        parameter = Parameter(one.name, annotation=one.annotation, default="")
        items.append(Item(one.name, parameter_text(parameter), kind or (UNKNOWN if manner.style == "numpy" else "")))
    if facts.kind == "enum":
        items = [Item(one.name, sentence(phrase(one.name))) for one in facts.fields if manner.style != "numpy"]
    return Content(class_summary(facts), [], {"attribute": items} if items else {})


class Elsewhere:
    """What the workspace says of the parameters of one function.

    A description counts where the method that is overridden has it, where the function that the parameter is passed to
    under the same name has it, and where at least two functions around say the same of a parameter of this name.
    """

    def __init__(self, reader: Reader, path: str, node: Node, around: Iterable[Docstring]) -> None:
        self._reader, self._path, self._node = reader, path, node
        self._shared = _shared(around)
        base = reader.overridden(path, node)
        self._base = Documented(base[1]) if base is not None else None
        self._passed: Mapping[str, str] | None = None

    def __call__(self, one: Parameter) -> str:
        """The description of a parameter; empty where there is none, and where it gathers what is left over."""
        if one.stars:
            return ""
        found = _described(self._base, one) if self._base is not None else ""
        if found:
            return found
        if self._passed is None:
            self._passed = self._of_callees()
        return self._passed.get(one.name, "") or self._shared.get(one.name, "")

    def _of_callees(self) -> Mapping[str, str]:
        found: dict[str, str] = {}
        # What is passed on in one case only may be described for that case.
        calls = [one for one in own_nodes(self._node) if one.type == "call" and not _is_branched(one, self._node)]
        for call in calls[:_MOST_CALLS]:
            target = self._reader.called(self._path, call)
            given = set(_given(call)) if target is not None else set()
            callee = Documented(target[1]) if target is not None and given else None
            for one in callee.parameters if callee is not None else ():
                if callee is not None and one.name in given and (said := _described(callee, one)):
                    found.setdefault(one.name, said)
        return found

    @property
    def base_summary(self) -> str:
        """The first line of the method that is overridden, with a capital at its start."""
        said = self._base.doc.summary if self._base is not None else ""
        return said[:1].upper() + said[1:]


def _is_branched(call: Node, function: Node) -> bool:
    return any(outer.type in _BRANCHES for outer, _ in around(call, function))


def _given(call: Node) -> Iterable[str]:
    """The names that a call passes on as they are."""
    listed = call.child_by_field_name("arguments")
    for one in listed.named_children if listed is not None else ():
        value = one.child_by_field_name("value") if one.type == "keyword_argument" else one
        if value is not None and value.type == "identifier":
            yield text_of(value)


def _described(owner: Documented, one: Parameter) -> str:
    """What a docstring says of a parameter, if that parameter is of the same type."""
    same = next((each for each in owner.parameters if each.name == one.name), None)
    entry = owner.doc.described(one.name)
    if entry is None or same is None or len(entry.names) != 1 or same.annotation != one.annotation:
        return ""
    return entry.text if _is_usable(entry.text) else ""


def _is_usable(text: str) -> bool:
    """Whether a description says the same in another place: nothing of defaults, no directives, no escapes."""
    return 3 < len(text) <= _LONGEST and not any(one in text for one in ("efault", "::", "\\", '"""', "\n", "|"))


def _shared(around: Iterable[Docstring]) -> Mapping[str, str]:
    texts: dict[str, Counter[str]] = {}
    for doc in around:
        for one in doc.of("parameter"):
            if len(one.names) == 1 and _is_usable(one.text):
                texts.setdefault(one.names[0], Counter())[one.text] += 1
    return {
        name: counts.most_common(1)[0][0] for name, counts in texts.items() if len(counts) == 1 and counts.total() > 1
    }
