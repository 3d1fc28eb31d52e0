"""The rules over an open document: once a version, with what the workspace defines."""

from pathlib import Path

import pytest

from beast_lsp.config import Config
from beast_lsp.engine.analysis import Analysis, analyse
from beast_lsp.engine.document import Document, split_lines
from beast_lsp.engine.scopes.facts import Definition
from beast_lsp.engine.snapshot import Snapshot
from beast_lsp.features import findings as module
from beast_lsp.features.findings import FindingsFeature
from beast_lsp.router.lanes import Lanes
from beast_lsp.router.task import CancelToken

FOLDER = Path("/w")


class Workspace:
    """Another file defines `resize(width, height)`."""

    def definitions(self, _family: str, name: str) -> list[tuple[str, Definition]]:
        known = Definition("resize", "function", 1, 2, parameters=("width", "height"))
        return [("b.py", known)] if name == "resize" else []


@pytest.fixture
def feature() -> FindingsFeature:
    return FindingsFeature(Lanes(), lambda _: Workspace())


def document(text: str, folder: Path | None = FOLDER) -> Document:
    return Document("file:///w/a.py", "python", 1, split_lines(text), FOLDER / "a.py", folder)


async def rules(feature: FindingsFeature, text: str, folder: Path | None = FOLDER) -> list[str]:
    return [one.rule for one in await feature.find(Snapshot(config=Config()), document(text, folder), CancelToken())]


async def test_what_other_files_define_counts(feature: FindingsFeature) -> None:
    assert await rules(feature, "resize(height, width)\n") == ["swapped-arguments"]
    assert await rules(feature, "resize(width, height)\n") == []


async def test_outside_of_a_workspace_only_the_file_counts(feature: FindingsFeature) -> None:
    assert await rules(feature, "resize(height, width)\nok = a == a\n", None) == ["identical-operands"]


async def test_a_version_is_looked_at_once(feature: FindingsFeature, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(module, "findings", lambda place, _muted, _cancelled: asked.append(place) or [])
    one, other = document("x = 1\n"), document("x = 2\n")
    for each in (one, one, other, one):
        await feature.find(Snapshot(config=Config()), each, CancelToken())
    assert len(asked) == 3
    feature.forget(one.uri)
    await feature.find(Snapshot(config=Config()), one, CancelToken())
    assert len(asked) == 4


async def test_what_an_open_document_defines_counts_as_it_stands(feature: FindingsFeature, tmp_path: Path) -> None:
    def opened(name: str, text: str) -> Document:
        return Document(f"file:///w/{name}", "python", 1, split_lines(text), tmp_path / name, tmp_path)

    user, other = opened("a.py", "from b import f\nf()\n"), opened("b.py", "def f(a): pass\n")
    (tmp_path / "b.py").write_text("def f(): pass\n")
    documents = {each.uri: each for each in (user, other)}

    async def found(analyses: dict[str, Analysis]) -> list[str]:
        snapshot = Snapshot(documents=documents, analyses=analyses)
        return [one.rule for one in await feature.find(snapshot, user, CancelToken())]

    assert await found({}) == []
    assert await found({other.uri: analyse(other)}) == ["impossible-call"]
