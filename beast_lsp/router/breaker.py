"""A circuit breaker: after failures in a row an endpoint is left alone for a while."""

import time
from collections.abc import Callable

_FAILURES = 3
_FIRST_PAUSE = 15.0
_LONGEST_PAUSE = 300.0


class CircuitBreaker:
    """Opens after three failures in a row; then one trial is let through after each pause.

    The pauses double from 15 s to 5 minutes; one success closes the breaker. `clock` gives seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures = 0
        self._pause = _FIRST_PAUSE
        self._next_trial = 0.0

    @property
    def is_open(self) -> bool:
        """Whether requests are refused, but for a trial now and then."""
        return self._failures >= _FAILURES

    def admits(self) -> bool:
        """Whether a request may go out now; of an open breaker each pause admits one."""
        if not self.is_open:
            return True
        now = self._clock()
        if now < self._next_trial:
            return False
        self._next_trial = now + self._pause
        return True

    def succeeded(self) -> None:
        """The endpoint answered."""
        self._failures = 0
        self._pause = _FIRST_PAUSE

    def failed(self) -> bool:
        """The endpoint failed; whether that opened the breaker, which is when the user hears of it."""
        self._failures += 1
        if not self.is_open:
            return False
        if self._failures > _FAILURES:
            self._pause = min(self._pause * 2, _LONGEST_PAUSE)
        self._next_trial = self._clock() + self._pause
        return self._failures == _FAILURES
