"""The SARIF log, held against what the standard demands of a log."""

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from click.testing import CliRunner
from git_fakes import Repository

from beast_lsp.cli.check import command
from beast_lsp.cli.sarif import sarif
from beast_lsp.engine.rules.registry import RULES
from beast_lsp.features.report import MISTAKE, Mark, Report

WRONG = "def wrong(a):\n    s = '\N{GRINNING FACE}'; return a == a\n"


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BEAST_LSP_HOME", str(tmp_path / "home"))


def log(folder: Path, *words: str) -> dict[str, Any]:
    result = CliRunner().invoke(command, [str(folder), "--sarif", *words])
    assert result.exit_code in {0, 1}, result.output
    return json.loads(result.stdout)


def assert_is_valid(found: dict[str, Any]) -> None:
    """The constraints of the schema of SARIF 2.1.0 for what we use of it (sections 3.13 to 3.58)."""
    assert found["version"] == "2.1.0"
    assert set(found) == {"$schema", "version", "runs"}
    (run,) = found["runs"]
    assert run["columnKind"] in {"utf16CodeUnits", "unicodeCodePoints"}
    rules = run["tool"]["driver"]["rules"]
    assert run["tool"]["driver"]["name"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for rule in rules:
        assert all(rule[part]["text"] for part in ("shortDescription", "help"))
        assert rule["shortDescription"]["text"].endswith(".")
        assert rule["defaultConfiguration"]["level"] in {"none", "note", "warning", "error"}
    for invocation in run["invocations"]:
        assert isinstance(invocation["executionSuccessful"], bool)
        assert all(one["message"]["text"] for one in invocation["toolExecutionNotifications"])
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in {"none", "note", "warning", "error"}
        assert result["message"]["text"]
        assert all(isinstance(value, str) for value in result["partialFingerprints"].values())
        for location in result["locations"]:
            artifact = location["physicalLocation"]["artifactLocation"]
            assert artifact["uriBaseId"] in run["originalUriBaseIds"]
            assert re.fullmatch(r"[A-Za-z0-9\-._~!$&'()*+,;=:@/%]+", artifact["uri"])
            assert not artifact["uri"].startswith("/")
            region = location["physicalLocation"]["region"]
            assert all(type(value) is int and value >= 1 for value in region.values())
            assert region["endLine"] >= region["startLine"]
            assert ("startColumn" in region) == ("endColumn" in region)


def test_the_log_of_a_repository_is_valid_and_columns_count_characters(tmp_path: Path) -> None:
    Repository(tmp_path / "code").commit({"wrong.py": WRONG})
    found = log(tmp_path / "code")
    assert_is_valid(found)
    (result,) = found["runs"][0]["results"]
    assert result["ruleId"] == "identical-operands"
    location = result["locations"][0]
    line = WRONG.splitlines()[1]
    start, end = line.index("a == a") + 1, line.index("a == a") + 7
    region = {"startLine": 2, "endLine": 2, "startColumn": start, "endColumn": end}
    assert location["physicalLocation"]["region"] == region
    assert location["logicalLocations"] == [{"fullyQualifiedName": "wrong", "kind": "function"}]


def test_every_rule_of_ours_comes_with_its_help(tmp_path: Path) -> None:
    found = log(tmp_path)
    assert_is_valid(found)
    rules = {rule["id"]: rule for rule in found["runs"][0]["tool"]["driver"]["rules"]}
    assert set(rules) == {rule.name for rule in RULES}
    assert "beast: ignore[repeated-key]" in rules["repeated-key"]["help"]["text"]
    assert found["runs"][0]["results"] == []


def test_paths_are_escaped_and_relative_to_the_top_of_the_repository(tmp_path: Path) -> None:
    Repository(tmp_path / "code").commit({"sub folder/50% #1?.py": WRONG})
    for folder in (tmp_path / "code", tmp_path / "code" / "sub folder"):
        found = log(folder)
        assert_is_valid(found)
        (result,) = found["runs"][0]["results"]
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert unquote(uri) == "sub folder/50% #1?.py"


def test_ruff_s_rules_are_notes_with_their_documentation(tmp_path: Path) -> None:
    text = "import subprocess\n\n\ndef f(x):\n    subprocess.call(x, shell=True)\n"
    Repository(tmp_path / "code").commit({"shell.py": text})
    found = log(tmp_path / "code", "--lint")
    assert_is_valid(found)
    result = next(each for each in found["runs"][0]["results"] if each["ruleId"] == "ruff:S602")
    rule = found["runs"][0]["tool"]["driver"]["rules"][result["ruleIndex"]]
    assert (result["level"], rule["properties"]["tags"]) == ("note", ["security"])
    assert rule["helpUri"].startswith("https://")


def test_notices_are_notifications(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(WRONG)
    found = log(tmp_path)
    assert_is_valid(found)
    (notice,) = found["runs"][0]["invocations"][0]["toolExecutionNotifications"]
    assert "not calibrated" in notice["message"]["text"]


def fingerprints(folder: Path, *marks: Mark) -> list[str]:
    results = json.loads(sarif(Report(folder, outside=list(marks))))["runs"][0]["results"]
    return [next(iter(result["partialFingerprints"].values())) for result in results]


def test_a_finding_keeps_its_fingerprint_where_lines_come_before_it(tmp_path: Path) -> None:
    about = ("a.py", "identical-operands", MISTAKE, "Both sides are the same.")
    first, moved, other = Mark(*about, 3, 3, 0, 5, "x == x"), Mark(*about, 9, 9, 0, 5, "x == x"), Mark(*about, 3, 3)
    assert fingerprints(tmp_path, first) == fingerprints(tmp_path, moved)
    assert fingerprints(tmp_path, first) != fingerprints(tmp_path, other)
    assert len(set(fingerprints(tmp_path, first, moved))) == 2
