"""Runs hostile programs in the sandbox beside everything that they could reach, and tells what they did reach.

with Surroundings(folder) as surroundings:
    surroundings.run(programs, limits)  # Attempt(reached=["file …"], finished=Finished(…))
"""

import contextlib
import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import threading
import uuid
from dataclasses import dataclass
from pathlib import Path

from hostile_programs import PRELUDE

from beast_lsp.sandbox.limits import Finished, Limits
from beast_lsp.sandbox.processes import running
from beast_lsp.sandbox.run import run

_LATE_SECONDS = 20.0  # A busy machine is no escape; what waits, waits for a minute.


@dataclass
class Attempt:
    """What was reached, and how the run ended, with the most memory and processes that were seen at a time."""

    reached: list[str]
    finished: Finished
    peak_mb: float
    peak_processes: int


class Surroundings:
    """A home, a project, listeners and a victim process; a token marks what belongs to this one."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.token = folder, uuid.uuid4().hex
        self.home, self.project, self.scratch = folder / "home", folder / "project", folder / "scratch"
        self.secret = f"secret-{self.token}"
        self._key = int(self.token[:7], 16)
        self._heard: list[str] = []
        self._etc = Path("/etc", f"hostile-{self.token}")
        self._peak = [0.0, 0]

    def __enter__(self) -> "Surroundings":
        self._stack = contextlib.ExitStack()
        for path in (".ssh/id_ed25519", ".netrc", ".aws/credentials", ".config/tool/token"):
            (self.home / path).parent.mkdir(parents=True, exist_ok=True)
            (self.home / path).write_text(self.secret)
        self.project.mkdir()
        self._file = self.project / "module.py"
        self._file.write_text("original")
        self.scratch.mkdir()
        self._kept = {name: os.environ.get(name) for name in ("HOME", "HOSTILE_SECRET")}
        os.environ |= {"HOME": str(self.home), "HOSTILE_SECRET": self.secret}
        self._begin_victim()
        self._handler = signal.signal(signal.SIGUSR1, lambda *_: self._heard.append("a signal to the server"))
        self._listen()
        return self

    def __exit__(self, *_: object) -> None:
        self._listening = False
        self._listener.join()
        self._stack.close()
        signal.signal(signal.SIGUSR1, self._handler)
        for name, value in self._kept.items():
            os.environ.pop(name, None) if value is None else os.environ.update({name: value})
        self._end_victim()
        self.restore()

    def run(self, programs, limits: Limits, cancelled=lambda: False) -> Attempt:
        """Run programs one after another in one process, and compare what is around before and after."""
        before = self._state()
        self._heard.clear()
        self._peak = [0.0, 0]
        command, folder, env = self.command(programs)
        finished = run(command, limits, folder, env, cancelled=cancelled, on_tick=self._tick, unconfined=True)
        after = self._state()
        reached = _differences(before, after) + self._heard
        if self.secret.encode() in finished.stdout + finished.stderr:
            reached.append("a secret was printed")
        if finished.seconds > limits.seconds + _LATE_SECONDS:
            reached.append(f"it took {finished.seconds:.1f} s")
        left = self.left()
        reached += [f"a process is left: {number}" for number in left]
        for number in left:
            with contextlib.suppress(OSError):
                os.kill(number, signal.SIGKILL)
        return Attempt(reached, finished, self._peak[0], int(self._peak[1]))

    def run_bare(self, programs):
        """What the programs reach without any sandbox: it shows that they are real. What they change is put back."""
        before = self._state()
        self._heard.clear()
        command, folder, env = self.command(programs)
        environment = {**os.environ, **env}
        said = subprocess.run(command, cwd=folder, env=environment, capture_output=True, timeout=30, check=False).stdout
        reached = _differences(before, self._state()) + self._heard
        (self.home / "new").unlink(missing_ok=True)
        self._end_victim()
        self._begin_victim()
        return reached + ["a secret was printed"] * (self.secret.encode() in said)

    def command(self, programs):
        """What runs these programs one after another: the command, its folder and its environment."""
        code = PRELUDE + "os.chdir(T['scratch'])\n" + "\n".join(program.code for program in programs)
        command = [sys.executable, "-I", "-S", "-c", code, json.dumps(self._targets())]
        return command, self.project, {"HOSTILE_TOKEN": self.token}

    def restore(self) -> None:
        """What was reached is put back, so that the next attempt has something to reach."""
        for path in (self._etc, self.folder / "beside", Path("/dev/shm", self.token)):
            path.unlink(missing_ok=True)

    def _targets(self):
        address = socket.gethostbyname(socket.gethostname())
        return {
            "token": self.token, "key": self._key, "secret": self.secret, "home": str(self.home),
            "project": str(self.project), "file": str(self._file), "scratch": str(self.scratch), "etc": str(self._etc),
            "beside": str(self.folder / "beside"), "tcp": self._ports["tcp"], "udp": self._ports["udp"],
            "address": address, "unix": str(self.folder / "stream"), "datagram": str(self.folder / "datagram"),
            "victim": self._victim.pid, "server": os.getpid(),
        }  # fmt: skip

    def _state(self):
        if self._victim.poll() is not None:
            state = {"the victim": "ended"}
            self._begin_victim()
        else:
            state = {"the victim": _health(self._victim.pid)}
        for root in (self.home, self.project, self._etc, self.folder / "beside", Path("/dev/shm", self.token)):
            state |= {str(path): _facts(path) for path in [root, *root.rglob("*")] if path.exists()}
        for kind in ("shm", "sem"):
            lines = Path("/proc/sysvipc", kind).read_text().splitlines()
            state |= {f"{kind} segment": line for line in lines if line.split()[0] == str(self._key)}
        state["the domain's name"] = Path("/proc/sys/kernel/domainname").read_text()
        return state

    def _tick(self) -> None:
        marked = set(self.left())
        found = [each for each in running() if each.number in marked]
        self._peak = [max(self._peak[0], sum(each.memory_mb for each in found)), max(self._peak[1], len(found))]

    def left(self):
        """The processes that have the token in their environment."""
        marker = f"HOSTILE_TOKEN={self.token}".encode()
        found = []
        for entry in Path("/proc").iterdir():
            with contextlib.suppress(OSError):
                if entry.name.isdecimal() and marker in (entry / "environ").read_bytes():
                    found.append(int(entry.name))
        return found

    def _begin_victim(self) -> None:
        self._victim = subprocess.Popen(["/bin/sleep", "600"], start_new_session=True)

    def _end_victim(self) -> None:
        self._victim.kill()
        self._victim.wait()

    def _listen(self) -> None:
        self._listening, self._ports = True, {}
        self._selector = self._stack.enter_context(selectors.DefaultSelector())
        stream = [
            ("tcp", socket.AF_INET, ("0.0.0.0", 0)),
            ("a unix socket", socket.AF_UNIX, str(self.folder / "stream")),
        ]
        stream.append(("an abstract socket", socket.AF_UNIX, f"\0{self.token}"))
        datagram = [
            ("udp", socket.AF_INET, ("0.0.0.0", 0)),
            ("a datagram", socket.AF_UNIX, str(self.folder / "datagram")),
        ]
        for kind, names in ((socket.SOCK_STREAM, stream), (socket.SOCK_DGRAM, datagram)):
            for name, family, address in names:
                wire = self._stack.enter_context(socket.socket(family, kind))
                wire.bind(address)
                if kind == socket.SOCK_STREAM:
                    wire.listen(20)
                self._ports[name] = wire.getsockname()[1] if family == socket.AF_INET else 0
                self._selector.register(wire, selectors.EVENT_READ, (name, kind))
        self._listener = threading.Thread(target=self._hear, daemon=True)
        self._listener.start()

    def _hear(self) -> None:
        while self._listening:
            for key, _ in self._selector.select(0.1):
                name, kind = key.data
                if kind == socket.SOCK_STREAM:
                    key.fileobj.accept()[0].close()
                else:
                    key.fileobj.recv(100)
                self._heard.append(f"{name} was reached")


def _differences(before, after):
    found = [f"{name}: {value}" for name, value in after.items() if before.get(name) != value]
    return found + [f"gone: {name}" for name in before.keys() - after.keys()]


def _health(number):
    words = Path("/proc", str(number), "stat").read_text().rpartition(")")[2].split()
    limits = Path("/proc", str(number), "limits").read_text()
    tracer = [line for line in Path("/proc", str(number), "status").read_text().splitlines() if "TracerPid" in line]
    files = [line for line in limits.splitlines() if "open files" in line]
    return f"stopped {words[0] in 'Tt'}, nice {words[16]}, {tracer}, {files}"


def _facts(path):
    found = path.lstat()
    attributes = os.listxattr(path) if path.is_file() else []
    content = path.read_bytes()[:100] if path.is_file() else b""
    times = found.st_mtime_ns if path.is_file() else 0
    return f"{found.st_mode:o} {found.st_size if path.is_file() else 0} {times} {attributes} {content!r}"
