import json
import lzma
from itertools import islice
from pathlib import Path

import pytest

pytest.importorskip("sentence_transformers", reason="sentence-transformers is part of the extra `train`")

from beast_lsp.engine.embedding import Embedding
from beast_lsp.training import embedding as stage

PAIRS = [
    ("described", "opens file", "open handle path"),
    ("described", "closes file", "close handle done"),
    ("described", "paints circle", "draw canvas radius"),
    ("described", "sends message", "socket bytes flush"),
]


def write(folder: Path, repositories: int, more: list[tuple[str, str, str]]) -> None:
    folder.mkdir()
    for number in range(repositories):
        rows = [*PAIRS, *(more if number == 0 else [])]
        (folder / f"r{number}.xz").write_bytes(lzma.compress("\n".join(map(json.dumps, rows)).encode()))


def test_what_is_described_so_becomes_near(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "pairs", 3, [])
    output = tmp_path / "embedding.npz"
    arguments = ["embedding", str(tmp_path / "pairs"), str(output)]
    arguments += ["--dimensions", "16", "--steps", "200", "--batch", "4"]
    monkeypatch.setattr("sys.argv", arguments)
    stage.main()
    made = Embedding.load(output)
    described, code = ([made.vector(dict.fromkeys(pair[at].split(), 1.0)) for pair in PAIRS] for at in (1, 2))
    assert [max(range(4), key=lambda at, one=one: one @ code[at]) for one in described] == [0, 1, 2, 3]
    assert described[2] @ code[2] > described[2] @ code[3] + 0.3
    first = output.read_bytes()
    stage.main()
    assert output.read_bytes() == first


def test_only_terms_that_several_repositories_share_are_kept() -> None:
    own = [("described", "opens project", "ghp_Ab1Ab1Ab1Ab1Ab1Ab1 open")]
    words = stage.vocabulary([[*PAIRS, *own], PAIRS, PAIRS], 100)
    assert {"opens", "file", "canvas"} <= set(words)
    assert not {"project", "ghp_Ab1Ab1Ab1Ab1Ab1Ab1"} & set(words)
    assert len(stage.vocabulary([PAIRS, PAIRS, PAIRS], 5)) == 5
    assert stage.vocabulary([PAIRS, PAIRS], 100) == []


def test_batches_are_of_one_repository_and_of_all_in_turn_and_follow_from_the_seed() -> None:
    other = [("halves", f"left{number}", f"right{number}") for number in range(50)]
    drawn = list(islice(stage.batches([PAIRS * 10, other], 40, 1), 4))
    assert [{kind for kind, _, _ in batch} for batch in drawn[1::2]] == [{"described", "halves"}] * 2
    assert all(len({kind for kind, _, _ in batch}) == 1 for batch in drawn[::2])
    assert drawn == list(islice(stage.batches([PAIRS * 10, other], 40, 1), 4))
    assert drawn != list(islice(stage.batches([PAIRS * 10, other], 40, 2), 4))
