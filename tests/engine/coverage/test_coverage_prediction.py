"""Whether a function is probably covered, as far as names tell."""

import pytest

from beast_lsp.engine.coverage.mentions import mentions
from beast_lsp.engine.coverage.prediction import FEATURES, WEIGHTS, evidence, predict, probability
from beast_lsp.engine.document import split_lines
from beast_lsp.engine.scopes.extract import extract_facts
from beast_lsp.engine.syntax import parse

CODE = "def used():\n    return 1\n\n\ndef unused():\n    return 2\n\n\ndef _refuse():\n    raise NotImplementedError\n"
TEST = "from pkg.tool import used\n\n\ndef test_used():\n    assert used() == 1\n"


def read(path, text):
    lines = split_lines(text)
    return mentions(path, extract_facts(parse("python", lines)), lines)


def values(files):
    return {found.line: dict(zip(FEATURES, found.values, strict=True)) for found in evidence(files)}


def test_what_a_test_calls_is_likelier_covered_than_what_none_calls():
    used, unused, stub = predict([read("pkg/tool.py", CODE), read("tests/test_tool.py", TEST)])
    assert (used.path, used.line, used.distance) == ("pkg/tool.py", 0, 1)
    assert used.probability > unused.probability > stub.probability
    assert (unused.distance, stub.distance) == (0, 0)


def test_without_tests_everything_is_probably_not_covered():
    found = predict([read("pkg/tool.py", CODE)])
    assert len(found) == 3
    assert all(each.probability < 0.1 for each in found)


def test_tests_and_files_without_functions_have_no_predictions():
    assert predict([]) == []
    assert predict([read("tests/test_tool.py", TEST), read("pkg/data.py", "X = 1\n")]) == []


@pytest.mark.parametrize(
    ("test_path", "test", "has_test", "is_imported"),
    [
        ("tests/test_tool.py", "import pkg.tool\n", 1.0, 1.0),
        ("tests/test_tool_more.py", "from pkg import tool\n", 1.0, 1.0),
        ("tests/test_all.py", "from .tool import used\n", 0.0, 1.0),
        ("tests/test_all.py", "import other.tool\n", 0.0, 0.0),
        ("tests/test_all.py", "", 0.0, 0.0),
    ],
)
def test_a_module_is_known_by_the_tests_that_name_or_import_it(test_path, test, has_test, is_imported):
    found = values([read("pkg/tool.py", CODE), read(test_path, test)])[0]
    assert (found["test_of_module"], found["imported"]) == (has_test, is_imported)


def test_the_shape_of_a_function_counts():
    found = values([read("pkg/tool.py", CODE + "class A:\n    def __eq__(self, other):\n        return True\n")])
    assert [found[line]["stub"] for line in (0, 4, 8, 11)] == [0, 0, 1, 0]
    assert [found[line]["private"] for line in (0, 4, 8, 11)] == [0, 0, 1, 0]


def test_each_feature_has_a_weight_and_a_probability_is_one():
    assert len(FEATURES) == len(WEIGHTS)
    assert 0 < probability([0.0] * len(FEATURES)) < 0.05
    assert 0.9 < probability([1e6] * len(FEATURES)) <= 1
    assert 0 <= probability([-1e6] * len(FEATURES)) < 0.1
