"""Descriptions of parameters, results, exceptions and side effects, each of facts alone."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence

from beast_lsp.engine.docs.facts.model import ALWAYS, Effect, FunctionFacts, Parameter, Raised, Returned
from beast_lsp.engine.docs.facts.results import arguments_of
from beast_lsp.engine.docs.writing.names import VERBS, listed, phrase, sentence, the, words_of
from beast_lsp.engine.secrets import contains_secret

UNKNOWN = "Any"
"""The type of what nothing says a type of, as PEP 484 has it."""
_SHORT = 40
_DULL = frozenset({"result", "results", "ret", "res", "out", "output", "value", "val", "rv", "retval", "r", "x", "tmp"})
_TYPES = {bool: "bool", int: "int", str: "str", float: "float", bytes: "bytes"}


def parameter_text(one: Parameter, known: str = "") -> str:
    """What a parameter is: as it is described elsewhere (`known`), else by its name and what is done with it."""
    if known:
        return sentence(known)
    uses = [use for use in one.uses if "(" not in use and not contains_secret(use)][:2]
    if one.stars:
        head = "further positional arguments" if one.stars == "*" else "further keyword arguments"
    else:
        head = _head(one)
    return sentence(f"{head}, {_merged(uses)}" if uses else head)


def _merged(uses: Sequence[str]) -> str:
    """Predicates as an enumeration; what they begin with in common is said once."""
    shared = next((one for one in ("passed to ", "compared with ", "stored as ") if uses[0].startswith(one)), "")
    if len(uses) > 1 and shared and all(one.startswith(shared) for one in uses):
        return shared + listed([one.removeprefix(shared) for one in uses])
    return listed(list(uses))


def _head(one: Parameter) -> str:
    found = words_of(one.name)
    is_flag = type_of_default(one) == "bool" or one.annotation == "bool"
    if is_flag and found and found[0] in VERBS and len(found) > 1:
        return f"whether to {found[0]} {the(' '.join(found[1:]))}"
    if is_flag and found and found[0] in {"is", "has", "can", "should"} and len(found) > 1:
        return f"whether it {' '.join(found)}"
    text = " ".join(found)
    if len(text.replace(" ", "")) < 3 or not found:
        return f"the argument `{one.name}`"
    return f"the {text} flag" if is_flag and found[-1] != "flag" else f"the {text}"


def type_of_default(one: Parameter) -> str:
    """The type of a literal default; empty of any other, and of None."""
    try:
        return _TYPES.get(type(ast.literal_eval(one.default)), "") if one.default else ""
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return ""


def type_text(one: Parameter) -> str:
    """The type of a parameter: as annotated, else that of its default."""
    return one.annotation.strip("\"'") or type_of_default(one) or UNKNOWN


def default_text(one: Parameter) -> str:
    """The default as code; empty where there is none to speak of, or where it is a secret."""
    text = one.default if not contains_secret(one.default) else ""
    is_plain = (
        text not in {"", "None", "..."} and len(text) <= _SHORT and not set(text) & set("\\`") and '"""' not in text
    )
    return text if is_plain and not re.fullmatch(r"_[\w.]*|object\(\)", text) else ""


def result_type(one: Returned) -> str:
    """The type of what is returned: as annotated, else that of the values."""
    if one.annotation:
        return one.annotation.strip("\"'")
    return f"{one.type} | None" if one.type and one.may_be_none else one.type or UNKNOWN


def end_type(one: Returned) -> str:
    """The type of what a generator returns when it ends: the third of `Generator[…]`, else that of the values."""
    given = arguments_of(one.annotation, frozenset({"Generator"}))
    return given[2] if len(given) > 2 else one.type or UNKNOWN


def result_text(facts: FunctionFacts) -> str:
    """What is returned, without its type."""
    one = facts.returned
    text = _value_text(facts, one)
    has_none = _allows_none(one.annotation) if one.annotation else one.may_be_none
    return sentence(f"{text}, or None" if has_none and "None" not in text else text)


def _allows_none(annotation: str) -> bool:
    """Whether None itself fits an annotation, not only something in it: `str | None`, but no `list[str | None]`."""
    bare = annotation.strip("\"'")
    while bare != (bare := re.sub(r"\[[^\[\]]*\]", "", bare)):
        pass
    named = {one.strip().rpartition(".")[2] for one in bare.split("|")}
    is_union = named == {"Union"} and "None" in arguments_of(annotation, frozenset({"Union"}))
    return is_union or bool(named & {"None", "Optional"})


def _value_text(facts: FunctionFacts, one: Returned) -> str:
    found = words_of(facts.short_name)
    if one.values == ("self",):
        return "this object"
    if set(one.values) == {"True", "False"} or (found[:1] in (["is"], ["has"], ["can"]) and len(found) > 1):
        return _whether(found)
    if len(one.values) == 1:
        said = single(one.values[0])
        if said:
            return said
    if found and found[0] in {"get", "find", "make", "create", "build", "compute", "load"} and len(found) > 1:
        return the(" ".join(found[1:]))
    names = list(dict.fromkeys(single(value) for value in one.values))
    if all(names) and 1 < len(names) <= 3 and len(" ".join(names)) < 90:
        return listed(names, "or")
    return "the result"


def _whether(found: Sequence[str]) -> str:
    if found and found[0] in {"is", "has", "can", "are", "was"} and len(found) > 1:
        return f"whether it {' '.join(found)}"
    return "True or False"


def single(value: str) -> str:
    """One returned expression in words; empty where it is too long for that, or holds a secret."""
    if contains_secret(value):
        return ""
    if re.fullmatch(r"[a-z_]\w*", value):
        return "the result" if value in _DULL or len(value) < 3 else the(phrase(value))
    called = re.fullmatch(r"(?:await )?([\w.]{1,40})\(.*\)", value)
    if called is not None and value.count("(") == value.count(")") and _is_one_call(value):
        return f"the result of `{called[1]}`"
    if len(value) <= _SHORT and not set(value) & set("\\`\n:") and '"""' not in value:
        return f"`{value}`"
    return ""


def _is_one_call(value: str) -> bool:
    """Whether the bracket that closes last is the one that opened first."""
    depth = 0
    for at, char in enumerate(value):
        depth += (char == "(") - (char == ")")
        if char == ")" and not depth:
            return at == len(value) - 1
    return False


def yielded_text(facts: FunctionFacts) -> str:
    """What is yielded, without its type."""
    one = facts.yields or Returned()
    if facts.is_context_manager and not one.values:
        return "Control to the body of the `with` statement."
    said = list(dict.fromkeys(single(value) for value in one.values))
    if said and all(said) and len(said) <= 3:
        return sentence(listed(said, "or").replace("the result of", "each result of"))
    return "Each value in turn." if one.is_value or one.values else "None each time."


def raise_texts(found: Sequence[Raised]) -> Mapping[str, str]:
    """By exception, when it is raised: those of the function's own `raise` statements, in their order."""
    by_name: dict[str, list[Raised]] = {}
    for one in found:
        if not one.via:
            # By the last name: a module may be imported under another one.
            by_name.setdefault(one.name.rpartition(".")[2], []).append(one)
    return {name: _raise_text(some) for name, some in by_name.items()}


def _raise_text(some: Sequence[Raised]) -> str:
    if any(one.condition == ALWAYS for one in some):
        return "Always."
    conditions = list(dict.fromkeys(one.condition for one in some if one.condition))
    if conditions and all(one.condition for one in some) and len(conditions) <= 2:
        return f"If {' or '.join(conditions)}."
    messages = list(dict.fromkeys(one.message for one in some))
    if all(messages) and len(messages) <= 2:
        said = listed([f'"{one}"' for one in messages], "or")
        return f"With the message {said}."
    if all(one.is_reraise for one in some):
        return "Passed on after it was caught."
    if conditions and len(conditions) <= 2:
        return f"If {' or '.join(conditions)}, among other cases."
    return "In the course of the call."


def prose(facts: FunctionFacts) -> list[str]:
    """Sentences on side effects, on exceptions of called functions, and on what is overridden."""
    found = [*_effect_texts(facts), *_passed(facts.raises)]
    if facts.overrides:
        found.append(f"Overrides `{facts.overrides}`.")
    return found


def _effect_texts(facts: FunctionFacts) -> list[str]:
    kinds: dict[str, list[Effect]] = {}
    for one in facts.effects:
        kinds.setdefault(one.kind, []).append(one)
    found = []
    for kind, text in _EFFECTS.items():
        is_obvious = kind == "attribute" and facts.kind in {"constructor", "setter"}
        if kind in kinds and not is_obvious:
            names = [f"`{one.what}`" for one in kinds[kind] if not set(one.what) & set("\\`(")]
            found.append(text.format(_some(names)).replace("  ", " "))
    return found


_EFFECTS: Mapping[str, str] = {
    "attribute": "Changes {}.",
    "argument": "Changes {} in place.",
    "global": "Changes the global {}.",
    "file": "Writes to the file system.",
    "network": "Uses the network.",
    "environment": "Changes the environment of the process.",
    "process": "Calls {} to control processes.",
    "exit": "May end the program.",
}


def _some(names: list[str]) -> str:
    return listed(names if len(names) <= 4 else [*names[:3], f"{len(names) - 3} more"])


def _passed(found: Sequence[Raised]) -> list[str]:
    by_name: dict[str, list[str]] = {}
    for one in found:
        if one.via:
            by_name.setdefault(one.via, []).append(f"`{one.name}`")
    parts = [
        f"`{via}`, which may raise {listed(list(dict.fromkeys(names)), 'or')}"
        for via, names in list(by_name.items())[:3]
    ]
    return [f"Calls {listed(parts)}."] if parts else []
