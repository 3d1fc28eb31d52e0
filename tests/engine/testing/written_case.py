"""Cases as the recorder sends them, and the test file that comes of them."""

import re

from refactoring_case import DictSources

from beast_lsp.engine.scopes.resolution.program import Program
from beast_lsp.engine.style.facts import file_style
from beast_lsp.engine.style.profile import StyleProfile
from beast_lsp.engine.testing.brief import Job, brief
from beast_lsp.engine.testing.placement import placement
from beast_lsp.engine.testing.rendering.file import rendered


def program_of(files):
    return Program(DictSources(files))


def profile_of(files):
    return StyleProfile.of(file_style("python", text.splitlines(keepends=True), path) for path, text in files.items())


def brief_of(tmp_path, files, path="pkg/mod.py", names=(), place=""):
    return brief(program_of(files), path, names, Job(tmp_path, tmp_path, tmp_path / "out", 1), place)


def place_of(files, path="mod.py", framework=""):
    return placement(program_of(files), path, profile_of(files), framework)


def case(target, act, *texts, **more):
    """A case; `texts` are checks, `kind: text`, or equalities where no kind is given."""
    told = [re.fullmatch(r"(?:(\w+): )?(.*)", text) for text in texts]
    checks = [{"kind": one[1] or "equal", "text": one[2]} for one in told]
    head = target.partition(".")[0]
    empty = {"arrange": [], "is_async": False, "raises": None, "needs": [], "fakes": [], "given": {}, "suspicion": ""}
    made = {**empty, "target": target, "act": act, "checks": checks, "lines": [], "arcs": [], **more}
    made["imports"] = {head: f"from mod import {head}", **more.get("imports", {})}
    return made


def raising(target, act, kind, message="", **more):
    return case(target, act, raises={"type": kind, "message": message}, **more)


def target(name, kind="function", **parameters):
    """A target whose parameters have these defaults."""
    listed = [
        {"name": key, "kind": "plain", "annotation": "", "default": default, "seeds": []}
        for key, default in parameters.items()
    ]
    return {name: {"name": name, "kind": kind, "parameters": listed}}


def written(cases, files=None, framework="", targets=None, has_tables=True):
    """The test file for cases of mod.py in a workspace of some files."""
    place = place_of({"mod.py": "", **(files or {})}, framework=framework)
    return rendered(cases, place, targets or {}, has_tables)
