"""The circuit breaker: no request, and no notice, per failure (continue 1460)."""

import pytest

from beast_lsp.router.breaker import CircuitBreaker


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> CircuitBreaker:
    return CircuitBreaker(clock)


def _open(breaker: CircuitBreaker) -> None:
    for _ in range(3):
        breaker.failed()


def test_it_opens_at_the_third_failure_in_a_row_and_says_so_once(breaker: CircuitBreaker) -> None:
    assert [breaker.failed() for _ in range(5)] == [False, False, True, False, False]
    assert breaker.is_open
    assert not breaker.admits()


def test_a_success_starts_the_count_anew(breaker: CircuitBreaker) -> None:
    breaker.failed()
    breaker.failed()
    breaker.succeeded()
    breaker.failed()
    assert not breaker.is_open
    assert breaker.admits()


def test_each_pause_admits_one_trial(breaker: CircuitBreaker, clock: Clock) -> None:
    _open(breaker)
    clock.now = 15.0
    assert [breaker.admits(), breaker.admits()] == [True, False]


def test_a_trial_that_fails_doubles_the_pause(breaker: CircuitBreaker, clock: Clock) -> None:
    _open(breaker)
    clock.now = 15.0
    assert breaker.admits()
    breaker.failed()
    clock.now = 44.9
    assert not breaker.admits()
    clock.now = 45.0
    assert breaker.admits()


def test_the_pause_is_five_minutes_at_most(breaker: CircuitBreaker, clock: Clock) -> None:
    for _ in range(20):
        breaker.failed()
    clock.now = 300.0
    assert breaker.admits()


def test_a_trial_that_succeeds_closes_it(breaker: CircuitBreaker, clock: Clock) -> None:
    _open(breaker)
    clock.now = 15.0
    assert breaker.admits()
    breaker.succeeded()
    assert not breaker.is_open
    assert breaker.admits()
