"""What a test is called: what comes of the call, and for what."""

from __future__ import annotations

import re
from collections.abc import Sequence

from beast_lsp.engine.testing.languages.model import Case

_LONGEST = 28  # characters of a value that still reads as part of a name.
_EMPTY = {
    "''": "an empty string",
    '""': "an empty string",
    "[]": "an empty list",
    "{}": "an empty object",
    "&[]": "an empty list",
    "vec![]": "an empty list",
}


def named(cases: Sequence[Case], error: str = "throws") -> list[str]:
    """A name for every case, each told from the others: "returns 5 for 2 and 3", "throws RangeError for -1".

    `error` is what the language calls it when a call fails.
    """
    names = [_words(case, error) for case in cases]
    return [name if names.count(name) == 1 else _told(names, place, cases[place]) for place, name in enumerate(names)]


def _words(case: Case, error: str) -> str:
    given = [_short(one) for one in case.call.arguments]
    what = f"returns {_result(case)}"
    if case.outcome.form in {"error", "err"}:
        # A panic has no type that a name could say.
        what = f"{error} {case.outcome.error}" if case.outcome.error not in {"", "panic"} else error
    if not given:
        return f"{what} without arguments" if case.call.target.parameters else what
    return f"{what} for {' and '.join(given)}" if len(given) < 3 else f"{what} for {', '.join(given)}"


def _told(names: Sequence[str], place: int, case: Case) -> str:
    earlier = names[:place].count(names[place])
    if earlier and case.call.construction:
        return f"{names[place]} when made of {' and '.join(map(_short, case.call.construction))}"
    return f"{names[place]} ({earlier + 1})" if earlier else names[place]


def _result(case: Case) -> str:
    text = case.outcome.text
    return (
        _EMPTY.get(text, text.replace("'", '"'))
        if len(text) <= _LONGEST
        else case.outcome.kind.removeprefix("empty ") or "its value"
    )


def _short(text: str) -> str:
    text = _EMPTY.get(text, text.replace("'", '"'))
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def slug(text: str) -> str:
    """A name as an identifier in lower case, with underscores."""
    return "_".join(_parts(text)).lower()[:80].rstrip("_") or "case"


def camel(text: str) -> str:
    """A name as an identifier in camel case; capitals within a word stay."""
    first, *rest = _parts(text) or ["case"]
    return (first + "".join(word[:1].upper() + word[1:] for word in rest))[:80]


def _parts(text: str) -> list[str]:
    text = re.sub(r"-(?=\d)", " minus ", text)
    text = re.sub(r"\b(?:[a-z]+\.)+(?=[A-Z])", "", text)  # of a qualified name the last part tells.
    return re.findall(r"[A-Za-z0-9]+", text)
