"""Whether every name still means what it meant: the definitions of all names before and after, as two partitions.

Two programs have no definitions in common, only names that come from each other. So what is compared is which names
share a definition: names that shared one must share one again, names that did not must not begin to. This finds
capture in both directions, whatever rule of the language causes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from beast_lsp.engine.refactors.net.render import Rendered
from beast_lsp.engine.refactors.proposal import Certainty, Name, Proposal, Span
from beast_lsp.engine.scopes.resolution.table import BINDS, Role
from beast_lsp.errors import RefactoringRefused

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.scopes.resolution.definition import Definition
    from beast_lsp.engine.scopes.resolution.program import Program
    from beast_lsp.engine.scopes.resolution.table import Occurrence

_INNER = frozenset({"symbol", "parameter", "member"})  # what the workspace itself defines.
_VAGUE = frozenset({"attribute", "keyword"})  # what only running the code would tell.
_FREE = frozenset({"builtin", "external", "module", *_VAGUE})  # what fresh text may name without more ado.


@dataclass(frozen=True, slots=True)
class _Pair:
    """One name before (None for a fresh one) and after, with its definitions and the place after."""

    path: str
    new: Occurrence
    meaning: Definition
    old: Occurrence | None = None
    before: Definition | None = None


class Comparison:
    """Compares the program before and after a proposal; `rendered` holds the new sources by (old) path."""

    def __init__(self, before: Program, after: Program, proposal: Proposal, rendered: Mapping[str, Rendered]) -> None:
        self._before = before
        self._after = after
        self._proposal = proposal
        self._rendered = rendered
        self._names = _respelled(before, proposal)
        self._splits = {self._at(span) for span in proposal.splits}
        self._gone = {self._at(span) for span in proposal.gone}

    def check(self) -> None:
        """Raises RefactoringRefused for the first name that would mean something else."""
        pairs = [pair for path in self._paths() for pair in self._pairs(path)]
        self._check_partition(pairs)
        self._check_fresh(pairs)
        self._check_gone(pairs)
        self._check_kinds(pairs)
        _check_ambiguous(pairs)

    def _at(self, span: Span) -> Definition | None:
        return self._before.definitions(span.path, self._names).get(span.start)

    def _paths(self) -> list[str]:
        """The files whose names are compared, by their old paths: those that change, and those that may notice."""
        touched = [*self._rendered, *self._proposal.moved]
        reach, changed = self._before.reach, [*touched, *self._proposal.deleted]
        removed, added, members = self._public_changes(changed)
        around = reach.importers(changed, removed) if removed else set()
        around |= reach.attribute_users(members)
        for path in changed:
            if self._proposal.moved.get(path, path) != path or path in self._proposal.deleted:
                around |= reach.module_users(path)
        if added:
            # A new name of a module can only be noticed through a star import.
            stars = {one for one in reach.importers(changed, added) if self._has_star(one)}
            around |= stars
            self._check_stars(sorted(stars - set(touched)), added)
        known = dict.fromkeys([*touched, *sorted(around)])
        return [path for path in known if path not in self._proposal.deleted]

    def _has_star(self, path: str) -> bool:
        return b"import *" in self._before.sources.data(path)

    def _public_changes(self, paths: Iterable[str]) -> tuple[set[str], set[str], set[str]]:
        """The names of modules that go from files and that come to them, and the members of classes that go."""
        removed: set[str] = set()
        added: set[str] = set()
        gone: set[tuple[str, str]] = set()
        come: set[tuple[str, str]] = set()
        for path in paths:
            new, is_gone = self._proposal.moved.get(path, path), path in self._proposal.deleted
            old_names, old_members = _public(self._before, path)
            new_names, new_members = (set(), set()) if is_gone else _public(self._after, new)
            removed |= old_names if new != path else old_names - new_names
            added |= new_names - old_names
            gone |= old_members - new_members
            come |= new_members - old_members
        return removed, added, _lost(gone - come, come - gone)

    def _check_stars(self, paths: list[str], added: set[str]) -> None:
        """A star import and a binding of the same name: which one counts depends on what runs last."""
        for path in paths:
            module = self._before.module(path)
            clash = added & module.table.module.symbols.keys() if module is not None and module.has_names else set()
            if clash:
                name = min(clash)
                raise RefactoringRefused(
                    f"{path} has a `{name}` of its own and a star import that may bring another.",
                    hint="Choose another name.",
                )

    def _pairs(self, path: str) -> Iterator[_Pair]:
        """The names of a file, old and new; an import has a second pair for what it takes from elsewhere."""
        new_path = self._proposal.moved.get(path, path)
        module = self._after.module(new_path)
        if module is None or not module.has_names:
            return
        rendered, meanings = self._rendered.get(path), self._after.definitions(new_path, self._names)
        for new in module.table.occurrences:
            if new.start not in meanings:
                continue
            old, old_path = self._origin(path, rendered, new)
            before = self._before.definitions(old_path, self._names) if old is not None else {}
            start = old.start if old is not None else -1
            yield _Pair(new_path, new, meanings[new.start], old, before.get(start))
            if -1 - new.start in meanings:
                yield _Pair(new_path, new, meanings[-1 - new.start], old, before.get(-1 - start))

    def _origin(self, path: str, rendered: Rendered | None, new: Occurrence) -> tuple[Occurrence | None, str]:
        """What a new name was before, and in which file; nothing for a fresh one."""
        start, segment = new.start, None
        if rendered is not None:
            segment = rendered.origin(new.start, new.end)
            if segment is None:
                if rendered.straddles(new.start, new.end):
                    raise RefactoringRefused(f"`{new.name}` would run into the text beside it.")
                return None, path
            path = segment.path
            start = segment.old if segment.is_name else segment.old + new.start - segment.start
        module = self._before.module(path)
        old = module.table.by_start.get(start) if module is not None and module.has_names else None
        is_kept = segment is None or not segment.is_name
        if old is not None and old.name != new.name and is_kept and not self._is_class_kept(old, new, path, rendered):
            raise RefactoringRefused(
                f"The private name `{old.name}` would be `{new.name}` at its new place.",
                hint="Names that begin with two underscores belong to their class.",
            )
        return old, path

    def _is_class_kept(self, old: Occurrence, new: Occurrence, path: str, rendered: Rendered | None) -> bool:
        """Whether a private name stands in the same class as before, which is called otherwise now."""
        names = [_class_name(one) for one in (old, new)]
        if names[0] is None or names[1] is None or rendered is None:
            return False
        segment = rendered.origin(names[1].start_byte, names[1].end_byte)
        return segment is not None and (segment.path, segment.old) == (path, names[0].start_byte)

    def _check_partition(self, pairs: list[_Pair]) -> None:
        renamed = {pair.before for pair in pairs if pair.old is not None and pair.old.name != pair.new.name}
        old_of: dict[Definition, _Pair] = {}
        new_of: dict[Definition, _Pair] = {}
        for pair in pairs:
            if pair.old is None or pair.before is None:
                continue
            if pair.meaning.kind in _VAGUE:
                _check_vague(pair, renamed)
                continue
            if pair.before.kind in _VAGUE and pair.meaning.kind in _INNER | {"external"}:
                continue  # more is known of its object now than before.
            self._check_kind(pair)
            known = old_of.setdefault(pair.meaning, pair)
            if known.before != pair.before and not self._may_join(known, pair):
                raise _capture(pair, known)
            other = new_of.setdefault(pair.before, pair)
            if other.meaning != pair.meaning and pair.before not in self._splits:
                raise _split(pair, other)

    def _may_join(self, first: _Pair, second: _Pair) -> bool:
        """Whether two meanings may become one: those that are split on purpose, or disappear on purpose."""
        return any(pair.before in self._splits or pair.before in self._gone for pair in (first, second))

    def _check_kind(self, pair: _Pair) -> None:
        before, meaning = pair.before, pair.meaning
        if before is None or before == meaning:
            return
        is_outer = before.kind not in _INNER
        moved = before.kind == meaning.kind == "module"
        if meaning.kind in {"unknown", "builtin", "external"} or (is_outer and not moved):
            if before in self._gone or (before.kind == "unknown" and meaning.kind == "unknown"):
                return
            raise RefactoringRefused(
                f"`{pair.new.name}` in {pair.path} would mean {_described(meaning)} instead of {_described(before)}.",
                hint="Choose another name, or do it in another place.",
            )

    def _check_fresh(self, pairs: list[_Pair]) -> None:
        """Fresh names share no definition with names that were there; what is outside of the workspace is free."""
        taken = {pair.meaning: pair for pair in pairs if pair.old is not None}
        for pair in pairs:
            if pair.old is not None or pair.meaning.kind in _FREE:
                continue
            known = taken.get(pair.meaning)
            if pair.meaning.kind == "unknown":
                raise RefactoringRefused(f"`{pair.new.name}` would be bound by nothing in {pair.path}.")
            if known is not None:
                raise RefactoringRefused(
                    f"`{pair.new.name}` is a name already in {pair.path}.", hint="Choose another name."
                )

    def _check_gone(self, pairs: list[_Pair]) -> None:
        """What is still read must still be bound; binders may only disappear on purpose."""
        bound = {pair.meaning for pair in pairs if pair.new.role in BINDS}
        for pair in pairs:
            is_read = pair.meaning.kind == "symbol" and pair.new.role is Role.READ and pair.old is not None
            # A definition in a file that is not compared has its binder there.
            if is_read and pair.meaning not in bound and pair.meaning.path == pair.path:
                raise RefactoringRefused(f"`{pair.new.name}` would lose its definition in {pair.path}.")

    def _check_kinds(self, pairs: list[_Pair]) -> None:
        for pair in pairs:
            old, new = pair.old, pair.new
            if old is None:
                continue
            # Where nothing but names is spelled anew, there is nothing else to look at.
            is_function = self._names is None and old.role is new.role is Role.FUNCTION
            is_function = is_function and pair.before not in self._splits
            if is_function and _flavour(old) != _flavour(new):
                raise RefactoringRefused(f"`{new.name}` would begin or cease to be a generator or asynchronous.")
            if old.name != new.name and old.symbol is not None and old.symbol.scope.is_dynamic:
                raise RefactoringRefused(
                    f"`{old.name}` may be looked up by its text: its scope calls `locals()`, `eval` or the like."
                )


def _check_ambiguous(pairs: list[_Pair]) -> None:
    """A read that may mean either of two definitions must go on to mean either of the same two."""
    came_from = {id(pair.new): pair.old for pair in pairs}
    for pair in pairs:
        old, new = pair.old.symbol if pair.old is not None else None, pair.new.symbol
        if old is None or new is None or not (old.is_ambiguous or new.is_ambiguous):
            continue
        binder = came_from.get(id(new.outer.binders()[0])) if new.outer is not None else None
        outer = binder.symbol if binder is not None else None
        if old.is_ambiguous != new.is_ambiguous or old.outer is not outer:
            raise RefactoringRefused(
                f"Which `{old.name}` is meant in {pair.path} depends on what ran before.",
                hint="Give one of both another name by hand.",
            )


def _check_vague(pair: _Pair, renamed: set[Definition | None]) -> None:
    """An attribute of which less is known than before must at least be spelled as it was."""
    is_same = pair.old is not None and pair.old.name == pair.new.name
    if is_same and pair.before is not None and (pair.before in renamed or pair.before.kind == "symbol"):
        raise RefactoringRefused(f"`{pair.new.name}` in {pair.path} would no longer be found under this name.")


def _respelled(program: Program, proposal: Proposal) -> frozenset[str] | None:
    """The names that matter where nothing but names is spelled anew, the old ones and the new; else None, for all."""
    found: set[str] = set()
    for edit in proposal.edits:
        if edit.certainty is not Certainty.CERTAIN:
            continue
        piece, module = edit.pieces[0] if len(edit.pieces) == 1 else None, program.module(edit.span.path)
        if not isinstance(piece, Name) or piece.like != edit.span or piece.text.startswith("__") or module is None:
            return None
        found |= {piece.text, module.tree.source[edit.span.start : edit.span.end].decode("utf-8", "replace")}
    return frozenset(found) if found and not (proposal.moved or proposal.created or proposal.deleted) else None


def _public(program: Program, path: str) -> tuple[set[str], set[tuple[str, str]]]:
    """The names of a file that others can see: those of its module, and those of its classes, each with its class's."""
    module = program.module(path)
    if module is None or not module.has_names:
        return set(), set()
    members: set[tuple[str, str]] = set()
    scopes = list(module.table.module.children)
    while scopes:
        scope = scopes.pop()
        if scope.kind in {"class", "type"}:
            named = scope.node.child_by_field_name("name")
            holder = (named.text or b"").decode("utf-8", "replace") if named is not None else ""
            members |= {(holder, name) for name in scope.symbols} if scope.kind == "class" else set()
            scopes += scope.children
    return set(module.table.module.symbols), members


def _lost(gone: set[tuple[str, str]], come: set[tuple[str, str]]) -> set[str]:
    """The members that classes no longer have; a class may be called otherwise, or have come to another file."""
    old, new = _by_class(gone), _by_class(come)
    whole = set(new.values())
    return {name for members in old.values() if members not in whole for name in members}


def _by_class(members: set[tuple[str, str]]) -> dict[str, frozenset[str]]:
    """The members of each class; a private one without the class's name, which is mangled into it."""
    found: dict[str, set[str]] = {}
    for holder, name in members:
        found.setdefault(holder, set()).add(name.removeprefix(f"_{holder.lstrip('_')}__"))
    return {holder: frozenset(names) for holder, names in found.items()}


def _class_name(one: Occurrence) -> Node | None:
    """The name of the class around a name."""
    holder = next((scope for scope in one.scope.outwards() if scope.kind == "class"), None)
    return holder.node.child_by_field_name("name") if holder is not None else None


def _flavour(one: Occurrence) -> tuple[bool, bool]:
    """Whether a function is asynchronous, and whether it yields."""
    function = one.node.parent
    if function is None:
        return False, False
    is_async = any(child.type == "async" for child in function.children)
    stack = list(function.named_children)
    while stack:
        node = stack.pop()
        if node.type == "yield":
            return is_async, True
        if node.type not in {"function_definition", "lambda", "class_definition"}:
            stack += node.named_children
    return is_async, False


def _capture(pair: _Pair, known: _Pair) -> RefactoringRefused:
    first, second = known.before, pair.before
    what = f"{_described(first)} and {_described(second)}" if first is not None and second is not None else "two things"
    return RefactoringRefused(
        f"`{pair.new.name}` in {pair.path} would be one name for {what}.", hint="Choose another name."
    )


def _split(pair: _Pair, other: _Pair) -> RefactoringRefused:
    return RefactoringRefused(
        f"`{pair.new.name}` in {pair.path} would no longer be what `{other.new.name}` in {other.path} is.",
        hint="Another name, or another place, may work.",
    )


def _described(meaning: Definition) -> str:
    words = {
        "builtin": f"the built-in `{meaning.name}`",
        "external": f"`{meaning.name}` from outside of the workspace",
        "unknown": "nothing that is known",
        "module": f"the module {meaning.path or meaning.name}",
    }
    return words.get(meaning.kind, f"the {meaning.kind if meaning.kind != 'symbol' else 'definition'} `{meaning.name}`")
