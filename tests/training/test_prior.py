"""The prior: n-grams that several repositories share, written and read again."""

from pathlib import Path

import numpy as np
import pytest

from beast_lsp.engine.ngram.prior import FORMAT, Prior
from beast_lsp.engine.tokens import file_tokens
from beast_lsp.errors import ModelError
from beast_lsp.training.prior import SHARED, count, vocabulary

COMMON = ["if err is None:\n", "    return err\n"] * 3
OWN = ["secret_sauce(of, one, project)\n"] * 20


def tokens_of(lines: list[str]) -> list[str]:
    return list(file_tokens(lines))


@pytest.fixture
def prior(tmp_path: Path) -> Prior:
    repositories = [tokens_of(COMMON) for _ in range(SHARED)] + [tokens_of(OWN)]
    words = vocabulary(repositories)
    text = "\n".join(word.replace("\n", "\\n") for word in words)
    path = tmp_path / "prior.npz"
    np.savez_compressed(
        path,
        format=np.int32(FORMAT),
        words=np.frombuffer(text.encode(), dtype=np.uint8),
        **count(repositories, words),
    )
    return Prior(path)


def test_what_several_repositories_share_is_expected(prior: Prior) -> None:
    deepest = prior.levels(["if", "err", "is"])[0]
    assert deepest.order == 3
    assert dict(deepest.counts) == {" None": 3.0 * SHARED}


def test_a_line_break_is_expected_too(prior: Prior) -> None:
    assert "\n+" in prior.levels([":"])[0].counts


def test_one_project_s_own_code_is_not_in_it(prior: Prior) -> None:
    assert prior.levels(["secret_sauce", "("]) == []
    assert "secret_sauce" not in prior
    assert "err" in prior


def test_an_unknown_context_says_nothing(prior: Prior) -> None:
    assert prior.levels(["never", "seen"]) == []
    assert prior.levels([]) == []


def test_a_damaged_file_is_a_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "prior-python.npz"
    path.write_bytes(b"PK\x03\x04 no archive")
    with pytest.raises(ModelError, match="prior-python"):
        Prior(path)


def test_a_secret_is_no_word() -> None:
    key = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
    assert key not in vocabulary([["a", key]] * SHARED)
