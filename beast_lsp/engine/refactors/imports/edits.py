"""Changes the import statements of one file: names that go, names that come, each to its group and its list.

What is added to the module's own imports joins the statement that already imports from the same module; a new
statement stands in the order of its group: `__future__`, the standard library, other packages, the workspace.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from beast_lsp.engine.refactors.imports.statements import Item, Statement, Wanted, statements, typing_block
from beast_lsp.engine.refactors.proposal import Edit, Name, Piece, Span
from beast_lsp.errors import RefactoringRefused

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.scopes.resolution.program import Module

_TEXTS = frozenset({"string", "concatenated_string"})
_WIDTH = 100  # a list that would make its line longer is left alone, and a statement of its own added.
_TYPING = Wanted("typing", "TYPE_CHECKING")


class ImportEdits:
    """Collects what shall change, and gives the edits. `is_local` tells whether a module is of the workspace."""

    def __init__(self, module: Module, is_local: Callable[[str], bool]) -> None:
        self._path = module.path
        self._tree = module.tree
        self._is_local = is_local
        self.statements = statements(module.tree)
        self._removed: defaultdict[int, list[Item]] = defaultdict(list)
        self._behind: defaultdict[int, list[Wanted]] = defaultdict(list)
        self._listed: defaultdict[int, list[Wanted]] = defaultdict(list)
        self._fresh: list[Wanted] = []
        self._typing: list[Wanted] = []

    def remove(self, statement: Statement, item: Item) -> None:
        """Takes a name out of a statement; with its last name, the statement goes."""
        if item not in self._removed[statement.node.id]:
            self._removed[statement.node.id].append(item)

    def add_behind(self, statement: Statement, wanted: Wanted) -> None:
        """Adds an import in the block of a statement: to a list there, else as the statement behind it."""
        if wanted in self._behind[statement.node.id] or self._bound_beside(statement, wanted):
            return
        listed = self._list_for(wanted, [one for one in self.statements if _are_beside(one, statement)])
        if listed is not None and listed.node.id not in self._removed:
            self._add_listed(listed, wanted)
        else:
            self._behind[statement.node.id].append(wanted)

    def add(self, wanted: Wanted) -> None:
        """Adds an import to those at the top of the file: what stands further down may come too late."""
        top = self._head()
        if wanted in self._fresh or any(_binds(one, wanted) for one in top):
            return
        listed = self._list_for(wanted, top)
        if listed is not None:
            self._add_listed(listed, wanted)
        else:
            self._fresh.append(wanted)

    def add_for_types(self, wanted: Wanted) -> None:
        """Adds an import below `if TYPE_CHECKING:`."""
        body = typing_block(self._tree)
        known = [one for one in self.statements if one.is_typing]
        beside = [one for one in known if one.node.parent == body]
        if beside:
            self.add_behind(beside[-1], wanted)
        elif wanted not in self._typing and not any(_binds(one, wanted) for one in known):
            self._typing.append(wanted)

    def edits(self) -> list[Edit]:
        """The edits that do all of it."""
        body = typing_block(self._tree)
        if self._typing and body is None:
            self.add(_TYPING)
        found = [edit for one in self.statements for edit in self._changed(one)]
        found += [self._inserted(at, group) for at, group in self._grouped().items()]
        return found + self._typed()

    def _bound_beside(self, statement: Statement, wanted: Wanted) -> bool:
        beside = [one for one in self.statements if _are_beside(one, statement)]
        kept = [one for one in beside if not self._removed.get(one.node.id)]
        return any(_binds(one, wanted) for one in kept)

    def _list_for(self, wanted: Wanted, among: Iterable[Statement]) -> Statement | None:
        """The statement that imports from the same module already and has room."""
        for one in among:
            is_list = wanted.name and one.module == wanted.module and all(item.name != "*" for item in one.items)
            if is_list and (self._is_bracketed(one) or self._end_column(one) + len(_item(wanted)) + 2 <= _WIDTH):
                return one
        return None

    def _add_listed(self, statement: Statement, wanted: Wanted) -> None:
        if wanted not in self._listed[statement.node.id]:
            self._listed[statement.node.id].append(wanted)

    def _end_column(self, statement: Statement) -> int:
        return statement.node.end_point[1]

    def _is_bracketed(self, statement: Statement) -> bool:
        return any(child.type == "(" for child in statement.node.children)

    def _changed(self, statement: Statement) -> list[Edit]:
        key = statement.node.id
        gone, behind, listed = self._removed[key], self._behind[key], self._listed[key]
        kept = [item for item in statement.items if item not in gone]
        if not kept and not listed:
            return self._replaced(statement, behind)
        edits = self._without(statement, gone) + [self._joined(statement, kept, one) for one in listed]
        if behind:
            pieces: list[Piece] = []
            for one in behind:
                pieces += [self._line_break(statement.node), *_pieces(one)]
            at = self._behind_comment(statement.node)
            edits.append(Edit(Span(self._path, at, at), tuple(pieces)))
        return edits

    def _line_break(self, node: Node) -> str:
        """A line break to the depth of a statement; a semicolon where it shares its line."""
        source = self._tree.source
        line = source.rfind(b"\n", 0, node.start_byte) + 1
        blanks = source[line : node.start_byte]
        after = source[node.end_byte : self._line_end(node)].strip()
        is_alone = not blanks.strip() and (not after or after.startswith(b"#"))
        return "\n" + blanks.decode() if is_alone else "; "

    def _behind_comment(self, node: Node) -> int:
        """Where a statement ends, with the comment behind it."""
        after = self._tree.source[node.end_byte : self._line_end(node)]
        return node.end_byte + len(after.rstrip()) if after.lstrip().startswith(b"#") else node.end_byte

    def _line_end(self, node: Node) -> int:
        end = self._tree.source.find(b"\n", node.end_byte)
        return end if end >= 0 else len(self._tree.source)

    def _replaced(self, statement: Statement, behind: list[Wanted]) -> list[Edit]:
        """The statement goes, or others take its place."""
        node = statement.node
        if behind:
            pieces: list[Piece] = []
            for one in behind:
                pieces += [*([self._line_break(node)] if pieces else []), *_pieces(one)]
            return [Edit(Span(self._path, node.start_byte, node.end_byte), tuple(pieces))]
        if self._empties(node):
            return [Edit(Span(self._path, node.start_byte, node.end_byte), ("pass",))]
        return [Edit(self._line_of(node), ())]

    def _empties(self, node: Node) -> bool:
        """Whether a statement is the first of a block of which nothing is left."""
        block = node.parent
        if block is None or block.type != "block" or block.named_children[0] != node:
            return False
        gone = {one.node.id for one in self.statements if self._is_gone(one)}
        return all(child.id in gone for child in block.named_children)

    def _is_gone(self, statement: Statement) -> bool:
        key = statement.node.id
        is_empty = len(self._removed.get(key, ())) == len(statement.items)
        return is_empty and not self._listed.get(key) and not self._behind.get(key)

    def _line_of(self, node: Node) -> Span:
        """The whole line of a statement, comment and line break included."""
        source, end = self._tree.source, self._line_end(node)
        start = source.rfind(b"\n", 0, node.start_byte) + 1
        rest = source[node.end_byte : end].strip()
        if source[start : node.start_byte].strip() or (rest and not rest.startswith(b"#")):
            raise RefactoringRefused(
                f"An import in {self._path} shares its line with another statement.", hint="Break the line first."
            )
        return Span(self._path, start, min(end + 1, len(source)))

    def _without(self, statement: Statement, gone: list[Item]) -> list[Edit]:
        """Takes runs of names out of a list that keeps some."""
        items, edits, index = statement.items, [], 0
        while index < len(items):
            last = index
            while last < len(items) and items[last] in gone:
                last += 1
            if last > index:
                start = items[index].node.start_byte if last < len(items) else items[index - 1].node.end_byte
                end = items[last].node.start_byte if last < len(items) else items[-1].node.end_byte
                edits.append(Edit(Span(self._path, start, end), ()))
            index = max(last, index + 1)
        return edits

    def _joined(self, statement: Statement, kept: list[Item], wanted: Wanted) -> Edit:
        """Puts a name into a list, in its order where the list has one."""
        names = [item.name.lower() for item in statement.items]
        later = next((item for item in kept if item.name.lower() > wanted.name.lower()), None)
        if later is not None and names == sorted(names):
            at, pieces = later.node.start_byte, (*_named(wanted), self._comma(statement))
        elif kept:
            at, pieces = kept[-1].node.end_byte, (self._comma(statement), *_named(wanted))
        else:  # every name goes; this one comes in place of the first.
            at, pieces = statement.items[0].node.start_byte, (*_named(wanted), self._comma(statement))
        return Edit(Span(self._path, at, at), pieces)

    def _comma(self, statement: Statement) -> str:
        first = statement.items[0].node
        rows = {item.node.start_point[0] for item in statement.items}
        is_stacked = len(rows) == len(statement.items) and first.start_point[0] > statement.node.start_point[0]
        return ",\n" + " " * first.start_point[1] if is_stacked else ", "

    def _grouped(self) -> dict[int, list[Wanted]]:
        """The new statements by the byte where they are inserted."""
        found: defaultdict[int, list[Wanted]] = defaultdict(list)
        for wanted in sorted(self._fresh, key=self._order):
            found[self._place(wanted)].append(wanted)
        return found

    def _order(self, wanted: Wanted) -> tuple[int, bool, str]:
        return self._group(wanted.module), wanted.name != "", wanted.module.lower()

    def _group(self, module: str) -> int:
        head = module.partition(".")[0]
        if module == "__future__":
            return 0
        if not head or self._is_local(module):
            return 4 if not head else 3
        return 1 if head in sys.stdlib_module_names else 2

    def _order_of(self, statement: Statement) -> tuple[int, bool, str]:
        module = statement.module or (statement.items[0].name if statement.items else "")
        return self._group(module), statement.is_from, module.lower()

    def _head(self) -> list[Statement]:
        """The imports at the top of the file: those before the first other statement than a docstring."""
        byte = self.header_end()
        return [one for one in self.statements if _is_top(one) and one.node.start_byte < byte]

    def header_end(self) -> int:
        """Where docstring and imports end: the byte behind the last line of them; comments before the first belong."""
        end, has_code = 0, False
        for node in self._tree.tree.root_node.named_children:
            is_doc = not has_code and node.type == "expression_statement" and node.named_children[0].type in _TEXTS
            if node.type == "comment":
                is_first = self._tree.source[end : node.start_byte] == b""
                end = self._next_line(node) if is_first and not has_code else end
                continue
            has_code = True
            if not is_doc and not self._is_import_like(node):
                break
            end = self._next_line(node)
        return end

    def _is_import_like(self, node: Node) -> bool:
        if node.type in {"import_statement", "import_from_statement", "future_import_statement"}:
            return True
        body = typing_block(self._tree)
        return body is not None and body.parent == node

    def _next_line(self, node: Node) -> int:
        return min(self._line_end(node) + 1, len(self._tree.source))

    def _place(self, wanted: Wanted) -> int:
        order, at = self._order(wanted), 0
        head = self._head()
        earlier = [one for one in head if self._order_of(one) <= order]
        if earlier:
            at = self._next_line(earlier[-1].node)
        elif head:
            at = self._tree.source.rfind(b"\n", 0, head[0].node.start_byte) + 1
        else:
            at = self.header_end()
        return at

    def _inserted(self, at: int, group: list[Wanted]) -> Edit:
        """New statements at the beginning of a line, with blank lines between groups."""
        head = self._head()
        before = [one for one in head if one.node.start_byte < at]
        behind = [one for one in head if one.node.start_byte >= at]
        pieces: list[Piece] = ["\n"] if at and self._tree.source[at - 1 : at] != b"\n" else []
        last = _section(self._order_of(before[-1])[0]) if before else None
        if last is None and at:
            pieces.append("\n")
        for one in group:
            section = _section(self._order(one)[0])
            pieces += ["\n"] if last is not None and section != last else []
            pieces += [*_pieces(one), "\n"]
            last = section
        next_section = _section(self._order_of(behind[0])[0]) if behind else None
        rest = self._tree.source[at : at + 1]
        needs_blank = rest not in {b"", b"\n", b"\r"} and (not behind or next_section != last)
        return Edit(Span(self._path, at, at), (*pieces, *(["\n"] if needs_blank else [])))

    def _typed(self) -> list[Edit]:
        """The imports for type checkers: at the end of a block that has none yet, or in a new one behind the others."""
        body = typing_block(self._tree)
        pieces: list[Piece] = []
        if not self._typing:
            return []
        if body is not None:
            indent = " " * body.start_point[1]
            for one in self._typing:
                pieces += ["\n" + indent, *_pieces(one)]
            return [
                Edit(
                    Span(self._path, body.named_children[-1].end_byte, body.named_children[-1].end_byte), tuple(pieces)
                )
            ]
        pieces = ["\nif TYPE_CHECKING:\n"]
        for one in self._typing:
            pieces += ["    ", *_pieces(one), "\n"]
        at = self.header_end()
        return [Edit(Span(self._path, at, at), tuple(pieces))]


def _section(group: int) -> int:
    """Relative and absolute imports of the workspace form one section."""
    return min(group, 3)


def _is_top(statement: Statement) -> bool:
    return statement.node.parent is not None and statement.node.parent.type == "module"


def _are_beside(one: Statement, other: Statement) -> bool:
    return one.node.parent == other.node.parent


def _binds(statement: Statement, wanted: Wanted) -> bool:
    """Whether a statement imports the very same."""
    if not wanted.name:
        return not statement.is_from and any(
            (item.name, item.alias) == (wanted.module, wanted.alias) for item in statement.items
        )
    is_same = statement.module == wanted.module
    return is_same and any((item.name, item.alias) == (wanted.name, wanted.alias) for item in statement.items)


def _item(wanted: Wanted) -> str:
    return f"{wanted.name or wanted.module} as {wanted.alias}" if wanted.alias else wanted.name or wanted.module


def _named(wanted: Wanted) -> tuple[Piece, ...]:
    """The name in the list, with its alias."""
    if wanted.like is None or not wanted.name:
        return (_item(wanted),)
    like, of = Span(*wanted.like), Span(*(wanted.of or wanted.like))
    if wanted.alias:
        return Name(wanted.name, of), " as ", Name(wanted.alias, like)
    return (Name(wanted.name, like),)


def _pieces(wanted: Wanted) -> tuple[Piece, ...]:
    """The statement."""
    if not wanted.name:
        return ("import ", *_named(wanted))
    return (f"from {wanted.module} import ", *_named(wanted))
