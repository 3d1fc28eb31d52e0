"""Records `beast-lsp demo` in a terminal and draws it as an animated SVG: the README's picture.

    python tests/record_demo.py PATH OUTPUT.svg [options of the demo]

PATH is the folder that the demo reads; its name is in the picture. Needs a POSIX system and the `dev` extra.
The SVG has neither a script nor a font of its own, so that it moves in an `<img>` too.
"""

import codecs
import os
import pty
import select
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Any

import pyte

COLUMNS, ROWS = 80, 27  # the whole of the demo, so that nothing scrolls away.
QUIET = 0.012  # seconds without output, after which the screen is taken.
PAUSE = 7.0  # seconds at the end, to read the figures.
CELL, HEIGHT = 8.4, 18  # of a character, for a font of 14.
INK, PAPER = "c9d1d9", "0d1117"
COLOURS = {"default": INK, "black": PAPER, "red": "ff7b72", "green": "3fb950", "brown": "d9a55b", "blue": "58a6ff"}
COLOURS |= {"magenta": "bc8cff", "cyan": "39c5cf", "white": "b1bac4", "brightblack": "8b949e"}
COLOURS |= {"brightred": "ffa198", "brightgreen": "7ee787", "brightbrown": "e3b341", "brightblue": "79b8ff"}
COLOURS |= {"brightmagenta": "d2a8ff", "brightcyan": "76d9e6", "brightwhite": "f0f6fc"}
# Drawn, because the pieces of a frame don't meet in every font: {l}, {c} and {r} are left, centre and right.
BOX = {"│": "M{c} 0V18", "─": "M{l} 9H{r}", "━": "M{l} 9H{r}", "╸": "M{l} 9H{c}", "╺": "M{c} 9H{r}"}
BOX |= {"╭": "M{c} 18V14Q{c} 9 {r} 9", "╮": "M{c} 18V14Q{c} 9 {l} 9"}
BOX |= {"╰": "M{c} 0V4Q{c} 9 {r} 9", "╯": "M{c} 0V4Q{c} 9 {l} 9"}
SVG = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 704 544" role="img" font-size="14" \
font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono','Liberation Mono',monospace">
<title>{title}</title>
<style>.b{{font-weight:700}}{keyframes}@media(prefers-reduced-motion:reduce){{g{{animation:none!important}}}}</style>
<rect width="704" height="544" rx="10" fill="#{PAPER}"/>
<circle cx="20" cy="18" r="6" fill="#ff5f57"/><circle cx="40" cy="18" r="6" fill="#febc2e"/>\
<circle cx="60" cy="18" r="6" fill="#28c840"/>
<defs>{contents}</defs>
<svg x="16" y="42" width="672" height="486" fill="#{INK}">{rows}</svg>
</svg>
"""

Style = tuple[str, str, bool, bool]  # ink, paper ("" for the window's own), bold, italic.
Frame = tuple[float, list[str]]  # seconds since the start; every row as SVG.


class Screen(pyte.Screen):  # type: ignore[misc, unused-ignore]  # it may have no types.
    """A terminal that keeps dim text apart too: as text that blinks, which the demo has none of."""

    def select_graphic_rendition(self, *attrs: int, **rest: Any) -> None:
        """Colours and weights."""
        dims = 38 not in attrs and 48 not in attrs  # else a 2 is a part of a colour.
        super().select_graphic_rendition(*(5 if dims and each == 2 else each for each in attrs), **rest)


def record(path: Path, options: list[str]) -> Iterator[Frame]:
    """Runs the demo and yields every picture that its terminal shows."""
    ours, terminal = pty.openpty()
    termios.tcsetwinsize(terminal, (ROWS, COLUMNS))
    environment = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "COLUMNS", "LINES"}}
    environment |= {"TERM": "xterm-256color", "COLORTERM": ""}
    words, root = [sys.executable, "-m", "beast_lsp", "demo", str(path), *options], Path(__file__).parent.parent
    demo = subprocess.Popen(words, cwd=root, env=environment, stdin=terminal, stdout=terminal, stderr=terminal)
    os.close(terminal)
    screen, decoder, start = Screen(COLUMNS, ROWS), codecs.getincrementaldecoder("utf-8")("replace"), time.monotonic()
    stream = pyte.Stream(screen)
    stream.feed(f"\x1b[1;32m$\x1b[0m beast-lsp demo {path.name}\r\n")
    yield 0.0, _rows(screen)
    while output := _read(ours):
        stream.feed(decoder.decode(output))
        if not select.select([ours], [], [], QUIET)[0]:
            yield time.monotonic() - start, _rows(screen)
    yield time.monotonic() - start, _rows(screen)
    if demo.wait():
        sys.exit("\n".join(line.rstrip() for line in screen.display).rstrip())


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 1 << 16)
    except OSError:  # Linux tells the end so.
        return b""


def _rows(screen: Screen) -> list[str]:
    return [_row([screen.buffer[row][column] for column in range(COLUMNS)]) for row in range(ROWS)]


def _row(cells: list[Any]) -> str:
    """One row as SVG: each run of one style at its place, and of its width in whatever font."""
    drawn, column = "", 0
    for (style, boxed), run in groupby(_styled(cells), lambda cell: (cell[0], cell[1] in BOX)):
        text = "".join(character for _, character in run)
        drawn += _box(style, text, column) if boxed else _text(style, text, column)
        column += len(text)
    return drawn


def _styled(cells: list[Any]) -> Iterator[tuple[Style, str]]:
    """Styles and characters; a blank takes the style before it, so that there are fewer runs."""
    style: Style = (INK, "", False, False)
    for cell in cells:
        ink, paper = COLOURS.get(cell.fg, cell.fg), "" if cell.bg == "default" else COLOURS.get(cell.bg, cell.bg)
        if cell.blink:  # dim.
            mixed = zip(bytes.fromhex(ink), bytes.fromhex(PAPER), strict=True)
            ink = bytes(round(0.62 * above + 0.38 * below) for above, below in mixed).hex()
        if cell.reverse:
            ink, paper = paper or PAPER, ink
        if cell.data != " " or paper or style[1]:
            style = ink, paper, cell.bold, cell.italics
        yield style, cell.data


def _text(style: Style, text: str, column: int) -> str:
    ink, paper, bold, italic = style
    width = f'width="{len(text) * CELL:.4g}" height="{HEIGHT}" fill="#{paper}"'
    drawn = f'<rect x="{column * CELL:.4g}" {width}/>' if paper else ""
    column, text = column + len(text) - len(text.lstrip()), text.strip()
    look = f' fill="#{ink}"' * (ink != INK) + ' class="b"' * bold + ' font-style="italic"' * italic
    look += f' textLength="{len(text) * CELL:.4g}"' * (len(text) > 1)
    shown = escape(text, quote=False).replace(" ", "\xa0")
    return drawn + f'<text x="{column * CELL:.4g}" y="13.5"{look}>{shown}</text>' * bool(text)


def _box(style: Style, text: str, column: int) -> str:
    path = ""
    for piece, run in groupby(text):
        left, column = column, column + len(list(run))
        places = {"l": left * CELL, "c": (left + column) * CELL / 2, "r": column * CELL}
        path += BOX[piece].format(**{name: f"{place:.4g}" for name, place in places.items()})
    width = 2.5 if text[0] in "━╸╺" else 1.2
    return f'<path d="{path}" fill="none" stroke="#{style[0]}" stroke-width="{width}"/>'


def animate(frames: list[Frame], title: str) -> str:
    """The SVG: a row is a strip of all that it ever shows, which jumps from one to the next in time."""
    seconds = frames[-1][0] + PAUSE
    names: dict[str, str] = {}
    keyframes, rows = "", ""
    for row in range(ROWS):
        shown = [next(run) for _, run in groupby(((at, each[row]) for at, each in frames), lambda pair: pair[1])]
        heights = {content: -HEIGHT * place for place, content in enumerate(dict.fromkeys(each for _, each in shown))}
        steps = "".join(f"{100 * at / seconds:.2f}%{{transform:translateY({heights[each]}px)}}" for at, each in shown)
        keyframes += f"@keyframes k{row}{{{steps}}}#k{row}{{animation:k{row} {seconds:.2f}s step-end infinite}}"
        strip = "".join(
            f'<use href="#{names.setdefault(content, f"r{len(names)}")}" y="{-height}"/>'
            for content, height in heights.items()
            if content
        )
        last = f'<g id="k{row}" transform="translate(0 {heights[shown[-1][1]]})">{strip}</g>'
        rows += f'<svg y="{row * HEIGHT}" width="672" height="{HEIGHT}">{last}</svg>'
    contents = "".join(f'<g id="{name}">{content}</g>' for content, name in names.items())
    return SVG.format(title=escape(title), keyframes=keyframes, contents=contents, rows=rows, PAPER=PAPER, INK=INK)


if __name__ == "__main__":
    folder = Path(sys.argv[1]).resolve()
    picture = animate(list(record(folder, sys.argv[3:])), f"beast-lsp demo {folder.name}, as it ran")
    Path(sys.argv[2]).write_text(picture, "utf-8")
