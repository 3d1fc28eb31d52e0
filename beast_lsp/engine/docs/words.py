"""What an endpoint says of a function, in a docstring: taken line by line, where the facts don't contradict it.

A line that is long, names what the function does not have, or claims a default, an exception, a number or a result that
is no fact is left out; our own words stand in its place.
"""

from __future__ import annotations

import re
from dataclasses import replace

from beast_lsp.engine.docs.facts.model import FunctionFacts
from beast_lsp.engine.docs.writing.layout import Content, Manner
from beast_lsp.engine.docs.writing.names import imperative, is_verbal, sentence
from beast_lsp.engine.secrets import redact_parts

SUMMARY = "summary"
_LINE = re.compile(r"[-* ]*`?(?P<name>\*{0,2}\w+)`?[ ]*:[ ]*(?P<text>.+)")
_LONGEST_SUMMARY, _LONGEST, _SHORTEST = 72, 150, 8  # characters
_MOST_LINES = 40
# Markup, quotes, code blocks, addresses and numbers: none of them is plain, or can be held against the facts.
_NOT_PLAIN = re.compile(r"[\\\"<>|#*@{}\[\]=0-9]|::|//|'|[^ -~]")
_CLAIMS = re.compile(r"\b(?:default|optional|none|null|true|false|always|never)", re.IGNORECASE)
_FAILURE = re.compile(r"\b(?:rais|throw|except|error|fail|invalid|abort|crash)", re.IGNORECASE)
_RETURNS, _YIELDS = re.compile(r"\b(?:return|give)", re.IGNORECASE), re.compile(r"\byield|\bgenerat", re.IGNORECASE)
# What looks like a name of code: in backquotes, with underscores, dots, calls or capitals within.
_CODE = re.compile(r"`([^`]*)`|\b(\w*[^\W_]_\w*|\w+\.\w[\w.]*|\w+\(\)|\w*[a-z]\w*[A-Z]\w*)")


def with_words(content: Content, words: str, facts: FunctionFacts, manner: Manner) -> Content:
    """What a docstring says, with what an endpoint's lines (`name: text`) say better of it."""
    said = _lines(words)
    summary = sentence(said.get(SUMMARY, ""))
    summary = imperative(summary) if manner.is_imperative else summary
    is_first = (is_verbal(summary) or facts.kind == "property") and len(summary) <= _LONGEST_SUMMARY
    items = [
        replace(one, text=text)
        if (text := sentence(said.get(one.name.lstrip("*"), ""))) and _fits(text, facts)
        else one
        for one in content.sections.get("parameter", [])
    ]
    sections = {**content.sections, "parameter": items} if items else content.sections
    return Content(summary if is_first and _fits(summary, facts) else content.summary, content.paragraphs, sections)


def _lines(words: str) -> dict[str, str]:
    """The text of each name; the first one counts."""
    found: dict[str, str] = {}
    for line in words.splitlines()[:_MOST_LINES]:
        match = _LINE.fullmatch(line.strip())
        if match:
            found.setdefault(match["name"].lstrip("*"), " ".join(match["text"].split()))
    return found


def _fits(text: str, facts: FunctionFacts) -> bool:
    """Whether a line is plain, without secrets, and claims nothing that is no fact."""
    is_plain = _SHORTEST <= len(text) <= _LONGEST and not _NOT_PLAIN.search(text) and text.count("`") % 2 == 0
    return is_plain and redact_parts(text) == (text,) and not _claims(text, facts)


def _claims(text: str, facts: FunctionFacts) -> bool:
    """Whether a line says what the facts don't hold. Defaults and exceptions have entries of their own."""
    known = {one.name for one in facts.parameters} | {one.name for one in facts.raises} | {facts.short_name}
    named = {code or bare for code, bare in _CODE.findall(text)}
    return bool(
        {one.removesuffix("()") for one in named} - known
        or _CLAIMS.search(text)
        or _FAILURE.search(text)
        or (_RETURNS.search(text) and not facts.returned.is_value)
        or (_YIELDS.search(text) and facts.yields is None)
    )
