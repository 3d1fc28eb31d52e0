"""Records a few lines of source in this process."""

import ast
import contextlib
import gc
import itertools
import json
import sys
import tempfile
import warnings
from pathlib import Path
from textwrap import dedent

from beast_lsp.guest.record.session import record

_numbers = itertools.count(1)
_KINDS = {
    "property": "property",
    "cached_property": "property",
    "classmethod": "classmethod",
    "staticmethod": "staticmethod",
}


def brief_of(source, folder, seconds=1.0, name="", **changes):
    """A brief for all functions and methods of the source, which is written to the folder."""
    module = name or f"recorded_module_{next(_numbers)}"
    file = folder / f"{module}.py"
    file.write_text(dedent(source), "utf-8")
    scratch = folder / "scratch"
    scratch.mkdir(exist_ok=True)
    return {
        "folder": str(folder),
        "path": [str(folder)],
        "module": module,
        "file": str(file),
        "targets": list(targets(ast.parse(file.read_bytes()))),
        "imports": {},
        "literals": [],
        "fixtures": [],
        "scratch": str(scratch),
        "outbox": str(folder / "outbox"),
        "seconds": seconds,
        "seed": 0,
        "skip": [],
        **changes,
    }


def targets(tree, prefix=""):
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            yield from targets(node, f"{prefix}{node.name}.")
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            marks = [getattr(each, "id", "") for each in node.decorator_list]
            kind = next((_KINDS[each] for each in marks if each in _KINDS), "method" if prefix else "function")
            yield {
                "name": prefix + node.name,
                "kind": "constructor" if node.name == "__init__" else kind,
                "is_async": isinstance(node, ast.AsyncFunctionDef),
                "is_generator": False,
                "line": node.lineno,
                "end_line": node.end_lineno,
                "parameters": [],
                "sketches": [],
            }


def events_of(source, **changes):
    """What the recorder tells of the source."""
    with tempfile.TemporaryDirectory() as place:
        before = list(sys.path), set(sys.modules)
        brief = brief_of(source, Path(place), **changes)
        try:
            with quiet():
                record(brief)
                gc.collect()
        finally:
            sys.path[:] = before[0]
            for each in set(sys.modules) - before[1]:
                del sys.modules[each]
        return [json.loads(line) for line in Path(brief["outbox"]).read_text("utf-8").splitlines()]


@contextlib.contextmanager
def quiet():
    """What the recorded code leaves behind (a coroutine that nobody waited for) is told to nobody, as in the child."""
    before = sys.unraisablehook
    sys.unraisablehook = lambda _: None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        sys.unraisablehook = before


def cases_of(source, **changes):
    """The cases that are recorded of the source."""
    return [event["case"] for event in events_of(source, **changes) if event["event"] == "case"]


def checks_of(source, **changes):
    """What all cases assert, as text."""
    return [check["text"] for case in cases_of(source, **changes) for check in case["checks"]]


def shown(case):
    """A case as it reads in a test."""
    act = f"await {case['act']}" if case["is_async"] else case["act"]
    return "\n".join([*case["arrange"], act, *(check["text"] for check in case["checks"])])
