"""Why nothing could be judged, as the user reads it."""

import pytest

from beast_lsp.router.backends.testing.children import reason_in

SAID = {
    "E   RuntimeError: the settings are broken\n": "RuntimeError: the settings are broken",
    "conftest.py:1: in <module>\nE   first\nE   last\n": "last",
    "ERROR: Missing required plugins: pytest-asyncio\n": "Missing required plugins: pytest-asyncio",
    "ERROR: usage: pytest.main() [options]\n  inifile: pytest.ini\n": "",
    "Everything is well\n": "",
    "": "",
}


@pytest.mark.parametrize(("said", "reason"), SAID.items())
def test_the_reason_is_what_pytest_marks_as_one(said, reason):
    assert reason_in(said) == reason
