"""The n-grams of one open document, which change with every keystroke.

Lines are nodes of a linked list, each with its tokens; two dictionaries map the last one or two tokens to the
places that follow them. An edit replaces the nodes of the changed lines only: entries of dead nodes are
skipped and now and then swept, so a keystroke costs microseconds whatever the file's size.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from beast_lsp.engine.document import changed_lines
from beast_lsp.engine.ngram.index import Level
from beast_lsp.engine.tokens import FILE_START, bare, break_token, indent_unit, indent_width, is_word, line_tokens

WINDOW: Final = 5_000
"""At most this many lines of a document are held: those around the last place that was asked about."""
_DEPTH = 10  # The longest match that is told apart.
_SHORT = 120  # Lines of a file whose indentation is looked at again after each edit.
_PLACES = 120  # Of the places that share a context, the newest that are looked at.


class _Line:
    """One line: `tokens` as outcomes (with blanks), `bares` as contexts, its line break first."""

    __slots__ = ("alive", "bares", "previous", "serial", "tokens", "width")

    def __init__(self, words: list[str], width: int, previous: "_Line | None", start: str) -> None:
        self.tokens = [start, *words]
        self.bares = [start, *map(bare, words)]
        self.width = width
        self.previous = previous
        self.serial = 0
        self.alive = True


_Place = tuple[_Line, int]


class Overlay:
    """The tokens of one document, kept in step with its lines by `update`."""

    def __init__(self) -> None:
        self.unit = "    "
        self.revision = 0
        """Grows whenever another line than the one being edited changes."""
        self._lines: Sequence[str] = ()
        self._offset = 0  # The document line of the first node.
        self._nodes: list[_Line | None] = []  # One per line of the window; None for a line without tokens.
        self._after_one: dict[str, list[_Place]] = {}
        self._after_two: dict[tuple[str, str], list[_Place]] = {}
        self._uses: dict[str, dict[str, list[_Line]]] = {}  # By first character, then by word.
        self._serial = 0
        self._dead = 0

    def update(self, lines: Sequence[str], around: int) -> None:
        """Brings the overlay to `lines`; `around` is the line that is being edited."""
        if lines is self._lines and self._covers(around, len(lines)):
            return
        start, old_end, new_end = _changed(self._lines, lines, around)
        self.revision += (start, old_end, new_end) != (around, around + 1, around + 1)
        low, high = start - self._offset, old_end - self._offset
        self._lines = lines
        if high <= 0 < self._offset:  # All of it above the window.
            self._offset += new_end - old_end
        elif low < 0 or self._dead > 20 * WINDOW or not self._nodes:
            self._rebuild(around)
            return
        elif low <= len(self._nodes) and (start != old_end or start != new_end):
            self._replace(low, min(high, len(self._nodes)), list(lines[start:new_end]))
        if not self._covers(around, len(lines)) or self._has_other_unit():
            self._rebuild(around)

    def levels(self, context: Sequence[str], skip: "_Line | None" = None, depth: int = 3) -> list[Level]:
        """What followed the longest matches of `context` in this document, deepest first, newest counted more."""
        if not context:
            return []
        places = self._after_two.get((context[-2], context[-1]), ()) if len(context) > 1 else ()
        return self._count(places, context, skip, depth) or self._count(
            self._after_one.get(context[-1], ()), context, skip, depth
        )

    def _count(self, places: Sequence[_Place], context: Sequence[str], skip: "_Line | None", depth: int) -> list[Level]:
        """The levels that the living `places` give."""
        by_order: dict[int, dict[str, float]] = {}
        newest: dict[int, str] = {}
        reverse = context[-2::-1][: _DEPTH - 1]
        for line, column in reversed(places[-_PLACES:]):
            if line.alive and line is not skip:
                order = 1 + _match(line, column, reverse)
                counts = by_order.setdefault(order, {})
                token = line.tokens[column]
                counts[token] = counts.get(token, 0.0) + 1.0
                newest.setdefault(order, token)
        return _cumulated(by_order, newest, depth)

    def words(self, prefix: str) -> Iterator[tuple[str, int, int]]:
        """The identifiers that start with `prefix`: the number of lines of each, and how many lines ago it was seen."""
        for word, lines in self._uses.get(prefix[0], {}).items():
            if word.startswith(prefix):
                alive = [line.serial for line in lines[-_PLACES:] if line.alive]
                if alive:
                    yield word, len(alive), self._serial - max(alive)

    def context(self, line: int) -> list[str]:
        """The last bare tokens before `line`, oldest first, without the break that would start it."""
        node = self._node_before(line - self._offset)
        found: list[str] = []
        while node is not None and len(found) < _DEPTH + 2:
            found[:0] = node.bares
            node = node.previous
        return found[-_DEPTH - 2 :]

    def line_break(self, line: int, width: int) -> str:
        """The break token that leads from the code above to `line` when it is indented by `width` columns."""
        index = line - self._offset
        before = self._node_before(index)
        if before is None:
            return FILE_START
        blank = 0
        while 0 < index - blank <= len(self._nodes) and self._nodes[index - blank - 1] is None:
            blank += 1
        return break_token(blank, before.width, width, self.unit)

    def node(self, line: int) -> "_Line | None":
        """The node of a line, to be left out of `levels`: what is being typed must not predict itself."""
        index = line - self._offset
        return self._nodes[index] if 0 <= index < len(self._nodes) else None

    def sights(self, word: str) -> tuple[int, int]:
        """On how many lines of the window an identifier stands, and how many lines ago it was seen (999 for never)."""
        lines = self._uses.get(word[0], {}).get(word, ())
        alive = [line.serial for line in lines[-_PLACES:] if line.alive]
        return (len(alive), self._serial - max(alive)) if alive else (0, 999)

    def _covers(self, around: int, total: int) -> bool:
        margin = WINDOW // 4
        end = self._offset + len(self._nodes)
        return (self._offset == 0 or around - margin >= self._offset) and (end >= total or around + margin <= end)

    def _has_other_unit(self) -> bool:
        """Whether a short file, as a new one is, shows another step of indentation by now."""
        return len(self._lines) < _SHORT and indent_unit(self._lines) != self.unit

    def _rebuild(self, around: int) -> None:
        lines = self._lines
        self._offset = max(0, min(around - WINDOW // 2, len(lines) - WINDOW))
        self._nodes = []
        self._after_one, self._after_two, self._uses = {}, {}, {}
        self._serial = self._dead = 0
        window = lines[self._offset : self._offset + WINDOW]
        self.unit = indent_unit(window)
        nodes = self._made(window, None, 0)
        # What stands near the place of the edit is entered last, so that it counts as newest.
        by_distance = sorted(range(len(nodes)), key=lambda index: -abs(self._offset + index - around))
        for index in by_distance:
            self._enter(nodes[index])
        self._nodes = nodes

    def _replace(self, low: int, high: int, texts: list[str]) -> None:
        """Puts the lines `texts` in place of the nodes low to high, and the first code line below anew.

        That line's break and the context of its first tokens come from what stands above it.
        """
        end = self._code_from(high)
        while (
            end > high
            and len(node.tokens if (node := self._nodes[end - 1]) else ()) == 2
            and self._code_from(end) > end
        ):
            end = self._code_from(end)  # The break of a line of one word is context of the line below it.
        below = self._offset + low + len(texts)
        texts = [*texts, *self._lines[below : below + end - high]]
        for node in self._nodes[low:end]:
            self._leave(node)
        nodes = self._made(texts, self._node_before(low), self._blank_before(low))
        self._nodes[low:end] = nodes
        for node in nodes:
            self._enter(node)
        follower = self._code_from(low + len(nodes)) - 1
        if end > high and follower >= low + len(nodes):
            # One line further nothing but the pointer changes: the tokens above are the same as they were.
            node = self._nodes[follower]
            if node is not None:
                node.previous = self._node_before(follower)

    def _code_from(self, index: int) -> int:
        """The index after the first code line from `index` on; `index` itself where none follows."""
        for place in range(index, len(self._nodes)):
            if self._nodes[place] is not None:
                return place + 1
        return index

    def _made(self, texts: Sequence[str], previous: _Line | None, blank: int) -> list[_Line | None]:
        nodes: list[_Line | None] = []
        for text in texts:
            words = line_tokens(text)
            if not words:
                nodes.append(None)
                blank += 1
                continue
            width = indent_width(text, self.unit)
            start = break_token(blank, previous.width, width, self.unit) if previous else FILE_START
            previous, blank = _Line(words, width, previous, start), 0
            nodes.append(previous)
        return nodes

    def _enter(self, node: _Line | None) -> None:
        if node is None:
            return
        self._serial += 1
        node.serial = self._serial
        for column, (one, two) in enumerate(_keys(node)):
            place = (node, column)
            self._after_one.setdefault(one, []).append(place)
            self._after_two.setdefault((two, one), []).append(place)
        for word in set(node.bares):
            if is_word(word) and len(word) > 1:
                self._uses.setdefault(word[0], {}).setdefault(word, []).append(node)

    def _leave(self, node: _Line | None) -> None:
        """Takes a line out: its entries where they are the newest, as in the line being typed; the rest are skipped."""
        if node is None:
            return
        node.alive = False
        for one, two in reversed(list(_keys(node))):
            for places in (self._after_one.get(one), self._after_two.get((two, one))):
                if places and places[-1][0] is node:
                    places.pop()
                else:
                    self._dead += 1
        for word in set(node.bares):
            lines = self._uses.get(word[0], {}).get(word)
            if lines and lines[-1] is node:
                lines.pop()

    def _node_before(self, index: int) -> _Line | None:
        while index > 0:
            index -= 1
            node = self._nodes[index] if index < len(self._nodes) else None
            if node is not None:
                return node
        return None

    def _blank_before(self, index: int) -> int:
        blank = 0
        while index > blank and self._nodes[index - blank - 1] is None:
            blank += 1
        return blank


def _changed(old: Sequence[str], new: Sequence[str], around: int) -> tuple[int, int, int]:
    """What `changed_lines` says, at once where only the line `around` is new, as it is while somebody types."""
    if len(old) == len(new) and old[:around] == new[:around] and old[around + 1 :] == new[around + 1 :]:
        return around, around + 1, around + 1
    return changed_lines(old, new)


def _keys(node: _Line) -> Iterator[tuple[str, str]]:
    """For each token of a line, the bare token before it and the one before that."""
    before = node.previous.bares if node.previous else [FILE_START]
    one, two = before[-1], before[-2] if len(before) > 1 else FILE_START
    for token in node.bares:
        yield one, two
        one, two = token, one


def _match(line: _Line, column: int, reverse: Sequence[str]) -> int:
    """How many tokens of `reverse` (newest first) stand before the token that precedes this place."""
    size = 0
    node: _Line | None = line
    column -= 2
    for token in reverse:
        while column < 0:
            node = node.previous if node is not None else None
            if node is None:
                return size
            column += len(node.bares)
        if node is None or node.bares[column] != token:
            return size
        size += 1
        column -= 1
    return size


def _cumulated(by_order: dict[int, dict[str, float]], newest: dict[int, str], depth: int) -> list[Level]:
    """Levels of which each holds the counts of the deeper ones too; the newest sight counts half as much again."""
    levels: list[Level] = []
    counts: dict[str, float] = {}
    for order in sorted(by_order, reverse=True)[:depth]:
        counts = dict(counts)
        for token, count in by_order[order].items():
            counts[token] = counts.get(token, 0.0) + count
        weighed = {**counts, newest[order]: counts[newest[order]] + 0.5}
        levels.append(Level(order, weighed, sum(weighed.values())))
    return levels
