"""From a process' start to its answer to `initialize`: ours, and the peers' that are installed.

    python tests/benchmarks/initialize.py [--runs 15] [--peer COMMAND]...

What a user waits for next, until every part of ours is built and suggests, is printed below as `ready`.
Prints the median and the 90th percentile in milliseconds. The servers take turns, so that a busy moment of
the machine meets all of them. `--peer` names another server's command, such as a path in another environment.
"""

import argparse
import json
import os
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from beast_lsp.replay.client import Client

PEERS = ("jedi-language-server", "basedpyright-langserver --stdio")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--peer", action="append", default=[])
    arguments = parser.parse_args()
    servers = {"beast-lsp": [*_own_command()]}
    for peer in (*PEERS, *arguments.peer):
        command = shlex.split(peer)
        if found := shutil.which(command[0]):
            servers[Path(command[0]).name] = [found, *command[1:]]
    times: dict[str, list[float]] = {name: [] for name in servers}
    with tempfile.TemporaryDirectory() as home:
        for run in range(-1, arguments.runs):
            for name, command in servers.items():
                taken = milliseconds(command, home)
                if run >= 0:  # the first run fills the file cache and writes bytecode.
                    times[name].append(taken)
    for name, taken_times in times.items():
        p90 = sorted(taken_times)[int(len(taken_times) * 0.9)]
        print(f"{name:28} median {statistics.median(taken_times):7.1f} ms   p90 {p90:7.1f} ms   n {len(taken_times)}")
    with tempfile.TemporaryDirectory() as home:
        waits = [ready(home) for _ in range(max(1, arguments.runs // 3))]
    print(f"beast-lsp ready to suggest   median {statistics.median(waits):7.1f} ms   n {len(waits)}")


def ready(home: str) -> float:
    """From a start of ours to the status that says that every part is built."""
    with Client(_own_command(), {"BEAST_LSP_HOME": home}) as client:
        client.initialize(None)
        while not client.request("workspace/executeCommand", {"command": "beast.status"}).result["ready"]:
            time.sleep(0.02)
        return (time.perf_counter() - client.started) * 1e3


def milliseconds(command: Sequence[str], home: str) -> float:
    """One start; the server is ended after its answer."""
    message = {"jsonrpc": "2.0", "id": 1, "method": "initialize"}
    message["params"] = {"processId": os.getpid(), "rootUri": None, "capabilities": {}}
    body = json.dumps(message).encode()
    environment = {**os.environ, "BEAST_LSP_HOME": home}
    started = time.perf_counter()
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
    ) as process:
        assert process.stdin and process.stdout
        process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        process.stdin.flush()
        _read_until_answer(process.stdout)
        taken = (time.perf_counter() - started) * 1e3
        process.kill()
    return taken


def _read_until_answer(output: IO[bytes]) -> None:
    length = 0
    while True:
        line = output.readline()
        if not line:
            raise SystemExit("a server ended before it answered")
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])
        elif not line.strip() and "result" in json.loads(output.read(length)):
            return


def _own_command() -> Sequence[str]:
    script = Path(sys.executable).parent / "beast-lsp"
    return [str(script)] if script.exists() else [sys.executable, "-m", "beast_lsp"]


if __name__ == "__main__":
    main()
