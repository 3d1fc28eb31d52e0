"""The blend of what several sources saw."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beast_lsp.engine.ngram.index import Level
from beast_lsp.engine.ngram.mixture import EMPTY, HERE, PRIOR, WORKSPACE, blend


def level(order: int, **counts: float) -> Level:
    return Level(order, counts, sum(counts.values()))


def test_without_sources_nothing_is_known() -> None:
    assert blend([]) is EMPTY
    assert blend([(HERE, [])]).escape == 1.0


def test_a_longer_match_outweighs_a_shorter_one() -> None:
    seen = blend([(HERE, [level(4, rare=2.0), level(1, common=50.0, rare=2.0)])])
    assert seen.ranked[0][0] == "rare"


def test_this_document_outweighs_the_workspace_and_that_the_prior() -> None:
    seen = blend([(PRIOR, [level(1, c=2.0)]), (WORKSPACE, [level(1, b=2.0)]), (HERE, [level(1, a=2.0)])])
    assert [token for token, _ in seen.ranked] == ["a", "b", "c"]


def test_much_evidence_leaves_little_to_the_unseen() -> None:
    assert blend([(HERE, [level(3, a=50.0)])]).escape < blend([(HERE, [level(3, a=1.0)])]).escape


def test_agreement_needs_both_sources() -> None:
    assert blend([(HERE, [level(2, a=1.0)]), (WORKSPACE, [level(2, a=1.0)])]).agree
    assert not blend([(HERE, [level(2, a=1.0)]), (WORKSPACE, [level(2, b=1.0)])]).agree
    assert not blend([(HERE, [level(2, a=1.0)])]).agree


COUNTS = st.dictionaries(st.sampled_from("abcdef"), st.floats(1, 100), min_size=1)


@given(st.lists(st.tuples(st.sampled_from([HERE, WORKSPACE, PRIOR]), st.integers(1, 6), COUNTS), max_size=6))
def test_probabilities_and_escape_never_exceed_one(parts: list[tuple[int, int, dict[str, float]]]) -> None:
    seen = blend([(kind, [Level(order, counts, sum(counts.values()))]) for kind, order, counts in parts])
    assert sum(seen.probabilities.values()) + seen.escape == pytest.approx(1.0, abs=0.02)
    assert all(probability >= 0 for _, probability in seen.ranked)
