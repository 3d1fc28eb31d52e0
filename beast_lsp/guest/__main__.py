"""Where a child process begins: `python <this file> record|judge|survey`, with a brief as JSON on the standard input.

It is run as a file, so that the interpreter of the user's project needs to know nothing of the server: the package
loads under a private name, and the folder of the server's code is not on the path that the user's code sees.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import sys

PRIVATE = "_beast_guest"


def package(folder: str) -> None:
    """Make the folder known as a package under its private name."""
    file = os.path.join(folder, "__init__.py")  # noqa: PTH118 - pathlib isn't loaded yet, and needn't be.
    spec = importlib.util.spec_from_file_location(PRIVATE, file, submodule_search_locations=[folder])
    if spec is None or spec.loader is None:
        raise ImportError(folder)
    module = importlib.util.module_from_spec(spec)
    sys.modules[PRIVATE] = module
    spec.loader.exec_module(module)


def main(entry: str) -> int:
    """Run an entry; the exit status is 2 where there is no such entry."""
    if entry not in {"record", "judge", "survey"}:
        return 2
    folder = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120 - as above.
    sys.path[:] = [each for each in sys.path if os.path.abspath(each or ".") != folder]  # noqa: PTH100 - as above.
    sys.dont_write_bytecode = True
    package(folder)
    brief = json.load(sys.stdin)
    audit = importlib.import_module(f"{PRIVATE}.audit")
    # A project's own tests may start programs and load libraries: what confines them is the sandbox.
    allowed = () if entry == "record" else (audit.PROGRAMS, audit.PROCESSES, audit.SIGNALS, audit.NATIVE)
    audit.install([brief["scratch"], brief["outbox"]], allowed)
    importlib.import_module(f"{PRIVATE}.{entry}.session").main(brief)
    return 0


if __name__ == "__main__":
    status = main(sys.argv[1] if len(sys.argv) > 1 else "")
    sys.stdout.flush()
    # Threads that the user's code left behind would keep the process.
    os._exit(status)
