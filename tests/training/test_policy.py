"""A recording replayed with a policy counts as the simulated user does."""

import numpy as np
import pytest

from beast_lsp.router.backends.workspace.features import FEATURES
from beast_lsp.training.policy import Policy, likeliest, outcome
from beast_lsp.training.replays import Recording

SURE = Policy(price=0.0, bar=0.5)


def recording(body: str, offers: dict[int, str]) -> Recording:
    positions, texts = [], []
    for offset in range(len(body)):
        first = len(texts)
        if offset in offers:
            texts.append(offers[offset])
        positions.append((0, offset, first, len(texts)))
    empty = np.zeros((len(texts), len(FEATURES)), dtype=np.float32)
    return Recording([body], positions, texts, empty, np.ones(len(texts), dtype=bool))


def tally(body: str, offers: dict[int, str], policy: Policy = SURE):  # type: ignore[no-untyped-def]  # a test's short hand.
    known = recording(body, offers)
    return outcome(known, [1.0] * len(known.texts), policy)


def test_without_suggestions_every_character_is_a_key() -> None:
    result = tally("abcdef", {})
    assert (result.keys, result.characters, result.shown) == (6, 6, 0)
    assert result.saved == 0.0


def test_an_accepted_suggestion_costs_one_key() -> None:
    result = tally("abcdef", {2: "cdef"})
    assert (result.keys, result.shown, result.accepted) == (3, 1, 1)
    assert result.saved == pytest.approx(0.5)


def test_a_wrong_one_costs_none_and_counts_as_shown() -> None:
    result = tally("abcdef", {2: "cx"})
    assert (result.keys, result.shown, result.accepted) == (6, 1, 0)


def test_indentation_after_a_newline_is_free() -> None:
    result = tally("a\n    b", {})
    assert (result.keys, result.characters) == (3, 3)


def test_what_is_typed_through_counts_as_shown_once() -> None:
    result = tally("abcdef", {0: "abcx", 1: "bcx", 2: "cx"}, Policy(0.0, 0.5, remembers=False))
    assert result.shown == 1


def test_a_text_typed_through_is_not_offered_again_where_the_policy_remembers() -> None:
    offers = {0: "abcx", 1: "bcx", 2: "cdef"}
    assert tally("abcdef", offers).shown == 2
    assert tally("abcdef", offers).accepted == 1


def test_a_steady_suggestion_stays_while_it_is_typed() -> None:
    offers = {0: "abcx", 1: "bcdef"}
    assert tally("abcdef", offers, Policy(0.0, 0.5, steady=0)).accepted == 1
    assert tally("abcdef", offers, Policy(0.0, 0.5, steady=9)).accepted == 0


def test_the_likeliest_candidate_of_a_place_counts_once_while_it_is_typed() -> None:
    def rows(offers: dict[int, str]) -> list[int]:
        known = recording("abcdef", offers)
        return list(likeliest(known, [1.0] * len(known.texts)))

    assert rows({0: "abc", 1: "bc", 2: "c"}) == [0]
    assert rows({0: "abx", 1: "bx", 2: "cd", 4: "ef"}) == [0, 2, 3]
    assert rows({0: "xy", 1: "y"}) == [0, 1]
    assert rows({0: "abc", 1: "bc", 3: "def"}) == [0, 2]
