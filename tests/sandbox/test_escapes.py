"""No hostile program reaches anything, and each ends; `tests/benchmarks/escapes.py` tries them one by one."""

import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from hostile_programs import PROGRAMS
from hostile_runs import Surroundings

from beast_lsp.sandbox.limits import Limits
from beast_lsp.sandbox.run import run
from beast_lsp.sandbox.support import support

pytestmark = pytest.mark.skipif(not support().is_confined, reason=f"nothing confines here: {support().lacks}")
LASTING = ("a loop", "sleep with signals blocked", "an exit handler that never ends", "close everything", "stop itself")
ENDED = {"a fork bomb": "processes", "a fork bomb that detaches": "processes", "huge shared memory": "memory"}


@pytest.fixture(scope="module")
def surroundings(tmp_path_factory):
    with Surroundings(tmp_path_factory.mktemp("hostile")) as found:
        yield found


@pytest.mark.parametrize("group", ["writes", "network", "processes", "reads"])
def test_nothing_outside_is_reached(surroundings, group):
    programs = [program for program in PROGRAMS if program.group == group and program.name != "kill everything"]
    assert len(programs) >= 5
    programs += [program for program in PROGRAMS if group == "processes" and program.name == "kill everything"]
    attempt = surroundings.run(programs, Limits(30.0, 512, 32, (surroundings.scratch,)))
    assert attempt.reached == []
    assert attempt.finished.reason == ""
    # The last one of a group is reached as well: none before it ended the process.
    assert attempt.finished.code == (-9 if group == "processes" else 0)


def test_without_a_sandbox_the_same_programs_do_reach_something(surroundings):
    # Else the test above would prove nothing.
    names = {
        "write a new file in the home",
        "TCP to this machine",
        "limit another process",
        "the environment of others",
    }
    programs = [program for program in PROGRAMS if program.name in names]
    assert len(surroundings.run_bare(programs)) == len(names)


def test_what_would_go_on_for_ever_is_ended(surroundings):
    programs = [program for program in PROGRAMS if program.name in (*LASTING, *ENDED)]
    assert len(programs) == len(LASTING) + len(ENDED)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda program: one(surroundings, program), programs))
    for program, finished in zip(programs, found, strict=True):
        # A bomb may be slow enough on a busy machine that the time is up first.
        assert finished.reason in {ENDED.get(program.name, "time"), "time"}, program.name
        assert finished.code == -9, program.name
    assert surroundings.left() == []


def one(surroundings, program):
    limits = Limits(2.5 if program.name in ENDED else 0.8, 128, 16, (surroundings.scratch,))
    return alone(surroundings, program, limits)


def alone(surroundings, program, limits):
    command, folder, env = surroundings.command([program])
    return run(command, limits, folder, env)


def test_ends_by_itself_are_told_as_they_were(surroundings):
    codes = {"exit at once": 7, "leave by an exception": 7, "a segmentation fault": -11, "abort": -6}
    programs = [program for program in PROGRAMS if program.name in codes]
    limits = Limits(20.0, 512, 16, (surroundings.scratch,))
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda each: alone(surroundings, each, limits), programs))
    assert {each.name: end.code for each, end in zip(programs, found, strict=True)} == codes
    assert {end.reason for end in found} == {""}


def test_an_interpreter_that_is_a_script_reaches_nothing(surroundings):
    # What the project has in the place of its interpreter is run in the sandbox, too.
    script = surroundings.folder / "python"
    script.write_text(f"#!/bin/sh\necho escaped > {surroundings.project}/by_script\ncat {surroundings.home}/.ssh/*\n")
    script.chmod(0o755)
    finished = run([str(script)], Limits(20.0, 256, 16, (surroundings.scratch,)), surroundings.project, {})
    assert not (surroundings.project / "by_script").exists()
    assert surroundings.secret.encode() not in finished.stdout


def test_what_the_interpreter_loads_at_its_start_reaches_nothing(surroundings):
    site = surroundings.project / "sitecustomize.py"
    site.write_text(f"open({str(surroundings.home / 'by_site')!r}, 'w')")
    command, limits = [sys.executable, "-c", ""], Limits(20.0, 256, 16, (surroundings.scratch,))
    finished = run(command, limits, surroundings.project, {"PYTHONPATH": str(surroundings.project)})
    assert b"by_site" in finished.stderr
    assert not (surroundings.home / "by_site").exists()
