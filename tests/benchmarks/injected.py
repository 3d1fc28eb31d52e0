"""How many bugs the rules catch that were put into sound code, by kind.

    python tests/benchmarks/injected.py FOLDER… [--count 30] [--seed 1] [--kind NAME] [--tests] [--misses]

From each checkout and of each kind, up to `--count` sites are drawn in the functions of the product's code (of its
tests with `--tests`). Each bug is put into the file alone, and is caught when a rule that claims its kind then finds
something that it had not found before, in the function that holds the bug.
"""

import argparse
import ast
import random
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path

from checkouts import Checkout, opened
from injections import KINDS
from sound_code import Bug, Callables, Source

from beast_lsp.engine.rules.finding import Finding
from beast_lsp.engine.rules.registry import RULES, findings

_Site = tuple[str, Source, Bug]


def main() -> None:
    options = _arguments()
    warnings.simplefilter("ignore")  # what Python's compiler says of the code.
    made: Counter[tuple[str, str]] = Counter()
    caught: Counter[tuple[str, str]] = Counter()
    for folder in options.folders:
        before = (caught.total(), made.total())
        with opened(folder) as checkout:
            found = cache(partial(_found, checkout))
            for kind, (path, source, bug) in _sites(checkout, options):
                is_caught = _is_caught(found, path, source, bug, KINDS[kind][1])
                made[kind, bug.note] += 1
                caught[kind, bug.note] += is_caught
                if options.misses and not is_caught:
                    _print_miss(folder.name, path, kind, source, bug)
        print(f"{folder.name}: {caught.total() - before[0]} of {made.total() - before[1]}", flush=True)
    _print(made, caught)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--count", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kind", action="append", choices=list(KINDS), help="only these")
    parser.add_argument("--tests", action="store_true")
    parser.add_argument("--misses", action="store_true", help="show what was not caught")
    return parser.parse_args()


def _sites(checkout: Checkout, options: argparse.Namespace) -> Iterator[tuple[str, _Site]]:
    """Sites of every kind, drawn at random from all files."""
    texts = {path: (text, tree) for path, text in checkout.texts("python") if (tree := _tree(text)) is not None}
    callables = Callables(part for path in texts for part in Path(path).with_suffix("").parts)
    for _, tree in texts.values():
        callables.add(tree)
    chance = random.Random(options.seed)
    sources = [
        (path, Source(text, tree, callables, chance))
        for path, (text, tree) in texts.items()
        if (place := checkout.place(path, text)) is not None and place.is_test == options.tests
    ]
    for kind in options.kind or KINDS:
        found = [(path, source, bug) for path, source in sources for bug in KINDS[kind][0](source)]
        chance.shuffle(found)
        usable = (site for site in found if site[1].applied(site[2]) is not None)
        for site, _ in zip(usable, range(options.count), strict=False):
            yield kind, site


def _tree(text: str) -> ast.Module | None:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError):
        return None


def _is_caught(
    found: Callable[[str, str, tuple[str, ...]], list[Finding]],
    path: str,
    source: Source,
    bug: Bug,
    rules: tuple[str, ...],
) -> bool:
    text = source.applied(bug) or ""
    grown = text.count("\n") - source.text.count("\n")
    first, last = getattr(bug.scope, "lineno", 1) - 1, getattr(bug.scope, "end_lineno", None)
    last = text.count("\n") if last is None else last - 1 + max(0, grown)
    before = Counter(finding.message for finding in found(path, source.text, rules))
    after = found(path, text, rules)
    new = Counter(finding.message for finding in after) - before
    return any(finding.message in new and first <= finding.start.line <= last for finding in after)


def _found(checkout: Checkout, path: str, text: str, rules: tuple[str, ...]) -> list[Finding]:
    place = checkout.place(path, text)
    return findings(place, [rule.name for rule in RULES if rule.name not in rules]) if place is not None else []


def _print_miss(checkout: str, path: str, kind: str, source: Source, bug: Bug) -> None:
    start, end, new = min(bug.edits)
    line = source.data.count(b"\n", 0, start) + 1
    old = source.data[start:end].decode().replace("\n", " ")
    full = source.text.split("\n")[line - 1].strip()
    print(f"  missed {kind} ({bug.note}) {checkout}/{path}:{line}: {old[:80]!r} → {new[:80]!r} | {full[:120]}")


def _print(made: Counter[tuple[str, str]], caught: Counter[tuple[str, str]]) -> None:
    print(f"\n{'kind':<40}{'put in':>8}{'caught':>8}{'share':>8}")
    for kind in KINDS:
        notes = sorted(note for each, note in made if each == kind)
        total, hits = sum(made[kind, note] for note in notes), sum(caught[kind, note] for note in notes)
        if total:
            print(f"{kind:<40}{total:>8}{hits:>8}{hits / total:>8.0%}")
        for note in notes if len(notes) > 1 else ():
            share = caught[kind, note] / made[kind, note]
            print(f"  {note:<38}{made[kind, note]:>8}{caught[kind, note]:>8}{share:>8.0%}")
    print(f"{'all':<40}{made.total():>8}{caught.total():>8}{caught.total() / max(1, made.total()):>8.0%}")


if __name__ == "__main__":
    main()
