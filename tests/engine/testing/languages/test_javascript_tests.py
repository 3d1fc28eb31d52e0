from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beast_lsp.engine.testing.languages.combine import calls
from beast_lsp.engine.testing.languages.javascript.names import expression, header
from beast_lsp.engine.testing.languages.javascript.probe import literal, probe, quoted, read
from beast_lsp.engine.testing.languages.javascript.project import framework, place, project
from beast_lsp.engine.testing.languages.javascript.rendering import case_names, render
from beast_lsp.engine.testing.languages.javascript.targets import targets
from beast_lsp.engine.testing.languages.javascript.values import Values
from beast_lsp.engine.testing.languages.model import Call, Case, Outcome, Parameter, Project, Style, Target
from beast_lsp.engine.testing.languages.trees import tree_of

PATH = PurePosixPath


def found(text, language="typescript", others=()):
    trees = [tree_of(language, one) for one in others]
    return {one.qualified: one for one in targets(tree_of(language, text), trees)}


@pytest.mark.parametrize(
    ("text", "name", "bound"),
    [
        ("export function f(a) {}", "f", "f"),
        ("export const f = (a) => a", "f", "f"),
        ("export const f = async function (a) {}", "f", "f"),
        ("function f(a) {}\nexport { f }", "f", "f"),
        ("function f(a) {}\nexport { f as g }", "f", "g"),
        ("export default function f(a) {}", "f", "default"),
        ("export default (a) => a", "default", "default"),
        ("function f(a) {}\nmodule.exports = f", "f", "default"),
        ("function f(a) {}\nmodule.exports = { f, x: 1 }", "f", "f"),
        ("function f(a) {}\nmodule.exports = { g: f }", "f", "g"),
        ("exports.f = function (a) {}", "f", "f"),
        ("export class C { m(a) {} }", "C.m", "C"),
        ("export class C { static m(a) {} }", "C.m", "C"),
    ],
)
def test_what_is_exported_is_a_target(text, name, bound):
    assert found(text, "javascript")[name].bound == bound


@pytest.mark.parametrize(
    "text",
    [
        "function f(a) {}",
        "export const f = 3",
        "export { f } from './other'",
        "export class C { get m() { return 1 } }",
        "export class C { #m() {} }",
        "export class C { private m() {} }",
        "export class C extends D { m() {} }",
        "export interface I { m(): void }",
        "export function f(",
        "",
    ],
)
def test_what_a_test_can_not_call_is_none(text):
    assert found(text) == {}


def test_parameters_have_types_defaults_and_marks():
    one = found("export function f(a: string, b = 2, c?: number, ...rest: string[]): boolean { return a === 'x' }")["f"]
    assert one.parameters == (
        Parameter("a", "string"),
        Parameter("b", "", "2", True),
        Parameter("c", "number", "", True),
        Parameter("rest", "string[]", "", False, True),
    )
    assert one.result == "boolean"
    assert one.literals == ("'x'",)


def test_jsdoc_gives_types_and_example_calls():
    text = """/**
 * @param {string} text what
 * @param {number} [most=3] how many
 * @returns {string}
 * @example
 * f('abc', 2)
 */
export function f(text, most = 3) { return text }
"""
    one = found(text, "javascript")["f"]
    assert [each.type for each in one.parameters] == ["string", "number"]
    assert one.result == "string"
    assert one.rows == (("'abc'", "2"),)


def test_calls_in_other_files_give_rows_of_literals_only():
    one = found(
        "export function f(a, b) {}", "javascript", ["f(1, [2, 'x']); f(y, 2); g(1, 2); new f({ a: 1 }, null)"]
    )["f"]
    assert one.rows == (("1", "[2, 'x']"), ("{ a: 1 }", "null"))


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        ("number", "2"),
        ("'a' | 'b'", "'b'"),
        ("string[]", "[]"),
        ("Record<string, number>", "{ a: 2 }"),
        ("{ a: number; b?: string }", "{ a: 2, b: 'hello world' }"),
        ("Map<string, number>", "new Map()"),
        ("[number, boolean]", "[2, true]"),
        ("number | undefined", "undefined"),
        ("Box", "{ width: 2 }"),
        ("readonly number[]", "[2, 3, 5]"),
        ("(x: number) => number", "(x) => x"),
    ],
)
def test_values_come_from_types(type_, value):
    values = Values(tree_of("typescript", "interface Box { width: number }"))
    assert value in values.for_type(type_)


@pytest.mark.parametrize("type_", ["HTMLElement", "Unknown<string>", "{ run(): void }", "Loop", "((", ""])
def test_a_type_beyond_this_has_no_values(type_):
    assert Values(tree_of("typescript", "type Loop = { next: Loop }")).for_type(type_) == []


def test_what_the_body_compares_with_is_tried_with_its_neighbours():
    tree = tree_of("typescript", "export function f(n: number) { return n > 41 }")
    (one,) = targets(tree)
    values = Values(tree).of(one.parameters[0], one)
    assert {"40", "41", "42"} <= set(values)


def test_a_needed_parameter_without_values_gives_no_calls():
    target = Target("f", parameters=(Parameter("a"), Parameter("b")))
    assert calls(target, [["1"], []], None, 9) == []
    optional = Target("f", parameters=(Parameter("a"), Parameter("b", is_optional=True)))
    assert [one.arguments for one in calls(optional, [["1"], []], None, 9)] == [("1",)]


def test_a_method_of_what_can_not_be_made_gives_no_calls():
    target = Target("m", "C", "C", (), constructor=(Parameter("a"),))
    assert calls(target, [], None, 9) == []
    assert calls(target, [], ["1"], 9) == [Call(target, (), ("1",))]


def json_values():
    numbers = st.sampled_from(["0", "-0", "NaN", "1.5", "-Infinity", "1e+21"])
    plain = st.one_of(
        st.builds(lambda v: {"t": "string", "v": v}, st.text(max_size=5)),
        st.builds(lambda v: {"t": "number", "v": v}, numbers),
        st.just({"t": "undefined"}),
        st.just({"t": "unknown"}),
    )
    return st.recursive(
        plain,
        lambda inside: st.builds(
            lambda t, v: {"t": t, "v": v},
            st.sampled_from(["array", "map", "set", "object"]),
            st.lists(inside, max_size=3),
        ),
        max_leaves=8,
    )


@given(json_values())
def test_what_a_child_tells_becomes_one_literal_or_nothing(value):
    text = literal(value)
    if text is not None:
        tree = tree_of("javascript", f"({text})")
        assert not tree.tree.root_node.has_error
        assert tree.tree.root_node.named_child_count == 1


@pytest.mark.parametrize(
    "value",
    [
        {"t": "number", "v": "1); process.exit("},
        {"t": "plain", "v": "globalThis"},
        {"t": "date", "v": "0)"},
        {"t": "object", "v": [["__proto__", {"t": "plain", "v": "null"}]]},
        {"t": "array", "v": "x"},
        ["t"],
        None,
    ],
)
def test_what_is_no_value_of_a_probe_is_refused(value):
    assert literal(value) is None


@given(st.text(max_size=20))
def test_any_text_is_one_string_literal(text):
    tree = tree_of("javascript", quoted(text))
    statement = tree.tree.root_node.named_children[0]
    assert not tree.tree.root_node.has_error
    assert statement.named_children[0].type == "string"


def test_lines_of_a_probe_are_looked_at_like_any_input():
    lines = [
        {"id": 1},
        {"id": 2, "value": {"t": "number", "v": "3"}, "regions": [[0, 9], "x", [1, "2"]]},
        {"id": "3", "value": {"t": "plain", "v": "null"}},
        {"id": 4, "error": "Error", "message": "no"},
        {"id": 5, "error": "x y", "message": "no"},
        {"done": True},
    ]
    told = read(lines)
    assert told[2] == Outcome("3", "equal", "positive number", "", frozenset({(0, 9)}))
    assert told[4].error == "Error"
    assert (told[1], told[5]) == (None, None)
    assert set(told) == {1, 2, 4, 5}


@pytest.mark.parametrize(
    ("package", "name"),
    [
        ({"scripts": {"test": "vitest run"}}, "vitest"),
        ({"scripts": {"test": "jest --ci"}, "devDependencies": {"vitest": "1"}}, "jest"),
        ({"devDependencies": {"jest": "29"}}, "jest"),
        ({"scripts": {"test": "node --test"}}, "node:test"),
        ({}, "node:test"),
        ({"scripts": {"test": "mocha"}}, ""),
        ({"devDependencies": {"ava": "5"}}, ""),
        ({"scripts": "x", "devDependencies": 3}, "node:test"),
    ],
)
def test_the_framework_is_the_one_of_the_package(package, name):
    assert framework(package) == name


@pytest.mark.parametrize(
    ("tests", "wanted"),
    [
        ([], "src/lib/a.test.ts"),
        (["src/b.spec.ts"], "src/lib/a.spec.ts"),
        (["src/__tests__/b.test.ts"], "src/lib/__tests__/a.test.ts"),
        (["__tests__/b.spec.ts"], "__tests__/lib/a.spec.ts"),
        (["test/b.test.ts"], "test/a.test.ts"),
        (["test/lib/b.test.ts", "test/x/c.test.ts"], "test/lib/a.test.ts"),
        (["src/lib/a.test.ts"], "src/lib/a.cases.test.ts"),
    ],
)
def test_a_file_goes_where_the_other_tests_are(tests, wanted):
    assert place(PATH("src/lib/a.ts"), {PATH(one): "" for one in tests}) == PATH(wanted)


def test_no_tests_are_written_for_an_unknown_framework():
    assert project(PATH("a.js"), "", {"scripts": {"test": "mocha"}}, {}, Style()) is None


def case(text="2", form="equal", arguments=("1",), error="", **marks):
    return Case(
        Call(Target("f", bound="f", parameters=(Parameter("a"),), **marks), arguments), Outcome(text, form, "", error)
    )


def of(framework, **more):
    return Project(framework, PATH("src/a.js"), PATH("src/a.test.js"), **more)


@pytest.mark.parametrize(
    ("framework", "one", "line"),
    [
        ("vitest", case(), "expect(f(1)).toBe(2);"),
        ("jest", case("undefined"), "expect(f(1)).toBeUndefined();"),
        ("jest", case("[1]", "deep"), "expect(f(1)).toEqual([1]);"),
        ("jest", case("0.1234567890", "close"), "expect(f(1)).toBeCloseTo(0.1234567890, 9);"),
        ("jest", case("NaN", "nan"), "expect(f(1)).toBeNaN();"),
        ("jest", case("no", "error", error="Error"), "expect(() => f(1)).toThrow('no');"),
        (
            "jest",
            case("no", "error", error="Error", is_async=True),
            "await expect(async () => f(1)).rejects.toThrow('no');",
        ),
        ("node:test", case(is_async=True), "assert.equal(await f(1), 2);"),
        ("node:test", case("{ a: 1 }", "deep"), "assert.deepEqual(f(1), { a: 1 });"),
        ("node:test", case("x", "error", error="E"), "assert.throws(() => f(1), { name: 'E', message: 'x' });"),
        ("jest", case("[1]", "deep", is_generator=True), "expect([...f(1)]).toEqual([1]);"),
    ],
)
def test_an_outcome_is_asserted_as_the_framework_does(framework, one, line):
    assert f"\n    {line}\n" in render(of(framework), [one])


def test_a_file_has_the_style_of_the_project():
    style = Style(indent="\t", quote='"', semicolon=False, form="test")
    assert render(of("vitest", style=style), [case("'a \"b\"'", arguments=("'x'",)), case("'y'")]) == (
        'import { describe, expect, test } from "vitest"\n'
        'import { f } from "./a"\n\n'
        'describe("f", () => {\n'
        '\ttest(\'returns "a "b"" for "x"\', () => {\n'
        '\t\texpect(f("x")).toBe(\'a "b"\')\n'
        "\t})\n\n"
        "\ttest('returns \"y\" for 1', () => {\n"
        '\t\texpect(f(1)).toBe("y")\n'
        "\t})\n"
        "})\n"
    )


@pytest.mark.parametrize(
    ("more", "lines"),
    [
        ({}, ["import f, { g as h } from './a.js';"]),
        ({"is_module": False}, ["const f = require('./a');", "const { g: h } = require('./a');"]),
    ],
)
def test_names_are_imported_by_what_they_are_exported_as(more, lines):
    both = [Call(Target("f", bound="default"), ()), Call(Target("h", bound="g"), ())]
    assert header(of("node:test", **more), both) == lines


def test_many_names_are_imported_by_the_line():
    names = [f"aRatherLongName{number}" for number in range(6)]
    lines = header(of("vitest"), [Call(Target(name, bound=name), ()) for name in names])
    assert lines == ["import {", *(f"  {name}," for name in names), "} from './a';"]


def test_texts_hold_what_the_body_looks_for():
    tree = tree_of("typescript", "export function f(path: string) { return path.split('/').includes('x') }")
    (one,) = targets(tree)
    values = Values(tree).of(one.parameters[0], one)
    assert "'a/b'" in values
    assert "'axb'" not in values


def test_an_anonymous_default_export_is_called_as_its_file():
    call = Call(Target("default", bound="default"), ("1",))
    assert expression(call, Project("jest", PATH("to-words.js"), PATH("to-words.test.js"))) == "toWords(1)"


def test_tests_of_one_function_have_names_of_their_own():
    names = case_names(of("jest"), [case(), case(), case("3")])
    assert names == ["f returns 2 for 1", "f returns 2 for 1 (2)", "f returns 3 for 1"]


@pytest.mark.parametrize("framework", ["jest", "vitest", "node:test"])
@pytest.mark.parametrize("is_module", [True, False])
def test_a_probe_is_code(framework, is_module):
    text = probe(of(framework, is_module=is_module), {7: case().call}, "/o'ut", "/a.js")
    tree = tree_of("javascript", text)
    assert not tree.tree.root_node.has_error
    assert "[7, () => f(1)]" in text
