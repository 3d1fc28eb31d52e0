import sys
from pathlib import Path

import pytest

from beast_lsp.replay.server import Server

FAKE = Path(__file__).parent / "fake_server.py"


@pytest.fixture
def fake_server(tmp_path):
    """Makes a `Server` that knows the files written to `truth`."""
    truth = tmp_path / "truth"
    truth.mkdir()

    def make(*options: str, **files: str) -> Server:
        for name, text in files.items():
            (truth / name.replace("_py", ".py")).write_text(text)
        root = str(Path(__file__).parent.parent.parent)
        return Server([sys.executable, str(FAKE), str(truth), *options], {"PYTHONPATH": root})

    return make
