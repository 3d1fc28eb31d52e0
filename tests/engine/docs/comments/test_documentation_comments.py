"""Documentation comments of the other languages: what a signature says, and what is left alone."""

import pytest
from refactoring_case import DictSources

from beast_lsp.engine.docs.actions import DOCUMENTATION
from beast_lsp.engine.refactors import registry
from beast_lsp.engine.refactors.refactoring import Site
from beast_lsp.engine.scopes.resolution.program import Program


def documented(path: str, source: str, kind: int = 0) -> str | None:
    start = source.index("|")
    site = Site(Program(DictSources({path: source.replace("|", "", 1)})), path, start, start)
    one = DOCUMENTATION[kind]
    offer = registry.attempt(one, site)
    assert offer is None or (offer.refusal is None and offer.plan is not None)
    return offer.plan.after[path] if offer is not None and offer.plan is not None else None


FOUND = [
    (
        "a.js",
        "export function |readLines(path, size = 3, ...more) {\n  return open(path);\n}\n",
        "/**\n * Reads the lines.\n *\n * @param {*} path - The path.\n * @param {*} [size=3] - The size.\n"
        " * @param {...*} more - Further more.\n * @returns {*} The result.\n */\n",
    ),
    (
        "a.ts",
        "class A {\n  get|Name(id: string): string {\n    throw new RangeError('no');\n  }\n}\n",
        "  /**\n   * Returns the name.\n   *\n   * @param id - The argument `id`.\n   * @returns The name.\n"
        '   * @throws {RangeError} With the message "no".\n   */\n',
    ),
    ("a.ts", "export const |run = (): void => {};\n", "/** Runs. */\n"),
    ("a.go", "package a\n\nfunc |ReadAll(p string) ([]byte, error) {\n\treturn nil, nil\n}\n",
     "// ReadAll reads all.\n// It returns an error if it fails.\n"),
    ("a.rs", "#[inline]\npub fn |read_all(p: &str) -> Result<u8, E> {\n    panic!()\n}\n",
     "/// Reads all.\n///\n/// # Errors\n///\n/// Returns an error if it fails.\n///\n/// # Panics\n///\n"
     "/// Panics in cases that its body names.\n#[inline]\n"),
    ("A.java",
     "class A {\n    @Override\n    public String |name(int width) throws IOException {\n        return x;\n    }\n}\n",
     "    /**\n     * Returns the name.\n     *\n     * @param width the width\n     * @return the name\n"
     "     * @throws IOException if it fails\n     */\n    @Override\n"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "source", "comment"), FOUND)
def test_a_new_comment(path: str, source: str, comment: str) -> None:
    after = documented(path, source)
    assert after is not None
    assert comment in after
    plain = source.replace("|", "")
    assert after.replace(comment.replace("    @Override\n", "").replace("#[inline]\n", ""), "", 1) == plain
    name = source[source.index("|") + 1 :][:4]
    assert documented(path, after.replace(f" {name}", f" |{name}", 1) if f" {name}" in after else f"|{after}") is None


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("a.js", "/** Mine. */\nfunction |f(a) {}\n"),
        ("a.js", "/**\n * Mine.\n * @param a - It.\n */\nfunction |f(a) {}\n"),
        ("a.js", "function f(a) {\n  retu|rn 1;\n}\n"),
        ("a.ts", "const |a = 1;\n"),
        ("a.go", "package a\n\n// F is mine.\nfunc |F() {}\n"),
        ("a.rs", "/// Mine.\n#[inline]\nfn |f() {}\n"),
        ("A.java", "class A {\n    /** Mine. */\n    void |f(int a) {}\n}\n"),
        ("a.js", "let x = 1; function |f() {}\n"),
    ],
)
def test_what_is_documented_is_left_alone(path: str, source: str) -> None:
    assert documented(path, source) is None


def test_tags_are_brought_up_to_date() -> None:
    source = "/**\n * Mine.\n * @param a - It.\n * @returns b\n */\nfunction |f(a, b) {}\n"
    after = documented("a.ts", source)
    assert after == source.replace("|", "").replace(" * @returns", " * @param b - The argument `b`.\n * @returns")
    source = "/**\n * @param {int} old - It.\n */\nfunction |f(name) {}\n"
    assert documented("a.js", source) == source.replace("|", "").replace("old", "name")


@pytest.mark.parametrize(
    ("path", "source", "comment"),
    [
        ("a.ts", "export class |HttpCart {}\n", "/** A http cart. */\n"),
        ("a.go", "package a\n\ntype |Cart struct{}\n", "// Cart is a cart.\n"),
        ("a.rs", "pub struct |Cart;\n", "/// A cart.\n"),
        ("A.java", "enum |Color { RED }\n", "/** A color. */\n"),
    ],
)
def test_a_type(path: str, source: str, comment: str) -> None:
    after = documented(path, source, 1)
    assert after is not None
    assert comment in after
