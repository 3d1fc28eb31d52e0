"""The first line of a docstring: what the name says, where the facts don't contradict it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from beast_lsp.engine.docs.facts.model import ClassFacts, FunctionFacts, ModuleFacts
from beast_lsp.engine.docs.writing.describe import single
from beast_lsp.engine.docs.writing.names import (
    NOUNS,
    PREPOSITIONS,
    VERBS,
    article,
    listed,
    phrase,
    sentence,
    the,
    third_person,
    words_of,
)
from beast_lsp.engine.languages.language import words

_DUNDERS: Mapping[str, str] = {
    "__eq__": "Return whether this object equals another one",
    "__ne__": "Return whether this object differs from another one",
    "__lt__": "Return whether this object comes before another one",
    "__le__": "Return whether this object comes before another one or equals it",
    "__gt__": "Return whether this object comes after another one",
    "__ge__": "Return whether this object comes after another one or equals it",
    "__hash__": "Return the hash of this object",
    "__repr__": "Return the representation of this object",
    "__str__": "Return this object as text",
    "__bytes__": "Return this object as bytes",
    "__format__": "Return this object as formatted text",
    "__bool__": "Return the truth value of this object",
    "__len__": "Return the length",
    "__iter__": "Return an iterator",
    "__aiter__": "Return an asynchronous iterator",
    "__next__": "Return the next item",
    "__anext__": "Return the next item",
    "__reversed__": "Return a reversed iterator",
    "__contains__": "Return whether an item is contained",
    "__getitem__": "Return an item",
    "__setitem__": "Set an item",
    "__delitem__": "Delete an item",
    "__getattr__": "Return an attribute that is not found otherwise",
    "__getattribute__": "Return an attribute",
    "__setattr__": "Set an attribute",
    "__delattr__": "Delete an attribute",
    "__dir__": "Return the names of the attributes",
    "__call__": "Call this object",
    "__enter__": "Enter the context",
    "__exit__": "Leave the context",
    "__aenter__": "Enter the context",
    "__aexit__": "Leave the context",
    "__await__": "Return an iterator that awaits this object",
    "__new__": "Create an instance",
    "__del__": "Clean up before this object is destroyed",
    "__int__": "Return this object as an integer",
    "__float__": "Return this object as a float",
    "__index__": "Return this object as an integer",
    "__copy__": "Return a copy",
    "__deepcopy__": "Return a deep copy",
    "__reduce__": "Return what pickling needs of this object",
    "__getstate__": "Return the state to be pickled",
    "__setstate__": "Restore the pickled state",
    "__get__": "Return the value of the attribute",
    "__set__": "Set the value of the attribute",
    "__set_name__": "Note the name that this object is assigned to",
    "__init_subclass__": "Set up a subclass",
    "__class_getitem__": "Return the parametrized class",
    "__post_init__": "Complete the initialization",
    "__fspath__": "Return this object as a path",
    "__missing__": "Return the value of a missing key",
    "__neg__": "Return the negation of this object",
    "__invert__": "Return the inverse of this object",
    "__abs__": "Return the absolute value of this object",
}
_OPERATORS: Mapping[str, str] = {
    "add": "+", "sub": "-", "mul": "*", "truediv": "/", "floordiv": "//", "mod": "%", "pow": "**", "matmul": "@",
    "and": "&", "or": "|", "xor": "^", "lshift": "<<", "rshift": ">>",
}  # fmt: skip
_QUESTIONS = {
    "is": "is", "are": "are", "was": "was", "has": "has", "have": "have", "can": "can", "should": "should",
    "needs": "needs", "does": "does", "must": "must", "may": "may", "will": "will", "supports": "supports",
    "contains": "contains", "exists": "exists", "allows": "allows", "uses": "uses",
}  # fmt: skip
_WRAPPERS = frozenset({"wrapper", "inner", "wrapped", "decorated", "wrap", "newfunc", "new_func", "_wrapper"})
_AGENTS = words(
    "callback hook predicate closure fn func function factory handler listener validator visitor formatter converter"
    " wrapper decorator checker getter setter observer comparator reducer resolver serializer parser"
)
# What is given, where a function of that name alone gives something.
_THINGS = words(
    "name count index label level list log map sample rank order range record report score state sum tag text time"
    " title type value view mask key plan match group limit reference result block answer message position source"
    " target"
)
# "freeze_cmd" gives a command, and freezes nothing; "make_cmd" makes one.
_TOOLS = frozenset({"options", "cmd", "command", "key", "kwargs", "func", "fn"})
_MAKING = words("get make build create parse load read run compute generate find return set add check validate format")
_PHRASAL = {
    "setup": "set up", "teardown": "tear down", "login": "log in", "logout": "log out", "cleanup": "clean up",
    "shutdown": "shut down", "lookup": "look up", "rollback": "roll back",
}  # fmt: skip
_ADJECTIVES = ("able", "ible", "al", "ive", "ous", "less", "ed")
_LONGEST = 76
# Verbs whose first parameter is what they are done to.
_DIRECT = words(
    "add append analyze check compile convert decode decorate decrypt delete deserialize discard dump"
    " emit encode encrypt enqueue escape evaluate execute flatten format handle insert load normalize open"
    " parse print process publish push put quote read register remove render resolve run sanitize send"
    " serialize simplify skip sort tokenize transform translate traverse unescape unquote unregister"
    " validate visit wrap write yield"
)
# What a method alone of this name brings about is not its object.
_BRINGING = words(
    "add build calculate collect compute create execute extract fetch find generate get import install list make obtain"
    " perform produce provide request retrieve return select"
)
# The same of a method: "render(context)" renders its object, "append(item)" appends the item.
_GIVING = words(
    "add append check decode delete discard emit encode encrypt decrypt enqueue escape handle insert process publish"
    " push put register remove send skip unescape unregister validate visit write"
)
_MANY = 4  # names that a module's first line lists.


def function_summary(facts: FunctionFacts, *, is_imperative: bool = True) -> str:
    """The first line of a function's docstring, in the imperative or in the third person."""
    text = _verbal(facts)
    if not is_imperative and facts.kind != "property":
        verb = re.match(r"\w+", text)
        text = f"{third_person(verb[0].lower())}{text[verb.end() :]}" if verb is not None else text
    return sentence(text)


def _verbal(facts: FunctionFacts) -> str:
    found = words_of(facts.short_name)
    readers = (_special, _by_kind, _nameless if not found else _question, _conversion, _doing, _by_words, _thing)
    if found and found[0].startswith(("un", "re")) and found[0][2:] in VERBS and found[0] not in VERBS:
        return _action(facts, found[0], found[1:])
    return next(filter(None, (read(facts, found) for read in readers)), "") or _nameless(facts, found)


def _special(facts: FunctionFacts, _: list[str]) -> str:
    """A name that the language gives a meaning, or that decorators usually have."""
    name = facts.short_name
    bare = name.strip("_")
    if name in _DUNDERS:
        return _DUNDERS[name]
    if name.startswith("__"):
        return _operator(bare) or (f"Implement `{name}`" if name.endswith("__") and name != "__init__" else "")
    is_within = facts.kind == "function" and "." in facts.name and any(one.stars for one in facts.parameters)
    return "Wrap a call" if name.lower() in _WRAPPERS and is_within else ""


def _operator(bare: str) -> str:
    """What an operator's method does; a class gives the operator a meaning of its own."""
    if bare in _OPERATORS:
        return f"Apply `{_OPERATORS[bare]}` to this object and another one"
    sign = _OPERATORS.get(bare[1:], "")
    if not sign or bare[0] not in {"i", "r"}:
        return ""
    return f"Apply `{sign}=` to this object" if bare[0] == "i" else f"Apply `{sign}` to another object and this one"


def _by_kind(facts: FunctionFacts, found: list[str]) -> str:
    if facts.kind == "constructor":
        return f"Initialize {the(phrase(facts.name.split('.')[-2]))}"
    if facts.kind == "property" and found:
        return _property(found)
    verb = "Delete" if any(one.endswith(".deleter") for one in facts.decorators) else "Set"
    return f"{verb} {the(' '.join(found))}" if facts.kind == "setter" and found else ""


def _property(found: list[str]) -> str:
    if found[0] in _QUESTIONS:
        return f"Whether it {_QUESTIONS[found[0]]} {' '.join(found[1:])}".rstrip()
    rest = found[1:] if found[0] == "get" and len(found) > 1 else found
    return f"The {' '.join(rest)}" if rest[0] not in PREPOSITIONS else f"What is {' '.join(rest)}"


def _question(facts: FunctionFacts, found: list[str]) -> str:
    first, rest = found[0], " ".join(found[1:])
    if first == "test" and rest and not facts.returned.is_value:
        return f"Test {rest}"
    if first not in _QUESTIONS or not facts.returned.is_value or facts.is_generator:
        return ""
    asked = rest or (_needed(facts)[:1] and f"`{_needed(facts)[0]}`" if facts.kind != "function" else "")
    return f"Return whether {_subject(facts)} {_QUESTIONS[first]} {asked or ''}".rstrip()


def _conversion(facts: FunctionFacts, found: list[str]) -> str:
    first, rest, subject = found[0], " ".join(found[1:]), _subject(facts)
    is_of_one = facts.kind != "function" or len(facts.parameters) == 1
    if first in {"to", "as"} and rest and facts.kind != "function" and _needed(facts):
        # What is converted may be what is given.
        return f"Convert to {rest}" if first == "to" else f"Return {the(rest)}"
    if first in {"to", "as"} and rest and is_of_one:
        return f"Convert {subject} to {rest}" if first == "to" else f"Return {subject} as {rest}"
    if first == "from" and rest and facts.kind in {"classmethod", "staticmethod"}:
        return f"Create an instance from {rest}"
    if "to" in found[1:-1] and (first not in VERBS or first == "query"):
        at = found.index("to", 1)
        return f"Convert {the(' '.join(found[:at]))} to {' '.join(found[at + 1 :])}"
    return ""


def _doing(facts: FunctionFacts, found: list[str]) -> str:
    """A command's name: "do_key_change"."""
    if found[0] != "do" or len(found) < 2:
        return ""
    rest = found[1:]
    is_verb = rest[0] in VERBS - NOUNS
    return _action(facts, rest[0], rest[1:]) if is_verb else f"Perform {the(' '.join(rest))}"


def _by_words(facts: FunctionFacts, found: list[str]) -> str:
    first, rest = found[0], found[1:]
    if first in {"on", "when"} and rest and not facts.returned.is_value:
        return f"Handle {the(' '.join(rest))}"
    if first == "iter" and rest:
        text = the(" ".join(rest))
        return f"Yield {text}" if facts.yields is not None else f"Iterate over {text}"
    if first == "main" and not rest:
        return "Run the main routine"
    is_noun = facts.returned.is_value and (
        first in _THINGS if not rest else rest[-1] in _TOOLS and first not in _MAKING
    )
    if first in VERBS and not is_noun:
        return _action(facts, first, rest)
    if rest and rest[-1] in VERBS - NOUNS:
        return f"{rest[-1].capitalize()} {the(' '.join(found[:-1]))}"
    return ""


def _subject(facts: FunctionFacts) -> str:
    """What a question is about: the object of a method, the only parameter of a function."""
    given = _needed(facts)
    return f"`{given[0]}`" if facts.kind == "function" and len(given) == 1 else "it"


def _needed(facts: FunctionFacts) -> list[str]:
    """The parameters that every call gives."""
    return [one.name for one in facts.parameters if not one.stars and not one.default]


def _action(facts: FunctionFacts, verb: str, rest: list[str]) -> str:
    verb = _PHRASAL.get(verb, verb)
    if (verb == "return" and rest) or (len(rest) == 1 and verb in NOUNS and rest[0].endswith("ed")):
        return ""  # "return_value_is_set" and "stream_ended" tell of something else.
    if verb == "get" and rest and facts.returned.is_value:
        return f"Return {the(' '.join(rest))}"
    if not rest:
        return _lone(facts, verb)
    if verb == "wait":
        said = " ".join(rest)
        return f"Wait {said}" if rest[0] in PREPOSITIONS else f"Wait for {the(said)}" if rest[-1] in NOUNS else ""
    # "make_conditional" makes something conditional.
    is_property = verb == "make" and len(rest) == 1 and rest[0].endswith(_ADJECTIVES)
    return f"{verb.capitalize()} {rest[0] if is_property else the(' '.join(rest))}"


def _lone(facts: FunctionFacts, verb: str) -> str:
    """A verb alone: with what it is done to, where that is plain, else with what is given for it."""
    given = next((one for one in facts.parameters if not one.stars), None)
    if given is not None:
        is_method = facts.kind in {"method", "classmethod"}
        is_direct = verb in (_DIRECT & _GIVING if is_method else _DIRECT) and not given.default
        link = " " if is_direct else ", given "
        return f"{verb.capitalize()}{link}`{given.name}`"
    klass = facts.name.split(".")[-2] if facts.kind in {"method", "classmethod"} and "." in facts.name else ""
    owner = phrase(klass)
    is_about_itself = not owner or verb in _BRINGING or any(one.startswith(verb[:4]) for one in words_of(klass))
    return verb.capitalize() if is_about_itself or facts.parameters else f"{verb.capitalize()} the {owner}"


def _thing(facts: FunctionFacts, found: list[str]) -> str:
    """What a name without a verb is of: what is given, or what the function is for."""
    text = " ".join(found)
    if len(text) < 3:
        return ""
    if facts.is_context_manager:
        return f"Provide {the(text)} as a context manager"
    if facts.yields is not None:
        # Several are yielded: a noun in the singular says something else.
        return f"Yield {the(text)}" if found[-1].endswith("s") else "Yield values"
    is_given = facts.returned.is_value and not _is_agent(facts, found[-1]) and found[0] not in PREPOSITIONS
    if is_given and found[0] in {"num", "n"} and len(found) > 1:
        return f"Return the number of {' '.join(found[1:])}"
    if is_given:
        # A noun alone may name what is done: `head()` of a client gives a response.
        called = single(facts.returned.values[0]) if len(facts.returned.values) == 1 and len(found) == 1 else ""
        return f"Return {called if called.startswith('the result of ') else the(text)}"
    is_agent = found[-1] in _AGENTS and found[0] not in PREPOSITIONS
    return f"Act as {the(text)}" if is_agent else f"Perform `{facts.short_name}`"


def _is_agent(facts: FunctionFacts, last: str) -> bool:
    """Whether a name such as "callback" says what a function does rather than what it gives."""
    given = {word for value in facts.returned.values for word in words_of(value.partition("(")[0].rpartition(".")[2])}
    return last in _AGENTS and last not in given


def _nameless(facts: FunctionFacts, _: list[str]) -> str:
    """What is said of a function whose name says nothing."""
    if facts.yields is not None:
        return "Yield values"
    given = [f"`{one.name}`" for one in facts.parameters if not one.stars][:2]
    if facts.returned.is_value:
        return f"Return a value for {listed(given)}" if given else "Return a value"
    return f"Process {listed(given)}" if given else "Perform the work"


def class_summary(facts: ClassFacts) -> str:
    """The first line of a class's docstring."""
    short = facts.name.rpartition(".")[2]
    text = phrase(short)
    if facts.kind == "exception":
        return sentence(article(text) if text.endswith(("error", "exception", "warning")) else f"an exception: {text}")
    if facts.kind == "enum" and facts.fields:
        names = [f"`{one.name}`" for one in facts.fields]
        said = f"{the(text)}: {listed(names, 'or')}"
        return sentence(said if len(said) < _LONGEST else f"{the(text)}, one of {len(names)}")
    if short.startswith("Test") and len(words_of(short)) > 1:
        return sentence(f"tests of {' '.join(words_of(short)[1:])}")
    return sentence(article(text)) if text else "A class."


def module_summary(facts: ModuleFacts) -> str:
    """The first line of a module's docstring: what it defines."""
    public = [f"`{one}`" for one in (*facts.classes, *facts.functions) if not one.startswith("_")]
    stem = facts.path.rpartition("/")[2].rpartition(".")[0]
    name = phrase(facts.path.split("/")[-2] if stem == "__init__" and "/" in facts.path else stem) or "module"
    said = f"{name}: {listed(public) if len(public) <= _MANY else ', '.join([*public[:3], 'and others'])}"
    return sentence(said if public and len(said) <= _LONGEST else name)
