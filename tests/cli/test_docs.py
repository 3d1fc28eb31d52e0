import json
import subprocess
import sys

import pytest

from beast_lsp.cli import docs
from beast_lsp.config import Option

SHARED = Option("inline.delay_ms", 75, "How long to wait.", minimum=0, maximum=5000)
CHOICE = Option("inline.mode", "block", "How much | to show.", choices=("line", "block"))
OWNED = Option("endpoints", {}, "The models that you run.", owner_only=True)
DECLARED = (OWNED, SHARED, CHOICE)
README = "# Name\n<!-- help -->\nstale words\n<!-- /help -->\nwords\n<!-- settings --><!-- /settings -->\nend\n"


@pytest.fixture
def checkout(tmp_path):
    (tmp_path / "README.md").write_text(README)
    (tmp_path / "editors/vscode").mkdir(parents=True)
    (tmp_path / "beast_lsp/engine/rules").mkdir(parents=True)
    (tmp_path / "editors/vscode/package.json").write_text('{"name": "beast"}')
    return tmp_path


def test_the_generated_texts_of_this_repository_are_fresh():
    # In a process of its own: other tests declare options too.
    words = [sys.executable, "-m", "beast_lsp.cli.docs", "--check"]
    run = subprocess.run(words, capture_output=True, text=True, check=False)
    assert run.stderr == ""
    assert run.returncode == 0


def test_what_was_written_is_fresh(checkout):
    assert docs.update(checkout, DECLARED, write=True) == []
    assert docs.update(checkout, DECLARED, write=False) == []


def test_a_new_setting_makes_every_text_stale(checkout):
    docs.update(checkout, DECLARED, write=True)
    problems = docs.update(checkout, (*DECLARED, Option("pause", False, "Rests.")), write=False)
    assert [problem.split()[0] for problem in problems] == [
        "README.md",
        "editors/settings.schema.json",
        "editors/vscode/package.json",
    ]
    assert all("stale" in problem for problem in problems)


def test_a_check_writes_nothing(checkout):
    docs.update(checkout, DECLARED, write=False)
    assert (checkout / "README.md").read_text() == README
    assert not (checkout / "editors/settings.schema.json").exists()


@pytest.mark.parametrize("write", [True, False])
def test_a_readme_without_markers_is_a_problem(checkout, write):
    (checkout / "README.md").write_text("# Name\n")
    problems = docs.update(checkout, DECLARED, write=write)
    assert "README.md has no place for the settings. Put <!-- settings --> and <!-- /settings -->" in problems[0]


@pytest.mark.parametrize("name", ["README.md", "editors/vscode/package.json"])
@pytest.mark.parametrize("write", [True, False])
def test_a_missing_file_is_a_problem(checkout, name, write):
    (checkout / name).unlink()
    assert f"{name} is missing. Write it first." in docs.update(checkout, DECLARED, write=write)


@pytest.mark.parametrize("text", ["<!-- /a --> <!-- a -->", "<!-- a -->", "<!-- a --><!-- a --><!-- /a -->"])
def test_markers_out_of_order_are_refused(text):
    with pytest.raises(docs.DocsError):
        docs.between(text, "a", "content")


def test_the_words_around_the_markers_stay(checkout):
    docs.update(checkout, DECLARED, write=True)
    text = (checkout / "README.md").read_text()
    assert text.startswith("# Name\n<!-- help -->\n\n```text\nUsage: beast-lsp")
    assert "stale words" not in text
    assert "<!-- /help -->\nwords\n<!-- settings -->" in text
    assert text.endswith("<!-- /settings -->\nend\n")


def test_a_row_names_the_default_and_the_values():
    text = docs.settings_text(DECLARED)
    assert "| `inline.delay_ms` | `75` | How long to wait. (At least 0, at most 5,000.) |" in text
    assert '| `inline.mode` | `"block"` | How much \\| to show. One of `"line"`, `"block"`. |' in text
    assert text.index("inline.mode") < text.index("refused") < text.index("endpoints")


def test_the_schema_nests_and_knows_no_other_keys():
    inline = docs.schema(DECLARED)["properties"]["inline"]
    assert inline["additionalProperties"] is False
    assert inline["properties"]["mode"]["enum"] == ["line", "block"]
    assert inline["properties"]["delay_ms"]["maximum"] == 5000


def test_an_editor_offers_no_owner_only_setting_and_keeps_the_clients_own():
    client = {"title": "The client", "properties": {"beast.path": {"type": "string"}}}
    package = {"contributes": {"configuration": client, "commands": []}}
    renewed = json.loads(docs.with_configuration(json.dumps(package), DECLARED))["contributes"]
    assert renewed["configuration"][0] == client
    assert list(renewed["configuration"][1]["properties"]) == ["beast.inline.delay_ms", "beast.inline.mode"]
    assert renewed["commands"] == []
