"""The fit of the coverage prediction: what a database says by test file, and what is made of it."""

import sqlite3
from contextlib import closing

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="scikit-learn is part of the extra `train`")

from beast_lsp.engine.coverage.prediction import FEATURES
from beast_lsp.engine.coverage.readers import executed_only
from beast_lsp.training import coverage as stage
from beast_lsp.training.coverage import Project, fit, probabilities, report

CODE = "def one():\n    return 1\n\n\ndef two():\n    return 2\n\n\ndef three():\n    return 3\n"
TABLES = """
CREATE TABLE file(id INTEGER PRIMARY KEY, path TEXT);
CREATE TABLE context(id INTEGER PRIMARY KEY, context TEXT);
CREATE TABLE line_bits(file_id INTEGER, context_id INTEGER, numbits BLOB);
"""


def bits(*numbers):
    return sum(1 << number for number in numbers).to_bytes(4, "little")


@pytest.fixture
def project(tmp_path):
    checkout = tmp_path / "owner__name"
    (checkout / "pkg").mkdir(parents=True)
    (checkout / "pkg" / "a.py").write_text(CODE)
    (checkout / "tests").mkdir()
    (checkout / "tests" / "test_one.py").write_text("def test_one():\n    one()\n")
    (checkout / "tests" / "test_two.py").write_text("def test_two():\n    two()\n")
    return Project(checkout)


@pytest.fixture
def database(tmp_path):
    """Made in another folder, and by a pytest whose root is the folder of the tests."""
    file = tmp_path / ".coverage"
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(TABLES)
        connection.executemany("INSERT INTO file VALUES(?, ?)", [(1, "/ci/run/pkg/a.py")])
        contexts = [(1, ""), (2, "test_one.py::test_one|run"), (3, "tests/test_two.py::test_two|setup")]
        connection.executemany("INSERT INTO context VALUES(?, ?)", contexts)
        rows = [(1, 1, bits(1, 5, 9)), (1, 2, bits(2)), (1, 3, bits(6))]
        connection.executemany("INSERT INTO line_bits VALUES(?, ?, ?)", rows)
        connection.commit()
    return file


def covered(rows):
    return {row.found.line: row.is_covered for row in rows}


def test_a_report_gives_a_row_for_each_function(project):
    rows = list(project.rows(executed_only([("pkg/a.py", [1, 2, 5, 9])], "")))
    assert covered(rows) == {0: True, 4: False, 8: False}
    assert [row.is_mentioned for row in rows] == [True, True, False]
    assert {(row.repository, row.share) for row in rows} == {("owner/name", 1.0)}


def test_a_file_that_the_report_does_not_know_gives_none(project):
    assert list(project.rows(executed_only([("pkg/b.py", [1])], ""))) == []


def test_each_part_of_the_tests_has_its_own_truth_and_its_own_evidence(project, database):
    rows = list(project.rows_by_share(database))
    whole = [row for row in rows if row.share == 1]
    assert covered(whole) == {0: True, 4: True, 8: False}
    assert {row.share for row in rows} == set(stage.SHARES)
    for start in range(len(whole), len(rows), 3):
        # One of the two test files took part, and what it runs is what its name says.
        part = rows[start : start + 3]
        assert sum(row.is_covered for row in part) == 1
        assert [row.found.distance == 1 for row in part] == [row.is_covered for row in part]


def test_the_fit_learns_what_tells_covered_functions_apart(project, database, capsys):
    rows = list(project.rows_by_share(database))
    model = fit(rows)
    risks = probabilities(model, rows)
    labels = np.array([row.is_covered for row in rows])
    assert risks[labels].min() > risks[~labels].max()
    report(rows, risks)
    stage.print_weights(model)
    said = capsys.readouterr().out
    assert said.count("of tests") == len(stage.SHARES)
    assert f"AUC {1:.3f}" in said
    assert all(name in said for name in ("WEIGHTS", *FEATURES))


def test_figures_of_one_kind_only_have_no_ranking(project, capsys):
    rows = list(project.rows(executed_only([("pkg/a.py", [2, 6, 10])], "")))
    report(rows, np.full(3, 0.9))
    said = capsys.readouterr().out
    assert "covered 1.000" in said
    assert "AUC" not in said


def test_repositories_that_are_not_for_training_are_refused(monkeypatch, capsys, project, database, tmp_path):
    monkeypatch.setattr(stage, "part", lambda name: "dev")
    monkeypatch.setattr("sys.argv", ["coverage", f"{tmp_path / 'owner__name'}={database}"])
    with pytest.raises(SystemExit):
        stage.main()
    assert "owner/name is not for training" in capsys.readouterr().err
