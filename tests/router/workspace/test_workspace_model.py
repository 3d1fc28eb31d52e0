"""What the workspace model offers: a few lines with the cursor at $0, and the files around them."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beast_lsp.engine.analysis import analyse
from beast_lsp.engine.document import Document, Position, split_lines
from beast_lsp.engine.ngram.build import build
from beast_lsp.engine.ngram.index import NgramIndex
from beast_lsp.router.backends.workspace import listing
from beast_lsp.router.backends.workspace.calibrator import judge
from beast_lsp.router.backends.workspace.choice import Scored, best
from beast_lsp.router.backends.workspace.features import FEATURES
from beast_lsp.router.backends.workspace.session import Knowledge, Session

NOTHING = Knowledge()


def at_cursor(source: str, language: str = "python") -> tuple[Document, Position]:
    before, _, after = source.partition("$0")
    position = Position(before.count("\n"), len(before) - before.rfind("\n") - 1)
    return Document("file:///x", language, 1, split_lines(before + after)), position


def known_from(folder: Path, files: Mapping[str, str], language: str = "python") -> Knowledge:
    build([(path, split_lines(text)) for path, text in files.items()], folder / "index", language)
    index = NgramIndex.open(folder / "index")
    return Knowledge(((index, index.weights(())),))


def offered(source: str, knowledge: Knowledge = NOTHING, language: str = "python") -> list[str]:
    """The texts that could be suggested, the likeliest first."""
    document, position = at_cursor(source, language)
    _, options = Session().options(document, position, analyse(document), knowledge)
    return [found.text for found in sorted(judge(options, None), key=lambda one: -one.probability)]


def listed(source: str, knowledge: Knowledge = NOTHING, language: str = "python") -> list[str]:
    """The words of the completion list."""
    document, position = at_cursor(source, language)
    cursor, sources, names = Session().read(document, position, analyse(document), knowledge)
    return [one.text for one in listing.words(cursor, sources, names, 20, "workspace")]


HERE = "def f(connection):\n    connection.close()\n    connection.close()\n\ndef g(connection):\n    {}\n"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("conn$0", "ection"),
        ("connection.$0", "close()"),
        ("connection.cl$0", "ose()"),
        ("connection$0", ".close()"),
        ("connection.close$0", "()"),
    ],
)
def test_what_the_file_did_before_is_offered(typed: str, expected: str) -> None:
    assert expected in offered(HERE.format(typed))


def test_a_line_break_goes_on_with_the_next_line_at_its_depth() -> None:
    source = (
        "def f():\n    try:\n        go()\n    except E:\n        stop()\n\n" * 2
        + "def g():\n    try:\n        go()$0\n"
    )
    texts = offered(source)
    assert "\n    except" in texts
    assert "\n    except E:\n        stop" in texts


def test_no_candidate_ends_with_a_line_break() -> None:
    source = "def f():\n    a()\n    b()\n\ndef g():\n    a()\n    b()\n\ndef h():\n    a()$0\n"
    texts = offered(source)
    assert texts
    assert not any(text.endswith("\n") or not text.splitlines()[-1].strip() for text in texts)


def test_after_a_blank_only_what_follows_a_blank_is_offered() -> None:
    source = "a = first\nb = first\nc(first)\nd = $0"
    assert "first" in offered(source)
    assert not any(text.startswith(" ") for text in offered(source))


def test_in_the_middle_of_a_line_nothing_runs_over_its_end() -> None:
    source = "x = go(1)\ny = go(1)\nz = go($0)"
    assert not any("\n" in text for text in offered(source))


def test_the_workspace_is_offered_where_the_file_knows_nothing(tmp_path: Path) -> None:
    knowledge = known_from(tmp_path, {"a.py": "telemetry.record_event(name)\n" * 3})
    assert "record_event(name)" in offered("telemetry.$0", knowledge)
    assert "record_event(name)" not in offered("telemetry.$0")


@pytest.mark.parametrize(
    ("function", "first"), [("def f(x, ambiguous)", "ambiguous"), ("def f(x, arbitrary)", "arbitrary")]
)
def test_a_name_in_scope_comes_before_one_that_is_not(function: str, first: str) -> None:
    other = {"ambiguous": "arbitrary", "arbitrary": "ambiguous"}[first]
    source = f"def e({other}):\n    pass\n\n\n{function}:\n    pass\n\n    x = a$0\n"
    words = listed(source)
    assert words.index(first) < words.index(other)


def test_members_of_a_class_are_expected_behind_self() -> None:
    source = "class A:\n    def quite_rare(self): ...\n    def g(self):\n        self.$0\n"
    assert "quite_rare" in listed(source)
    assert "quite_rare" not in listed("def f():\n    self.$0\n")


@pytest.mark.parametrize(
    ("source", "language", "expected"),
    [
        ("const a = useState(0)\nconst b = useState(0)\nconst c = use$0", "typescript", "State(0)"),
        ("if err != nil {\n\treturn err\n}\nif err != nil {\n\treturn err\n}\nif err$0", "go", " != nil"),
        ("Some words here.\nSome words here.\nSome w$0", "text", "ords here"),
    ],
)
def test_other_languages_and_plain_text(source: str, language: str, expected: str) -> None:
    assert any(text.startswith(expected) for text in offered(source, language=language))


def test_the_completion_list_holds_what_begins_as_typed_and_not_the_word_itself() -> None:
    words = listed("handler = 1\nhandle = 2\nother = 3\nhandle$0")
    assert "handler" in words
    assert "handle" not in words
    assert "other" not in words


def test_the_completion_list_is_empty_for_a_word_nobody_knows() -> None:
    assert listed("a = 1\nzzq$0") == []


def test_what_was_typed_through_is_not_offered_again_but_a_part_of_it_may_be() -> None:
    session, source = Session(), "a.bb.cc()\na.bb.cc()\n"
    document, position = at_cursor(source + "a.$0")
    cursor, options = session.options(document, position, None, Knowledge())
    session.declined.shown(cursor, "bb.cc()")
    document, position = at_cursor(source + "a.b$0")
    cursor, options = session.options(document, position, None, Knowledge())
    left = [one.text for one in session.declined.without(judge(options, None), cursor)]
    assert "b.cc()" not in left
    assert "b.cc" in left


def test_a_declined_text_is_forgotten_with_its_line() -> None:
    session, source = Session(), "a.bb\na.bb\n"
    cursor, _ = session.options(*at_cursor(source + "a.$0"), None, Knowledge())
    session.declined.shown(cursor, "bb")
    session.options(*at_cursor(source + "a.x\n$0"), None, Knowledge())
    session.declined.without([], session.options(*at_cursor(source + "a.x\n$0"), None, Knowledge())[0])
    cursor, options = session.options(*at_cursor(source + "a.x\na.$0"), None, Knowledge())
    assert "bb" in [one.text for one in session.declined.without(judge(options, None), cursor)]


def test_only_what_extends_the_selected_item_is_offered() -> None:
    document, position = at_cursor("x = alpha(1)\ny = alpha(1)\nz = al$0")
    _, options = Session().options(document, position, None, Knowledge(), selected="alpha")
    assert options[0].step.text.startswith("(")
    _, options = Session().options(document, position, None, Knowledge(), selected="beta")
    assert options == []


def test_a_candidate_has_a_number_for_each_feature() -> None:
    document, position = at_cursor("a.b(c)\na.b(c)\na.$0")
    _, options = Session().options(document, position, None, Knowledge())
    assert options
    assert all(len(option.features) == len(FEATURES) for option in options)


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=60), st.text(max_size=30), st.sampled_from(["python", "go", "tsx", "text"]))
def test_any_text_at_any_place_is_answered(before: str, after: str, language: str) -> None:
    lines = split_lines(before + after)
    head = split_lines(before)
    document = Document("file:///x", language, 1, lines)
    position = Position(len(head) - 1, min(len(head[-1]), len(lines[len(head) - 1].rstrip("\r\n"))))
    _, options = Session().options(document, position, analyse(document), Knowledge())
    assert all(option.step.text for option in options)


def test_the_list_offers_a_phrase_where_it_is_likely_and_else_only_words() -> None:
    document, position = at_cursor("raise ValueError(name)\n" * 4 + "rai$0")
    session = Session()
    cursor, sources, names = session.read(document, position, None, NOTHING)
    _, options = session.options(document, position, None, NOTHING, multiline=False)
    words = listing.words(cursor, sources, names, 5, "workspace")
    assert listing.with_phrase(words, judge(options, None), cursor, "workspace")[0].text == "raise ValueError(name)"
    assert listing.with_phrase(words, [], cursor, "workspace") == words


def test_nobody_is_bothered_with_what_is_unlikely() -> None:
    assert best([Scored("abcdef", 0.2)]) is None
    assert best([Scored("abcdef", 0.9)]) == Scored("abcdef", 0.9)
    assert best([Scored("a", 1.0)]) is None


def test_a_long_suggestion_goes_on_for_the_brackets_that_close_it_and_for_nothing_else() -> None:
    texts = offered("total = add(one, two())\n" * 3 + "t$0")
    assert "otal = add(one, two())" in texts
    texts = offered("total = add(one, two, three, four)\n" * 3 + "t$0")
    assert "otal = add(one, two," in texts
    assert not any("three" in text for text in texts)


def test_brackets_that_surely_close_the_suggestion_come_with_it() -> None:
    scored = [Scored("value(name", 0.9), Scored("value(name)", 0.86), Scored("value(name))", 0.3)]
    assert best(scored) == Scored("value(name)", 0.86)
    assert best([Scored("value(name", 0.9), Scored("value(name)", 0.5)]) == Scored("value(name", 0.9)
