"""The net: every refactoring passes through it, and none can skip it.

It renders the proposal in memory and lets it pass only where

1. the new files parse, and compile where the old ones did,
2. what was copied or replaced as one expression still is one (precedence),
3. every name means what it meant before, up to the renaming: names that meant the same mean the same, different ones
   stay different, fresh ones capture nothing and are captured by nothing (`comparison`),
4. no function begins or ceases to yield or to be asynchronous,
5. nothing was renamed that code may look up by its text (`locals()`, `f"{x=}"`).

What the net can't see (evaluation order, how often something is evaluated, what is assigned when) a refactoring has to
prove before it proposes.
"""

from __future__ import annotations

import bisect
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from beast_lsp.engine.document import Position
from beast_lsp.engine.refactors.net.comparison import Comparison
from beast_lsp.engine.refactors.net.render import Rendered, Renderer
from beast_lsp.engine.refactors.net.reverse import moved_path
from beast_lsp.engine.refactors.net.structure import check_structure
from beast_lsp.engine.refactors.plan import Plan, TextEdit
from beast_lsp.engine.refactors.proposal import Certainty, Edit, Proposal
from beast_lsp.engine.syntax import parse
from beast_lsp.errors import RefactoringRefused

if TYPE_CHECKING:
    from beast_lsp.engine.scopes.resolution.program import Module, Program
    from beast_lsp.engine.syntax import SyntaxTree


def checked(program: Program, proposal: Proposal) -> Plan:
    """The plan of a proposal that changes no behaviour. Raises RefactoringRefused with the reason for any other."""
    trees: Callable[[str], SyntaxTree] = _Trees(program)
    renderer = Renderer(trees)
    edits = _by_path(one for one in proposal.edits if one.certainty is Certainty.CERTAIN)
    rendered = {path: renderer.file(path, found) for path, found in edits.items()}
    created = {path: renderer.fresh(pieces) for path, pieces in proposal.created.items()}
    whole, proposal = proposal, _by_file(program, proposal)
    for path in [*edits, *filter(program.module, proposal.moved), *proposal.deleted]:
        _check_readable(path, trees(path))
    after = _after(program, proposal, rendered, created)
    for path, one in rendered.items():
        new = _checked_tree(path, trees(path), after.module(proposal.moved.get(path, path)))
        check_structure(trees, trees(path), new, one)
    for path in created:
        _checked_tree(path, None, after.module(path))
    Comparison(program, after, proposal, {**rendered, **created}).check()
    return _plan(whole, rendered, created, _Texts(program))


def _by_file(program: Program, proposal: Proposal) -> Proposal:
    """The proposal with the files of the folders that it moves."""
    if not proposal.moved:
        return proposal
    known = sorted({*program.sources.paths(), *proposal.moved})
    moved = {path: new for path in known if (new := moved_path(path, proposal.moved)) != path}
    files = {path: new for path, new in moved.items() if program.sources.lines(path) is not None}
    return replace(proposal, moved=files)


class _Trees:
    """The trees of the files as they stand. Raises RefactoringRefused for a file that can't be read."""

    def __init__(self, program: Program) -> None:
        self._program = program

    def __call__(self, path: str) -> SyntaxTree:
        module = self._program.module(path)
        if module is None:
            raise RefactoringRefused(f"{path} can't be read.", hint="Is it there, and is it valid UTF-8?")
        return module.tree


class _Texts(_Trees):
    """The same, for whatever is text: documents and settings of tools have an empty tree."""

    def __call__(self, path: str) -> SyntaxTree:
        lines = self._program.sources.lines(path)
        empty = parse("python", [])
        if self._program.module(path) is not None or lines is None or empty is None:
            return super().__call__(path)
        source = "".join(lines).encode("utf-8", "replace")
        return replace(empty, language="text", lines=lines, source=source)


def _by_path(edits: Iterable[Edit]) -> dict[str, list[Edit]]:
    found: dict[str, list[Edit]] = {}
    for edit in edits:
        found.setdefault(edit.span.path, []).append(edit)
    return found


def _after(
    program: Program, proposal: Proposal, rendered: dict[str, Rendered], created: dict[str, Rendered]
) -> Program:
    """The program as the certain edits make it."""
    for path in created:
        if program.module(path) is not None and path not in proposal.moved and path not in proposal.deleted:
            raise RefactoringRefused(f"{path} is there already.", hint="Choose another name.")
    texts: dict[str, str | None] = dict.fromkeys(proposal.deleted)
    for path, one in {**rendered, **created}.items():
        texts[proposal.moved.get(path, path)] = one.source.decode("utf-8")
    return program.with_texts(texts, proposal.moved)


def _check_readable(path: str, tree: SyntaxTree) -> None:
    if tree.tree.root_node.has_error:
        where = next(_errors(tree), 0)
        raise RefactoringRefused(f"{path} can't be parsed around line {where + 1}.", hint="Mend that first.")
    if tree.source.decode("utf-8", "replace") != "".join(tree.lines):
        raise RefactoringRefused(
            f"{path} has characters or line ends that an edit might damage.",
            hint="Save it as UTF-8 with one kind of line ends.",
        )


def _errors(tree: SyntaxTree) -> Iterator[int]:
    """The rows of what could not be parsed, the innermost."""
    node = tree.tree.root_node
    while True:
        inner = next((child for child in node.children if child.has_error or child.is_missing), None)
        if inner is None or node.is_error:
            yield node.start_point[0]
            return
        node = inner


def _checked_tree(path: str, old: SyntaxTree | None, module: Module | None) -> SyntaxTree:
    """The tree of a new text that parses, and compiles if the old one did."""
    if module is None or module.tree.tree.root_node.has_error:
        raise RefactoringRefused(f"The result would not parse in {path}.", hint="Please report this with the code.")
    new = module.tree
    if new.language == "python":
        problem = _compile_error("".join(new.lines))
        if problem is not None and (old is None or _compile_error("".join(old.lines)) is None):
            raise RefactoringRefused(f"The result would not compile in {path}: {problem}.")
    return new


def _compile_error(text: str) -> str | None:
    """What the interpreter that runs us says against a text; nothing of it is run."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text, "<refactoring>", "exec", dont_inherit=True)
    except SyntaxError as error:
        return f"{error.msg}, line {error.lineno}"
    except (ValueError, RecursionError, MemoryError, OverflowError) as error:
        return str(error) or type(error).__name__
    return None


def _plan(
    proposal: Proposal, rendered: dict[str, Rendered], created: dict[str, Rendered], trees: Callable[[str], SyntaxTree]
) -> Plan:
    renderer, everything = Renderer(trees), _by_path(proposal.edits)
    edits = {path: tuple(_text_edits(renderer, trees(path), found)) for path, found in everything.items()}
    return Plan(
        proposal.title,
        edits,
        {path: "".join(trees(path).lines) for path in [*everything, *proposal.deleted]},
        {path: one.source.decode("utf-8") for path, one in rendered.items()},
        {path: one.source.decode("utf-8") for path, one in created.items()},
        dict(proposal.moved),
        proposal.deleted,
        proposal.notes,
    )


def _text_edits(renderer: Renderer, tree: SyntaxTree, edits: list[Edit]) -> Iterator[TextEdit]:
    starts = [0]
    for line in tree.lines:
        starts.append(starts[-1] + len(line.encode("utf-8", "replace")))

    def position(offset: int) -> Position:
        row = min(bisect.bisect_right(starts, offset) - 1, len(tree.lines) - 1)
        return tree.position((row, offset - starts[row]))

    for edit in sorted(edits, key=lambda one: (one.span.start, one.span.end)):
        text = renderer.pieces(edit.span.path, edit.pieces)
        yield TextEdit(position(edit.span.start), position(edit.span.end), text, edit.certainty, edit.note)
