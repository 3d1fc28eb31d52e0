"""Starts the server and writes what it and the editor say to each other, one message in a line, into a file.

Usage: recorder.py FILE
"""

import subprocess
import sys
import threading
from pathlib import Path


def copy(source, target, file):
    while header := source.readline():
        length = int(header.partition(b":")[2])
        while (line := source.readline()) != b"\r\n":
            header += line
        body = source.read(length)
        file.write(body + b"\n")
        file.flush()
        target.write(header + b"\r\n" + body)
        target.flush()
    target.close()


def main():
    words = [sys.executable, "-m", "beast_lsp"]
    with Path(sys.argv[1]).open("ab") as file, subprocess.Popen(words, stdin=-1, stdout=-1) as server:
        to_server = (sys.stdin.buffer, server.stdin, file)
        threading.Thread(target=copy, args=to_server, daemon=True).start()
        copy(server.stdout, sys.stdout.buffer, file)
    sys.exit(server.returncode)


main()
