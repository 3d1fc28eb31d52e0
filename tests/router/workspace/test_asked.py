"""What somebody gets who asks for a suggestion."""

import pytest

from beast_lsp.engine.document import Document, Position, split_lines
from beast_lsp.engine.snapshot import Snapshot
from beast_lsp.paths import models_folder
from beast_lsp.router.backends.workspace.asked import alternatives
from beast_lsp.router.backends.workspace.backend import WorkspaceBackend
from beast_lsp.router.backends.workspace.calibrator import judge
from beast_lsp.router.backends.workspace.choice import best
from beast_lsp.router.backends.workspace.session import Knowledge, Session
from beast_lsp.router.lanes import Lanes
from beast_lsp.router.task import Request, Task


def at_end(source: str) -> tuple[Document, Position]:
    lines = split_lines(source)
    return Document("file:///x.py", "python", 1, lines), Position(len(lines) - 1, len(lines[-1]))


def asked(source: str, limit: int = 3) -> list[str]:
    """What comes for the cursor at the end of the source, without a calibrator, but for what is shown unasked."""
    _, options = Session().options(*at_end(source), None, Knowledge())
    return [one.text for one in alternatives(options, judge(options, None), limit)][:limit]


@pytest.mark.parametrize(
    ("source", "rest"),
    [
        ("total = add(one, two)\n" * 3 + "t", "otal = add(one, two)"),
        ("total = add(one, two)\n" * 3 + "total = add(", "one, two)"),
        # Shorter pieces are likelier, but who asks wants the line.
        ("log.warn(one)\nlog.warn(two)\nlog.warn(three)\nlog", ".warn(three)"),
    ],
)
def test_the_likeliest_rest_of_the_line_comes_first(source: str, rest: str) -> None:
    assert asked(source)[0] == rest


def test_where_no_candidate_ends_the_line_it_is_what_would_be_shown_unasked() -> None:
    source = "total = add(one, two, three, four, five, six)\n" * 3 + "t"
    _, options = Session().options(*at_end(source), None, Knowledge())
    shown = best(judge(options, None))
    assert shown is not None
    assert asked(source)[0] == shown.text


def test_none_begins_another_and_there_are_no_more_than_asked_for() -> None:
    source = "a.one(x)\na.one(x)\na.two(y)\na.three(z)\na."
    found = asked(source)
    assert len(found) == 3
    assert not any(one != other and other.startswith(one) for one in found for other in found)
    assert asked(source, 1) == found[:1]


def test_what_is_shown_unasked_stands_in_for_a_line_that_a_check_refuses() -> None:
    _, options = Session().options(*at_end("connection.close()\n" * 9 + "connection."), None, Knowledge())
    scored = judge(options, None)
    line, *_, last = alternatives(options, scored, 3)
    assert (line.text, last) == ("close()", best(scored))


def test_nothing_known_gives_nothing() -> None:
    assert asked("") == []


async def test_who_asks_gets_what_they_typed_through_too() -> None:
    backend = WorkspaceBackend(lambda _: None, Lanes(), models_folder())
    backend.warm_up()
    text = "total = add(one, two)\n" * 6

    async def answer(typed: str, *, invoked: bool) -> list[str]:
        document, position = at_end(text + typed)
        request = Request(Task.INLINE, Snapshot(), document, position, invoked=invoked, limit=1)
        return [one.text for one in (await backend.answer(request)).candidates]

    (shown,) = await answer("to", invoked=False)
    assert shown.startswith("tal")
    rest = shown.removeprefix("t")
    assert rest not in await answer("tot", invoked=False)
    (again,) = await answer("tot", invoked=True)
    assert again.startswith(rest)
