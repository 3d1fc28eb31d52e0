"""What a document's text says about a suggestion that was shown in it: the rules of inference, pure."""

from dataclasses import dataclass
from difflib import SequenceMatcher

from beast_lsp.engine.anchor import CLOSERS
from beast_lsp.engine.document import Document, Position
from beast_lsp.engine.tokens import is_word_character

_MAX_COMPARED = 4_000  # characters of a text and what became of it; the comparison is quadratic.


@dataclass(slots=True)
class Region:
    """Where a text was put, followed through edits: the lines from `first` to `last`, both included."""

    first: int
    last: int
    column: int
    tail: str  # the text after it on its last line.

    @staticmethod
    def at(document: Document, start: Position, end: Position) -> "Region":
        """The region of `start` to `end` in a document that holds both."""
        return Region(start.line, end.line, start.column, document.lines[end.line][end.column :].rstrip("\r\n"))

    def follow(self, edit: tuple[int, int, int], total: int) -> bool:
        """Moves with an edit, as `changed_lines` gives it, in a document of now `total` lines.

        Whether the edit touched the region's lines.
        """
        start, old_end, new_end = edit
        moved = new_end - old_end
        # A line end typed where the text ends puts whole lines below it: they are its continuation.
        below = self.last + 1 if not self.tail and start == old_end else self.last
        if start > below or start == old_end == new_end:
            return False
        if old_end <= self.first:
            self.first, self.last = self.first + moved, self.last + moved
            return False
        self.first = min(self.first, start)
        self.last = min(max(self.last + moved, self.first), total - 1)
        return True

    def written(self, document: Document) -> str | None:
        """The text that stands in the region now; None where what surrounded it is gone."""
        text = self.loose(document)
        if text is None or not text.endswith(self.tail):
            return None
        return text[: len(text) - len(self.tail)]

    def loose(self, document: Document) -> str | None:
        """The text from the region's beginning to the end of its last line; None where the lines are gone."""
        if self.last >= len(document.lines) or self.first > self.last:
            return None
        lines = document.lines[self.first : self.last + 1]
        text = "".join([lines[0][self.column :], *lines[1:]])
        return text.rstrip("\r\n")


def typed_of(text: str, written: str, covered: str) -> int | None:
    """How many characters of `text` have been typed, when `written` stands where `covered` stood.

    None where it isn't the suggestion's beginning. Closing brackets that the editor put behind the cursor
    don't count.
    """
    if written == text:
        return len(text)
    if covered and written.endswith(covered):
        written = written[: len(written) - len(covered)]
    size = 0
    for expected, found in zip(text, written, strict=False):
        if expected != found:
            break
        size += 1
    return size if not written[size:].strip(CLOSERS) else None


def ends_at_boundary(text: str, length: int) -> bool:
    """Whether the first `length` characters end where a word ends: what partial accepts take."""
    if not 0 < length < len(text) or text[:length].isspace():
        return False
    return not (is_word_character(text[length - 1]) and is_word_character(text[length]))


def share_kept(text: str, became: str) -> float:
    """The share of `text` (0 to 1) that is still there in `became`, in its order."""
    text, became = text.strip()[:_MAX_COMPARED], became[:_MAX_COMPARED]
    if not text or text in became:
        return 1.0
    matcher = SequenceMatcher(None, text, became, autojunk=False)
    # Single characters match anywhere; a run of three is a piece of the text.
    return sum(size for _, _, size in matcher.get_matching_blocks() if size >= 3) / len(text)
