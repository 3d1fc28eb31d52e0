"""Cases: functions of a workspace whose bodies are taken out, to be typed again.

`cases` does both on a copy. The choice repeats: the same files and seed give the same functions. A body has at
least 4 lines; half of the functions come from tests where there are enough of both, and each file gives one
function before any gives a second. A hole is a hole for every case: while one body of a file is typed, the
other holes stay empty, and a body that stands a second time anywhere is no case at all.
"""

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from beast_lsp.engine.conventions import is_test
from beast_lsp.engine.document import Position, split_lines
from beast_lsp.engine.languages import by_name, for_path
from beast_lsp.engine.syntax import functions, parse
from beast_lsp.replay.copies import Texts, code_paths, read_source

MINIMUM_LINES = 4
# Longer bodies are typed up to here (and taken out as a whole), so that one function doesn't outweigh the others.
MOST_CHARACTERS = 2_500
# Machines write such lines, and nobody types them.
_LONGEST_LINE = 300


@dataclass(frozen=True, slots=True)
class Case:
    """One body to type: the file is `before` + `body` + `after`, and the server sees it without `body`.

    `path` is relative to `folder`, the copy, with `/`. In a new file `before` and `after` are empty and the
    file doesn't exist.
    """

    folder: Path
    path: str
    language: str
    function: str
    before: str
    body: str
    after: str

    @property
    def uri(self) -> str:
        """The file's address in the copy."""
        return (self.folder / self.path).as_uri()

    @property
    def lines(self) -> list[str]:
        """The file as the server sees it at first."""
        return split_lines(self.before + self.after)

    @property
    def start(self) -> Position:
        """Where typing starts."""
        return moved(Position(0, 0), self.before)


@dataclass(frozen=True, slots=True)
class Hole:
    """A function chosen: its body is `text[start:end]` of the file at `path`, offsets in characters."""

    path: str
    language: str
    function: str
    start: int
    end: int


def cases(  # noqa: PLR0913 - each is a choice of its own.
    folder: Path,
    paths: Sequence[str],
    count: int,
    *,
    seed: int = 1,
    family: str | None = None,
    fits: Callable[[str, str], bool] = lambda _path, _body: True,
) -> list[Case]:
    """Takes at most `count` functions out of the files `paths` below `folder`, a copy, and returns what to type.

    `family` limits them to one family of languages; `fits` is asked with each path and body. Files are
    written: never call this on the user's own folder.
    """
    texts = Texts(folder, paths)
    holes = choose(
        folder,
        code_paths(paths, family),
        count,
        seed,
        lambda hole, body: fits(hole.path, body) and texts.count(body) == 1,
    )
    return cut(folder, holes)


def choose(
    folder: Path,
    paths: Iterable[str],
    count: int,
    seed: int = 1,
    fits: Callable[[Hole, str], bool] = lambda _hole, _body: True,
) -> list[Hole]:
    """At most `count` functions of the files `paths` (relative to `folder`), sorted by path and place."""
    chance = random.Random(seed)  # noqa: S311 - a repeatable choice, nothing secret.
    tests, sources = _shuffled_strata(paths, chance)
    from_tests, from_sources = _rounds(folder, tests, chance, fits), _rounds(folder, sources, chance, fits)
    chosen = _take(from_tests, count // 2)
    chosen += _take(from_sources, count - len(chosen))
    chosen += _take(from_tests, count - len(chosen))
    return sorted(chosen, key=lambda hole: (hole.path, hole.start))


def cut(folder: Path, holes: Sequence[Hole]) -> list[Case]:
    """Takes every hole's body out of the files below `folder` (a copy!) and returns what to type."""
    found: list[Case] = []
    for path in dict.fromkeys(hole.path for hole in holes):
        file = folder / path
        text = read_source(file) or ""
        of_file = [hole for hole in holes if hole.path == path]
        found += _cases_of_file(folder, text, of_file)
        file.write_text(_without(text, of_file), encoding="utf-8", newline="")
    return found


def new_files(folder: Path, paths: Sequence[str], count: int, seed: int = 1, family: str | None = None) -> list[Case]:
    """Deletes at most `count` files from the copy and returns them as cases: each typed into an empty file.

    The comments that open a file are left out, because a licence stands in every other file too.
    """
    candidates = sorted(code_paths(paths, family))
    random.Random(seed).shuffle(candidates)  # noqa: S311 - a repeatable choice.
    found: list[Case] = []
    for path in candidates:
        if len(found) == count:
            break
        if case := _new_file(folder, path):
            (folder / path).unlink()
            found.append(case)
    return found


def moved(position: Position, text: str) -> Position:
    """Where `position` is after `text` has been inserted there."""
    lines = text.count("\n")
    if not lines:
        return Position(position.line, position.column + len(text))
    return Position(position.line + lines, len(text) - text.rindex("\n") - 1)


def _shuffled_strata(paths: Iterable[str], chance: random.Random) -> tuple[list[str], list[str]]:
    tests: list[str] = []
    sources: list[str] = []
    for path in sorted(paths):
        (tests if is_test(path) else sources).append(path)
    chance.shuffle(tests)
    chance.shuffle(sources)
    return tests, sources


def _rounds(
    folder: Path, paths: Sequence[str], chance: random.Random, fits: Callable[[Hole, str], bool]
) -> Iterator[Hole]:
    """One function of each file, then a second of each, and so on; a file is parsed when its turn comes."""
    left: dict[str, Iterator[Hole]] = {}
    for path in paths:
        left[path] = _fitting_holes(folder, path, chance, fits)
        yield from _take(left[path], 1)
    while left:
        for path, holes in list(left.items()):
            hole = next(holes, None)
            if hole is None:
                del left[path]
            else:
                yield hole


def _fitting_holes(folder: Path, path: str, chance: random.Random, fits: Callable[[Hole, str], bool]) -> Iterator[Hole]:
    """The file's functions that fit, in random order, none inside another."""
    text = read_source(folder / path)
    if text is None or max(map(len, text.split("\n"))) > _LONGEST_LINE:
        return
    holes = list(_holes(path, text))
    chance.shuffle(holes)
    given: list[Hole] = []
    for hole in holes:
        apart = all(hole.end <= other.start or other.end <= hole.start for other in given)
        if apart and fits(hole, text[hole.start : hole.end]):
            given.append(hole)
            yield hole


def _holes(path: str, text: str) -> Iterator[Hole]:
    lines = split_lines(text)
    starts = _line_starts(lines)
    language = for_path(Path(path)).name
    tree = parse(language, lines)
    for node in functions(tree) if tree else ():
        start, end = _inside(text, _offset(starts, node.body_start), _offset(starts, node.body_end))
        if text.count("\n", start, end) + 1 >= MINIMUM_LINES:
            yield Hole(path, language, node.name, start, end)


def _inside(text: str, start: int, end: int) -> tuple[int, int]:
    """The body without the braces and the white space around it: where typing starts and ends."""
    if text[start : start + 1] == "{" and text[end - 1 : end] == "}" and end - start >= 2:
        start, end = start + 1, end - 1
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end


def _cases_of_file(folder: Path, text: str, holes: Sequence[Hole]) -> Iterator[Case]:
    for hole in holes:
        before = _without(text[: hole.start], [other for other in holes if other.end <= hole.start])
        later = [replace(h, start=h.start - hole.end, end=h.end - hole.end) for h in holes if h.start >= hole.end]
        after = _without(text[hole.end :], later)
        body = _shortened(text[hole.start : hole.end])
        yield Case(folder, hole.path, hole.language, hole.function, before, body, after)


def _without(text: str, holes: Sequence[Hole]) -> str:
    for hole in sorted(holes, key=lambda hole: -hole.start):
        text = text[: hole.start] + text[hole.end :]
    return text


def _new_file(folder: Path, path: str) -> Case | None:
    text = read_source(folder / path)
    if text is None or max(map(len, text.split("\n"))) > _LONGEST_LINE:
        return None
    language = for_path(Path(path)).name
    body = _shortened(_without_first_comments(text, by_name(language).line_comment).strip())
    if body.count("\n") + 1 < MINIMUM_LINES:
        return None
    return Case(folder, path, language, PurePosixPath(path).name, "", body, "")


def _without_first_comments(text: str, line_comment: str) -> str:
    lines = text.split("\n")
    opening = (line_comment, "/*", " *") if line_comment else ("/*", " *")
    while lines and (not lines[0].strip() or lines[0].startswith(opening)):
        del lines[0]
    return "\n".join(lines)


def _shortened(body: str) -> str:
    """The body up to the last line end within the bound."""
    if len(body) <= MOST_CHARACTERS:
        return body
    return body[: max(body.rfind("\n", 0, MOST_CHARACTERS), 1)].rstrip()


def _line_starts(lines: Sequence[str]) -> list[int]:
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    return starts


def _offset(starts: Sequence[int], position: Position) -> int:
    return starts[position.line] + position.column


def _take(holes: Iterator[Hole], count: int) -> list[Hole]:
    return [hole for _, hole in zip(range(count), holes, strict=False)]
