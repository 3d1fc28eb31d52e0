"""Escapes from the sandbox: each hostile program alone, with all its means, and with each means switched off in turn.

    python tests/benchmarks/escapes.py [--seconds 2] [--only TEXT]

An escape is whatever is different afterwards outside of the writable folder (files, processes, sockets that heard
something, a secret that was printed), or a run that does not end. The last column has no means at all, only limits and
the watch: it says which of the programs reach something where nothing keeps them. Programs that would end more than
themselves are not tried without namespaces.
"""

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path
from unittest import mock

from beast_lsp.sandbox.limits import Limits
from beast_lsp.sandbox.support import Support, support

sys.path.insert(0, str(Path(__file__).parent.parent))
from hostile_programs import PROGRAMS
from hostile_runs import Surroundings

MEMORY_MB, PROCESSES = 256, 16
MEANS = ("namespaces", "landlock", "seccomp")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--only", default="", help="programs whose name or group contains this")
    arguments = parser.parse_args()
    had = support().means
    print(f"This system has {', '.join(had)}; it is {'' if support().is_confined else 'not '}enough.")
    variants = {"all": had} | {f"without {name}": tuple(each for each in had if each != name) for name in MEANS}
    variants["none"] = ()
    programs = [each for each in PROGRAMS if arguments.only in each.name or arguments.only == each.group]
    table = {name: measured(programs, means, arguments.seconds) for name, means in variants.items()}
    for program in programs:
        print(f"{program.group:10} {program.name:44}", *(f"{table[name][program.name]:16}" for name in variants))
    for name, found in table.items():
        tried = [said for said in found.values() if said != "not tried"]
        escapes = [program for program, said in found.items() if said not in ("-", "not tried")]
        print(f"{name}: {len(tried)} attempts, {len(escapes)} escapes {'' if name == 'none' else escapes or ''}")


def measured(programs, means, seconds):
    """What each program reached, in few words; "-" is nothing."""
    given = Support(True, means, "")
    found, begin, peaks = {}, time.monotonic(), (0.0, 0)
    with mock.patch("beast_lsp.sandbox.run.support", lambda: given):
        for program in programs:
            if program.is_drastic and "namespaces" not in means:
                found[program.name] = "not tried"
                continue
            attempt = tried(program, seconds)
            peaks = max(peaks[0], attempt.peak_mb), max(peaks[1], attempt.peak_processes)
            found[program.name] = attempt.reached[0][:16] if attempt.reached else "-"
            for text in attempt.reached:
                print(f"  {means}: {program.name}: {text[:160]}", flush=True)
    print(
        f"{means}: {time.monotonic() - begin:.0f} s, most memory {peaks[0]:.0f} MB, most processes {peaks[1]}",
        flush=True,
    )
    return found


def tried(program, seconds):
    """One attempt in fresh surroundings."""
    folder = Path(tempfile.mkdtemp(prefix="hostile-"))
    try:
        with Surroundings(folder) as surroundings:
            return surroundings.run([program], Limits(seconds, MEMORY_MB, PROCESSES, (surroundings.scratch,)))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
