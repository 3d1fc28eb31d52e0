"""Real editors: where they are, what they open, and what the server has stored of them.

`editors/ci-install.sh` puts them into `build/editors`; BEAST_LSP_EDITORS names another folder. What is in
neither is taken from the PATH, and what is nowhere skips its tests.
"""

import os
import shutil
import sqlite3
import sys
import textwrap
import time
from pathlib import Path

import pytest

import beast_lsp
from beast_lsp import paths

ROOT = Path(__file__).parent.parent.parent
EDITORS = Path(os.environ.get("BEAST_LSP_EDITORS", ROOT / "build" / "editors"))
_WAIT = 60.0  # seconds after which what did not happen never will; a busy machine starts an editor in ten.

# Eight files that say the same, so that there is no doubt what the ninth says.
_MODULE = '''
    """The {name} of the shop."""

    from shop.base import Handler


    class {title}Handler(Handler):
        """Handles {name}."""

        def handle(self, request):
            payload = self.parse_payload(request)
            self.audit(payload)
            return self.render_answer(payload, status=200)
'''
_NAMES = ("orders", "invoices", "parcels", "refunds", "payments", "customers", "products", "vouchers")


@pytest.fixture
def find_editor():
    """Finds a program by its name; skips the test where there is none."""

    def find(name):
        installed = EDITORS / "bin" / name
        found = str(installed) if installed.is_file() else shutil.which(name)
        if found is None:
            pytest.skip(f"{name} is not installed; editors/ci-install.sh does it where that is possible")
        return found

    return find


@pytest.fixture
def shop(tmp_path):
    """A workspace whose ninth handler is still to be written: `shop/returns.py` ends before its first method."""
    folder = tmp_path / "workspace"
    (folder / "shop").mkdir(parents=True)
    (folder / "beast.toml").touch()  # makes it a workspace; it has no history.
    for name in _NAMES:
        text = textwrap.dedent(_MODULE).lstrip().format(name=name, title=name.title())
        (folder / "shop" / f"{name}.py").write_text(text, "utf-8")
    head = textwrap.dedent(_MODULE).lstrip().format(name="returns", title="Returns").partition("    def ")[0]
    (folder / "shop" / "returns.py").write_text(head, "utf-8")
    return folder


@pytest.fixture
def home(tmp_path, monkeypatch):
    """The server's own folder, which only this test has."""
    folder = tmp_path / "home"
    monkeypatch.setenv("BEAST_LSP_HOME", str(folder))
    return folder


@pytest.fixture
def server_command(home, monkeypatch):
    """The words that start the server which the tests import, in their interpreter."""
    monkeypatch.setenv("PYTHONPATH", str(Path(beast_lsp.__file__).parent.parent))
    return [sys.executable, "-m", "beast_lsp"]


@pytest.fixture
def outcomes(home):
    """Reads what the server has stored: (task, candidate, outcome, source) of each suggestion that ended."""

    ended = "quality_feedback JOIN ml_predictions USING (prediction_id)"
    return lambda: stored(home, f"SELECT task, candidate, outcome, source FROM {ended}")


@pytest.fixture
def verdicts(home):
    """Reads what the user said of scores: (name of the function, verdict) of each."""
    judged = "quality_verdicts JOIN quality_scores USING (prediction_id)"
    return lambda: stored(home, f"SELECT name, verdict FROM {judged}")


def stored(home, query):
    """The rows of a query in the server's database; none while there is no database."""
    databases = list((home / "data").glob("*.db")) if home.exists() else []
    if not databases:
        return []
    with sqlite3.connect(f"{databases[0].as_uri()}?mode=ro", uri=True) as connection:
        rows = connection.execute(query).fetchall()
    connection.close()
    return rows


@pytest.fixture
def until(home):
    """Waits until a function gives something, and returns it; fails with what `describe` gives and the server's log."""

    def wait(function, describe=lambda: ""):
        end = time.monotonic() + _WAIT
        while time.monotonic() < end:
            if found := function():
                return found
            time.sleep(0.05)
        log = paths.log_file().read_text("utf-8") if paths.log_file().exists() else "none"
        raise AssertionError(f"never came: {describe()}\nserver's log: {log}")

    return wait


@pytest.fixture
def two_files(shop):
    """A function in one file, and its only call in another; to be asked for before the editor, which opens them."""
    (shop / "shop" / "__init__.py").touch()
    (shop / "shop" / "prices.py").write_text("def price(order):\n    return order.total\n", "utf-8")
    (shop / "shop" / "bill.py").write_text(
        "from shop.prices import price\n\n\ndef bill(order):\n    return price(order)\n", "utf-8"
    )
    return shop / "shop" / "prices.py", shop / "shop" / "bill.py"
