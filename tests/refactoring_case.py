"""Runs a refactoring, through the net, on a few lines of source: the new texts, or why it was refused.

The selection stands between « and », or ¦ marks the cursor. A source that begins with a line break is dedented.
"""

from __future__ import annotations

import contextlib
import io
import re
import textwrap
from dataclasses import dataclass

from beast_lsp.engine.document import split_lines
from beast_lsp.engine.refactors import registry
from beast_lsp.engine.refactors.net.reverse import moved_path
from beast_lsp.engine.refactors.plan import Plan
from beast_lsp.engine.refactors.refactoring import Site
from beast_lsp.engine.scopes.resolution.program import Program


class DictSources:
    """The texts of a workspace, by relative path, as `Sources` wants them."""

    def __init__(self, files):
        self.files = files

    def paths(self):
        return list(self.files)

    def lines(self, path):
        return split_lines(self.files[path]) if path in self.files else None

    def containing(self, names):
        words = re.compile(r"\b(" + "|".join(map(re.escape, names)) + r")\b")
        return [path for path, text in self.files.items() if words.search(text)]

    def data(self, path):
        return self.files.get(path, "").encode()

    def library(self, name):
        return None


@dataclass
class Outcome:
    """What became of it: `plan` where it was done, `refusal` (reason and hint) where not, neither where not offered."""

    before: dict[str, str]
    path: str
    plan: Plan | None = None
    refusal: str | None = None

    @property
    def texts(self):
        """Every file after it, by path: certain edits only."""
        texts = {path: text for path, text in self.before.items() if path not in self.plan.deleted}
        texts |= self.plan.after
        texts = {moved_path(path, self.plan.moved): text for path, text in texts.items()}
        return texts | dict(self.plan.created)

    @property
    def text(self):
        """The marked file after it."""
        return self.texts[self.path]


def site(source, /, files=None, path="main.py", **options):
    """The marked place of `source`, which becomes the file at `path` beside the others."""
    files = {name: plain(text) for name, text in (files or {}).items()}
    marked = plain(source)
    start = re.search("[«¦]", marked).start()
    bare = re.sub("[«»¦]", "", marked)
    end = marked.index("»") - 1 if "»" in marked else start
    start_byte, end_byte = (len(bare[:offset].encode()) for offset in (start, end))
    return Site(Program(DictSources({**files, path: bare})), path, start_byte, end_byte, options)


def plain(source):
    """The source, dedented where it begins with a line break."""
    return textwrap.dedent(source[1:]) if source.startswith("\n") else source


def attempt(name, source, /, files=None, path="main.py", **options):
    """The outcome of the refactoring called `name` at the marked place; options are what the user chose."""
    where = site(source, files, path, **options)
    before = dict(where.program.sources.files)
    refactoring = registry.by_name(name)
    assert refactoring is not None, f"no refactoring is called {name}"
    offer = registry.attempt(refactoring, where)
    if offer is None:
        return Outcome(before, path)
    crash = offer.refusal is not None and "bug report" in offer.refusal.hint
    assert not crash, f"{name} crashed: see the log"
    return Outcome(before, path, offer.plan, None if offer.refusal is None else str(offer.refusal))


def done(name, source, /, files=None, path="main.py", **options):
    """The marked file's new text; fails where the refactoring was refused or not offered."""
    outcome = attempt(name, source, files, path, **options)
    assert outcome.refusal is None, outcome.refusal
    assert outcome.plan is not None, f"{name} was not offered"
    return outcome.text


def refused(name, source, /, files=None, path="main.py", **options):
    """Why the refactoring was refused; fails where it was done or not offered."""
    outcome = attempt(name, source, files, path, **options)
    assert outcome.plan is None, f"done:\n{outcome.text}"
    assert outcome.refusal is not None, f"{name} was not offered"
    return outcome.refusal


def offered(name, source, /, files=None, path="main.py", **options):
    """Whether the refactoring applies at the marked place at all, be it refused."""
    outcome = attempt(name, source, files, path, **options)
    return outcome.plan is not None or outcome.refusal is not None


def printed(text, name="main.py"):
    """What a Python program prints, with the exception that ends it."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        try:
            exec(compile(text, name, "exec"), {"__name__": "__main__"})
        except Exception as error:
            print(type(error).__name__, error)
    return out.getvalue()


def same(name, source, /, **options):
    """The new text of a program of one file, which must print what it printed before."""
    outcome = attempt(name, source, **options)
    assert outcome.refusal is None, outcome.refusal
    assert outcome.plan is not None, f"{name} was not offered"
    assert printed(outcome.text) == printed(outcome.before[outcome.path]) != ""
    return outcome.text
