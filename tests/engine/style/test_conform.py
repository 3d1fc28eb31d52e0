import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beast_lsp.engine.document import Document, Position, split_lines
from beast_lsp.engine.style.conform import conform, conforms
from beast_lsp.engine.style.facts import StyleFacts
from beast_lsp.engine.style.masking import mask
from beast_lsp.engine.style.profile import StyleProfile

FAMILY = {
    "python": "python",
    "typescript": "javascript",
    "tsx": "javascript",
    "go": "go",
    "text": "text",
    "rust": "rust",
}


def at(text, language="python"):
    """The document and the place of the bar in it."""
    before, _, after = text.partition("|")
    lines = split_lines(before)
    document = Document("file:///a", language, 1, split_lines(before + after))
    return document, Position(len(lines) - 1, len(lines[-1]))


def profile_of(language="python", **votes):
    """A profile in which each setting (`quotes="double"`) has a thousand votes."""
    counts = {f"{key.replace('__', '.')}:{value}": 1000 for key, value in votes.items()}
    return StyleProfile().with_change(None, StyleFacts(FAMILY[language], counts))


def fit(candidate, text="|", language="python", **votes):
    return conform(candidate, *at(text, language), profile_of(language, **votes))


@pytest.mark.parametrize(
    ("candidate", "style", "expected"),
    [
        ("f('a', \"b\")", "double", 'f("a", "b")'),
        ("f('a', \"b\")", "single", "f('a', 'b')"),
        ("""f('say "hi"')""", "double", """f('say "hi"')"""),
        ("""f("it's")""", "single", """f("it's")"""),
        (r"f('a\n')", "double", r'f("a\n")'),
        ("f(rb'a')", "double", 'f(rb"a")'),
        ("x  # don't, 'ever'", "double", "x  # don't, 'ever'"),
        ("''", "double", '""'),
    ],
)
def test_quotes_of_python(candidate, style, expected):
    assert fit(candidate, quotes=style) == expected


@pytest.mark.parametrize(
    "text", ['"""Says |', '"""\nSays\n|\n"""', "# see |", "x = '|", 'x = f"{|', "'''\n\"\"\"\n|", 'x = "\\"|']
)
def test_nothing_inside_a_string_or_a_comment_is_swapped(text):
    assert fit("the 'word' is", text, quotes="double") == "the 'word' is"


@pytest.mark.parametrize("text", ['"""Says."""\n|', "# it's\n|", 'x = "#" + |', "'''a'''; |"])
def test_after_a_string_or_a_comment_quotes_are_swapped(text):
    assert fit("f('a')", text, quotes="double") == 'f("a")'


def test_a_string_that_goes_on_past_the_candidate_keeps_its_quotes():
    for candidate in ("'''Says what it is.", "'''\n    Says.", "f('a", "'''", "'''''"):
        assert fit(candidate, quotes="double", docquotes="double") == candidate
    assert fit("'''Says.'''", docquotes="double") == '"""Says."""'


def test_quotes_of_javascript():
    assert fit('f("a", b)', language="typescript", quotes="single") == "f('a', b)"
    assert fit("return 'a'", language="typescript", quotes="double") == 'return "a"'
    assert fit("<a b='c'>", language="tsx", quotes="double", jsxquotes="double") == '<a b="c">'
    assert fit("<a b='c'>", language="tsx", quotes="double", jsxquotes="single") == "<a b='c'>"


@pytest.mark.parametrize("candidate", ['<p>say "x" now</p>', '<p>"x"</p>', "`a ${f('x')}`"])
def test_text_between_elements_and_templates_keep_their_quotes(candidate):
    assert fit(candidate, language="tsx", quotes="single" if '"' in candidate else "double") == candidate


def test_spaces_follow_the_file():
    tabs = "if x:\n\tif y:\n\t\tf()\n|"
    assert fit("if z:\n    g()\n", tabs) == "if z:\n\tg()\n"
    assert fit("if z:\n\tg()", "if x:\n    f()\n|", indent=4) == "if z:\n    g()"
    assert (
        fit("if z:\n  g()\n  if w:\n    h()", "if x:\n    f()\n|", indent=4) == "if z:\n    g()\n    if w:\n        h()"
    )


def test_indentation_that_fits_or_aligns_stays():
    for candidate in ("if z:\n    g()", "call(a,\n     b)", "f(\n    a,\n)"):
        assert fit(candidate, "if x:\n    f()\n|", indent=4) == candidate


def test_a_file_of_its_own_style_wins_over_the_workspace():
    assert fit("if z:\n  g()", "if x:\n  f()\n  if y:\n    h()\n|", indent=4) == "if z:\n  g()"


def test_mixed_indentation_is_refused():
    assert fit("if z:\n \tg()", "if x:\n    f()\n|", indent=4) is None


def test_semicolons():
    assert fit("const a = f()", language="typescript", semi="always") == "const a = f();"
    assert fit("const a = f();", language="typescript", semi="never") == "const a = f()"
    assert fit("a()\nreturn b;\n", "{\n|}\n", "typescript", semi="never") == "a()\nreturn b\n"


@pytest.mark.parametrize(
    ("candidate", "text", "style"),
    [
        ("const a = f(", "|", "always"),
        ("const a = f()", "|\n  .then(b)", "always"),
        ("const a = {", "|", "always"),
        ("f(a)", "if (b) |", "always"),
        ("a = 1;", "|\n[b].map(c)", "never"),
        ("for (;;);", "|", "never"),
        ("f(';')", "|", "never"),
        ("const a = 1", "f(|)", "always"),
        ("a;", "// |", "never"),
    ],
)
def test_semicolons_that_can_not_be_judged_stay(candidate, text, style):
    assert fit(candidate, text, "typescript", semi=style) == candidate


def test_trailing_commas():
    calls = "f(\n    a,\n    b\n)"
    assert fit(calls, comma__call="always") == "f(\n    a,\n    b,\n)"
    assert fit("f(\n    a,\n    b,\n)", comma__call="never") == calls
    assert fit("[\n    a,\n    'b'\n]", comma="always") == "[\n    a,\n    'b',\n]"
    assert fit(calls, comma="always") == calls


@pytest.mark.parametrize(
    "candidate", ["(\n    a\n)", "f(\n    a,\n    *b\n)", "f(\n    a,\n    b(\n)", "[\n    a,\n    # b\n]"]
)
def test_commas_that_change_the_meaning_or_the_syntax_stay_out(candidate):
    assert fit(candidate, comma="always", comma__call="always") == candidate


def test_spaces_in_braces_and_after_commas():
    assert fit("const {a, b} = c", language="typescript", braces="spaced") == "const { a, b } = c"
    assert fit("a = {b}", language="typescript", braces="spaced") == "a = { b }"
    assert fit("f({ a: 1 })", language="typescript", braces="tight") == "f({a: 1})"
    assert fit("f(a,b,'c,d')", commaspace="yes") == "f(a, b, 'c,d')"
    assert fit("<A>{b}</A>", language="tsx", braces="spaced") == "<A>{b}</A>"
    assert fit("<A b={c} />", language="tsx", braces="spaced") == "<A b={c} />"


def test_a_line_over_the_limit_is_cut_or_refused():
    limit = profile_of().with_change(None, StyleFacts("python", {f"length:{width}": 300 for width in range(75, 80)}))
    long = "call(" + ", ".join(["name"] * 20) + ")"
    assert conform(long, *at("|"), limit) is None
    assert conform("first()\n" + long, *at("|"), limit) == "first()"
    assert conform("if first:\n    " + long, *at("|"), limit) is None
    assert conform(f'call("{"a" * 90}")', *at("|"), limit) is not None
    assert conform(long, *at('"""|'), limit) == long
    assert conform("more", *at(f"x = f({'a, ' * 40}|)"), limit) == "more"


def test_new_names_take_the_case_of_the_workspace():
    assert fit("newName = f()\nreturn newName", "def g():\n    |", name__variable="snake_case").startswith(
        "new_name = "
    )
    assert fit("const a_b = f(a_b2)", language="typescript", name__variable="camelCase") == "const aB = f(a_b2)"
    assert fit("def someThing():\n    pass", name__function="snake_case") == "def some_thing():\n    pass"


@pytest.mark.parametrize(
    ("candidate", "text"),
    [
        ("newName = f()", "x = newName\n|"),
        ("newName = f()", "x = new_name\n|"),
        ("newName = f(newName=1)", "|"),
        ("newName = a.newName", "|"),
        ("a.newName = 1", "|"),
        ("    def setUp(self): pass", "class A:\n|"),
        ("NAME = 1", "|"),
        ("Name = make()", "|"),
    ],
)
def test_names_that_others_may_know_stay(candidate, text):
    assert fit(candidate, text, name__variable="snake_case", name__function="snake_case", indent=4) == candidate


def test_a_tendency_is_not_enforced():
    votes = StyleFacts("python", {"quotes:double": 7, "quotes:single": 3})
    assert conform("f('a')", *at("|"), StyleProfile().with_change(None, votes)) == "f('a')"


def test_without_a_profile_and_in_plain_text_everything_stays():
    assert conform("f('a')", *at("|"), None) == "f('a')"
    assert fit("f('a')", "|", "text", quotes="double") == "f('a')"


CODE = st.text(alphabet="ab_X 1\n\t'\"`#/*\\()[]{},;:=.$f", max_size=60) | st.text(string.printable, max_size=40)


@given(CODE, CODE, CODE, st.sampled_from(["python", "typescript", "tsx", "go", "rust"]), st.booleans())
def test_it_is_total_settles_and_keeps_what_strings_and_comments_say(before, candidate, after, language, first):
    votes = {"quotes": "double", "semi": "always", "comma": "always", "comma__call": "always", "braces": "spaced"}
    others = {"quotes": "single", "semi": "never", "comma": "never", "comma__call": "never", "braces": "tight"}
    profile = profile_of(language, **(votes if first else others), commaspace="yes", name__variable="snake_case")
    document, position = at(before.replace("|", "") + "|" + after, language)
    fitted = conform(candidate, document, position, profile)
    if fitted is None:
        return
    family = FAMILY[language]
    old, new = mask(family, candidate), mask(family, fitted)
    if "\n" not in candidate and "\r" not in candidate:
        assert [text.strip("\"'") for text in new.strings] == [text.strip("\"'") for text in old.strings]
        assert new.comments == old.comments
        assert conforms(fitted, document, position, profile)
