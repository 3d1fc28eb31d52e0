"""Refactors programs that Hypothesis writes, at random places, and runs them before and after.

    PYTHONPATH=tests python tests/benchmarks/generated_refactorings.py [KIND…] [--examples 2000]

The same as `tests/engine/refactors/test_generated_programs.py` with more examples, of any kind, not repeatable. Prints
how many were done, refused, not offered and broken, and the first programs that were broken.
"""

import argparse
import random
import re
from collections import Counter

from generated_programs import Place, TooLong, printed, refactored_programs
from hypothesis import HealthCheck, Phase, given, seed, settings
from refactoring_engine import attempted
from refactoring_probes import Outcome, Probe

from beast_lsp.engine.refactors.registry import REFACTORINGS


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kinds", nargs="*", default=[one.name for one in REFACTORINGS if "python" in one.families])
    parser.add_argument("--examples", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    parser.add_argument("--show", type=int, default=1, help="how many broken programs of a kind to print")
    parser.add_argument("--reasons", type=int, default=0, help="how many reasons of refusals to print")
    options = parser.parse_args()
    for kind in options.kinds:
        counts, broken, reasons = _tried(kind, options.examples, options.seed)
        shown = "  ".join(f"{outcome.value} {counts[outcome]:>5}" for outcome in Outcome)
        print(f"{kind:<26}{shown}", flush=True)
        for reason, count in reasons.most_common(options.reasons):
            print(f"{count:>8}  {reason}")
        for text in sorted(broken, key=len)[: options.show]:
            print(text)


def _tried(kind: str, examples: int, start: int) -> tuple[Counter[Outcome], list[str], Counter[str]]:
    counts: Counter[Outcome] = Counter()
    reasons: Counter[str] = Counter()
    broken: list[str] = []
    checks = list(HealthCheck)

    @settings(
        max_examples=examples, phases=[Phase.generate], database=None, deadline=None, suppress_health_check=checks
    )
    @seed(start)
    @given(refactored_programs(kind))
    def attempt(case: tuple[str, Place | None]) -> None:
        text, place = case
        if place is not None:
            outcome, detail = _outcome(text, place)
            counts[outcome] += 1
            broken.extend([detail] if outcome in {Outcome.BROKEN, Outcome.CRASHED} else [])
            if outcome is Outcome.REFUSED:
                reasons[re.sub(r"`[^`]*`", "…", detail.rpartition("== ")[2])] += 1

    attempt()
    return counts, broken, reasons


def _outcome(text: str, place: Place) -> tuple[Outcome, str]:
    files = {"main.py": text}
    options = {"name": place.name}
    probe = Probe("generated", "", True, place.refactoring, options, files, "main.py", place.start, place.end)
    marked = f"{text[: place.start]}«{text[place.start : place.end]}»{text[place.end :]}"
    found = attempted(probe)
    if found.files is None:
        return found.outcome, f"== {place}\n{marked}== {found.reason}"
    after = found.files["main.py"]
    try:
        before = printed(text)
    except TooLong:
        return Outcome.NOT_OFFERED, ""
    try:
        is_same = printed(after) == before
    except (TooLong, SyntaxError):
        is_same = False
    return (Outcome.RIGHT if is_same else Outcome.BROKEN), f"== {place}\n{marked}== becomes\n{after}"


if __name__ == "__main__":
    main()
