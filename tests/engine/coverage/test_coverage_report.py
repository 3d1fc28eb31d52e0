"""What a report says of files and functions."""

import pytest

from beast_lsp.engine.coverage.report import Coverage, FileCoverage, covered_share
from beast_lsp.engine.document import split_lines

FUNCTION = """def f(
    a,
):
    '''Says.'''
    # why
    if a:
        return [
            a,
        ]
    return 0
"""
LINES = split_lines(FUNCTION)


def coverage(executed, executable=None, path="pkg/a.py"):
    can = None if executable is None else frozenset(executable)
    return Coverage({path: FileCoverage(frozenset(executed), can)})


def test_the_share_is_that_of_the_lines_that_can_run_without_the_header():
    assert covered_share(coverage({0, 5}, {0, 5, 6, 9}), "pkg/a.py", 0, 9) == pytest.approx(1 / 3)
    assert covered_share(coverage({0}, {0, 5, 6, 9}), "pkg/a.py", 0, 9) == 0.0


def test_lines_of_other_functions_count_for_nothing():
    assert covered_share(coverage({0, 1, 8}, {0, 1, 2, 8, 9}), "pkg/a.py", 1, 7) == 0.0


@pytest.mark.parametrize(
    ("executed", "share"),
    [({0, 1}, 0.0), ({0, 5, 9}, 2 / 3), ({0, 5, 7}, 2 / 3), ({5, 6, 7, 9}, 1.0)],
)
def test_where_only_what_ran_is_known_statements_are_counted(executed, share):
    assert covered_share(coverage(executed), "pkg/a.py", 0, 9, LINES) == pytest.approx(share)


def test_what_a_comment_excludes_is_not_counted():
    lines = split_lines("def f(a):\n    if a:  # pragma: no cover\n        return 1\n    return 0\n")
    assert covered_share(coverage({3}), "pkg/a.py", 0, 3, lines) == 0.5
    whole = split_lines("def f(a):  # Pragma: No Cover\n    return 0\n")
    assert covered_share(coverage({0}), "pkg/a.py", 0, 1, whole) is None


def test_nothing_is_said_without_grounds():
    known = coverage({0}, {0})
    assert covered_share(known, "other.py", 0, 9, LINES) is None
    assert covered_share(known, "pkg/a.py", 0, 0) is None  # One line runs where it is defined.
    assert covered_share(coverage({0}), "pkg/a.py", 0, 9) is None
    assert covered_share(coverage({0}), "pkg/a.py", 0, 9, ["def f(): return 1\n"]) is None
    assert covered_share(coverage({0}), "pkg/a.py", 50, 90, LINES) is None


def test_a_report_of_another_machine_is_read_by_the_ends_of_its_paths():
    assert coverage({0}, {0}, "/ci/build/pkg/a.py").of("pkg/a.py")
    assert coverage({0}, {0}, "C:/build/pkg/a.py").of("pkg/a.py")


@pytest.mark.parametrize(
    ("paths", "path"),
    [
        (["/ci/pkg/a.py"], "a.py"),
        (["/ci/pkg/a.py"], "kg/a.py"),
        (["/ci/one/pkg/a.py", "/ci/two/pkg/a.py"], "pkg/a.py"),
        (["/ci/pkg/a.py", "b.py"], "pkg/a.py"),
        (["/ci/site-packages/pkg/a.py"], "pkg/a.py"),
        (["a.py"], "pkg/a.py"),
    ],
)
def test_an_end_that_says_too_little_is_no_match(paths, path):
    files = {known: FileCoverage(frozenset({0}), frozenset({0})) for known in paths}
    assert Coverage(files).of(path) is None
