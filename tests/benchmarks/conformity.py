"""How many of the shown candidates fit the workspace's style, over LSP.

    python tests/benchmarks/conformity.py REPOSITORY… [--cases 10]

The profile is read from the copy with its holes, as the server reads it. A candidate that would still be changed by
the style's repairs, or refused, does not fit.
"""

import argparse
import tempfile
from pathlib import Path

from beast_lsp.cli.profile import read_profile
from beast_lsp.engine.document import Document, split_lines
from beast_lsp.engine.style.conform import conforms
from beast_lsp.replay.editor import Ghost
from beast_lsp.replay.measure import Setting, prepare
from beast_lsp.replay.server import own_server, wait_until_ready
from beast_lsp.replay.user import DecisionPoint, replay


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("repositories", nargs="+", type=Path)
    parser.add_argument("--cases", type=int, default=10)
    options = parser.parse_args()
    shown = fitting = 0
    for repository in options.repositories:
        found = _replayed(repository.resolve(), options.cases)
        print(f"{repository.name:<30}{len(found):>6} shown {sum(found):>6} fit", flush=True)
        shown, fitting = shown + len(found), fitting + sum(found)
    print(f"{fitting} of {shown} fit: {fitting / max(shown, 1):.2%}")


def _replayed(repository: Path, count: int) -> list[bool]:
    """For each candidate shown anew, whether it fits."""
    found: list[bool] = []
    with tempfile.TemporaryDirectory(prefix="beast-style-") as scratch:
        root = Path(scratch).resolve()
        target = root / repository.name
        cases = prepare(repository, target, Setting.EXISTING, count)
        profile = read_profile(target)

        def observe(point: DecisionPoint) -> None:
            if point.shown and point.is_new:
                case = point.case
                lines = split_lines(case.before + case.body[: point.offset] + case.after)
                document = Document(case.uri, case.language, 1, lines, case.folder / case.path, case.folder)
                found.append(conforms(point.shown, document, point.position, profile))

        with own_server(root / "home", []).start() as client:
            client.initialize(target)
            wait_until_ready(client)
            for case in cases:
                replay(case, Ghost(client), observe=observe)
    return found


if __name__ == "__main__":
    main()
