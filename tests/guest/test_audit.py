"""What the audit hook refuses, and what it lets through: a hook stays for good, so it is tried in a child process."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import beast_lsp.guest.audit

REFUSED = {
    "open('/etc/x', 'w')": "files",
    "os.open('/etc/x', os.O_RDWR)": "files",
    "open('link/x', 'w')": "files",
    "os.rename('made', '/etc/x')": "files",
    "os.symlink('made', '/etc/x')": "files",
    "os.truncate('/etc/x', 3)": "files",
    "pathlib.Path('/etc/x').touch()": "files",
    "pathlib.Path('/etc/x').mkdir()": "files",
    "shutil.copy('/etc/hosts', '/etc/x')": "files",
    "sqlite3.connect('/etc/x')": "files",
    "socket.create_connection(('192.0.2.1', 80))": "the network",
    "socket.getaddrinfo('example.org', 80)": "the network",
    "urllib.request.urlopen('http://example.org')": "the network",
    "socket.socket(socket.AF_UNIX).connect('/run/x')": "the network",
    "subprocess.run(['ls'])": "other programs",
    "os.system('ls')": "other programs",
    "os.execv('/bin/true', ['true'])": "other programs",
    "os.fork()": "processes of its own",
    "os.kill(1, 0)": "signals to processes",
    "ctypes.CDLL('libc.so.6')": "native code",
}
LET_THROUGH = [
    "open('made', 'w').write('x')",
    "open('/etc/hosts').read()",
    "open('/dev/null', 'w')",
    "shutil.copy('/etc/hosts', 'copied')",
    "os.mkdir('folder')",
    "shutil.rmtree('folder')",
    "os.remove('link')",
    "sqlite3.connect(':memory:')",
    "sqlite3.connect('base.db')",
    "tempfile.NamedTemporaryFile(dir='.')",
    "socket.socketpair()",
    "socket.getaddrinfo('localhost', 80)",
    "socket.socket().bind(('127.0.0.1', 0))",
    "asyncio.run(asyncio.sleep(0))",
    "ctypes.CDLL(None)",
    "signal.signal(signal.SIGALRM, signal.SIG_DFL)",
]
SCRIPT = """
import asyncio, ctypes, json, os, pathlib, shutil, signal, socket, sqlite3, subprocess, sys, tempfile, urllib.request
sys.path.insert(0, sys.argv[1])
import audit
os.symlink("/etc", "link")
audit.install(["."], [audit.PROCESSES] if sys.argv[2] else [])
def tried(text):
    try:
        eval(text)
    except Exception as error:
        return ["an exception", type(error).__name__, [each.needs for each in audit.taken()]]
    except BaseException as error:
        return ["refused", str(error), [each.needs for each in audit.taken()]]
    return ["done", "", [each.needs for each in audit.taken()]]
found = {text: tried(text) for text in json.load(sys.stdin)}
with audit.ours():
    child = os.fork()
    if not child:
        os._exit(3)
    found["ours"] = os.waitpid(child, 0)[1]
print(json.dumps(found))
"""


def attempts(texts, folder, allowed=""):
    place = str(Path(beast_lsp.guest.audit.__file__).parent)
    command = [sys.executable, "-W", "ignore", "-c", SCRIPT, place, allowed]
    run = subprocess.run(command, input=json.dumps(texts), capture_output=True, text=True, cwd=folder, check=True)
    return json.loads(run.stdout)


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    return attempts([*REFUSED, *LET_THROUGH], tmp_path_factory.mktemp("audited"))


@pytest.mark.parametrize("text", REFUSED)
def test_what_the_code_under_test_must_not_do_is_refused_by_name(found, text):
    kind, said, needs = found[text]
    assert needs == [REFUSED[text]]
    if REFUSED[text] == "native code":
        # Code goes on without a library that can't be had.
        assert (kind, said) == ("an exception", "OSError")
    else:
        # No handler of exceptions makes a behaviour of it.
        assert kind == "refused"
        assert said.startswith(f"needs {REFUSED[text]}: ")


@pytest.mark.parametrize("text", LET_THROUGH)
def test_what_stays_within_is_let_through(found, text):
    assert found[text] == ["done", "", []]


def test_what_the_guest_itself_does_passes(found):
    assert found["ours"] == 3 << 8


def test_what_is_allowed_is_not_refused(tmp_path):
    assert attempts(["os.fork() or os._exit(0)"], tmp_path, "allowed")["os.fork() or os._exit(0)"] == ["done", "", []]
