"""The score of a test file, and the next tests to write."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from verdicts import judgement, mutant, verdict

from beast_lsp.engine.testing.mutant_words import wanted_test
from beast_lsp.engine.testing.score import next_tests, score


def test_all_that_can_be_had_is_100():
    best = judgement([verdict("a", arcs=[(1, 2)])], mutants=[mutant(0, "killed")], lines=[1], arcs=[(1, 2)])
    assert score([best, best]).score == 100


def test_each_part_has_its_weight():
    tests = [verdict("a", arcs=[(1, 2)], strength=0.4), verdict("b", "failed", assertions=0, strength=0.0)]
    first = judgement(tests, mutants=[mutant(0, "timeout"), mutant(1), mutant(2, "unreached"), mutant(3)],
                      arcs=[(1, 2), (1, 3)])  # fmt: skip
    found = score([first])
    assert [round(part.points, 2) for part in found.parts] == [12.5, 10.0, 3.0, 7.5]
    assert found.score == 33
    assert (found.mutants, found.branches) == (0.25, 0.5)
    assert found.failing == ("b",)
    assert "1 without any assertion" in found.parts[2].figure


def test_a_test_that_passes_only_sometimes_is_flaky_and_one_that_is_skipped_is_not():
    first = judgement([verdict("a"), verdict("b", "skipped")])
    other = judgement([verdict("a", "failed"), verdict("b", "skipped")])
    assert score([first, other]).flaky == ("a",)
    assert score([first, other]).failing == ()


def test_a_part_that_does_not_apply_is_left_out():
    found = score([judgement([verdict("a")])])
    assert [part.name for part in found.parts] == ["strength of assertions", "stability"]
    assert found.score == 100


@pytest.mark.parametrize("judgements", [[], [judgement([])]])
def test_without_tests_there_is_nothing_to_score(judgements):
    assert score(judgements).score == 0


def test_functions_with_most_to_do_come_first_and_what_is_not_reached_is_one():
    missed = [mutant(0, function="a"), mutant(1, "killed", function="c"), mutant(2, "unreached", function="b", line=7),
              mutant(3, "unreached", function="b", line=9), mutant(4, function="a", operator="return value", line=3),
              mutant(5, function="a", operator="constant", line=2)]  # fmt: skip
    found = next_tests(missed)
    assert [(each.function, each.line) for each in found] == [("a", 3), ("a", 1), ("a", 2), ("b", 7)]
    assert found[-1].sentence == "lines 7, 9 of `b`: no test gets here"


def test_a_limit_wants_a_test_at_the_limit():
    sentence = "line 1: `a < b` could be `a <= b` and no test would notice: a test with `a == b`"
    assert wanted_test(mutant(0)) == sentence


def test_a_branch_wants_the_other_way():
    always = mutant(0, operator="branch", before="if x:", after="if True:")
    never = mutant(0, operator="branch", before="if x:", after="if False:")
    assert "where `x` is false" in wanted_test(always)
    assert "where `x` is true" in wanted_test(never)


def test_a_statement_could_go():
    gone = mutant(0, operator="statement removed", before="x.close()", after="pass")
    assert wanted_test(gone).startswith("line 1: `x.close()` could go and no test")


@given(st.text(), st.text(), st.sampled_from(["comparison", "branch", "condition", "unknown"]))
def test_any_mutant_has_a_sentence(before, after, operator):
    assert "no test would notice" in wanted_test(mutant(0, before=before, after=after, operator=operator))
