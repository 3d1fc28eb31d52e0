"""What files of other languages export."""

import pytest

from beast_lsp.engine.docs.pages.exports import described, exports, file_doc
from beast_lsp.engine.document import split_lines
from beast_lsp.engine.syntax import parse


def tree(language, text):
    return parse(language, split_lines(text))


def found(language, text):
    return {one.name: one for top in exports(tree(language, text), "x") for one in top.all()}


@pytest.mark.parametrize(
    ("language", "text", "names"),
    [
        ("typescript", "export function f() {}\nfunction g() {}\nexport const x = 1;\n", ["f", "x"]),
        ("typescript", "export class C { m() {} private n() {} #o() {} }\nclass D {}\n", ["C", "C.m"]),
        ("typescript", "interface I { a: string }\nexport { I };\n", ["I"]),
        ("javascript", "function f() {}\nfunction g() {}\nmodule.exports = { f };\n", ["f"]),
        ("javascript", "function f() {}\nexport default f;\n", ["f"]),
        ("go", "package p\nfunc F() {}\nfunc g() {}\ntype T struct{}\nfunc (t *T) M() {}\nfunc (t *T) n() {}\n",
         ["F", "T", "T.M"]),
        ("rust", "pub fn f() {}\nfn g() {}\npub(crate) fn h() {}\npub struct S;\nimpl S { pub fn m() {} fn n() {} }\n",
         ["f", "S", "S.m"]),
        ("rust", "struct P;\nimpl P { pub fn m() {} }\npub trait T { fn a(); }\n", ["T", "T.a"]),
        ("java", "public class C { public void m() {} void n() {} protected int k; }\nclass D {}\n",
         ["C", "C.m", "C.k"]),
        ("java", "public interface I { void m(); }\n", ["I", "I.m"]),
        ("c", "int f(void) { return 1; }\n", []),
    ],
)  # fmt: skip
def test_what_is_exported(language, text, names):
    assert list(found(language, text)) == names


@pytest.mark.parametrize(
    ("language", "text", "doc"),
    [
        ("typescript", "/**\n * It does.\n *\n * More.\n */\nexport function f() {}\n", "It does.\n\nMore."),
        ("typescript", "/* aside */\nexport function f() {}\n", ""),
        ("typescript", "/** Far. */\n\n\nexport function f() {}\n", ""),
        ("go", "package p\n\n// f does.\n// So.\nfunc F() {}\n", "f does.\nSo."),
        ("rust", "/// It does.\n#[inline]\npub fn f() {}\n", "It does."),
        ("java", "/** It does. */\npublic class C {}\n", "It does."),
    ],
)
def test_the_doc_comment_right_above_is_its_own(language, text, doc):
    assert next(iter(found(language, text).values())).doc == doc


def test_a_signature_ends_before_the_body():
    assert found("rust", "pub fn f(a: u8) -> u8 {\n    a\n}\n")["f"].signature == "pub fn f(a: u8) -> u8"
    assert found("typescript", "export const f = (a: number) => {\n  return a;\n};\n")["f"].signature.endswith("=>")


def test_private_fields_are_not_shown():
    shown = found("rust", "pub struct S {\n    // Mine.\n    a: u8,\n    pub b: u8,\n}\n")["S"].signature
    assert "b: u8" in shown
    assert "a: u8" not in shown
    go = found("go", "package p\n\ntype S struct {\n\tA int\n\tb int\n}\n")["S"].signature
    assert "A int" in go
    assert "b int" not in go


def test_a_file_tells_of_itself():
    assert file_doc(tree("rust", "//! The crate.\n\npub fn f() {}\n")) == "The crate."
    assert file_doc(tree("go", "// Package p is.\npackage p\n")) == "Package p is."
    assert file_doc(tree("typescript", "/** @file The file. */\nexport const a = 1;\n")) == "@file The file."
    assert file_doc(tree("typescript", "/** Of f. */\nexport function f() {}\n")) == ""


def test_the_innermost_declaration_around_a_line_is_described_exported_or_not():
    text = "class C {\n  m(a: number) {\n    return a;\n  }\n}\n"
    entry, _ = described(tree("typescript", text), "x", 2)
    assert (entry.name, entry.kind, entry.signature) == ("C.m", "method", "m(a: number)")
    assert described(tree("typescript", text + "\nfoo();\n"), "x", 6) is None
