import json
from pathlib import Path

from beast_lsp.engine.document import split_lines
from beast_lsp.engine.style.configuration import read_configuration
from beast_lsp.engine.style.facts import StyleFacts, file_style
from beast_lsp.engine.style.inference import FACETS
from beast_lsp.engine.style.profile import StyleProfile
from beast_lsp.features.style import style_report, title_of


def profile_of(text, language="python"):
    return StyleProfile.of([file_style(language, split_lines(text), "a.py")])


def test_a_report_names_value_certainty_and_evidence():
    report = style_report(profile_of("f('a')\n" * 50), Path("some/where"))
    assert report.markdown.startswith("# Style of where\n\n## Python\n\n1 files, 51 lines\n")
    assert "| Quotes | **single** | 93% | 50 of 50 |" in report.markdown
    assert report.json["python"]["settings"]["quotes"]["source"] == "inferred"
    json.dumps(report.json)


def test_what_is_configured_is_told_apart(tmp_path):
    (tmp_path / "pyproject.toml").write_text('[tool.ruff.format]\nquote-style = "double"\n')
    report = style_report(profile_of("f('a')\n" * 50).configured(read_configuration(tmp_path)), tmp_path)
    assert "| Quotes | **double** | configured | pyproject.toml [tool.ruff] format.quote-style |" in report.markdown


def test_a_bar_does_not_break_the_table():
    profile = StyleProfile.of([StyleFacts("python", {"library:a|b": 1})])
    assert "**a\\|b**" in style_report(profile, Path("a")).markdown


def test_without_code_the_report_says_so():
    assert "No file" in style_report(StyleProfile(), Path("a")).markdown
    assert "##" not in style_report(profile_of("# Title\n", "text"), Path("a")).markdown


def test_every_setting_has_a_title_of_its_own():
    names = [facet.name for facet in FACETS]
    assert len({facet.title for facet in FACETS}) == len(set(names)) == len(names)
    assert title_of(profile_of("f('a')\n").setting("python", "quotes")) == "Quotes"
