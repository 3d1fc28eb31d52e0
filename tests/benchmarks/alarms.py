"""Every alarm of the rules on the code of checkouts as it is, to be judged by hand.

    python tests/benchmarks/alarms.py FOLDER… [--rule NAME] [--source]

One line an alarm: the path and line, `test` where the file holds tests, the rule and its message. Then the alarms by
rule, and how many lines they were found in.
"""

import argparse
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from checkouts import Checkout, opened

from beast_lsp.engine.rules.finding import Finding
from beast_lsp.engine.rules.registry import RULES, findings


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--rule", action="append", choices=[rule.name for rule in RULES], help="only these")
    parser.add_argument("--language", help="the family: python, javascript, go, …")
    parser.add_argument("--source", action="store_true", help="show the lines, too")
    options = parser.parse_args()
    muted = {rule.name for rule in RULES} - set(options.rule or [rule.name for rule in RULES])
    counts: Counter[tuple[str, bool]] = Counter()
    size: Counter[bool] = Counter()
    for folder in options.folders:
        with opened(folder) as checkout:
            for path, text in checkout.texts(options.language):
                for finding, is_test in _alarms(checkout, path, text, muted, size):
                    counts[finding.rule, is_test] += 1
                    _print(folder.name, path, finding, is_test, text if options.source else "")
    for name in sorted({name for name, _ in counts}):
        print(f"{name:<26}{counts[name, False]:>5} in code{counts[name, True]:>5} in tests")
    print(f"{counts.total()} alarms in {size[False]:,} lines of code and {size[True]:,} of tests")


def _alarms(
    checkout: Checkout, path: str, text: str, muted: set[str], size: Counter[bool]
) -> Iterator[tuple[Finding, bool]]:
    place = checkout.place(path, text)
    if place is not None:
        size[place.is_test] += text.count("\n")
        yield from ((finding, place.is_test) for finding in findings(place, muted))


def _print(checkout: str, path: str, finding: Finding, is_test: bool, text: str) -> None:
    first, last = finding.start.line, finding.end.line
    print(f"{checkout}/{path}:{first + 1} {'test ' if is_test else ''}{finding.rule}: {finding.message}", flush=True)
    for line in text.split("\n")[first : min(last, first + 4) + 1]:
        print(f"    | {line}")


if __name__ == "__main__":
    main()
