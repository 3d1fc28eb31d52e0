"""Generated parts of a page that people write in, too.

A part stands between two marks, HTML comments that no reader sees; the first has a hash of the text, so that an edit
within the part shows. What stands outside of the marks is never touched.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from beast_lsp.engine.document import split_lines

PAGE_MARK = (
    "<!-- beast-lsp:page Generated parts stand between a begin and an end mark. Write around them: that stays. "
    "Empty a part, and it stays empty. -->"
)
"""The first line of a page that was made as a whole, and therefore gets parts that are new."""
_MARK = re.compile(r"[ \t]*<!-- beast-lsp:(begin|end) (\S+?)(?: ([0-9a-f]{12}))? -->[ \t]*")
_PAGE = re.compile(r"<!-- beast-lsp:page .*-->")


@dataclass(frozen=True, slots=True)
class Part:
    """A generated piece of a page. `name` is unique within the page."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Merged:
    """A page's new text. `kept` names the parts that somebody edited, and that are therefore left as they are.

    `problem` says why the whole page is left as it is.
    """

    text: str
    kept: tuple[str, ...] = ()
    problem: str = ""


@dataclass(slots=True)
class _Block:
    """A part as it stands in a page, or what stands between two parts, whose name is empty."""

    name: str
    lines: list[str]
    hash: str = ""

    @property
    def body(self) -> str:
        return "".join(self.lines[1:-1])

    @property
    def is_ours(self) -> bool:
        """Whether nobody wrote in it since it was generated; a part without a hash only says where one shall be."""
        return self.hash == _hash(self.body) if self.hash else not self.body.strip()


def merge(existing: str | None, parts: Sequence[Part], *, overwrite: bool = False) -> Merged:
    """What becomes of a page (None: there is none yet) when its parts are generated again.

    A part that nobody edited is replaced or, where it is no longer among `parts`, taken out; with `overwrite` so is an
    edited one. New parts go before those that follow them, in a page that was made as a whole.
    """
    if existing is None:
        blocks = [_Block("", [f"{PAGE_MARK}\n"]), *(_block(part, "\n") for part in parts)]
        return Merged(_joined(blocks))
    newline = "\r\n" if "\r\n" in existing else "\n"
    try:
        blocks = list(_blocks(existing))
    except ValueError as problem:
        return Merged(existing, problem=str(problem))
    if not _is_whole(blocks) and not any(block.name for block in blocks):
        return Merged(existing, problem="it has no generated parts")
    kept = [block.name for block in blocks if _is_kept(block, parts, overwrite)]
    found = [new for block in blocks if (new := _renewed(block, parts, overwrite, newline)) is not None]
    if _is_whole(blocks):
        _insert(found, parts, newline)
    return Merged(_joined(found), tuple(kept))


def is_generated(text: str) -> bool:
    """Whether a page was made as a whole, and its marks are sound."""
    try:
        return _is_whole(list(_blocks(text)))
    except ValueError:
        return False


def is_untouched(text: str) -> bool:
    """Whether nobody wrote anything in a generated page."""
    try:
        blocks = list(_blocks(text))
    except ValueError:
        return False
    outside = "".join(line for block in blocks if not block.name for line in block.lines if not _PAGE.match(line))
    return _is_whole(blocks) and not outside.strip() and all(block.is_ours for block in blocks if block.name)


def _is_whole(blocks: Sequence[_Block]) -> bool:
    return any(_PAGE.match(line) for block in blocks if not block.name for line in block.lines)


def _blocks(text: str) -> Iterator[_Block]:
    """The blocks of a page, in order. Raises ValueError, in words, where marks have no partner or a name twice."""
    block, seen = _Block("", []), set[str]()
    for row, line in enumerate(split_lines(text)):
        mark = _MARK.fullmatch(line.rstrip("\r\n"))
        if mark is None:
            block.lines.append(line)
            continue
        if (mark[1] == "begin") == bool(block.name) or (block.name and mark[2] != block.name) or mark[2] in seen:
            raise ValueError(f"its marks are damaged at line {row + 1}")
        if mark[1] == "begin":
            yield block
            block = _Block(mark[2], [line], mark[3] or "")
        else:
            block.lines.append(line)
            seen.add(mark[2])
            yield block
            block = _Block("", [])
    if block.name:
        raise ValueError(f"the part {block.name} has no end")
    yield block


def _is_kept(block: _Block, parts: Sequence[Part], overwrite: bool) -> bool:
    """Whether somebody's words within a part stand against what would be generated; an emptied part speaks for none."""
    if not block.name or block.is_ours or overwrite or not block.body.strip():
        return False
    return all(_hash(block.body) != _hash(part.text) for part in parts if _name(part) == block.name)


def _renewed(block: _Block, parts: Sequence[Part], overwrite: bool, newline: str) -> _Block | None:
    """What stands in a block's place; None where nothing does."""
    part = next((each for each in parts if _name(each) == block.name), None) if block.name else None
    if not block.name or _is_kept(block, parts, overwrite) or (block.hash and not block.body.strip()):
        return block
    if part is None:
        return None
    if block.is_ours and block.hash == _hash(part.text):
        return block  # as it stands, blank lines and all.
    return _block(part, newline)


def _insert(blocks: list[_Block], parts: Sequence[Part], newline: str) -> None:
    """Puts the parts that are not there before the next one that is, else at the end."""
    there = {block.name for block in blocks}
    place = len(blocks)
    for part in reversed(parts):
        name = _name(part)
        if name in there:
            place = next(number for number, block in enumerate(blocks) if block.name == name)
            continue
        if place == len(blocks) and blocks and blocks[-1].lines and blocks[-1].lines[-1][-1:] not in {"", "\n", "\r"}:
            blocks[-1].lines[-1] += newline
        blocks.insert(place, _block(part, newline))


def _block(part: Part, newline: str) -> _Block:
    name, digest = _name(part), _hash(part.text)
    body = "\n".join(_plain(line) for line in part.text.strip().split("\n"))
    text = f"<!-- beast-lsp:begin {name} {digest} -->\n\n{body}\n\n<!-- beast-lsp:end {name} -->\n"
    lines = text.replace("\n", newline).splitlines(keepends=True) if newline != "\n" else split_lines(text)
    return _Block(name, [line for line in lines if line], digest)


def _plain(line: str) -> str:
    """A line that no one takes for a mark: shown code may hold one."""
    return line.replace("<!--", "<!\u200b--", 1) if _MARK.fullmatch(line) or _PAGE.match(line) else line


def _name(part: Part) -> str:
    """A part's name as it may stand in a comment of HTML."""
    return quote(part.name, safe=".:@/").replace("--", "-%2D")


def _hash(text: str) -> str:
    """A text's hash, whatever its line ends are, and the blank lines around it."""
    plain = "\n".join(_plain(line) for line in text.replace("\r\n", "\n").replace("\r", "\n").strip().split("\n"))
    return hashlib.sha256(plain.encode("utf-8", "replace")).hexdigest()[:12]


def _joined(blocks: Sequence[_Block]) -> str:
    return "".join(line for block in blocks for line in block.lines)
