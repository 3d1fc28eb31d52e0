"""The screen of the demo: a window into a file that is being typed, with ghost text, and what it cost so far."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.syntax import Syntax
from rich.text import Text

from beast_lsp.replay.cases import Case
from beast_lsp.replay.user import DecisionPoint, keystroke, typed_characters

WIDTH = 80
# Lines of code in the window; with the frame and the lines below it fits a terminal of 24 lines.
HEIGHT = 17
_BAR = 20
_LINES_READ = 40  # above the window, so that the colours in it are right.
_LINES_BELOW = 5  # of the window, kept free below the cursor where there is something to show.
_GHOST, _FRESH, _GIVEN, _TYPED = "dim italic", "black on green", "green", "bold"

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Picture:
    """What the screen shows: `offset` characters of the body stand, `given` of them came by acceptances.

    `fresh` is the newest of these spans, while it is highlighted. `finished` shows who wrote what.
    """

    case: Case
    offset: int = 0
    ghost: str = ""
    given: tuple[Span, ...] = ()
    fresh: Span | None = None
    keys: int = 0
    milliseconds: float = 0.0
    finished: bool = False

    @property
    def saved(self) -> float:
        """The share of keys saved so far."""
        characters = typed_characters(self.case.body[: self.offset])
        return 1 - self.keys / characters if characters else 0.0


class Screen:
    """Shows a replay as it happens; a context manager, and `show` is the observer of `replay.user.replay`.

    `pace` is the seconds between two keys, `sleep` waits. Where the console is no terminal nothing moves, and
    `finish` prints the last picture.
    """

    def __init__(self, console: Console, case: Case, pace: float, sleep: Callable[[float], None]) -> None:
        self.console, self.pace, self.sleep = console, pace, sleep
        self.picture = Picture(case)
        self._live = Live(console=console, auto_refresh=False, transient=False) if console.is_terminal else None

    def __enter__(self) -> "Screen":
        if self._live:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live:
            self._live.stop()

    def show(self, point: DecisionPoint) -> None:
        """One key of the user: the suggestion first, then what they make of it."""
        milliseconds = point.suggestion.milliseconds if point.suggestion else self.picture.milliseconds
        self.picture = replace(self.picture, offset=point.offset, ghost=point.shown, milliseconds=milliseconds)
        if point.accepted:
            self._draw(4)  # long enough to be read.
            self._press(point.shown)
            fresh = (point.offset, self.picture.offset)
            self.picture = replace(self.picture, given=(*self.picture.given, fresh), fresh=fresh)
            self._draw(3)
            self.picture = replace(self.picture, fresh=None)
        else:
            self._draw(1)
            self._press(keystroke(point.case.body, point.offset))

    def finish(self) -> None:
        """The last picture: who wrote what."""
        self.picture = replace(self.picture, ghost="", fresh=None, finished=True)
        if self._live:
            self._draw(0)
        else:
            self.console.print(plain(self.picture), highlight=False, markup=False, soft_wrap=True)

    def _press(self, text: str) -> None:
        self.picture = replace(
            self.picture, offset=self.picture.offset + len(text), ghost="", keys=self.picture.keys + 1
        )

    def _draw(self, beats: int) -> None:
        if self._live:
            self._live.update(draw(self.picture), refresh=True)
            self.sleep(self.pace * beats)


def draw(picture: Picture) -> RenderableType:
    """The window and the line below it, at most 80 columns wide."""
    case = picture.case
    title = f"{case.path} · {case.function}"
    legend = "[bold not dim]typed[/]  [green not dim]suggested, one key each[/]" if picture.finished else None
    frame = Panel(
        _window(picture),
        title=Text(title[-(WIDTH - 8) :]),
        subtitle=legend,
        width=WIDTH,
        border_style="dim",
        padding=(0, 1),
    )
    return Group(frame, _status(picture))


def plain(picture: Picture) -> str:
    """The function for paper: «what an accepted suggestion wrote», the rest typed."""
    text, place = "", 0
    for start, end in picture.given:
        text += f"{picture.case.body[place:start]}«{picture.case.body[start:end]}»"
        place = end
    text += picture.case.body[place : picture.offset]
    before = picture.case.before.split("\n")
    header = "\n".join(before[len(before) - 1 - _header_lines(picture.case.before) :])
    return header + text


def _header_lines(before: str) -> int:
    """How many lines above the body are the function's own: one, or the lines of a signature that was broken."""
    lines = before.split("\n")[:-1]
    if not lines:
        return 0
    last = lines[-1]
    if not last.lstrip().startswith((")", "]", "{")):
        return 1
    depth = len(last) - len(last.lstrip())
    for count, line in enumerate(reversed(lines[:-1]), 2):
        if line.strip() and len(line) - len(line.lstrip()) <= depth:
            return count
    return 1


def _status(picture: Picture) -> Text:
    share = max(0.0, picture.saved)
    full = round(share * _BAR)
    text = Text("  ")
    text.append("━" * full, "green").append("━" * (_BAR - full), "dim")
    text.append(f"  {share:4.0%}", "bold green").append(" of the keys saved")
    text.append(f"   {picture.keys:>4} keys", "bold")
    if picture.finished:
        return text.append(f" for {typed_characters(picture.case.body[: picture.offset])} characters")
    return text.append(f"   {picture.milliseconds:5.1f} ms", "dim")


def _window(picture: Picture) -> Text:
    """The lines around the cursor, `HEIGHT` of them, cut at the frame; at the end those of the function alone."""
    before = picture.case.before
    written = (before + picture.case.body[: picture.offset]).split("\n")
    top, height = max(0, len(written) + _LINES_BELOW - HEIGHT), HEIGHT
    if picture.finished:
        top = max(before.count("\n") - _header_lines(before), len(written) - HEIGHT)
        height = len(written) - top
    above = max(0, top - _LINES_READ)
    skipped = sum(len(line) + 1 for line in written[:above])
    lines = _with_cursor(picture, skipped).split("\n", allow_blank=True)[top - above :][:height]
    window = Text(no_wrap=True, overflow="ellipsis", tab_size=4)
    for number, line in enumerate(lines, top + 1):
        window.append(f"{number:>4}  ", "dim").append_text(line).append("\n")
    window.append("\n" * (height - len(lines)))
    window.right_crop(1)
    return window


def _with_cursor(picture: Picture, skipped: int) -> Text:
    """The code from the character `skipped` on: what is written, the ghost text, the cursor, what follows."""
    text = _coloured(picture, skipped)
    place = len(picture.case.before) + picture.offset - skipped
    if picture.finished:
        return text
    rest = Text.assemble((picture.ghost, _GHOST), text[place:])
    if not rest.plain or rest.plain[0] == "\n":
        rest = Text.assemble(" ", rest)
    rest.stylize("reverse", 0, 1)
    return Text.assemble(text[:place], rest)


def _coloured(picture: Picture, skipped: int) -> Text:
    """The code in the terminal's own colours; at the end in two: typed, and given by a suggestion."""
    case, start = picture.case, len(picture.case.before) - skipped
    below = "\n".join(case.after.split("\n")[:HEIGHT])
    code = (case.before + case.body[: picture.offset])[skipped:] + below
    if picture.finished:
        text = Text(code, "dim")
        _paint(text, f"not dim {_TYPED}", start, start + picture.offset)
        for left, right in picture.given:
            _paint(text, f"not dim {_GIVEN}", start + left, start + right)
        return text
    # No tab size: the highlighter would expand tabs, and every place behind one would be wrong.
    coloured = Syntax("", case.language, theme="ansi_dark", background_color="default", tab_size=0).highlight(code)
    text = coloured[: len(code)] if coloured.plain.startswith(code) else Text(code)
    if picture.fresh:
        _paint(text, _FRESH, start + picture.fresh[0], start + picture.fresh[1])
    return text


def _paint(text: Text, style: str, start: int, end: int) -> None:
    """Styles a range that may begin above the window; `Text.stylize` counts from the end there."""
    if end > 0:
        text.stylize(style, max(0, start), end)
