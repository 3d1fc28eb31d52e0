"""Docstrings written for functions of repositories, and what griffe and ruff say of them.

    python tests/benchmarks/docstrings.py CHECKOUT… [--take 300] [--seed 1] [--style google] [--show]

Functions are drawn by seed. In half of them the docstring is taken out first; in the others it stays and is brought up
to date. Each must leave the code as it is (all but docstrings parses to the same), parse in griffe without a warning,
and pass ruff's rules D of the style's convention, and DOC where ruff reads the style (it does not read reST). In those
that had a docstring, only what was not there before counts: what is kept is kept word for word. `griffe` is in the
extra `bench`. `--show` prints every docstring, to be judged by hand.
"""

from __future__ import annotations

import argparse
import ast
import json
import logging
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import griffe
from tree_sitter import Node

from beast_lsp.config import Config
from beast_lsp.engine.docs.facts.syntax import definitions, docstring_node, one_line, qualified_name, statements
from beast_lsp.engine.docs.write import Convention, Writer
from beast_lsp.engine.scopes.resolution.program import Program
from beast_lsp.engine.syntax import SyntaxTree
from beast_lsp.store.index.options import IndexOptions
from beast_lsp.store.index.sources import ProgramSources

_CONVENTIONS = {"google": "google", "numpy": "numpy", "rest": "pep257"}
_PARSERS = {"google": "google", "numpy": "numpy", "rest": "sphinx"}
_TESTS = ("test", "tests", "testing", "docs", "doc", "examples", "benchmarks")


@dataclass
class Sample:
    """One function: its file before and after, its name, and where its docstring stands afterwards."""

    path: str
    place: str
    name: str
    before: str
    after: str
    had_docstring: bool
    text: str
    rows: range
    problems: list[str] = field(default_factory=list)


def samples(folder: Path, style: str, take: int, draw: random.Random) -> Iterator[Sample]:
    """Functions of a checkout with the docstrings that were written."""
    program = Program(ProgramSources(folder, lambda _: None, IndexOptions.of(Config())))
    paths = [path for path in sorted(program.sources.paths()) if path.endswith(".py") and not _is_test(path)]
    draw.shuffle(paths)
    for path in paths:
        if take <= 0:
            return
        module = program.module(path)
        nodes = definitions(module.tree.tree.root_node) if module is not None else []
        functions = [
            one for one in nodes if one.type == "function_definition" and not one.has_error and statements(one)
        ]
        if module is None or not functions or module.tree.tree.root_node.has_error:
            continue
        node = draw.choice(functions)
        found = _sample(program, path, node, style, strips=draw.random() < 0.5)
        if found is not None:
            found.place = f"{folder.name}/{path}:{node.start_point.row + 1}"
            take -= 1
            yield found


def _is_test(path: str) -> bool:
    return any(part in _TESTS or part.startswith("test_") for part in path.lower().split("/"))


def _sample(program: Program, path: str, node: Node, style: str, *, strips: bool) -> Sample | None:
    name, string = qualified_name(node), docstring_node(node)
    before = _tree(program, path).source.decode()
    if strips and string is not None:
        line = before.encode()
        start, end = line.rfind(b"\n", 0, string.start_byte) + 1, line.find(b"\n", string.end_byte) + 1
        before = (line[:start] + line[end:]).decode()
        program = program.with_texts({path: before})
        found = [one for one in definitions(_tree(program, path).tree.root_node) if qualified_name(one) == name]
        if len(found) != 1 or not statements(found[0]):
            return None
        node, string = found[0], None
    writer = Writer(program, path, Convention(style))
    after = before.encode()
    for edit in writer.edits(node):
        text = "".join(map(str, edit.pieces)).encode()
        after = after[: edit.span.start] + text + after[edit.span.end :]
    new = _tree(program.with_texts({path: after.decode()}), path)
    place = [one for one in definitions(new.tree.root_node) if qualified_name(one) == name]
    written = docstring_node(place[0]) if len(place) == 1 else None
    if written is None:
        return None
    rows = range(place[0].start_point.row, written.end_point.row + 1)
    said = f"{_head(new, place[0])}\n{new.text(written)}"
    return Sample(path, "", name, before, after.decode(), string is not None, said, rows)


def _tree(program: Program, path: str) -> SyntaxTree:
    module = program.module(path)
    if module is None:
        raise LookupError(path)
    return module.tree


def _head(tree: SyntaxTree, node: Node) -> str:
    return one_line(node).partition('"""')[0][:200]


def check(found: Sequence[Sample], style: str) -> None:
    """Notes what is wrong with each sample."""
    for one in found:
        one.problems += [*_changed(one), *_griffe(one, one.after, style)]
        if one.had_docstring:
            # Entries without types that a person wrote make griffe complain of each; new ones are as they are.
            old = {_kind(each) for each in _griffe(one, one.before, style)}
            one.problems = [each for each in one.problems if _kind(each) not in old]
    after = _ruff([(one.path, one.after) for one in found], style)
    before = _ruff([(one.path, one.before) for one in found], style)
    for one, now, then in zip(found, after, before, strict=True):
        there = {(code, row) for row, code, _ in then} if one.had_docstring else set()
        kinds = {code for code, _ in there}
        one.problems += [f"ruff {code}: {said}" for row, code, said in now if row in one.rows and code not in kinds]


def _kind(problem: str) -> str:
    return problem.partition("'")[0]


def _changed(one: Sample) -> list[str]:
    try:
        same = _bare(one.before) == _bare(one.after)
    except SyntaxError as error:
        return [f"does not parse: {error}"]
    return [] if same else ["the code changed"]


def _bare(source: str) -> str:
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Module)) and ast.get_docstring(
            node, clean=False
        ):
            node.body = node.body[1:]
    return ast.dump(tree)


class _Said(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(record.getMessage())


def _griffe(one: Sample, source: str, style: str) -> list[str]:
    """What griffe warns of in the sample's docstring."""
    said = _Said()
    logger = logging.getLogger("griffe")
    logger.handlers, logger.propagate = [said], False
    logger.setLevel(logging.WARNING)
    module = griffe.visit("m", Path("m.py"), source)
    found = module
    for part in one.name.split("."):
        found = found.members.get(part)
        if found is None or found.is_alias:
            return []  # Functions within functions are nothing that griffe knows.
    if found.docstring is not None:
        # Google's guide has types, not names, before the colon of what is returned.
        options = {"returns_named_value": False} if style == "google" else {}
        found.docstring.parse(_PARSERS[style], **options)
    return [f"griffe: {text.partition(': ')[2]}" for text in said.texts]


def _ruff(texts: Sequence[tuple[str, str]], style: str) -> list[list[tuple[int, str, str]]]:
    """By text, the row, the rule and the message of what ruff finds; each lies in packages as its file does."""
    rules = ["--select", "D" if style == "rest" else "D,DOC", "--ignore", "D100,D104"]  # Modules are not asked for.
    with tempfile.TemporaryDirectory() as folder:
        for number, (path, text) in enumerate(texts):
            whole = Path(folder) / f"m{number}" / path
            whole.parent.mkdir(parents=True)
            for outer in whole.relative_to(folder).parents:
                (Path(folder) / outer / "__init__.py").touch()
            whole.write_text(text)
        command = [sys.executable, "-m", "ruff", "check", "--isolated", "--preview", "--no-cache", "--exit-zero"]
        chosen = f'lint.pydocstyle.convention="{_CONVENTIONS[style]}"'
        command += [*rules, "--config", chosen, "--output-format", "json", folder]
        found = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    listed: list[list[tuple[int, str, str]]] = [[] for _ in texts]
    for one in found:
        at = Path(one["filename"]).relative_to(folder).parts
        if len(at) > 1 and Path(*at[1:]).as_posix() == texts[int(at[0][1:])][0]:
            said = str(one["code"] or one.get("name"))
            listed[int(at[0][1:])].append((one["location"]["row"] - 1, said, one["message"]))
    return listed


def main() -> None:
    """Draws, writes, checks and prints the failures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--take", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--style", choices=sorted(_CONVENTIONS), default="google")
    parser.add_argument("--show", action="store_true")
    asked = parser.parse_args()
    draw = random.Random(asked.seed)
    each = -(-asked.take // len(asked.folders))
    found = [one for folder in asked.folders for one in samples(folder, asked.style, each, draw)][: asked.take]
    check(found, asked.style)
    for one in found:
        if asked.show:
            print(f"=== {one.place} {one.name} {'kept' if one.had_docstring else 'new'}\n{one.text}")
        for problem in one.problems:
            print(f"--- {one.place} {one.name}: {problem}")
    failed = sum(bool(one.problems) for one in found)
    kept = sum(one.had_docstring for one in found)
    print(f"{len(found)} functions ({kept} with a docstring before), {len(found) - failed} without a problem")


if __name__ == "__main__":
    main()
