"""Plans from the answer to the journal and back: what was done is seen, what was not is forgotten."""

from pathlib import Path

import pytest

from beast_lsp.engine.document import Document, Position, split_lines
from beast_lsp.engine.refactors.net.reverse import edited
from beast_lsp.engine.refactors.plan import Plan, TextEdit
from beast_lsp.errors import RefactoringRefused
from beast_lsp.features.undoing import RefactoringLog
from beast_lsp.store import Store

FOLDER = Path("/w")


@pytest.fixture(params=[True, False])
def store(request, tmp_path):
    opened = Store.open(tmp_path / "beast.db", lambda: 1.0) if request.param else None
    yield opened
    if opened:
        opened.close()


@pytest.fixture
def log(store):
    times = iter(range(1000))
    return RefactoringLog(store, lambda: float(next(times)))


def renaming(text, new, path="a.py", title="Rename"):
    edit = TextEdit(Position(0, 0), Position(0, 1), new)
    return Plan(title, {path: (edit,)}, {path: text}, {path: edited(text, [edit])})


def document(text, path="a.py", folder=FOLDER):
    return Document(path, "python", 1, split_lines(text), FOLDER / path, folder)


def hand_out(log, plan, folder=FOLDER):
    log.handed_out(folder, plan, plan.before.get, keeps_texts=True)


async def done(log, plan, texts):
    hand_out(log, plan)
    for path, text in plan.after.items():
        texts[path] = text
        entry = log.seen(document(text, path))
        assert entry is not None
        await log.commit(entry)


async def test_the_last_is_taken_back_first(log):
    texts = {}
    await done(log, renaming("x = 1\n", "y"), texts)
    await done(log, renaming("y = 1\n", "z", title="Second"), texts)
    entry, plan = await log.newest(FOLDER, texts.get)
    assert (entry.title, plan.after) == ("Second", {"a.py": "y = 1\n"})
    texts |= plan.after
    await log.undone(entry)
    entry, plan = await log.newest(FOLDER, texts.get)
    assert (entry.title, plan.after) == ("Rename", {"a.py": "x = 1\n"})


async def test_what_the_user_took_back_by_hand_is_passed_over(log):
    texts = {}
    await done(log, renaming("x = 1\n", "y"), texts)
    await done(log, renaming("y = 1\n", "z", title="Second"), texts)
    texts["a.py"] = "y = 1\n"
    assert (await log.newest(FOLDER, texts.get))[0].title == "Rename"


async def test_what_was_done_to_closed_files_is_found_when_it_is_undone(log):
    hand_out(log, renaming("x = 1\n", "y"))
    entry, plan = await log.newest(FOLDER, {"a.py": "y = 1\n"}.get)
    assert (entry.title, plan.after) == ("Rename", {"a.py": "x = 1\n"})


@pytest.mark.parametrize("text", ["x = 1\n", "mine\n"])
async def test_what_was_never_done_is_not_undone(log, text):
    hand_out(log, renaming("x = 1\n", "y"))
    assert log.seen(document(text)) is None
    with pytest.raises(RefactoringRefused, match="No refactoring"):
        await log.newest(FOLDER, {"a.py": text}.get)


async def test_what_was_edited_since_is_refused_by_name(log):
    texts = {}
    await done(log, renaming("x = 1\n", "y"), texts)
    with pytest.raises(RefactoringRefused, match=r"a\.py"):
        await log.newest(FOLDER, {"a.py": "y = 2\n"}.get)


async def test_another_folder_has_its_own(log):
    texts = {}
    await done(log, renaming("x = 1\n", "y"), texts)
    with pytest.raises(RefactoringRefused, match="No refactoring"):
        await log.newest(Path("/v"), texts.get)
    hand_out(log, renaming("x = 1\n", "y"), Path("/v"))
    assert log.seen(document("y = 1\n")) is None


async def test_documents_that_are_no_files_of_a_folder_are_none_of_its_business(log):
    hand_out(log, renaming("x = 1\n", "y"))
    assert log.seen(document("y = 1\n", folder=None)) is None
    assert log.seen(Document("untitled:1", "python", 1, ["y = 1\n", ""])) is None


async def test_who_restarts_is_told_that_a_secret_was_not_written(tmp_path):
    secret = "ghp_" + "x9K2mQ7vT4bN8cR1wE5yU3iO6pA0sD2fG4hJ"
    edit = TextEdit(Position(0, 4), Position(0, 6 + len(secret)), "None")
    text = f"x = '{secret}'\n"
    plan = Plan("Inline", {"a.py": (edit,)}, {"a.py": text}, {"a.py": "x = None\n"})
    store = Store.open(tmp_path / "beast.db", lambda: 1.0)
    texts = {}
    log = RefactoringLog(store, lambda: 1.0)
    await done(log, plan, texts)
    assert (await log.newest(FOLDER, texts.get))[1].after == {"a.py": text}
    with pytest.raises(RefactoringRefused, match="not written to the disk"):
        await RefactoringLog(store, lambda: 1.0).newest(FOLDER, texts.get)
    store.close()
