"""Coverage reports as text: what they say, and what is refused."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beast_lsp.engine.coverage.readers import executed_only, lines_of_numbits, read_report
from beast_lsp.engine.coverage.report import Coverage, FileCoverage
from beast_lsp.errors import CoverageError

FOLDER = "/home/me/project"
LCOV = "TN:\nSF:src/a.ts\nFN:1,f\nDA:1,1\nDA:2,0\nDA:3,4,checksum\nend_of_record\nSF:/home/me/project/b.ts\nDA:1,0\n"


def cobertura(lines, *, filename="pkg/a.py", sources=(), head=""):
    places = "".join(f"<source>{source}</source>" for source in sources)
    return (
        f'<?xml version="1.0" ?>{head}<coverage version="7"><sources>{places}</sources><packages><package><classes>'
        f'<class filename="{filename}"><methods><method><lines><line number="9" hits="1"/></lines></method></methods>'
        f"<lines>{lines}</lines></class></classes></package></packages></coverage>"
    )


LINES = '<line number="1" hits="1"/><line number="2" hits="0"/><line number="3" hits="1.5" branch="true"/>'


def of(coverage, path):
    found = coverage.of(path)
    assert found is not None
    return sorted(found.executed), sorted(found.executable or ())


def test_json_of_coverage_py():
    file = {"executed_lines": [1, 3], "missing_lines": [4], "excluded_lines": [6], "summary": {}}
    text = json.dumps({"meta": {"format": 3}, "files": {"src/a.py": file, "/home/me/project/b.py": file}})
    coverage = read_report(text, FOLDER)
    assert of(coverage, "src/a.py") == of(coverage, "b.py") == ([0, 2], [0, 2, 3])
    assert coverage.of("c.py") is None


def test_lcov():
    coverage = read_report(LCOV, FOLDER)
    assert of(coverage, "src/a.ts") == ([0, 2], [0, 1, 2])
    assert of(coverage, "b.ts") == ([], [0])


def test_the_runs_of_one_file_in_a_tracefile_add_up():
    assert of(read_report("SF:a\nDA:1,0\nend_of_record\nSF:a\nDA:1,2\nend_of_record\n", FOLDER), "a") == ([0], [0])


@pytest.mark.parametrize(
    ("sources", "filename", "path"),
    [
        ((), "pkg/a.py", "pkg/a.py"),
        (("/home/me/project",), "pkg/a.py", "pkg/a.py"),
        (("/home/me/project/src",), "pkg/a.py", "src/pkg/a.py"),
        (("src/main/java",), "A.java", "src/main/java/A.java"),
        ((".",), "pkg/a.py", "pkg/a.py"),
        (("/home/me/project/one", "/home/me/project/two"), "a.py", "two/a.py"),
        (("/elsewhere",), "/home/me/project/x.py", "x.py"),
        ((), "pkg\\a.py", "pkg/a.py"),
    ],
)
def test_cobertura(sources, filename, path):
    text = cobertura(LINES, filename=filename, sources=sources)
    coverage = read_report(text, FOLDER, lambda path: path.startswith("two/"))
    assert of(coverage, path) == ([0, 2, 8], [0, 1, 2, 8])


def test_a_document_type_without_entities_is_usual():
    head = "<!DOCTYPE coverage SYSTEM 'http://cobertura.sourceforge.net/xml/coverage-04.dtd'>"
    assert read_report(cobertura(LINES, head=head), FOLDER).of("pkg/a.py")


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x [<!ENTITY % a "x"> %a;]>',
    ],
)
def test_a_document_that_declares_entities_is_refused(head):
    with pytest.raises(CoverageError, match="entities"):
        read_report(cobertura(LINES, head=head, sources=("&a;",)), FOLDER)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "{",
        "[]",
        '{"files": [1]}',
        '{"files": {"a": {"executed_lines": 1, "missing_lines": []}}}',
        '{"files": {"a": {"executed_lines": []}}}',
        '{"a": ' * 100_000,
        "<coverage>",
        "<html></html>",
        "<",
        "no report at all\n",
        "SF:a\nend_of_record\n",
        "DA:1,1\n",
    ],
)
def test_what_is_no_report_is_refused(text):
    with pytest.raises(CoverageError):
        read_report(text, FOLDER)


def test_numbers_that_are_no_lines_are_left_out():
    lines = '<line number="0" hits="1"/><line number="-1" hits="1"/><line number="x" hits="1"/><line hits="1"/>'
    assert of(read_report(cobertura(lines + '<line number="2" hits="?"/>'), FOLDER), "pkg/a.py") == ([8], [1, 8])
    strange = {"executed_lines": [True, "a", None, 1e3, 10**20, [], 2], "missing_lines": []}
    assert of(read_report(json.dumps({"files": {"a": strange}}), FOLDER), "a") == ([1], [1])
    assert of(read_report("SF:a\nDA:99999999999,1\nDA:\nDA:3,\n", FOLDER), "a") == ([], [2])


@given(st.sets(st.integers(0, 3000)))
def test_a_bitmap_holds_its_numbers(numbers):
    data = bytearray(376)
    for number in numbers:
        data[number // 8] |= 1 << number % 8
    assert list(lines_of_numbits(bytes(data))) == sorted(numbers)


def test_where_only_what_ran_is_known_nothing_is_said_of_the_rest():
    assert executed_only([("/home/me/project/a.py", [1, 3, 0, -2])], FOLDER).files == {
        "a.py": FileCoverage(frozenset({0, 2}), None)
    }


BEGUN = st.tuples(st.sampled_from(["", "{", "<coverage", "SF:a\nDA:"]), st.text()).map("".join)


@given(BEGUN)
def test_any_text_is_read_or_refused(text):
    try:
        assert isinstance(read_report(text, FOLDER), Coverage)
    except CoverageError as problem:
        assert problem.hint
