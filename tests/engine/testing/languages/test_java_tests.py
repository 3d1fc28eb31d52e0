from pathlib import PurePosixPath

import pytest

from beast_lsp.engine.testing.languages.java.probe import expected, probe, quoted, read, with_beacons
from beast_lsp.engine.testing.languages.java.project import framework, project
from beast_lsp.engine.testing.languages.java.rendering import render
from beast_lsp.engine.testing.languages.java.targets import package, targets
from beast_lsp.engine.testing.languages.java.values import Values
from beast_lsp.engine.testing.languages.model import Call, Case, Outcome, Parameter, Project, Style
from beast_lsp.engine.testing.languages.trees import tree_of

SOURCE = """\
package org.example;

public class Words {
    public Words(int most) {}
    public Words(int most, String name) {}
    public static String shorten(String text, int limit) throws java.io.IOException {
        if (limit < 7) return "";
        switch (limit) { case 9: return "x"; default: }
        return text;
    }
    int limited(long n) { for (;;) n++; }
    private int hidden() { return 1; }
    public void nothing() {}
    @Override public String toString() { return ""; }
    public <T> T odd(T t) { return t; }
}
enum Size { SMALL, LARGE; Size next() { return SMALL; } static Size of(int n) { return LARGE; } }
record Pair(int left, String right) { int twice() { return 2 * left; } }
abstract class Base { int m() { return 1; } }
"""
TREE = tree_of("java", SOURCE)
TARGETS = {one.qualified: one for one in targets(TREE)}
SHORTEN = TARGETS["Words.shorten"]
MODERN = Project(
    "junit5", PurePosixPath("A.java"), PurePosixPath("ATest.java"), Style(indent="    "), namespace="org.example"
)


def test_static_methods_and_those_of_what_can_be_made_are_targets():
    assert set(TARGETS) == {"Words.shorten", "Words.limited", "Size.of", "Pair.twice"}
    assert TARGETS["Words.limited"].constructor == (Parameter("most", "int"),)
    assert SHORTEN.is_throwing
    assert SHORTEN.literals == ("7", "9")
    assert package(TREE) == "org.example"


@pytest.mark.parametrize(
    "text", ["interface I { int m(); }", "class A<T> { static int m() { return 1; } }", "class A {", ""]
)
def test_what_a_test_can_not_call_is_no_target(text):
    assert targets(tree_of("java", text)) == []


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        ("int", "-1"),
        ("Integer", "null"),
        ("String", '""'),
        ("int[]", "new int[] {2, 3, 5}"),
        ("List<String>", "java.util.List.of()"),
        ("Map<String, Integer>", "java.util.Collections.emptyMap()"),
        ("Size", "Size.LARGE"),
        ("final String", '"a"'),
    ],
)
def test_values_come_from_types(type_, value):
    assert value in Values(TREE, 17).for_type(type_)


def test_an_old_java_has_no_list_of():
    assert "java.util.Arrays.asList()" in Values(TREE, 8).for_type("List<String>")


@pytest.mark.parametrize("type_", ["InputStream", "Function<String, String>", "List<Socket>", "List<String>[]", ""])
def test_a_type_beyond_this_has_no_values(type_):
    assert Values(TREE, 17).for_type(type_) == []


@pytest.mark.parametrize(
    ("value", "level", "text"),
    [
        ({"t": "Long", "v": "3"}, 17, "3L"),
        ({"t": "Double", "v": "-Infinity"}, 17, "Double.NEGATIVE_INFINITY"),
        ({"t": "Character", "v": "'"}, 17, "'\\''"),
        ({"t": "list", "v": [{"t": "String", "v": 'a"'}]}, 17, 'List.of("a\\"")'),
        ({"t": "list", "v": [{"t": "null", "v": ""}]}, 17, "Arrays.asList(null)"),
        ({"t": "set", "v": []}, 8, "new HashSet<>(Arrays.asList())"),
        ({"t": "map", "v": [{"t": "String", "v": "a"}, {"t": "Integer", "v": "1"}]}, 17, 'Map.of("a", 1)'),
        ({"t": "array int", "v": [{"t": "Integer", "v": "1"}]}, 17, "new int[] {1}"),
        ({"t": "optional", "v": []}, 17, "Optional.empty()"),
        ({"t": "enum", "v": "org.example.Size.SMALL"}, 17, "org.example.Size.SMALL"),
    ],
)
def test_a_shown_value_becomes_java(value, level, text):
    assert expected(value, level) == text


@pytest.mark.parametrize(
    "value",
    [
        {"t": "Integer", "v": "1); System.exit(1"},
        {"t": "enum", "v": "A.b()"},
        {"t": "array int[]{}; x", "v": []},
        {"t": "unknown", "v": ""},
        {"t": "list", "v": [{"t": "unknown", "v": ""}]},
        {"t": "map", "v": [{"t": "null", "v": ""}, {"t": "Integer", "v": "1"}]},
        7,
    ],
)
def test_what_no_expression_says_is_refused(value):
    assert expected(value, 17) is None


def outcome(line, name="Words.shorten"):
    return read([{"id": 1, **line}], {1: Call(TARGETS[name], ("1",))}, 17)[1]


def test_lines_of_a_probe_are_looked_at_like_any_input():
    assert outcome({"value": {"t": "String", "v": "a"}, "hits": "{1, 4}"}).regions == {(1, 1), (4, 4)}
    assert outcome({"error": "java.lang.IllegalStateException", "message": "no"}).error == "IllegalStateException"
    assert outcome({"error": "a b", "message": "no"}) is None
    assert outcome({"error": "", "message": "no"}) is None
    assert outcome({"value": {"t": "unknown", "v": ""}}) is None
    assert outcome({}) is None


def test_probes_and_beacons_are_code():
    text, places = probe(TREE, "junit5", {number: Call(SHORTEN, ('"a"', "2")) for number in range(700)}, "/out")
    assert len(places) == 700
    assert 'run(0, () -> Words.shorten("a", 2));' in text.split("\n")[min(places) - 1]
    marked = with_beacons(TREE)
    for one in (text, marked):
        assert not tree_of("java", one).tree.root_node.has_error
    assert ' { BeastBeacon.hit(1); return ""; }' in marked
    assert "case 9: BeastBeacon.hit(2); return" in marked


def rendered(told, framework="junit5", target=SHORTEN):
    used = MODERN if framework == "junit5" else Project("junit4", MODERN.source, MODERN.tests, MODERN.style)
    return render(used, [Case(Call(target, ('"a"', "7"), ("2",) if target.constructor else ()), told)])


def test_a_test_class_of_junit_5():
    assert rendered(Outcome('"x"', "equal", "")) == (
        "package org.example;\n\nimport static org.junit.jupiter.api.Assertions.assertEquals;\n\n"
        "import org.junit.jupiter.api.Test;\n\nclass ATest {\n\n    @Test\n"
        "    void shortenReturnsXForAAnd7() throws Exception {\n"
        '        assertEquals("x", Words.shorten("a", 7));\n    }\n}\n'
    )


@pytest.mark.parametrize(
    ("told", "framework", "line"),
    [
        (Outcome("true", "truth", ""), "junit5", 'assertTrue(Words.shorten("a", 7));'),
        (Outcome("null", "null", ""), "junit5", 'assertNull(Words.shorten("a", 7));'),
        (Outcome("0.5", "close", ""), "junit4", 'assertEquals(0.5, Words.shorten("a", 7), 1e-9);'),
        (Outcome("0.5f", "close", ""), "junit4", 'assertEquals(0.5f, Words.shorten("a", 7), 1e-6f);'),
        (Outcome("new int[] {1}", "array", ""), "junit5", 'assertArrayEquals(new int[] {1}, Words.shorten("a", 7));'),
        (
            Outcome("no", "error", "", "IllegalStateException"),
            "junit4",
            "@Test(expected = IllegalStateException.class)",
        ),
        (Outcome("no", "error", "", "X"), "junit5", 'X error = assertThrows(X.class, () -> Words.shorten("a", 7));'),
        (Outcome("null", "error", "", "X"), "junit5", '        assertThrows(X.class, () -> Words.shorten("a", 7));'),
        (Outcome("List.of(1)", "equal", ""), "junit5", "import java.util.List;"),
    ],
)
def test_an_outcome_is_asserted_as_the_framework_does(told, framework, line):
    text = rendered(told, framework)
    assert line in text
    assert not tree_of("java", text).tree.root_node.has_error


def test_a_method_is_called_on_what_its_constructor_makes():
    assert 'assertEquals(3, new Words(2).limited("a", 7));' in rendered(
        Outcome("3", "equal", ""), target=TARGETS["Words.limited"]
    )


@pytest.mark.parametrize(
    ("build", "tests", "name"),
    [
        ("<artifactId>junit-jupiter</artifactId>", {}, "junit5"),
        ("<artifactId>junit</artifactId>", {}, "junit4"),
        ("<artifactId>junit-jupiter</artifactId>", {"T.java": "import org.junit.Test;"}, "junit4"),
        ("", {}, ""),
    ],
)
def test_the_framework_is_what_tests_import_or_the_build_names(build, tests, name):
    assert framework(build, tests) == name


def test_tests_go_to_the_same_package_and_never_into_what_people_wrote():
    source = PurePosixPath("src/main/java/org/example/Words.java")
    build = "<maven.compiler.source>1.8</maven.compiler.source><artifactId>junit</artifactId>"
    made = project(source, "org.example", build, {}, Style())
    assert (str(made.tests), made.level) == ("src/test/java/org/example/WordsTest.java", 8)
    again = project(source, "org.example", build, {made.tests: ""}, Style())
    assert again.tests.name == "WordsCasesTest.java"
    assert project(PurePosixPath("src/Words.java"), "", build, {}, Style()) is None


@pytest.mark.parametrize("text", ['a"b', "a\\b", "line\nbreak", "é", "\x00", "\u2028"])
def test_any_text_is_one_string_literal(text):
    tree = tree_of("java", f"class A {{ String s = {quoted(text)}; }}")
    assert not tree.tree.root_node.has_error
