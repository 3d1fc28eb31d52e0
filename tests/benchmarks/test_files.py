"""What test files are worth: coverage, mutants noticed, tests that fail, tests that pass only sometimes.

    python tests/benchmarks/test_files.py [--python PYTHON] [--mutants N] MODULE TEST [MODULE TEST …]

MODULE and TEST are files; any test file will do that pytest runs (unittest's, Pynguin's and a ghostwriter's among
them). Each is run five times in a sandbox, with other hash seeds and orders, the first time with mutants, whose draw
is the same for every file of a module. Coverage is of lines and branches together, as coverage.py has it with
`--branch`. A file that can't be imported has its problem printed, and counts as nothing covered.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

from beast_lsp.engine.testing.score import score
from beast_lsp.guest.wire import JudgeBrief
from beast_lsp.router.backends.testing.children import Children

RUNS = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--python", type=Path, default=None, help="the interpreter that has pytest")
    parser.add_argument("--path", type=Path, action="append", default=[], help="a folder for sys.path")
    parser.add_argument("--module", default="", help="the module's dotted name, where it isn't the file's own")
    parser.add_argument("--mutants", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--framework", default="pytest", choices=["pytest", "unittest"])
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    for module, tests in zip(options.files[::2], options.files[1::2], strict=True):
        print(
            _line(judged(module.resolve(), tests.resolve(), options), module, tests, as_json=options.json), flush=True
        )


def judged(module, tests, options):
    """The figures of a file."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        first = JudgeBrief(
            folder=str(tests.parent),
            path=[str(each.resolve()) for each in options.path] or [str(module.parent)],
            module=options.module or module.stem,
            file=str(module),
            tests=str(tests),
            framework=options.framework,
            order=0,
            mutants=options.mutants,
            names=[],
            scratch=scratch,
            outbox="",
            seconds=options.seconds,
            seed=0,
        )
        briefs = [
            {**first, "order": n, "mutants": 0 if n else options.mutants, "outbox": f"{scratch}/{n}.jsonl"}
            for n in range(RUNS)
        ]
        children = Children(options.python or Path(sys.executable), Path(scratch), lambda: False)
        judgements = children.judge(briefs)
    found = judgements[0]
    passed = [each for each in found["tests"] if each["outcome"] == "passed"]
    possible = {*found["lines"], *map(tuple, found["arcs"])}
    ran = {line for each in passed for line in each["lines"]} | {tuple(arc) for each in passed for arc in each["arcs"]}
    told = score(judgements)
    return {
        "tests": len(found["tests"]),
        "coverage": len(ran & possible) / len(possible) if possible else 0.0,
        "mutants": len(found["mutants"]),
        "noticed": told.mutants or 0.0,
        "failing": len(told.failing),
        "flaky": len(told.flaky),
        "score": told.score,
        "problem": found["problem"],
    }


def _line(found, module, tests, *, as_json):
    if as_json:
        return json.dumps({"module": str(module), "file": str(tests), **found})
    return (
        f"{module.stem:<20} {tests.name:<32} {found['tests']:4} tests  {found['coverage']:5.1%} covered  "
        f"{found['noticed']:.2f} of {found['mutants']} mutants  {found['failing']} failing  {found['flaky']} flaky  "
        f"score {found['score']}  {found['problem'][-200:]}"
    )


if __name__ == "__main__":
    main()
