"""The check of a folder: what it reports, of what, and what it goes on without."""

import json
import os
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from pathlib import Path

import pytest
from git_fakes import Repository

from beast_lsp import paths
from beast_lsp.errors import BeastError, HistoryError
from beast_lsp.features import checking
from beast_lsp.features.checking import Request, check
from beast_lsp.features.examining import Surroundings, examination
from beast_lsp.features.report import Report
from beast_lsp.store.index.options import IndexOptions
from beast_lsp.store.index.workspace import home_of

LONG = (
    "def long(a, b):\n" + "".join(f"    if a > {n}:\n        b = a.c(b, {n})\n" for n in range(40)) + "    return b\n"
)
SHORT = "\n\nclass C:\n    def short(self):\n        return 1\n"
SMALL = "".join(f"\n\ndef f{n}(x):\n    return x + {n}\n" for n in range(30))
WRONG = "\n\ndef wrong(a):\n    return a == a\n"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A history of a year, in which `long` was fixed twice."""
    made = Repository(tmp_path / "code")
    made.commit({"a.py": LONG.replace("b, 7", "b") + SHORT, "b.py": SMALL, "test_a.py": SMALL})
    for number in range(12):
        made.commit({"notes.txt": str(number)})
    made.commit({"a.py": LONG.replace("b, 7", "b, 8") + SHORT}, "Fix a crash in long")
    made.commit({"a.py": LONG + SHORT}, "Fix a wrong number in long")
    return made


def checked(folder: Path, **more: object) -> Report:
    request = Request(folder, home_of(folder, paths.cache_folder()), paths.models_folder())
    return check(replace(request, **more), lambda what, done, total: None)


def names(report: Report) -> list[str]:
    return [function.name for function in report.functions]


def test_every_function_has_a_score_and_what_was_fixed_and_is_long_comes_first(repository: Repository) -> None:
    report = checked(repository.folder)
    assert report.is_calibrated
    assert not report.notices
    assert names(report)[:2] == ["long", "C.short"]
    assert len(report.functions) == 62
    (first, rating), *others = report.riskiest()
    assert (first.path, first.name, first.line, first.end_line) == ("a.py", "long", 0, 81)
    assert rating.risk > max(other.risk for _, other in others)
    assert "touched by 2 fixes in a year" in [reason.text for reason in rating.reasons]
    assert len(others) == 31  # those of the tests are left out.
    assert report.below(100)
    assert not report.below(0)


def test_a_finding_belongs_to_the_innermost_function_or_to_none(tmp_path: Path) -> None:
    Repository(tmp_path).commit(
        {"a.py": "def out(a):\n    def inner(b):\n        return b == b\n    return inner\n\nX = X == X\n"}
    )
    report = checked(tmp_path)
    assert {function.name: len(function.marks) for function in report.functions} == {"out": 0, "out.inner": 1}
    assert [(mark.line, mark.owner) for mark in report.outside] == [(5, "")]
    assert [(mark.rule, mark.line, mark.column, mark.text) for mark in report.mistakes] == [
        ("identical-operands", 2, 15, "return b == b"),
        ("identical-operands", 5, 4, "X = X == X"),
    ]


def test_two_functions_of_one_name_keep_it(tmp_path: Path) -> None:
    read, write = (
        "    @property\n    def x(self):\n        return 1\n",
        "    @x.setter\n    def x(self, y):\n        self.y = y\n",
    )
    Repository(tmp_path).commit({"a.py": f"class A:\n{read}\n{write}"})
    assert names(checked(tmp_path)) == ["A.x", "A.x"]


def test_since_a_revision_only_what_changed_counts(repository: Repository) -> None:
    repository.write({"a.py": LONG + SHORT.replace("1", "2") + WRONG, "new.py": WRONG})
    report = checked(repository.folder, since="HEAD")
    assert [(each.path, each.name) for each in report.functions] == [
        ("a.py", "C.short"),
        ("a.py", "wrong"),
        ("new.py", "wrong"),
    ]
    assert len(report.mistakes) == 2
    assert all(each.rating is not None for each in report.functions)


def test_a_finding_on_a_line_that_did_not_change_is_left_out(repository: Repository) -> None:
    repository.commit({"a.py": LONG + WRONG})
    repository.write({"a.py": LONG.replace("b, 9", "b, 10") + WRONG})
    report = checked(repository.folder, since="HEAD")
    assert (names(report), report.mistakes) == (["long"], [])


def test_nothing_changed_and_nothing_known_are_told(repository: Repository, tmp_path: Path) -> None:
    report = checked(repository.folder, since="HEAD")
    assert (report.functions, report.notices) == ([], ["No code changed since HEAD."])
    (tmp_path / "empty").mkdir()
    report = checked(tmp_path / "empty")
    assert (report.files, report.marks) == (0, [])
    assert "has no code" in report.notices[0]


def test_an_unknown_revision_is_refused_before_the_work(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "update_standing", lambda *_: pytest.fail("it began"))
    with pytest.raises(HistoryError):
        checked(repository.folder, since="nowhere")


def test_one_file_is_set_against_all_of_its_repository(repository: Repository) -> None:
    def risks(report: Report) -> dict[str, float]:
        return {each.name: each.rating.risk for each in report.functions if each.rating and each.path == "a.py"}

    whole = risks(checked(repository.folder))
    report = checked(repository.folder, file="a.py")
    assert names(report) == ["long", "C.short"]
    assert risks(report) == whole


@pytest.mark.parametrize(("name", "text"), [("x.txt", b"f"), ("x.py", b"\0\0"), ("ignored.py", b"x = 1\n")])
def test_a_file_that_is_no_code_is_not_checked(repository: Repository, name: str, text: bytes) -> None:
    repository.write({".gitignore": "ignored.py\n", name: text})
    report = checked(repository.folder, file=name)
    assert report.functions == []
    assert "not checked" in " ".join(report.notices)


def test_settings_mute_rules_and_exclude_files(repository: Repository) -> None:
    repository.write({"a.py": WRONG, "sub/b.py": WRONG})
    assert len(checked(repository.folder).mistakes) == 2
    assert len(checked(repository.folder, options=IndexOptions(exclude=("sub/",))).mistakes) == 1
    assert not checked(repository.folder, muted=("identical-operands",)).mistakes


def test_without_a_history_there_are_scores_that_are_not_calibrated(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(LONG + SMALL + WRONG)
    report = checked(tmp_path)
    assert not report.is_calibrated
    assert [notice.count("not calibrated") for notice in report.notices] == [1]
    assert len(report.riskiest()) == 32
    assert len(report.mistakes) == 1


def test_a_shallow_clone_has_no_history(repository: Repository, tmp_path: Path) -> None:
    repository.git("clone", "-q", "--depth", "1", f"file://{repository.folder}", str(tmp_path / "shallow"))
    report = checked(tmp_path / "shallow")
    assert not report.is_calibrated
    assert ["shallow" in notice for notice in report.notices] == [True]


@pytest.mark.parametrize("damage", ["missing", "cut", "altered"])
def test_without_a_whole_model_the_findings_stay(repository: Repository, tmp_path: Path, damage: str) -> None:
    models = tmp_path / "models"
    models.mkdir()
    shipped = paths.models_folder()
    for file in (shipped / "manifest.json", *shipped.glob("fix-risk-*")):
        (models / file.name).write_bytes(file.read_bytes())
    broken = models / "fix-risk-function.onnx"
    content = broken.read_bytes()
    broken.write_bytes(content[:-9] if damage == "cut" else b"\0" + content[1:])
    if damage == "missing":
        broken.unlink()
    repository.write({"a.py": LONG + WRONG})
    report = checked(repository.folder, models=models)
    assert [notice[:20] for notice in report.notices] == ["There are no scores:"]
    assert {each.rating for each in report.functions} == {None}
    assert (len(report.mistakes), report.riskiest()) == (1, [])


def test_a_cache_that_cannot_be_written_is_gone_without(repository: Repository, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("where a folder should be")
    report = checked(repository.folder, home=tmp_path / "file" / "home")
    assert report.is_calibrated
    assert "can't be written" in report.notices[0]
    assert names(report) == names(checked(repository.folder))


def test_a_disk_that_fills_up_leaves_the_findings(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(checking, "update_standing", full)
    repository.write({"a.py": WRONG})
    report = checked(repository.folder)
    assert "No space left" in " ".join(report.notices)
    assert len(report.mistakes) == 1


def test_a_language_that_no_commit_has_is_without_scores(repository: Repository) -> None:
    repository.write({"x.go": "package x\n\nfunc F(a int) bool {\n\treturn a == a\n}\n"})
    report = checked(repository.folder)
    go = [each for each in report.functions if each.path == "x.go"]
    assert [(each.name, each.rating, len(each.marks)) for each in go] == [("F", None, 1)]
    assert "1 file is without scores" in report.notices[0]


def test_calls_are_seen_across_files(tmp_path: Path) -> None:
    Repository(tmp_path).commit(
        {"lib.py": "def take(a):\n    return a\n", "use.py": "from lib import take\n\ntake(1, 2)\n"}
    )
    assert [(mark.path, mark.rule) for mark in checked(tmp_path).mistakes] == [("use.py", "impossible-call")]


def test_code_of_a_thousand_levels_leaves_the_other_findings(tmp_path: Path) -> None:
    deep = "def f(a):\n    return (a\n" + "        and b\n" * 3_000 + "    )\n"
    Repository(tmp_path).commit({"a.py": deep + WRONG, "b.py": "\n".join(" " * n + "if x:" for n in range(300))})
    assert [mark.line for mark in checked(tmp_path).mistakes] == [deep.count("\n") + 3]


def test_ruff_adds_remarks_of_its_own_kinds_when_asked(tmp_path: Path) -> None:
    Repository(tmp_path).commit({"a.py": "import subprocess\n\n\ndef f(x):\n    subprocess.call(x, shell=True)\n"})
    assert not checked(tmp_path).marks
    report = checked(tmp_path, lint=True)
    assert ("ruff:S602", "security", 4, "f") in [(each.rule, each.kind, each.line, each.owner) for each in report.marks]
    assert not report.mistakes
    assert not checked(tmp_path, lint=True, since="HEAD").marks


def test_a_coverage_report_says_what_ran_until_the_file_changes(tmp_path: Path) -> None:
    Repository(tmp_path).commit(
        {"a.py": "def f(x):\n    if x:\n        return 1\n    return 2\n\n\ndef g():\n    return 3\n"}
    )
    files = {"a.py": {"executed_lines": [1, 2, 3, 7], "missing_lines": [4, 8]}}
    (tmp_path / "coverage.json").write_text(json.dumps({"meta": {"format": 3}, "files": files}))
    os.utime(tmp_path / "a.py", (1, 1))
    covered = {each.name: each.covered for each in checked(tmp_path).functions}
    assert covered == {"f": pytest.approx(2 / 3), "g": 0.0}
    os.utime(tmp_path / "coverage.json", (0, 0))
    report = checked(tmp_path)
    assert {each.covered for each in report.functions} == {None}
    assert "1 file is without coverage" in report.notices[0]


def many(folder: Path) -> list[str]:
    files = [f"m{number:03}.py" for number in range(120)]
    for name in files:
        (folder / name).write_text(f"def {name[:-3]}(a):\n    return a == a\n")
    return files


def test_several_processes_find_what_one_does_in_the_same_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    around, files = Surroundings(tmp_path, tmp_path / "none"), many(tmp_path)
    with examination(around, files) as examined:
        together = list(examined)
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    with examination(around, files) as examined:
        assert list(examined) == together
    assert [one.file.path for one in together if one] == files
    assert {len(one.findings) for one in together if one} == {1}
    assert "PYTHONSAFEPATH" not in os.environ


class _Deadly(str):
    """Ends the process that it comes to."""

    def __reduce__(self) -> tuple[object, ...]:
        return os._exit, (1,)


def test_a_process_that_dies_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    files = [*many(tmp_path), _Deadly("x.py")]
    with (
        pytest.raises(BeastError, match="died") as raised,
        examination(Surroundings(tmp_path, tmp_path), files) as all_of,
    ):
        list(all_of)
    assert isinstance(raised.value.__cause__, BrokenProcessPool)


FUNCTIONS = (("used", "helper(a)"), ("helper", "a + 1"), ("forgotten", "a - 1"))
TESTED = "".join(f"def {name}(a):\n    return {body}\n\n\n" for name, body in FUNCTIONS)


def test_without_a_report_names_and_imports_tell_what_tests_probably_run(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(TESTED, "utf-8")
    (tmp_path / "test_a.py").write_text("from a import used\n\n\ndef test_it():\n    assert used(1) == 2\n", "utf-8")
    found = {each.name: each.probably_covered for each in checked(tmp_path).functions}
    assert found["test_it"] is None
    assert (found["used"] or 0) > (found["forgotten"] or 1)
    assert (found["helper"] or 0) > (found["forgotten"] or 1)


def test_what_a_report_says_is_not_predicted(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("def f():\n    return 1\n", "utf-8")
    (tmp_path / "lcov.info").write_text("SF:a.py\nDA:1,1\nDA:2,1\nend_of_record\n", "utf-8")
    assert [each.probably_covered for each in checked(tmp_path).functions] == [None]


def test_of_a_part_of_the_code_nothing_is_predicted(repository: Repository) -> None:
    (repository.folder / "c.py").write_text("def new(a):\n    return a + 1\n", "utf-8")
    assert [each.probably_covered for each in checked(repository.folder, since="HEAD").functions] == [None]
