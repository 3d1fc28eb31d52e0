"""Prints the lowest version that pyproject.toml allows of each package, as pip's constraints.

`make test-lowest` installs these and runs the tests, so that a lower bound is a promise that was tried.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

_BOUND = re.compile(r"([A-Za-z0-9._-]+)(?:\[[^\]]*\])?>=([0-9][0-9a-z.]*)")


def lowest(requirements: Iterable[str]) -> Iterator[str]:
    """`name==version` for each requirement with a lower bound."""
    for requirement in requirements:
        if bound := _BOUND.match(requirement.replace(" ", "")):
            yield f"{bound[1]}=={bound[2]}"


def main() -> None:
    """Reads the pyproject.toml of this repository."""
    project = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    for line in lowest([*project["dependencies"], *extras["ws"], *extras["keyring"], *extras["test"]]):
        print(line)


if __name__ == "__main__":
    main()
