"""The coverage reports in a folder: found, read safely, and told from stale ones."""

import os
import sqlite3
from contextlib import closing

import pytest

from beast_lsp.engine.document import split_lines
from beast_lsp.errors import CoverageError
from beast_lsp.store import coverage as module
from beast_lsp.store.coverage import Report, WorkspaceCoverage, find_reports, load_report

SOURCE = "def f(a):\n    if a:\n        return 1\n    return 2\n"
LCOV = "SF:a.py\nDA:1,1\nDA:2,1\nDA:3,{hits}\nDA:4,1\nend_of_record\n"
TABLES = """
CREATE TABLE meta(key TEXT, value TEXT);
CREATE TABLE file(id INTEGER PRIMARY KEY, path TEXT);
CREATE TABLE line_bits(file_id INTEGER, context_id INTEGER, numbits BLOB);
CREATE TABLE arc(file_id INTEGER, context_id INTEGER, fromno INTEGER, tono INTEGER);
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "a.py").write_text(SOURCE)
    set_time(tmp_path / "a.py", 100)
    return tmp_path


def set_time(file, seconds):
    os.utime(file, (seconds, seconds))


def write(folder, path, text, seconds=200):
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    set_time(file, seconds)
    return file


def database(folder, *statements, tables=TABLES):
    file = folder / ".coverage"
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(tables)
        for statement, values in statements:
            connection.execute(statement, values)
        connection.commit()
    set_time(file, 200)
    return file


def share(folder, path="a.py"):
    return WorkspaceCoverage(folder).share(path, 0, 3, split_lines(SOURCE))


def test_a_folder_without_reports_says_nothing(folder):
    assert find_reports(folder) == find_reports(folder / "gone") == []
    known = WorkspaceCoverage(folder)
    assert not known
    assert known.problems == []
    assert share(folder) is None


def test_the_newest_report_that_knows_the_function_counts(folder):
    write(folder, "lcov.info", LCOV.format(hits=0), 200)
    write(folder, "coverage/lcov.info", LCOV.format(hits=1), 300)
    write(folder, "coverage.lcov", LCOV.format(hits=1).replace("a.py", "b.py"), 400)
    assert [report.path for report in find_reports(folder)] == ["coverage.lcov", "coverage/lcov.info", "lcov.info"]
    found = share(folder)
    assert (found.share, found.report, found.is_stale) == (1.0, "coverage/lcov.info", False)


def test_a_report_older_than_the_source_is_stale(folder):
    write(folder, "lcov.info", LCOV.format(hits=0), 50)
    found = share(folder)
    assert found.share == pytest.approx(2 / 3)
    assert found.is_stale


def test_a_source_that_is_gone_makes_a_report_stale(folder):
    write(folder, "lcov.info", LCOV.format(hits=0))
    (folder / "a.py").unlink()
    assert share(folder).is_stale


@pytest.mark.parametrize("rows", ["line_bits", "arc"])
def test_the_database_of_coverage_py(folder, rows):
    ran = {
        "line_bits": [("INSERT INTO line_bits VALUES(1, 1, ?)", (bytes([0b10110]),))],  # lines 1, 2 and 4
        "arc": [(f"INSERT INTO arc VALUES(1, 1, {arc[0]}, {arc[1]})", ()) for arc in [(-1, 2), (2, 4), (4, -1)]],
    }
    database(folder, ("INSERT INTO file VALUES(1, ?)", (str(folder.resolve() / "a.py"),)), *ran[rows])
    found = share(folder)
    assert (found.share, found.report) == (pytest.approx(2 / 3), ".coverage")
    assert sorted(path.name for path in folder.iterdir()) == [".coverage", "a.py"]


def test_the_database_is_opened_for_reading_only_whatever_its_mode(folder):
    file = database(folder, ("INSERT INTO file VALUES(1, 'a.py')", ()), ("PRAGMA journal_mode = WAL", ()))
    before = file.read_bytes()
    WorkspaceCoverage(folder)
    assert file.read_bytes() == before
    assert not list(folder.glob(".coverage-*"))


ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS file_id, 1 AS numbits FROM n"


@pytest.mark.parametrize(
    ("tables", "rows"),
    [
        ("CREATE TABLE other(a);", ()),
        (TABLES.replace("CREATE TABLE arc", "CREATE TABLE bow"), ()),
        ("CREATE TABLE file(id, path); CREATE TABLE arc(a); CREATE VIEW line_bits AS " + ENDLESS + ";", ()),
        ("CREATE TABLE file(id, path); CREATE TABLE arc(a); CREATE TABLE line_bits(a);", ()),
    ],
)
def test_a_database_of_another_kind_is_refused(folder, tables, rows):
    database(folder, *rows, tables=tables)
    known = WorkspaceCoverage(folder)
    assert not known
    assert known.problems == [".coverage: This is no database of coverage.py. Run the tests with coverage again."]


def test_a_database_that_keeps_the_reader_busy_is_given_up(folder, monkeypatch):
    numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) SELECT i FROM n"
    database(
        folder,
        ("INSERT INTO file SELECT i, 'a.py' FROM (" + numbers + ")", ()),
        ("INSERT INTO arc SELECT i % 2, 1, 1, 2 FROM (" + numbers + ")", ()),
        tables=TABLES.replace("id INTEGER PRIMARY KEY", "id"),
    )
    assert WorkspaceCoverage(folder)
    monkeypatch.setattr(module, "_SECONDS", -1.0)
    monkeypatch.setattr(module, "_STEPS", 10)
    assert WorkspaceCoverage(folder).problems


def test_a_database_with_more_lines_than_a_workspace_is_refused(folder, monkeypatch):
    monkeypatch.setattr(module, "_MOST_LINES", 3)
    numbits = ("INSERT INTO line_bits VALUES(1, 1, ?)", (b"\xff",))
    database(folder, ("INSERT INTO file VALUES(1, 'a.py')", ()), numbits)
    assert WorkspaceCoverage(folder).problems


def test_strange_rows_are_left_out(folder):
    rows = [("INSERT INTO file VALUES(1, 'a.py'), (2, NULL), (3, x'00')", ())]
    rows += [("INSERT INTO line_bits VALUES(1, 1, 5), (1, 1, NULL), (2, 1, x'02'), (1, 1, ?)", (b"\x14",))]
    rows += [("INSERT INTO arc VALUES(1, 1, 'x', NULL), (3, 1, 1, 2)", ())]
    database(folder, *rows)
    assert share(folder).share == pytest.approx(2 / 3)


@pytest.mark.parametrize("content", [b"SQLite format 3\0" + b"\xff" * 4000, b"nothing", b"!coverage.py: an old format"])
def test_a_broken_database_is_a_problem_and_no_error(folder, content):
    (folder / ".coverage").write_bytes(content)
    assert len(WorkspaceCoverage(folder).problems) == 1


def test_a_broken_report_leaves_the_others(folder):
    write(folder, "coverage.xml", "<coverage", 300)
    write(folder, "lcov.info", LCOV.format(hits=1), 200)
    known = WorkspaceCoverage(folder)
    assert known.share("a.py", 0, 3).report == "lcov.info"
    assert known.problems[0].startswith("coverage.xml: ")


def test_links_folders_empty_and_large_files_are_no_reports(folder, monkeypatch, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (folder / "lcov.info").symlink_to(write(elsewhere, "lcov.info", LCOV.format(hits=1)))
    (folder / "coverage").symlink_to(elsewhere)
    (folder / "coverage.xml").mkdir()
    (folder / "coverage.info").touch()
    write(folder, "coverage.json", "x" * 200)
    monkeypatch.setattr(module, "MAX_BYTES", 100)
    assert find_reports(folder) == []


def test_a_report_that_goes_or_grows_after_it_was_found_is_refused(folder, monkeypatch):
    with pytest.raises(CoverageError, match="can't be read"):
        load_report(folder, Report("lcov.info", 0, 1))
    write(folder, "lcov.info", "x" * 200)
    monkeypatch.setattr(module, "MAX_BYTES", 100)
    with pytest.raises(CoverageError, match="grown"):
        load_report(folder, Report("lcov.info", 0, 1))


def test_what_was_read_is_current_until_a_report_changes(folder):
    write(folder, "lcov.info", LCOV.format(hits=1))
    known = WorkspaceCoverage(folder)
    assert known.is_current()
    write(folder, "lcov.info", LCOV.format(hits=0), 300)
    assert not known.is_current()
