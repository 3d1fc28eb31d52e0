"""Which tests stay."""

from hypothesis import given
from hypothesis import strategies as st
from verdicts import judgement, verdict

from beast_lsp.engine.testing.selection import select


def test_a_test_that_adds_nothing_goes():
    found = select([judgement([verdict("a", lines=[1, 2]), verdict("b", lines=[1])])])
    assert dict(found.kept) == {"a": "runs 2 lines more"}
    assert "adds nothing" in found.dropped["b"]


def test_a_mutant_that_only_one_notices_keeps_it():
    found = select([judgement([verdict("a", lines=[1, 2]), verdict("b", lines=[1], kills=[7])])])
    assert found.kept["b"] == "notices 1 mutant more"


def test_what_fails_once_goes_and_adds_nothing_for_others():
    runs = [judgement([verdict("a", lines=[1])]), judgement([verdict("a", "failed"), verdict("b")])]
    assert dict(select(runs).kept) == {}
    assert "1 of 2 runs" in select(runs).dropped["a"]


def test_what_a_run_did_not_get_to_is_not_called_unstable():
    runs = [judgement([verdict("a", lines=[1])]), judgement([verdict("a", "unrun")])]
    assert dict(select(runs).kept) == {}
    assert "the time was over" in select(runs).dropped["a"]


def test_what_always_fails_says_why():
    found = select([judgement([verdict("a", "failed", message="E\nassert 1 == 2")])])
    assert found.dropped["a"] == "fails: assert 1 == 2"


def test_rows_of_parameters_go_together():
    rows = [verdict("a[1]", lines=[1]), verdict("a[2]", "failed", lines=[2])]
    assert dict(select([judgement(rows)]).kept) == {}
    rows = [verdict("a[1]", lines=[1]), verdict("a[2]", lines=[2])]
    assert dict(select([judgement(rows)]).kept) == {"a": "runs 2 lines more"}


def test_what_is_there_stays_and_what_it_makes_up_for_goes():
    found = select([judgement([verdict("old", lines=[1]), verdict("new", lines=[1])])], there={"old"})
    assert (dict(found.kept), list(found.dropped)) == ({}, ["new"])


def test_the_shorter_of_two_stays():
    pair = judgement([verdict("long", lines=[1]), verdict("short", lines=[1])])
    assert list(select([pair], sizes={"long": 9, "short": 2}).kept) == ["short"]


def test_the_earlier_of_two_that_are_alike_stays():
    assert list(select([judgement([verdict("z", lines=[1]), verdict("a", lines=[1])])]).kept) == ["z"]


def test_no_judgement_is_no_selection():
    assert dict(select([]).kept) == {}


@given(st.lists(st.frozensets(st.integers(1, 8)), max_size=8))
def test_nothing_is_lost_and_none_can_be_taken_away(sets):
    tests = [verdict(f"t{number}", lines=sorted(lines)) for number, lines in enumerate(sets)]
    kept = select([judgement(tests)]).kept
    chosen = {name: sets[int(name[1:])] for name in kept}
    assert frozenset().union(*chosen.values()) == frozenset().union(*sets)
    for name, own in chosen.items():
        others = frozenset().union(*(lines for each, lines in chosen.items() if each != name))
        assert own - others
