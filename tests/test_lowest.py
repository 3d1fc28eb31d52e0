import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_each_package_that_the_program_needs_has_a_lower_bound_to_be_tried():
    words = [sys.executable, ROOT / "tests/lowest.py"]
    constraints = subprocess.run(words, capture_output=True, text=True, check=True).stdout.splitlines()
    assert all(re.fullmatch(r"[\w.-]+==[\d.]+", line) for line in constraints)
    needed = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    assert len(needed) == sum(
        line.split("==")[0] in {re.split("[<>=]", each)[0] for each in needed} for line in constraints
    )
