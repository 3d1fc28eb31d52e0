import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from beast_lsp.engine.style.configuration import read_configuration
from beast_lsp.engine.style.facts import StyleFacts
from beast_lsp.engine.style.profile import StyleProfile


def configured(folder, file, text, family, name):
    (folder / file).write_text(text, encoding="utf-8")
    found = read_configuration(folder).setting(family, name)
    return found and found.value


@pytest.mark.parametrize(
    ("text", "family", "name", "expected"),
    [
        ("[*]\nindent_style = tab\n", "go", "indentation", "tab"),
        ("[*]\nindent_style = space\nindent_size = 2 ; why\n", "python", "indentation", "2"),
        ("[*.{js,ts}]\nindent_size=2\n", "javascript", "indentation", "2"),
        ("[*.{js,ts}]\nindent_size=2\n", "python", "indentation", None),
        ("[*]\nindent_size=2\n[*.py]\nindent_size=4\n", "python", "indentation", "4"),
        ("[*.[ch]]\nend_of_line=crlf\n", "c", "line_ends", "crlf"),
        ("[docs/**.py]\nindent_size=3\n", "python", "indentation", None),
        ("[*]\nmax_line_length = off\n", "python", "line_length", None),
        ("[*]\nmax_line_length = 100\n", "python", "line_length", 100),
        ("[*]\ninsert_final_newline = unset\n", "python", "final_newline", None),
        ("root = true\n[*]\ntrim_trailing_whitespace = true\n", "rust", "trailing_spaces", "no"),
    ],
)
def test_editorconfig(tmp_path, text, family, name, expected):
    assert configured(tmp_path, ".editorconfig", text, family, name) == expected


@pytest.mark.parametrize(
    ("file", "text", "name", "expected"),
    [
        ("pyproject.toml", "[tool.black]\n", "line_length", 88),
        ("pyproject.toml", "[tool.black]\nline-length = 100\n", "line_length", 100),
        ("pyproject.toml", "[tool.black]\n", "quotes", "double"),
        ("pyproject.toml", "[tool.black]\nskip-string-normalization = true\n", "quotes", None),
        ("pyproject.toml", "[tool.ruff]\nline-length = 99\n", "line_length", 99),
        ("pyproject.toml", "[tool.ruff]\n", "line_length", None),
        ("pyproject.toml", "[tool.ruff.format]\nquote-style = 'single'\n", "quotes", "single"),
        ("pyproject.toml", "[tool.ruff.format]\nquote-style = 'preserve'\n", "quotes", None),
        ("ruff.toml", "[lint.isort]\nforce-single-line = true\n", "import_lines", "single"),
        ("pyproject.toml", "[tool.isort]\nforce_sort_within_sections = true\n", "import_sections", "mixed"),
        ("pyproject.toml", "[tool.ruff.lint.pydocstyle]\nconvention = 'numpy'\n", "docstrings", "NumPy"),
        ("setup.cfg", "[flake8]\nmax-line-length = 90\n", "line_length", 90),
        ("setup.cfg", "[flake8]\nmax-line-length = 90\nignore = E501\n", "line_length", None),
        (".isort.cfg", "[settings]\nline_length = 70\n", "line_length", 70),
        (".pre-commit-config.yaml", "repos:\n- hooks:\n  - id: black\n    args: [-l, '99']\n", "line_length", 99),
        (".pre-commit-config.yaml", "repos:\n- hooks:\n  - id: black\n    args: [-S]\n", "quotes", None),
        (".pre-commit-config.yaml", "repos:\n- hooks: 3\n", "line_length", None),
        ("pyproject.toml", "[tool.black\n", "line_length", None),
        ("pyproject.toml", "tool = 1\n", "line_length", None),
        ("setup.cfg", "no section\n", "line_length", None),
    ],
)
def test_python_tools(tmp_path, file, text, name, expected):
    assert configured(tmp_path, file, text, "python", name) == expected


@pytest.mark.parametrize(
    ("file", "text", "name", "expected"),
    [
        (".prettierrc", '{"semi": false}', "semicolons", "never"),
        (".prettierrc", "semi: false\nprintWidth: 100\n", "line_length", 100),
        (".prettierrc.yaml", "singleQuote: true\n", "quotes", "single"),
        (".prettierrc.toml", "useTabs = true\n", "indentation", "tab"),
        (".prettierrc", "{}", "semicolons", "always"),
        (".prettierrc.json", '"@some/package"', "semicolons", None),
        ("package.json", '{"prettier": "@some/package"}', "semicolons", None),
        (".prettierrc", '{"trailingComma": "es5"}', "call_trailing_commas", "never"),
        (".prettierrc", '// why\n{"tabWidth": 3,}', "indentation", "3"),
        ("package.json", '{"prettier": {"arrowParens": "avoid"}}', "arrow_parentheses", "avoid"),
        ("package.json", '{"name": "a"}', "semicolons", None),
        ("package.json", "{", "semicolons", None),
        ("prettier.config.mjs", "export default { semi: false }", "semicolons", None),
        ("biome.jsonc", '{"formatter": {"indentStyle": "space", "lineWidth": 120}}', "line_length", 120),
        ("biome.json", '{"javascript": {"formatter": {"semicolons": "asNeeded"}}}', "semicolons", "never"),
        ("biome.json", '{"formatter": {"enabled": false}}', "semicolons", None),
    ],
)
def test_javascript_formatters(tmp_path, file, text, name, expected):
    assert configured(tmp_path, file, text, "javascript", name) == expected


@pytest.mark.parametrize(
    ("file", "text", "family", "name", "expected"),
    [
        ("rustfmt.toml", "max_width = 90\nhard_tabs = true\n", "rust", "line_length", 90),
        ("rustfmt.toml", "hard_tabs = true\n", "rust", "indentation", "tab"),
        (".clang-format", "BasedOnStyle: Google\nColumnLimit: 100\n", "c", "line_length", 100),
        (".clang-format", "BasedOnStyle: Google\n", "c", "indentation", "2"),
        (".clang-format", "Language: Java\nIndentWidth: 3\n", "c", "indentation", None),
        ("go.mod", "module a\n", "go", "indentation", "tab"),
    ],
)
def test_formatters_of_other_languages(tmp_path, file, text, family, name, expected):
    assert configured(tmp_path, file, text, family, name) == expected


def test_a_formatter_knows_better_than_editorconfig_but_not_by_its_defaults(tmp_path):
    (tmp_path / ".editorconfig").write_text("[*]\nindent_size = 4\nmax_line_length = 70\n")
    (tmp_path / ".prettierrc").write_text('{"printWidth": 100}')
    found = read_configuration(tmp_path)
    assert found.setting("javascript", "line_length").value == 100
    assert found.setting("javascript", "indentation").value == "4"


def test_what_is_configured_wins_and_says_where(tmp_path):
    (tmp_path / "pyproject.toml").write_text("[tool.black]\n")
    inferred = StyleProfile.of([StyleFacts("python", {"quotes:single": 1000})])
    setting = inferred.configured(read_configuration(tmp_path)).setting("python", "quotes")
    assert (setting.value, setting.source, setting.confidence) == ("double", "configured", 1.0)
    assert setting.evidence == "pyproject.toml [tool.black]"
    assert inferred.setting("python", "quotes").value == "single"


def test_a_folder_without_configuration_says_nothing(tmp_path):
    assert read_configuration(tmp_path).found == {}
    assert read_configuration(tmp_path / "gone").found == {}


FILES = [".editorconfig", "pyproject.toml", "setup.cfg", ".prettierrc", "biome.json", "rustfmt.toml", ".clang-format"]
LINES = st.sampled_from(
    ["[*]", "[tool.ruff]", "[flake8]", "indent_size = 4", "{", "}", '"a": 1', "a: [", "line-length = []"]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(FILES), st.lists(LINES | st.text(max_size=20), max_size=6))
def test_reading_is_total(tmp_path, file, lines):
    (tmp_path / file).write_text("\n".join(lines), encoding="utf-8", errors="replace")
    read_configuration(tmp_path)
    (tmp_path / file).unlink()
