"""Whether tests are methods: as the project's are, where pytest finds classes of our names."""

import pytest

from beast_lsp.engine.style.profile import StyleProfile
from beast_lsp.engine.testing.style import style_of

METHODS = "class test_shop:\n    def test_one(self):\n        assert 1\n"


@pytest.mark.parametrize(
    ("configuration", "form"),
    [
        ("", "classes"),
        ("[pytest]\npython_classes = Test Check\n", "classes"),
        ("[tool.pytest.ini_options]\npython_classes = ['T*']\n", "classes"),
        ("[tool:pytest]\npython_classes = test_*\n", "functions"),
        ('[tool.pytest.ini_options]\npython_classes = ["Check", "test_*"]\n', "functions"),
    ],
)
def test_classes_are_written_where_pytest_finds_them(configuration: str, form: str) -> None:
    assert style_of(StyleProfile(), [METHODS], configuration).form == form
