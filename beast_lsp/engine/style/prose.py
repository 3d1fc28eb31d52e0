"""Facts of comments and docstrings: their convention and their form."""

import re
from collections import Counter

from beast_lsp.engine.style.masking import Masked

_GOOGLE = re.compile(
    r"^[ \t]*(?:Args|Arguments|Returns|Raises|Yields|Attributes|Example|Examples):[ \t]*$", re.MULTILINE
)
_NUMPY = re.compile(
    r"^[ \t]*(?:Parameters|Returns|Raises|Yields|Attributes|Notes|Examples)[ \t]*\n[ \t]*-{3,}", re.MULTILINE
)
_REST = re.compile(r"^[ \t]*:(?:param|type|returns?|rtype|raises?|arg|ivar|cvar)\b[^\n:]*:", re.MULTILINE)
_TAG = re.compile(r"^[ \t]*\*?[ \t]*@(?:param|returns?|throws|type|example|see|deprecated|template)\b", re.MULTILINE)
# A docstring is a string that stands alone, below a definition or at the top of its file.
_DEFINITION = re.compile(
    r"^[ \t]*(?:(?:async )?def|class)\b[^\n]*(?:\n[^\n:]*)*?:[ \t\x01]*\n[ \t]*(\x00?)", re.MULTILINE
)
_PUBLIC_GO = re.compile(r"(\x01)?\n(?:func (?:\([^)\n]*\) )?|type )([A-Z]\w*)")
_PUBLIC_RUST = re.compile(
    r"^([ \t]*(?:\x01|#\[[^\n]*)\n)?[ \t]*pub (?:async |const |unsafe )*(?:fn|struct|enum|trait)\b", re.M
)


def count(family: str, masked: Masked, counts: Counter[str]) -> None:
    """Counts how comments begin, and the docstring convention of the family."""
    _count_comments(family, masked, counts)
    if family == "python":
        _count_python(masked, counts)
    elif family in ("javascript", "java", "c"):
        _count_tags(family, masked, counts)
    elif family == "go":
        for comment, _ in _PUBLIC_GO.findall(masked.code):
            counts["documented:yes" if comment else "documented:no"] += 1
    elif family == "rust":
        _count_rust(masked, counts)


def _count_comments(family: str, masked: Masked, counts: Counter[str]) -> None:
    prefix = 1 if family == "python" else 2
    for comment in masked.comments:
        body = comment[prefix : prefix + 3]
        if comment[:2] == "/*":
            counts["comment.form:block"] += comment[:3] != "/**"
            continue
        counts["comment.form:line"] += 1
        if body and body[0] not in "#!/:-=*":
            counts["comment.space:yes" if body[0] == " " else "comment.space:no"] += 1
            if len(body) > 1 and body[1].isalpha():
                counts["comment.start:capital" if body[1].isupper() else "comment.start:small"] += 1


def _count_python(masked: Masked, counts: Counter[str]) -> None:
    for docstring in _DEFINITION.findall(masked.code):
        counts["documented:yes" if docstring else "documented:no"] += 1
    for string in masked.strings:
        if len(string) < 8 or string[:3] not in ('"""', "'''"):
            continue
        if convention := _python_convention(string):
            counts[f"docstring:{convention}"] += 1
        if "\n" in string:
            counts[
                "docstring.start:second line" if string[3:].lstrip(" \\")[:1] == "\n" else "docstring.start:first line"
            ] += 1


def _python_convention(string: str) -> str:
    if "\n" not in string:
        return ""
    if _REST.search(string):
        return "reST"
    if _NUMPY.search(string):
        return "NumPy"
    return "Google" if _GOOGLE.search(string) else ""


def _count_tags(family: str, masked: Masked, counts: Counter[str]) -> None:
    name = {"javascript": "JSDoc", "java": "Javadoc", "c": "Doxygen"}[family]
    for comment in masked.comments:
        if comment[:3] == "/**" and len(comment) > 6:
            counts[f"docstring:{name}" if _TAG.search(comment) else f"docstring:{name} without tags"] += 1


def _count_rust(masked: Masked, counts: Counter[str]) -> None:
    for comment in _PUBLIC_RUST.findall(masked.code):
        counts["documented:yes" if comment else "documented:no"] += 1
    for comment in masked.comments:
        if comment[:3] in ("///", "//!"):
            counts["docstring:rustdoc"] += 1
