"""Languages: found by name, path and editor's id; loading them loads no parser."""

import subprocess
import sys
from pathlib import Path

import pytest

from beast_lsp.engine.languages import LANGUAGES, TEXT, by_name, for_lsp_id, for_path
from beast_lsp.engine.languages.language import facts_query, grammar


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("a/b.py", "python"),
        ("a.pyi", "python"),
        ("SConstruct", "python"),
        ("a.jsx", "javascript"),
        ("a.MJS", "javascript"),
        ("a.d.ts", "typescript"),
        ("a.tsx", "tsx"),
        ("a.go", "go"),
        ("a.rs", "rust"),
        ("A.java", "java"),
        ("a.h", "c"),
        ("a.hpp", "cpp"),
        ("a.md", "text"),
        ("py", "text"),
        (".py", "text"),
        ("a.py.orig", "text"),
        ("Makefile", "text"),
        ("", "text"),
    ],
)
def test_a_path_has_one_language(path: str, name: str) -> None:
    assert for_path(Path(path)).name == name


@pytest.mark.parametrize(
    ("lsp_id", "path", "name"),
    [
        ("python", None, "python"),
        ("typescriptreact", "a.ts", "typescript"),
        ("typescript", "a.tsx", "tsx"),
        ("cpp", "a.h", "cpp"),
        ("c", "a.hpp", "cpp"),
        ("python", "a.txt", "python"),
        ("python", "a.js", "python"),
        ("unheard", "a.go", "go"),
        ("unheard", None, "text"),
        ("", "a.unheard", "text"),
    ],
)
def test_the_editors_id_counts_and_the_path_refines_it(lsp_id: str, path: str | None, name: str) -> None:
    assert for_lsp_id(lsp_id, Path(path) if path else None).name == name


def test_an_unknown_name_is_text() -> None:
    assert by_name("klingon") is TEXT
    assert by_name("go").family == "go"


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=LANGUAGES)
def test_grammar_and_query_fit_together(language) -> None:
    if language.has_grammar:
        assert facts_query(language).pattern_count > 0
    else:
        assert language is TEXT
        with pytest.raises(ValueError, match="no grammar"):
            grammar(language)


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=LANGUAGES)
def test_function_types_are_the_grammars_own(language) -> None:
    for kind in language.functions:
        assert grammar(language).id_for_node_kind(kind, True) is not None


def test_extensions_and_ids_belong_to_one_language_each() -> None:
    for names in ("extensions", "lsp_ids", "file_names"):
        every = [name for language in LANGUAGES.values() for name in getattr(language, names)]
        assert len(every) == len(set(every))


def test_importing_the_languages_loads_no_parser() -> None:
    code = "import sys, beast_lsp.engine.languages, beast_lsp.engine.syntax, beast_lsp.engine.scopes.names\n"
    code += "print([name for name in sys.modules if name.startswith('tree_sitter')])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
