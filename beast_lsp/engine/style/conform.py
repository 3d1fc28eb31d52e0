"""Conforming: makes a candidate fit the style of its file and its workspace, or refuses it.

What a string or a comment says is never touched, and a repair whose safety can't be seen from the candidate and
the lines around it is not made: then the candidate stays as it is, unless it would break its file's indentation
or the line limit.
"""

from beast_lsp.engine.document import Document, Position
from beast_lsp.engine.languages import by_name
from beast_lsp.engine.style.indentation import reindent
from beast_lsp.engine.style.inference import Value
from beast_lsp.engine.style.layout import tab_width
from beast_lsp.engine.style.masking import COMMENT, Masked, is_inside_literal, mask_candidate
from beast_lsp.engine.style.profile import StyleProfile
from beast_lsp.engine.style.rename import rename
from beast_lsp.engine.style.repair import repair_commas, repair_quotes, repair_semicolons, repair_spaces

_CERTAIN = 0.8  # an inferred setting below this confidence is a tendency, which nobody wants enforced.
_STRICT = 0.9  # a limit refuses candidates, so it must be surer still.


def conform(text: str, document: Document, position: Position, profile: StyleProfile | None) -> str | None:
    """The candidate `text`, inserted at `position`, repaired to fit; None where it can't be made to fit."""
    family = by_name(document.language).family
    if profile is None or family == "text" or not text:
        return text
    rules = _Rules(profile, family)
    if "\n" in text or not position.column:
        fitted = reindent(text, document, position, rules.value("indentation"))
        if fitted is None:
            return None
        text = fitted
    repaired = _repair(text, family, document, position, rules)
    # Most candidates fit as they are; whether a repair would touch a string costs a look at the lines above.
    if repaired != text and not is_inside_literal(family, document.lines, position.line, position.column):
        text = repaired
    return _within_limit(text, family, document, position, rules)


def _following(document: Document, position: Position) -> str:
    """The next line below with text in it."""
    below = (document.lines[line] for line in range(position.line + 1, len(document.lines)))
    return next((line for line in below if not line.isspace()), "")


class _Rules:
    """What a profile asks of one family, as far as it is certain."""

    __slots__ = ("_family", "_profile")

    def __init__(self, profile: StyleProfile, family: str) -> None:
        self._profile, self._family = profile, family

    def value(self, name: str, confidence: float = _CERTAIN) -> Value | None:
        setting = self._profile.setting(self._family, name)
        return setting.value if setting and setting.confidence >= confidence else None


def _repair(text: str, family: str, document: Document, position: Position, rules: _Rules) -> str:
    line = document.lines[position.line]
    before, after = line[: position.column], line[position.column :].strip()
    if "'" in text or '"' in text:
        wanted = {name: rules.value(name) for name in ("quotes", "docstring_quotes", "jsx_quotes")}
        text = repair_quotes(family, text, before, wanted)
    text = repair_spaces(family, text, rules.value("brace_spacing"), rules.value("comma_space"))
    if "\n" in text.strip():
        text = repair_commas(family, text, rules.value("trailing_commas"), rules.value("call_trailing_commas"))
    if family == "javascript" and (not after or "\n" in text):
        following = _following(document, position) if not after else None
        text = repair_semicolons(text, before, following, rules.value("semicolons"))
    return rename(family, text, document, rules.value("variable_names"), rules.value("function_names"))


def _within_limit(text: str, family: str, document: Document, position: Position, rules: _Rules) -> str | None:
    """The candidate as far as its lines fit; None where its first one doesn't."""
    line = document.lines[position.line]
    before, after = line[: position.column], line[position.column :].rstrip("\r\n")
    if len(before) + len(text) + len(after) < 40 and "\t" not in before:
        return text
    limit = rules.value("line_length", _STRICT)
    if not isinstance(limit, int) or _width(family, before + after) > limit:
        return text
    lines = (before + text + after).split("\n")
    long = next(
        (number for number, each in enumerate(lines) if _width(family, each) > limit and _breakable(family, each)), -1
    )
    # The limit was inferred from code, and prose is broken by other rules.
    if long < 0 or is_inside_literal(family, document.lines, position.line, position.column):
        return text
    return _cut(family, text, long)


def _width(family: str, line: str) -> int:
    return len(line.expandtabs(tab_width(family))) if "\t" in line else len(line)


def _breakable(family: str, line: str) -> bool:
    """Whether the line could be broken: one that is a comment, or for the most part a string, could not."""
    code = mask_candidate(family, line).code
    return COMMENT not in code and len(code) * 2 >= len(line)


def _cut(family: str, text: str, long: int) -> str | None:
    """The lines before the overlong one, if they are whole without it."""
    kept = "\n".join(text.split("\n")[:long])
    masked = mask_candidate(family, kept)
    is_whole = (
        bool(kept.strip()) and _balanced(masked) and not masked.code.rstrip().endswith((":", ",", "\\", "=", "."))
    )
    return kept if is_whole else None


def _balanced(masked: Masked) -> bool:
    return all(masked.code.count(opener) == masked.code.count(closer) for opener, closer in ("()", "[]", "{}"))


def conforms(text: str, document: Document, position: Position, profile: StyleProfile | None) -> bool:
    """Whether a candidate fits as it is."""
    return conform(text, document, position, profile) == text
