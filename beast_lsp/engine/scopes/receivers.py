"""What lies behind a receiver and around a call: members, the receiver's class, the callee's parameters.

They read the text around the cursor, for the expression is being typed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from beast_lsp.engine.document import Document, Position
from beast_lsp.engine.languages import by_name
from beast_lsp.engine.languages.language import words
from beast_lsp.engine.scopes.facts import Definition, FileFacts
from beast_lsp.engine.scopes.text import before_cursor, indentation, open_brackets

_LOOK_BACK = 400  # lines searched for where a receiver got its value
_CALL_LINES = 30
_CLASS = re.compile(
    r"""[ \t]*(?:(?:export|default|abstract|public|private|protected|static|final|sealed|unsafe|pub(?:\([^)]*\))?)\s+)*
    (?:(?:class|interface|struct|trait|enum|record|union)\s+
     |impl\b\s*(?:<[^{]*?>\s*)?(?:[\w:<>,\ ]+?\s+for\s+)?)
    (\w+)""",
    re.VERBOSE,
)
_GO_RECEIVER = re.compile(r"func\s*\(\s*(\w+)\s+\*?\s*(\w+)")
_METHOD_OUTSIDE = re.compile(r"[\w:<>*&\s]*?\b(\w+)::~?\w+\s*\(")  # C++ defines methods outside of their class.
_CALLEE = re.compile(r"([^\W\d][\w$]*(?:(?:\.|::|\?\.|->)[\w$]+)*)\s*(?:<[\w, ]*>)?\s*$")
_DECLARES = re.compile(r"\b(?:def|func|function|fn|class|new)\s+(?:\([^)]*\)\s*)?[\w.:]*\s*$")
_NO_CALLS = words(
    "if for while switch catch return match elif and or not in is lambda await yield with except assert del raise "
    "import from sizeof func function fn"
)
_CONSTRUCTORS = ("__init__", "constructor", "__new__")
_MAX_BASES = 20


def receiver_class(document: Document, facts: FileFacts, position: Position, receiver: str) -> str | None:
    """The class of what stands before the dot, as far as this file's text tells; None where it does not.

    Known are: the running object, a name that is itself a class here, and a name that was given a new object
    or declared with a type, in the nearest place above the cursor.
    """
    if not receiver or not 0 <= position.line < len(document.lines):
        return None
    language = by_name(document.language)
    if receiver in language.self_names or language.family == "go":
        found = _enclosing_class(document, position, receiver)
        if found or receiver in language.self_names:
            return found
    if receiver in facts.members:
        return receiver
    if not language.has_grammar:
        return None
    return _assigned_class(document, language.family, facts, position, receiver)


def _enclosing_class(document: Document, position: Position, receiver: str) -> str | None:
    """The class around a place: the nearest header above that is indented less than all between."""
    lines = document.lines
    family = by_name(document.language).family
    limit = indentation(lines[position.line])
    limit = len(lines[position.line][: position.column].expandtabs()) if limit is None else limit
    for number in range(position.line, -1, -1):
        line = lines[number]
        width = indentation(line)
        if width is None or (width >= limit and number < position.line and width > 0):
            continue
        if family == "go" and (go := _GO_RECEIVER.match(line)):
            return go[2] if go[1] == receiver else None
        if number == position.line or width < limit:
            if (header := _CLASS.match(line)) and (family != "python" or line.lstrip().startswith("class")):
                return header[1]
            if family == "c" and width == 0 and (outside := _METHOD_OUTSIDE.match(line)):
                return outside[1]
        limit = min(limit, max(width, 1) if line.lstrip()[:1] in ")]}\"'#" else width)
        if limit == 0 and number < position.line:
            return None
    return None


def _assigned_class(document: Document, family: str, facts: FileFacts, position: Position, receiver: str) -> str | None:
    name = re.escape(receiver)
    pattern = re.compile(
        rf"(?<![\w.]){name}\s*(?::\s*[\"'&]?(?P<annotated>[\w.]+)[^=\n]*)?:?=\s*(?:await\s+|new\s+|&)?(?P<made>[\w.:]+?)"
        rf"(?:::\w+)?\s*[({{]"
        rf"|(?<![\w.]){name}\s*\??:\s*[\"'&]?(?:mut\s+|dyn\s+)?(?P<typed>[\w.]+)"
        rf"|\bwith\s+(?P<entered>[\w.]+)\(.*\)\s+as\s+{name}\b"
        + (rf"|(?<![\w.]){name}\s+\*?(?P<go>[\w.]+)" if family == "go" else "")
        + (rf"|\b(?P<declared>[\w.]+)(?:<[^;=]*>)?[\s*&]+{name}\s*[=;,)({{:]" if family in {"java", "c"} else "")
    )
    for number in range(position.line, max(-1, position.line - _LOOK_BACK), -1):
        line = document.lines[number]
        if receiver not in line:
            continue
        for match in pattern.finditer(line):
            found = next(filter(None, match.groups()), "").split("::")[-1].rpartition(".")[2]
            is_constant = len(found) > 1 and found.isupper()
            if found in facts.members or (found[:1].isupper() and family != "go" and not is_constant):
                return found
            if family == "go" and found.startswith("New") and found[3:] in facts.members:
                return found[3:]
    return None


def receiver_members(document: Document, facts: FileFacts, position: Position, receiver: str) -> tuple[str, ...]:
    """The attributes to expect after `receiver.`, each once: its class's members, then those seen after it here."""
    owner = receiver_class(document, facts, position, receiver)
    found: dict[str, None] = {}
    if owner:
        for name in _with_bases(facts, owner):
            found.update(dict.fromkeys(facts.members.get(name, ())))
    found.update(dict.fromkeys(facts.receivers.get(receiver, ())))
    return tuple(found)


def _with_bases(facts: FileFacts, owner: str) -> list[str]:
    """A class and its bases in this file, nearest first."""
    names = [owner]
    for name in names:
        bases = (
            base for found in facts.definitions if found.kind == "class" and found.name == name for base in found.bases
        )
        names += [last for base in bases if (last := base.rpartition(".")[2]) not in names]
        if len(names) > _MAX_BASES:
            break
    return names


def call_parameters(document: Document, facts: FileFacts, position: Position) -> tuple[str, tuple[str, ...]] | None:
    """The call whose parentheses are around the cursor: its callee's text, and its parameters without `self`.

    The parameters are empty where this file does not define the callee. None outside of a call.
    """
    if not 0 <= position.line < len(document.lines):
        return None
    family = by_name(document.language).family
    text = before_cursor(family, document.lines, position, max(0, position.line - _CALL_LINES))
    callee = _open_callee(text)
    if callee is None:
        return None
    receiver, _, name = re.sub(r"\?\.|->|::", ".", callee).rpartition(".")
    owner = receiver_class(document, facts, position, receiver) if receiver else None
    return callee, _parameters(facts, name, owner)


def _open_callee(text: str) -> str | None:
    for offset in reversed(open_brackets(text)):
        if text[offset] == "{":
            return None  # a block or an object within the call; its keys are no arguments.
        if text[offset] == "(":
            before = text[:offset]
            match = _CALLEE.search(before[-200:])
            is_new = re.search(r"\bnew\s+[\w.]*\s*$", before[-200:]) is not None
            if match and match[1] not in _NO_CALLS and (is_new or not _DECLARES.search(before[-200:])):
                return match[1]
            return None
    return None


def _parameters(facts: FileFacts, name: str, owner: str | None) -> tuple[str, ...]:
    found = [definition for definition in facts.definitions if definition.name == name]
    functions = [definition for definition in found if definition.kind in {"function", "method"}]
    if owner:
        classes = _with_bases(facts, owner)
        functions = [item for item in functions if item.container.rpartition(".")[2] in classes] or functions
    if any(definition.kind == "class" for definition in found):
        return _constructor_parameters(facts, name)
    return _without_self(functions[0]) if functions else ()


def _constructor_parameters(facts: FileFacts, name: str) -> tuple[str, ...]:
    for owner in _with_bases(facts, name):
        for definition in facts.definitions:
            if definition.container.rpartition(".")[2] == owner and definition.name in (*_CONSTRUCTORS, owner):
                return _without_self(definition)
    # A class without a constructor of its own may be a data class: its fields are the parameters.
    fields: Sequence[Definition] = [
        item for item in facts.definitions if item.kind == "field" and item.container.rpartition(".")[2] == name
    ]
    return tuple(item.name for item in fields)


def _without_self(definition: Definition) -> tuple[str, ...]:
    parameters = definition.parameters
    is_bound = definition.kind == "method" and parameters[:1] and parameters[0] in {"self", "cls"}
    return parameters[1:] if is_bound else parameters
