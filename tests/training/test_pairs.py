from beast_lsp.engine.document import split_lines
from beast_lsp.training.completion.collect import SourceFile
from beast_lsp.training.pairs import Described, described_functions, halves, pairs

PYTHON = '''
class File:
    def open(self, path):
        """Opens a file for reading, or fails.

        More about it.
        """
        handle = find(path)
        return handle.ready()

    def close(self):
        """Closes."""
        self.done = True
        return None
'''
GO = """
// Open opens a file for reading.
//
// More about it.
func Open(path string) error {
\thandle := find(path)
\treturn handle.Ready()
}

var x = 1
func Close() error {
\tdone = true
\treturn nil
}
"""
JAVASCRIPT = """
/**
 * Opens a file for reading.
 * @param path where it lies, which is no description
 */
export function open(path) {
  const handle = find(path)
  return handle.ready()
}
"""


def described(language: str, source: str) -> list[Described]:
    return described_functions(language, split_lines(source))


def test_a_docstring_is_taken_out_of_its_function() -> None:
    first, second = described("python", PYTHON)
    assert first.description == "Opens a file for reading, or fails."
    assert "Opens" not in first.code
    assert "handle.ready()" in first.code
    assert (second.description, "Closes" in second.code) == ("", False)


def test_a_comment_above_a_function_describes_it() -> None:
    first, second = described("go", GO)
    assert first.description == "Open opens a file for reading."
    assert first.code.startswith("func Open")
    assert second.description == ""


def test_tags_are_no_description() -> None:
    assert [one.description for one in described("javascript", JAVASCRIPT)] == ["Opens a file for reading."]


def test_broken_code_and_plain_text_have_no_functions() -> None:
    assert described("python", "def (((") == []
    assert described("text", PYTHON) == []


def test_the_halves_are_the_whole() -> None:
    assert "".join(halves(PYTHON)) == PYTHON


def test_the_pairs_of_a_file() -> None:
    found = list(pairs(SourceFile("a.py", "python", split_lines(PYTHON))))
    assert [kind for kind, _, _ in found] == ["described", "neighbours"]
    _, left, right = found[0]
    assert left.split() == ["opens", "file", "for", "reading", "or", "fails"]
    assert {"open", "find", "path", "handle", "ready"} <= set(right.split())
