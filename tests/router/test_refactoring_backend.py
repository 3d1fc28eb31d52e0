"""The backend of refactorings: the menu in time, open documents before files, and what can't be worked on."""

import pytest

from beast_lsp.config import Config
from beast_lsp.engine.document import Document, Position, split_lines
from beast_lsp.engine.snapshot import Snapshot
from beast_lsp.engine.syntax import parse
from beast_lsp.errors import CancelledRequest, RefactoringRefused
from beast_lsp.router.backends.refactoring import RefactoringBackend, is_wanted, offset
from beast_lsp.router.lanes import Lanes
from beast_lsp.router.router import Router
from beast_lsp.router.task import CancelToken, Request, Task, Wanted

BRANCHES = "def f(x):\n    if x:\n        a = 1\n    else:\n        a = 2\n    return a\n"
AT_IF = Position(1, 5)


@pytest.fixture
def lanes():
    made = Lanes()
    yield made
    made.close()


@pytest.fixture
def ask(lanes, tmp_path):
    router = Router([])
    router.add(RefactoringBackend(lanes))

    async def asked(text, wanted, start=AT_IF, *, folder=tmp_path, cancel=None, **others):
        documents = {
            name: Document(name, "python", 1, split_lines(each), tmp_path / f"{name}.py", folder)
            for name, each in {"main": text, **others}.items()
        }
        snapshot = Snapshot(documents=documents, config=Config())
        request = Request(
            Task.REFACTOR, snapshot, documents["main"], start, wanted=wanted, cancel=cancel or CancelToken()
        )
        return (await router.ask(request)).offers

    return asked


def titles(offers):
    return [offer.title for offer in offers]


async def test_what_applies_is_held_against_the_net_where_there_is_time(ask):
    offers = await ask(BRANCHES, Wanted(AT_IF))
    assert "Invert the condition" in titles(offers)
    assert all(offer.plan or offer.refusal for offer in offers if offer.refactoring.glance is None)


async def test_what_there_is_no_time_for_is_offered_untried(ask):
    offers = await ask(BRANCHES, Wanted(AT_IF, milliseconds=0))
    assert "Invert the condition" in titles(offers)
    assert [offer for offer in offers if offer.plan] == []


async def test_a_menu_is_of_the_kinds_that_are_asked_for_and_never_renames(ask):
    assert titles(await ask(BRANCHES, Wanted(AT_IF, kinds=["refactor.extract"]))) == []
    every = await ask(BRANCHES, Wanted(Position(0, 4)), Position(0, 4))
    assert not [offer for offer in every if offer.refactoring.kind == "refactor.rename"]


async def test_open_documents_stand_for_their_files(ask, tmp_path):
    (tmp_path / "main.py").write_text("", "utf-8")
    (tmp_path / "other.py").write_text("print(1)\n", "utf-8")
    wanted = Wanted(Position(0, 4), "rename", {"name": "g"})
    (offer,) = await ask(BRANCHES, wanted, Position(0, 4), other="from main import f\nf(1)\n")
    assert sorted(offer.plan.edits) == ["main.py", "other.py"]
    assert offer.plan.before["other.py"] == "from main import f\nf(1)\n"
    (offer,) = await ask(BRANCHES, wanted, Position(0, 4))
    assert sorted(offer.plan.edits) == ["main.py"]


async def test_an_edit_is_seen_by_the_next_menu(ask):
    assert "Invert the condition" in titles(await ask(BRANCHES, Wanted(AT_IF)))
    assert "Invert the condition" not in titles(await ask("pass\n\n" + BRANCHES, Wanted(AT_IF)))


async def test_a_glance_tells_the_name(ask):
    (offer,) = await ask(BRANCHES, Wanted(Position(0, 4), "rename", is_glance=True), Position(0, 4))
    assert (offer.title, offer.plan) == ("f", None)


async def test_another_language_has_what_is_for_it_alone(ask):
    assert await ask(BRANCHES, Wanted(AT_IF, "no-such-refactoring")) == ()


async def test_a_file_outside_of_every_folder_is_refused(ask):
    with pytest.raises(RefactoringRefused, match="no open folder"):
        await ask(BRANCHES, Wanted(AT_IF, "invert-if"), folder=None)


async def test_a_text_that_is_too_large_is_refused(ask):
    with pytest.raises(RefactoringRefused, match="can't be parsed"):
        await ask("x = 1\n" * 200_000, Wanted(Position(0, 0), "rename", {"name": "y"}), Position(0, 0))


async def test_a_withdrawn_request_ends(ask):
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(CancelledRequest):
        await ask(BRANCHES, Wanted(AT_IF), cancel=cancel)


@pytest.mark.parametrize(
    ("text", "place", "expected"),
    [("é𝄞x\n", (0, 2), 6), ("a\r\né\r\nb", (1, 1), 5), ("a\n\nb", (2, 1), 4), ("", (0, 0), 0)],
)
def test_places_are_bytes_for_the_engine(text, place, expected):
    assert offset(parse("python", split_lines(text)), Position(*place)) == expected


def test_kinds_are_a_tree():
    assert is_wanted("refactor.extract.function", ["refactor"])
    assert is_wanted("refactor.extract.function", None)
    assert is_wanted("refactor.inline", [""])
    assert not is_wanted("refactor.extract", ["refactor.extract.function"])
    assert not is_wanted("refactoring", ["refactor"])
