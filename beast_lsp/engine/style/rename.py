"""Names that a candidate introduces: brought to the workspace's case where no one else can know them yet."""

import re
from collections.abc import Mapping

from beast_lsp.engine.document import Document
from beast_lsp.engine.style.inference import Value
from beast_lsp.engine.style.masking import mask_candidate
from beast_lsp.engine.style.naming import case_of
from beast_lsp.engine.style.repair import unmask

_VARIABLES: Mapping[str, re.Pattern[str]] = {
    "python": re.compile(r"^[ \t]*(\w+) = |\bfor (\w+) in\b|\bas (\w+):", re.MULTILINE),
    "javascript": re.compile(r"\b(?:const|let|var) (\w+)\b(?! = (?:async )?(?:function|class)\b)"),
    "rust": re.compile(r"\blet (?:mut )?(\w+)"),
}
_FUNCTIONS: Mapping[str, re.Pattern[str]] = {
    "python": re.compile(r"^def (\w+)", re.MULTILINE),
    "javascript": re.compile(r"^(?:async )?function (\w+)", re.MULTILINE),
}
_CASES = ("snake_case", "camelCase")
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+")


def rename(family: str, text: str, document: Document, variables: Value | None, functions: Value | None) -> str:
    """Renames the candidate's own variables and functions of another case.

    Methods, attributes and arguments keep their names: others may count on them. So does a name that the
    document holds already.
    """
    for patterns, case in ((_VARIABLES, variables), (_FUNCTIONS, functions)):
        pattern = patterns.get(family)
        if pattern is not None and case in _CASES:
            text = _renamed(family, text, document, pattern, str(case))
    return text


def _renamed(family: str, text: str, document: Document, pattern: re.Pattern[str], case: str) -> str:
    if not pattern.search(text):
        return text
    code = fixed = mask_candidate(family, text).code
    for groups in pattern.finditer(code):
        name = next(filter(None, groups.groups()), "")
        new = _in_case(name, case)
        if case_of(name) in _CASES and new != name and _is_free(name, new, fixed, document):
            fixed = re.sub(rf"\b{name}\b", new, fixed)
    return text if fixed == code else unmask(family, text, fixed)


def _in_case(name: str, case: str) -> str:
    stem = name.strip("_")
    words = [word.lower() for word in _WORDS.findall(stem)]
    joined = "_".join(words) if case == "snake_case" else "".join(words[:1] + [word.title() for word in words[1:]])
    return name.replace(stem, joined) if stem else name


def _is_free(name: str, new: str, code: str, document: Document) -> bool:
    """Whether only the candidate knows the name, and nothing has the new one."""
    if re.search(rf"\.{name}\b|[(,]\s*{name}=|\b{new}\b|\b{name}:", code):
        return False
    return not any(name in line or new in line for line in document.lines)
