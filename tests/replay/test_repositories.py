"""What is reported on was never trained on: the split by the repository's name."""

import hashlib
import tomllib
from pathlib import Path

import pytest

LISTS = tomllib.loads((Path(__file__).parent.parent / "benchmarks" / "repositories.toml").read_text())


@pytest.mark.parametrize("name", [name for names in LISTS.values() for name in names])
def test_a_reported_repository_belongs_to_dev(name):
    assert hashlib.sha1(name.encode()).hexdigest()[0] in "cd"


def test_a_commit_is_named_in_full():
    assert {len(commit) for names in LISTS.values() for commit in names.values()} == {40}
