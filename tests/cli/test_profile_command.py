import json

from click.testing import CliRunner

from beast_lsp.cli.profile import command


def run(*words):
    return CliRunner().invoke(command, [str(word) for word in words])


def test_a_table_shows_what_is_configured_and_what_is_inferred(tmp_path):
    (tmp_path / "a.py").write_text("def some_name():\n    return 'a'\n" * 20)
    (tmp_path / "setup.cfg").write_text("[flake8]\nmax-line-length = 99\n")
    output = run(tmp_path).output
    assert "Python: 1 files, 41 lines" in output
    assert "setup.cfg [flake8]" in output
    assert "snake_case" in output


def test_json_is_for_programs(tmp_path):
    (tmp_path / "a.ts").write_text("const a = 'b';\n")
    data = json.loads(run(tmp_path, "--json").output)
    assert data["javascript"]["settings"]["quotes"]["value"] == "single"


def test_files_that_git_ignores_do_not_count(tmp_path):
    (tmp_path / ".gitignore").write_text("b.py\n")
    (tmp_path / "a.py").write_text("f('a')\n")
    (tmp_path / "b.py").write_text('f("a")\n')
    data = json.loads(run(tmp_path, "--json").output)
    assert data["python"]["settings"]["quotes"]["evidence"] == "1 of 1"


def test_a_folder_without_code_is_an_error_that_names_it(tmp_path):
    result = run(tmp_path)
    assert result.exit_code == 1
    assert str(tmp_path) in str(result.exception)


def test_a_folder_that_is_not_there_is_wrong_usage(tmp_path):
    assert run(tmp_path / "none").exit_code == 2
