"""What a confined command gets, and what is told of it."""

import os
import subprocess
import sys
import threading
import time

import pytest

import beast_lsp.sandbox.run
from beast_lsp.errors import SandboxMissing
from beast_lsp.sandbox.limits import Limits
from beast_lsp.sandbox.run import run
from beast_lsp.sandbox.support import Support, support

confined = pytest.mark.skipif(not support().is_confined, reason=f"nothing confines here: {support().lacks}")
NOTHING = Support(False, (), "this system lacks everything")


def commands():
    return subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout


def python(tmp_path, code, seconds=30.0, **more):
    limits = Limits(seconds, 512, 16, (tmp_path,))
    return run([sys.executable, "-I", "-S", "-c", code], limits, tmp_path, more.pop("env", {}), **more)


@confined
def test_input_output_and_files_in_the_writable_folder(tmp_path):
    code = """
import os, sys, tempfile
print(sys.stdin.read(), os.environ["GIVEN"], os.environ["HOME"] == tempfile.gettempdir() == os.getcwd())
open("made", "w").write("by the child"); open("/dev/null", "w").write("x"); open("/dev/shm/x", "w").write("x")
os.chmod("made", 0o600); os.mkdir("folder"); os.symlink("made", "folder/link")
print(sorted(set(os.environ) - {"TZ", "LC_ALL", "LC_CTYPE"}), os.getuid(), file=sys.stderr)
sys.exit(3)
"""
    finished = python(tmp_path, code, stdin=b"typed", env={"GIVEN": "given"})
    assert finished.stdout.decode().split() == ["typed", "given", "True"]
    assert (finished.code, finished.reason) == (3, "")
    assert (tmp_path / "made").read_text() == "by the child"
    names = ["GIVEN", "HOME", "LANG", "PATH", "PYTHONDONTWRITEBYTECODE", "TEMP", "TMP", "TMPDIR"]
    assert finished.stderr.decode().split("\n")[0] == f"{names} {os.getuid()}"


@confined
def test_what_ordinary_code_needs_is_there(tmp_path):
    code = """
import asyncio, concurrent.futures, multiprocessing, os, socket, subprocess, sys, threading
assert asyncio.run(asyncio.sleep(0, 3)) == 3
left, right = socket.socketpair(); left.send(b"x"); assert right.recv(1) == b"x"
server = socket.create_server(("127.0.0.1", 0)); socket.create_connection(server.getsockname())
assert subprocess.run([sys.executable, "-c", "print(1)"], capture_output=True).stdout == b"1\\n"
with concurrent.futures.ThreadPoolExecutor(4) as pool: assert list(pool.map(abs, [-1])) == [1]
assert multiprocessing.get_context("fork").Queue() is not None
child = os.fork()
if not child: os._exit(5)
os.kill(child, 0); assert os.waitpid(child, 0)[1] == 5 << 8
"""
    finished = python(tmp_path, code)
    assert (finished.code, finished.stderr) == (0, b"")


@confined
def test_a_run_is_ended_when_it_is_withdrawn_and_ticks_meanwhile(tmp_path):
    withdrawn, ticks = threading.Event(), []

    def tick():
        ticks.append(1)
        if (tmp_path / "begun").exists():
            withdrawn.set()

    code = "import time; open('begun', 'w'); time.sleep(60)"
    finished = python(tmp_path, code, cancelled=withdrawn.is_set, on_tick=tick)
    assert (finished.reason, finished.code) == ("cancelled", -9)
    assert ticks


@confined
def test_what_a_tick_raises_ends_the_run(tmp_path):
    def tick():
        raise ValueError

    with pytest.raises(ValueError):
        python(tmp_path, f"import time; time.sleep(60); {str(tmp_path)!r}", on_tick=tick)
    assert str(tmp_path) not in commands()


@confined
def test_output_is_kept_up_to_a_million_bytes_and_read_on(tmp_path):
    finished = python(tmp_path, "import os\nfor _ in range(40): os.write(1, b'x' * 100_000)\nos.write(2, b'end')")
    assert (len(finished.stdout), finished.stderr, finished.code) == (1_000_000, b"end", 0)


@confined
def test_a_command_that_is_not_there_is_refused_by_name(tmp_path):
    with pytest.raises(SandboxMissing, match="no/such/program"):
        run(["/no/such/program"], Limits(5.0, 128, 4, (tmp_path,)), tmp_path, {})


@confined
def test_the_end_of_the_server_is_the_end_of_the_child(tmp_path):
    script = f"""
from pathlib import Path
from beast_lsp.sandbox.limits import Limits
from beast_lsp.sandbox.run import run
folder = Path({str(tmp_path)!r})
run(["/bin/sh", "-c", "echo > begun; exec sleep 61.{os.getpid()}"], Limits(60.0, 128, 8, (folder,)), folder, {{}})
"""
    server = subprocess.Popen([sys.executable, "-c", script])
    while not (tmp_path / "begun").exists():
        assert server.poll() is None
        time.sleep(0.02)
    server.kill()
    server.wait()
    for _ in range(500):
        if f"sleep 61.{os.getpid()}" not in commands():
            return
        time.sleep(0.02)
    pytest.fail("the child outlived the server")


def test_without_confinement_nothing_runs(tmp_path, monkeypatch):
    monkeypatch.setattr(beast_lsp.sandbox.run, "support", lambda: NOTHING)
    with pytest.raises(SandboxMissing, match="lacks everything"):
        python(tmp_path, "open('made', 'w')")
    assert not (tmp_path / "made").exists()


@pytest.mark.skipif(os.name != "posix", reason="the limits are those of POSIX systems")
def test_without_confinement_but_with_consent_limits_hold(tmp_path, monkeypatch):
    monkeypatch.setattr(beast_lsp.sandbox.run, "support", lambda: NOTHING)
    finished = python(tmp_path, "open('made', 'w').write('x'); print('done')", unconfined=True)
    assert (finished.stdout, finished.code) == (b"done\n", 0)
    assert (tmp_path / "made").read_text() == "x"
    daemon = "import os, time\nif os.fork() == 0:\n os.setsid()\n if os.fork() == 0: time.sleep(60)\n os._exit(0)\n"
    ended = python(tmp_path, f"{daemon}import time; time.sleep(60); {str(tmp_path)!r}", seconds=0.5, unconfined=True)
    assert (ended.reason, ended.code) == ("time", -9)
    assert str(tmp_path) not in commands()


@confined
def test_a_hidden_folder_shows_the_installation_that_runs_and_no_more(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    tools = tmp_path / "home" / ".tools"
    for name in ("python/bin", "python/lib", "other"):
        (tools / name).mkdir(parents=True)
    (tools / "python/bin/program").write_text('#!/bin/sh\ncd "$(dirname "$0")/../.." && ls . python other\n')
    (tools / "python/bin/program").chmod(0o755)
    (tools / "other/secret").touch()
    (tmp_path / "scratch").mkdir()
    command = [str(tools / "python/bin/program")]
    finished = run(command, Limits(20.0, 128, 8, (tmp_path / "scratch",)), tmp_path, {})
    assert finished.stdout.decode().split() == [".:", "other", "python", "other:", "python:", "bin", "lib"]
