"""What refactorings do to the probe programs of `tests/fixtures/refactoring`: ours, rope's and jedi's.

    PYTHONPATH=tests python tests/benchmarks/refactorings.py [--tools beast-lsp rope jedi] [--kinds] [--show broken]

Each program runs before and after. A tool is judged by the refactorings that it has: `right` (done, and nothing
changed), `refused`, `broken` (done, and the program prints or ends otherwise), `crashed` (an exception that is no
refusal). The needless refusals of a tool are those of safe cases.
"""

import argparse
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence

import refactoring_peers
from program_runs import ProgramRuns
from refactoring_probes import Attempt, Judge, Outcome, Probe, Verdict, probes


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tools", nargs="+", default=["beast-lsp", "rope", "jedi"])
    parser.add_argument("--kinds", action="store_true", help="a line for each refactoring, too")
    parser.add_argument("--show", choices=[outcome.value for outcome in Outcome], help="list the cases of an outcome")
    options = parser.parse_args()
    with ProgramRuns() as runs:
        judge = Judge(runs)
        for name in options.tools:
            kinds, tool = _tool(name)
            cases = [probe for probe in probes() if probe.refactoring in kinds]
            found = [(probe, judge.verdict(probe, tool)) for probe in cases]
            _report(name, found, by_kind=options.kinds)
            _list([each for each in found if each[1].outcome.value == options.show])


def _tool(name: str) -> tuple[frozenset[str], Callable[[Probe], Attempt]]:
    """The kinds that a tool has, and what it makes of a program."""
    if name == "rope":
        return refactoring_peers.ROPE, refactoring_peers.rope
    if name == "jedi":
        return refactoring_peers.JEDI, refactoring_peers.jedi
    # The environment of a peer need not have what ours needs.
    from refactoring_engine import attempted

    return frozenset(probe.refactoring for probe in probes()), attempted


def _report(name: str, found: Sequence[tuple[Probe, Verdict]], *, by_kind: bool) -> None:
    print(f"{name}: {len(found)} cases of {len({probe.refactoring for probe, _ in found})} kinds")
    groups: dict[str, list[tuple[Probe, Verdict]]] = defaultdict(list)
    for probe, verdict in found:
        groups["traps" if probe.is_trap else "safe"].append((probe, verdict))
        if by_kind:
            groups[f"{probe.refactoring}, {'traps' if probe.is_trap else 'safe'}"].append((probe, verdict))
    for group, members in sorted(groups.items(), key=lambda each: (", " in each[0], each[0])):
        print(f"  {group:<32}{len(members):>5}  {_counted(verdict.outcome for _, verdict in members)}", flush=True)


def _counted(outcomes: Iterable[Outcome]) -> str:
    counts = Counter(outcomes)
    return "  ".join(f"{outcome.value} {counts[outcome]:>3}" for outcome in Outcome)


def _list(found: Sequence[tuple[Probe, Verdict]]) -> None:
    for probe, verdict in found:
        print(f"-- {probe.name} ({'trap' if probe.is_trap else 'safe'}, {probe.refactoring})\n{verdict.detail}")


if __name__ == "__main__":
    main()
