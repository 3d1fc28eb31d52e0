"""One real child, in the oldest interpreter that is there."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from record_case import brief_of

import beast_lsp.guest

GUEST = Path(beast_lsp.guest.__file__).parent / "__main__.py"
SOURCE = """
    import sys
    import threading

    def double(n: int) -> int:
        return n * 2

    def package() -> bool:
        return any(name.split(".")[0] == "beast_lsp" for name in sys.modules)

    def leave() -> None:
        threading.Thread(target=threading.Event().wait).start()
        raise SystemExit(3)
"""


def oldest():
    """Python 3.9 where this machine has one, else our own."""
    versions = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    # A version manager's own `python3.9` may be there without the interpreter.
    found = [*map(str, sorted(versions.glob("3.9.*/bin/python"))), shutil.which("python3.9")]
    return next((each for each in found if each), sys.executable)


def run(entry, brief):
    command = [oldest(), str(GUEST), entry]
    return subprocess.run(command, input=json.dumps(brief), capture_output=True, text=True, timeout=60, check=False)


def test_a_child_records_and_ends_whatever_it_ran(tmp_path):
    brief = brief_of(SOURCE, tmp_path, seconds=3.0)
    finished = run("record", brief)
    assert (finished.returncode, finished.stdout) == (0, "")
    events = [json.loads(line) for line in Path(brief["outbox"]).read_text("utf-8").splitlines()]
    found = {event["case"]["target"]: event["case"] for event in reversed(events) if event["event"] == "case"}
    assert (found["double"]["act"], found["double"]["checks"]) == (
        "double(3)",
        [{"kind": "equal", "text": "result == 6"}],
    )
    # The user's code doesn't see the server's package.
    assert found["package"]["checks"] == [{"kind": "identity", "text": "result is False"}]
    assert found["leave"]["raises"]["type"] == "SystemExit"
    assert events[-1] == {"event": "done"}


@pytest.mark.parametrize("entry", ["", "serve"])
def test_there_is_no_other_entry(entry, tmp_path):
    assert run(entry, {}).returncode == 2
