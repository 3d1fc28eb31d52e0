"""Keystrokes saved over several repositories, each in a process of its own, over LSP.

    python tests/benchmarks/ksr.py REPOSITORY… [--cases 40] [--peer jedi-language-server] [--ablate]
    python tests/benchmarks/ksr.py --list python --checkouts FOLDER

Each row is one repository, with the functions of one seed; then the median and a bootstrap interval of it over the
repositories. EM counts what is shown unasked, "ask" what who asks gets; "chars" are those of an accepted suggestion.
A peer types the same functions, with the first item of its list as ghost text.
"""

import argparse
import json
import random
import statistics
import sys
import tempfile
import tomllib
from collections import defaultdict
from pathlib import Path

from peers import Contender, contenders

from beast_lsp.replay.editor import Ghost
from beast_lsp.replay.measure import Measured, Setting, measure, prepare
from beast_lsp.replay.server import own_server
from beast_lsp.router.backends.workspace.backend import PARTS

LISTS = tomllib.loads((Path(__file__).parent / "repositories.toml").read_text(encoding="utf-8"))
WORKSPACE_PARTS = ["index", "overlay", "scopes", "prior"]
COLUMNS = f"{'repository':<24}{'server':<24}{'n':>4}{'KSR':>7}{'prec':>6}{'RoCC':>6}{'EM-s':>6}{'EM-m':>6}"
COLUMNS += f"{'ask-s':>6}{'ask-m':>6}{'chars':>6}{'p50':>7}{'p95':>7}{'index':>7}"


def main() -> None:
    options = _arguments()
    found: dict[str, list[dict[str, object]]] = defaultdict(list)
    print(COLUMNS)
    for repository in options.repositories:
        for name, measured in _measure(repository.resolve(), options):
            _print_row(repository.name, name, measured)
            found[name].append({"repository": repository.name, **measured.to_json()})
    for name, rows in found.items():
        _print_median(name, [row["ksr"] for row in rows], [row["precision"] for row in rows])
    if options.json:
        options.json.write_text(json.dumps(found, indent=2))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("repositories", nargs="*", type=Path)
    parser.add_argument("--list", choices=sorted(LISTS.keys() - {"large"}), help="those of repositories.toml")
    parser.add_argument("--checkouts", type=Path, default=Path(), help="where they lie, as owner__name")
    parser.add_argument("--cases", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--language", help="the family: python, javascript (TypeScript too), go, …")
    parser.add_argument("--setting", type=Setting, choices=list(Setting), default=Setting.EXISTING)
    parser.add_argument("--peer", action="append", default=[], help="a server's command; may be repeated")
    parser.add_argument("--ablate", action="store_true", help="switch each part of ours off in turn")
    parser.add_argument("--no-exact", action="store_true", help="leave EM-start and EM-middle out")
    parser.add_argument("--json", type=Path, help="write the figures to this file too")
    options = parser.parse_args()
    if options.list:
        options.language = options.language or options.list
        options.repositories += [options.checkouts / name.replace("/", "__") for name in LISTS[options.list]]
    return options


def _measure(repository: Path, options: argparse.Namespace):
    """Each contender on the same copy with the same holes."""
    with tempfile.TemporaryDirectory(prefix="beast-ksr-") as scratch:
        root = Path(scratch).resolve()
        target = root / repository.name
        cases = prepare(repository, target, options.setting, options.cases, seed=options.seed, family=options.language)
        if not cases:
            print(f"{repository.name}: no function fits", file=sys.stderr)
            return
        found = contenders(root, options.peer)
        if options.ablate:
            found += [Contender(f"no {part}", own_server(root / part, [part]), Ghost) for part in PARTS]
            found.append(Contender("model alone", own_server(root / "alone", WORKSPACE_PARTS), Ghost))
        for each in found:
            yield each.name, measure(each.server, cases, editor=each.editor, exact=not options.no_exact)


def _print_row(repository: str, server: str, measured: Measured) -> None:
    sums, exact = measured.figures, measured.exact
    length = sums.accepted_characters / (sums.accepted or 1)
    right = (exact.start, exact.middle, exact.start_invoked, exact.middle_invoked) if exact else ()
    em = "".join(f"{exact.share(each):>6.2f}" for each in right) if exact else f"{'':>24}"
    print(
        f"{repository[:23]:<24}{server[:23]:<24}{sums.cases:>4}{sums.ksr:>7.3f}{sums.precision:>6.2f}{sums.rocc:>6.2f}"
        f"{em}{length:>6.1f}{sums.p50:>7.1f}{sums.p95:>7.1f}{measured.index:>7.1f}",
        flush=True,
    )


def _print_median(server: str, saved: list[float], precision: list[float]) -> None:
    low, high = interval(saved)
    print(
        f"{server}: median KSR {statistics.median(saved):.3f} [{low:.3f}, {high:.3f}] "
        f"at median precision {statistics.median(precision):.2f}, {len(saved)} repositories "
        f"from {min(saved):.3f} to {max(saved):.3f}"
    )


def interval(values: list[float], draws: int = 10_000) -> tuple[float, float]:
    """The 95% bootstrap interval of the median."""
    chance = random.Random(1)
    medians = sorted(statistics.median(chance.choices(values, k=len(values))) for _ in range(draws))
    return medians[int(0.025 * draws)], medians[int(0.975 * draws)]


if __name__ == "__main__":
    main()
