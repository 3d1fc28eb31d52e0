import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beast_lsp.engine.document import split_lines
from beast_lsp.engine.style.facts import StyleFacts, file_style
from beast_lsp.engine.style.inference import infer
from beast_lsp.engine.style.profile import StyleProfile

NAMES = {"python": "a.py", "typescript": "a.ts", "go": "a.go", "rust": "a.rs", "java": "A.java", "cpp": "a.cc"}
PIECES = (
    'import os\n|from .a import b, c\n|def some_name(a: int) -> str:\n|    x = \'a\'\n|\n|    """Says.\n|    """\n|'
    "class A:\n|const aB = 'x';\n|  return { a }\n|func F() {\n|\tif err != nil {\n|}\n|// a\n|f(\n    a,\n    b,\n)\n|"
    f"{'x' * 90}(1, 2)\n|`\n|/*\n|*/\n|try:\n|except ValueError:\n|'\n"
).split("|")


def facts(text, language="python", name=""):
    return file_style(language, split_lines(text), name or NAMES.get(language, "a"))


def test_after_a_thousand_random_edits_the_profile_is_the_one_of_a_rebuild():
    source = random.Random(7)
    files = {number: ("", language) for number, language in enumerate([*NAMES] * 2)}
    known = {number: facts(*content) for number, content in files.items()}
    profile = StyleProfile.of(known.values())
    for _ in range(1000):
        number = source.choice(list(files))
        text, language = files[number]
        start, end = sorted(source.randrange(len(text) + 1) for _ in range(2))
        text = text[:start] + source.choice(PIECES) * source.randrange(3) + text[min(end, start + 40) :]
        new = facts(text, language)
        profile = profile.with_change(known[number], new)
        files[number], known[number] = (text, language), new
    assert profile == StyleProfile.of(facts(*content) for content in files.values())
    assert profile.to_json() == StyleProfile.of(facts(*content) for content in files.values()).to_json()


def test_removing_every_file_leaves_nothing():
    both = [facts("def f_g():\n    return 'a'\n"), facts("const a = 1;\n", "typescript")]
    profile = StyleProfile.of(both)
    for each in both:
        profile = profile.with_change(each, None)
    assert profile == StyleProfile()
    assert profile.families == ()


def test_a_file_that_changes_its_language_moves():
    old, new = facts("a = 'b'\n"), facts("a = 'b'\n", "typescript")
    assert StyleProfile.of([old]).with_change(old, new) == StyleProfile.of([new])


def test_a_profile_is_never_altered():
    empty = StyleProfile()
    empty.with_change(None, facts("a = 'b'\n"))
    assert empty == StyleProfile()


@given(st.text(), st.sampled_from([*NAMES, "text", "nothing known"]))
def test_facts_are_total_and_survive_json(text, language):
    found = facts(text, language)
    assert StyleFacts.from_json(found.to_json()) == found
    assert all(count > 0 for count in found.counts.values())


@given(st.lists(st.sampled_from(PIECES), max_size=30), st.sampled_from([*NAMES]))
def test_facts_are_a_function_of_the_text(pieces, language):
    assert facts("".join(pieces), language) == facts("".join(pieces), language)


@pytest.mark.parametrize("data", [None, [], {}, {"family": 1}, {"family": "a", "counts": {"a": "b"}}, {"family": "a"}])
def test_damaged_json_gives_no_facts(data):
    assert StyleFacts.from_json(data) == StyleFacts.EMPTY


def setting(name, text, language="python", file_name=""):
    profile = StyleProfile.of([facts(text, language, file_name)])
    found = profile.setting(profile.families[0], name)
    return found and found.value


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("indentation", "if a:\n\tb\n", "tab"),
        ("indentation", "if a:\n  b\n  if c:\n    d\n", "2"),
        ("indentation", "a = b\n", None),
        ("quotes", "f('a')\n", "single"),
        ("quotes", 'f("it\'s")\n', None),
        ("quotes", "# 'a'\n", None),
        ("docstring_quotes", "'''Says.'''\n", "single"),
        ("trailing_commas", "a = [\n    1,\n    2,\n]\n", "always"),
        ("call_trailing_commas", "f(\n    1,\n    2\n)\n", "never"),
        ("blank_lines", "a = 1\n\n\ndef f():\n    pass\n", 2),
        ("variable_names", "def f():\n    a_b = 1\n", "snake_case"),
        ("variable_names", "def f():\n    a = 1\n", None),
        ("class_names", "class SomeThing:\n", "PascalCase"),
        ("constant_names", "SOME_THING = 1\n", "UPPER_CASE"),
        ("test_names", "def test_a():\n", "snake_case"),
        ("testfile_names", "", None),
        ("import_relative", "from .a import b\nfrom c import d\n", "50%"),
        ("import_lines", "from a import b\nfrom a import c\n", "single"),
        ("import_sections", "from a import b\nimport c\nfrom d import e\n", "mixed"),
        ("import_sections", "import b\nimport c\nfrom a import e\n", "apart"),
        ("docstrings", '"""Says.\n\nArgs:\n    a: b\n"""\n', "Google"),
        ("docstrings", '"""Says.\n\nParameters\n----------\na\n"""\n', "NumPy"),
        ("docstrings", '"""Says.\n\n:param a: b\n"""\n', "reST"),
        ("docstrings", '"""Says."""\n', None),
        ("annotated_returns", "def f() -> int:\ndef g():\n", "50%"),
        ("annotated_parameters", "def f(self): ...\n", None),
        ("error_handling", "try:\n    a\nexcept ValueError:\n    b\n", "specific"),
        ("test_framework", "import pytest\n", "pytest"),
        ("libraries", "import numpy as np\n", "numpy"),
        ("string_formatting", "a = f'{b}'\n", "fstring"),
        ("line_ends", "a\r\nb\r\n", "crlf"),
        ("final_newline", "a\nb", "no"),
    ],
)
def test_python_shows_its_style(name, text, expected):
    assert setting(name, text) == expected


@pytest.mark.parametrize(
    ("language", "name", "text", "expected"),
    [
        ("typescript", "semicolons", "const a = 1;\nconst b = 2;\nf()\n", "always"),
        ("typescript", "semicolons", "const a = 1\nconst b = 2\nf()\n", "never"),
        ("typescript", "semicolons", "const a =\n  b\n", None),
        ("typescript", "brace_spacing", "import { a } from 'b'\n", "spaced"),
        ("typescript", "arrow_parentheses", "f(a => b)\n", "avoid"),
        ("typescript", "import_form", "import * as a from 'b'\n", "namespace"),
        ("typescript", "exports", "export default a\n", "default"),
        ("typescript", "docstrings", "/** Says.\n * @param a b */\n", "JSDoc"),
        ("typescript", "test_framework", "import { it } from 'vitest'\n", "vitest"),
        ("go", "indentation", "func F() {\n\ta()\n}\n", "tab"),
        ("go", "method_names", "func (a *A) DoThis() {\n}\n", "MixedCaps"),
        ("go", "documented", "// F does.\nfunc F() {\n}\n\nfunc G() {\n}\n", "50%"),
        ("go", "error_handling", "\tif err != nil {\n\t\treturn nil, err\n\t}\n", "returned"),
        ("rust", "docstrings", "/// Says.\npub fn a_b() {}\n", "rustdoc"),
        ("rust", "error_handling", "    a()?;\n", "operator"),
        ("java", "method_names", "    public void doThis() {\n", "camelCase"),
        ("cpp", "null", "  a = nullptr;\n", "nullptr"),
    ],
)
def test_other_languages_show_their_style(language, name, text, expected):
    assert setting(name, text, language) == expected


@pytest.mark.parametrize("limit", [79, 88, 100, 120])
def test_the_line_length_is_where_lines_stop(limit):
    source = random.Random(limit)
    lengths = Counter(source.randint(limit - 40, limit) for _ in range(2000))
    lengths += Counter(source.randint(limit + 1, limit + 30) for _ in range(20))
    found = infer("line_length", {"length": {str(length): count for length, count in lengths.items()}})
    assert found is not None
    assert found.value == limit


def test_without_an_edge_there_is_no_line_length():
    lengths = {str(length): max(1, (161 - length) // 4) for length in range(60, 161)} | {"161": 40}
    found = infer("line_length", {"length": lengths})
    assert found is None or found.confidence < 0.5


def test_few_votes_give_little_confidence():
    few, many = (infer("quotes", {"quotes": {"double": votes}}) for votes in (2, 2000))
    assert few.confidence < 0.5 < 0.99 < many.confidence
    assert few.source == "inferred"


def test_generated_files_do_not_vote():
    assert setting("quotes", "f('a')\n" + "x" * 30_000) is None
