"""The project's interpreter, and what is heard of a guest that runs in it."""

import os
import sys
from pathlib import Path

import pytest

import beast_lsp.sandbox.guest
from beast_lsp.errors import BeastError
from beast_lsp.sandbox.guest import run_guest
from beast_lsp.sandbox.interpreter import ask, project_interpreter
from beast_lsp.sandbox.limits import Limits
from beast_lsp.sandbox.support import support

pytestmark = pytest.mark.skipif(not support().is_confined, reason=f"nothing confines here: {support().lacks}")
GUEST = """
import json, os, sys
brief = json.load(sys.stdin)
say = lambda text: open(brief["outbox"], "a").write(text)
say('{"event": "started"}\\n[1]\\nno json\\n' + "[" * 100_000 + '\\n{"half":')
say(' 1}\\n{"argument": "%s"}\\n{"unfinished": ' % sys.argv[1])
os.remove(brief["outbox"])
os.symlink(brief["folder"] + "/secret.json", brief["outbox"])
"""


def test_a_guest_is_heard_and_what_it_puts_in_the_outboxs_place_is_not(tmp_path, monkeypatch):
    guest, scratch = tmp_path / "guest.py", tmp_path / "scratch"
    guest.write_text(GUEST)
    scratch.mkdir()
    (tmp_path / "secret.json").write_text('{"secret": 1}\n')
    monkeypatch.setattr(beast_lsp.sandbox.guest, "_GUEST", guest)
    brief = {"folder": str(tmp_path), "outbox": str(scratch / "outbox")}
    heard = []
    limits = Limits(30.0, 512, 8, (scratch,))
    found = run_guest("record", brief, Path(sys.executable), limits, {}, on_event=heard.append)
    assert found.events == heard == [{"event": "started"}, {"half": 1}, {"argument": "record"}]
    assert found.finished.code == 0
    with pytest.raises(FileExistsError):
        run_guest("record", brief, Path(sys.executable), limits, {})


def script(folder, name, text):
    path = folder / name / "bin" / "python"
    path.parent.mkdir(parents=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def test_an_interpreter_that_does_not_answer_as_one_is_left_out(tmp_path, monkeypatch):
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    monkeypatch.delenv("CONDA_PREFIX", raising=False)
    liar = script(tmp_path, ".venv", "echo not json; touch escaped")
    script(tmp_path, "venv", """echo '{"version": [3, 8, 1], "pytest": true, "hypothesis": true}'""")
    found = project_interpreter(tmp_path, None)
    assert found.version == sys.version_info[:3]
    assert not (tmp_path / "escaped").exists()
    with pytest.raises(BeastError, match=r"3\.9.*Tried: .*python"):
        project_interpreter(tmp_path, liar)


def test_the_projects_own_environment_comes_first(tmp_path):
    path = script(tmp_path, ".venv", """echo '{"version": [3, 12, 1], "pytest": true, "hypothesis": 1}'""")
    found = project_interpreter(tmp_path, None)
    assert (found.path, found.version, found.has_pytest, found.has_hypothesis) == (path, (3, 12, 1), True, False)
    assert ask(tmp_path / "nowhere", tmp_path) is None


def test_an_environment_by_links_is_asked_at_its_own_place(tmp_path):
    place = tmp_path / ".venv" / "bin" / "python"
    place.parent.mkdir(parents=True)
    place.symlink_to(os.path.realpath(sys.executable))
    assert project_interpreter(tmp_path, None).path == place
