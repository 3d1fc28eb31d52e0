"""`beast-lsp feedback` over a real database."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from beast_lsp.cli.feedback import command
from beast_lsp.store import Feedback, Prediction
from beast_lsp.store.database import open_database, write
from beast_lsp.store.store import database_file


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BEAST_LSP_HOME", str(tmp_path))


@pytest.fixture
def stored() -> None:
    database, _ = open_database(database_file())
    for number, day in enumerate((0, 10, 20)):
        identity, at = f"p{number}", 1_700_000_000.0 + day * 86_400
        row = Prediction(
            identity, at, "inline", "workspace", "python", 2.5, 0.7, "c0", 4, 5, "x = ", f"value{number}", "\n"
        )
        write(database, [row, Feedback(identity, at + 1, "accepted", "explicit", 1.0, 6)])
    database.close()


def run(*arguments: str, answer: str | None = None) -> tuple[int, str]:
    result = CliRunner().invoke(command, arguments, input=answer)
    return result.exit_code, result.output


@pytest.mark.usefixtures("stored")
def test_export_writes_json_lines() -> None:
    code, output = run("export")
    rows = [json.loads(line) for line in output.splitlines()]
    assert code == 0
    assert [row["prediction_id"] for row in rows] == ["p0", "p1", "p2"]
    assert (
        rows[0].items() >= {"task": "inline", "model": "workspace", "outcome": "accepted", "source": "explicit"}.items()
    )
    assert rows[0]["created_at"] == "2023-11-14T22:13:20.000+00:00"


@pytest.mark.usefixtures("stored")
def test_export_without_texts_holds_none() -> None:
    assert "value0" in run("export")[1]
    assert "value0" not in run("export", "--no-texts")[1]


@pytest.mark.usefixtures("stored")
def test_preview_shows_the_newest_first_and_texts_only_when_asked() -> None:
    _, output = run("preview", "-n", "2")
    assert output.index("2023-12-04") < output.index("2023-11-24")
    assert "2023-11-14" not in output
    assert "3 accepted" in output
    assert "value2" not in output
    assert "value2" in run("preview", "--texts")[1]


def test_without_a_database_nothing_is_shown_and_none_is_made() -> None:
    assert run("preview") == (0, "Nothing is stored.\n")
    assert run("export") == (0, "")
    assert run("delete", "--all", "--yes")[0] == 0
    assert not database_file().exists()


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize(
    ("arguments", "left"),
    [(["--all"], []), (["--before", "2023-11-20"], ["p1", "p2"]), (["--prediction", "p1"], ["p0", "p2"])],
)
def test_delete_takes_what_was_named(arguments: list[str], left: list[str]) -> None:
    assert run("delete", "--yes", *arguments)[0] == 0
    assert [json.loads(line)["prediction_id"] for line in run("export")[1].splitlines()] == left


@pytest.mark.usefixtures("stored")
def test_delete_asks_and_takes_no_for_an_answer() -> None:
    assert run("delete", "--all", answer="n\n")[0] == 1
    assert len(run("export")[1].splitlines()) == 3


@pytest.mark.usefixtures("stored")
def test_delete_says_so_where_nothing_fits() -> None:
    assert run("delete", "--yes", "--prediction", "nobody") == (1, "0 predictions deleted.\n")


@pytest.mark.parametrize("arguments", [[], ["--all", "--prediction", "p1"], ["--before", "soon"]])
def test_delete_needs_exactly_one_choice(arguments: list[str]) -> None:
    assert run("delete", "--yes", *arguments)[0] == 2
