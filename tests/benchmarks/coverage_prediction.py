"""Is a function covered by tests, as far as names and imports tell? Beside what a coverage report says.

    python tests/benchmarks/coverage_prediction.py CHECKOUT REPORT

REPORT is any that the server reads, of the checkout's own tests. Where it is a database of coverage.py written by
`pytest --cov=PACKAGE --cov-context=test`, the figures for a third and a tenth of the test files are printed as well.

A function is covered where more than half of its lines ran. `covered` is the base rate and `expected` the mean
prediction; AUC stands beside those of two baselines, that a test file mentions the name and that the function is short;
`skill` is the Brier score's, over the base rate. Pairs are precision/recall, of what is called covered and of what is
called not covered, at a probability of a half.
"""

import argparse
import os
from pathlib import Path

import numpy as np

from beast_lsp.engine.coverage.prediction import probability
from beast_lsp.engine.coverage.readers import read_report
from beast_lsp.training.coverage import Project, report


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkout", type=Path)
    parser.add_argument("report", type=Path)
    options = parser.parse_args()
    project = Project(options.checkout.resolve())
    if options.report.read_bytes()[:6] == b"SQLite":
        rows = list(project.rows_by_share(options.report))
    else:
        text = options.report.read_text("utf-8")
        rows = list(project.rows(read_report(text, os.fspath(options.checkout.resolve()))))
    report(rows, np.array([probability(row.found.values) for row in rows]))


if __name__ == "__main__":
    main()
