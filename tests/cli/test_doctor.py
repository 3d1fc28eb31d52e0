import contextlib
import sqlite3

import pytest
from click.testing import CliRunner

from beast_lsp import paths
from beast_lsp.cli import doctor
from beast_lsp.cli.doctor import Finding
from beast_lsp.errors import EndpointError


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("BEAST_LSP_HOME", str(tmp_path / "home"))
    paths.config_file().parent.mkdir(parents=True)
    return tmp_path


def run(monkeypatch, folder, *findings):
    monkeypatch.setattr(doctor, "sections", lambda _: (("Title", lambda: findings),))
    return CliRunner().invoke(doctor.command, [str(folder)])


def states(findings):
    return {finding.name: finding.state for finding in findings}


def test_all_good_exits_with_0(monkeypatch, tmp_path):
    result = run(monkeypatch, tmp_path, Finding("Python", "3.14"), Finding("PATH", "no", "note"))
    assert result.exit_code == 0
    assert "Everything works." in result.output
    assert "! PATH" in result.output


def test_one_broken_thing_exits_with_1(monkeypatch, tmp_path):
    result = run(monkeypatch, tmp_path, Finding("Python", "3.14"), Finding("Database", "damaged", "broken"))
    assert result.exit_code == 1
    assert "X Database           damaged" in result.output
    assert "1 broken" in result.output


def test_a_folder_that_is_not_there_is_wrong_usage(tmp_path):
    assert CliRunner().invoke(doctor.command, [str(tmp_path / "none")]).exit_code == 2


def test_this_installation_has_no_broken_module():
    assert [finding for finding in doctor.versions() if finding.state == "broken"] == []


def test_a_module_that_cannot_load_is_broken(monkeypatch):
    monkeypatch.setattr(doctor, "server_modules", lambda: iter(["beast_lsp.engine.nowhere"]))
    assert states(doctor.versions())["beast_lsp.engine.nowhere"] == "broken"


def test_folders_that_can_be_made_are_good(home):
    assert set(states(doctor.places()).values()) == {"good"}
    assert not paths.data_folder().exists()


def test_a_file_in_the_place_of_the_data_folder_is_broken(home):
    paths.data_folder().write_text("")
    assert states(doctor.places())["Data"] == "broken"


def test_a_full_disk_is_noted(home, monkeypatch):
    monkeypatch.setattr(doctor, "_LITTLE_SPACE", float("inf"))
    assert states(doctor.places())["Data"] == "note"


def test_what_differs_from_the_defaults_is_shown(home):
    (home / "beast.toml").write_text("index.max_files = 9")
    shown = {finding.name: finding.value for finding in doctor.settings_in_force(home)}
    assert shown["index.max_files"].startswith("9 (default ")
    assert "index.max_lines" not in shown
    assert shown["Endpoints"] == "none: no code leaves this machine"


def test_a_bad_setting_is_broken_and_named(home):
    (home / "beast.toml").write_text("index.max_files = 'many'")
    broken = [finding.value for finding in doctor.settings_in_force(home) if finding.state == "broken"]
    assert len(broken) == 1
    assert broken[0].startswith("index.max_files: expected a whole number")


def test_an_endpoint_says_where_it_is_and_whether_this_folder_is_shown_to_it(home):
    paths.config_file().write_text(
        "[endpoints.near]\nurl = 'http://127.0.0.1:8080/v1'\n[endpoints.far]\nurl = 'https://example.org/v1'\n"
        f"[[consent]]\nendpoint = 'near'\nfolder = '{home}'\n"
    )
    shown = {finding.name: finding.value for finding in doctor.settings_in_force(home)}
    assert shown["near"] == "http://127.0.0.1:8080/v1 (this machine), may see this folder"
    assert shown["far"].endswith("(over the network), may not see this folder: there is no consent")


def test_an_endpoint_without_its_key_is_broken_and_no_key_is_shown(home, monkeypatch):
    paths.config_file().write_text("[endpoints.far]\nurl = 'https://example.org/v1'\nkey_env = 'FAR_KEY'\n")
    monkeypatch.delenv("FAR_KEY", raising=False)
    assert states(doctor.settings_in_force(home))["far"] == "broken"
    monkeypatch.setenv("FAR_KEY", "s3cr3t")
    assert "s3cr3t" not in str(list(doctor.settings_in_force(home)))


def test_no_database_yet_is_good(tmp_path):
    assert states(doctor.database(tmp_path)) == {"Database": "good"}


def test_a_whole_database_is_good_and_one_set_aside_is_noted(tmp_path):
    connection = sqlite3.connect(tmp_path / "beast.db")
    connection.execute("pragma journal_mode = wal")
    connection.execute("create table rows (number)")
    connection.close()
    (tmp_path / "beast.db.aside-1").write_bytes(b"")
    assert states(doctor.database(tmp_path)) == {"beast.db": "good", "beast.db.aside-1": "note"}


def test_a_database_that_a_server_uses_is_good(tmp_path):
    with contextlib.closing(sqlite3.connect(tmp_path / "beast.db")) as connection:
        connection.execute("pragma journal_mode = wal")
        connection.execute("create table rows (number)")
        assert states(doctor.database(tmp_path)) == {"beast.db": "good"}


@pytest.mark.parametrize("content", [b"not a database" * 100, b"SQLite format 3\0" + b"\1" * 4000])
def test_a_damaged_database_is_broken_and_stays_as_it_is(tmp_path, content):
    path = tmp_path / "beast.db"
    path.write_bytes(content)
    assert states(doctor.database(tmp_path)) == {"beast.db": "broken"}
    assert path.read_bytes() == content


def test_a_missing_model_is_broken(tmp_path):
    assert states(doctor.models(tmp_path)) == {"Models": "broken"}


def test_the_models_that_ship_are_found():
    assert set(states(doctor.models(paths.models_folder())).values()) == {"good"}


def test_a_server_of_this_installation_works_for_an_editor(home):
    assert set(states(doctor.editor_view()).values()) == {"good"}


def test_a_server_that_does_not_start_is_broken(home, monkeypatch):
    def refuse(*_):
        raise EndpointError("The server ended.")

    monkeypatch.setattr("beast_lsp.replay.client.Client.initialize", refuse)
    assert states(doctor.editor_view()) == {"Server": "broken"}


def test_the_newest_error_of_the_log_is_noted(tmp_path):
    path = tmp_path / "server.log"
    assert states(doctor.log(path)) == {"Log": "good"}
    path.write_bytes(b"1 INFO start\n2 ERROR first\n3 ERROR second\xff\n4 INFO end\n")
    assert list(doctor.log(path))[-1] == Finding("Newest error", "3 ERROR second\N{REPLACEMENT CHARACTER}", "note")
