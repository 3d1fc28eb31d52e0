"""Which means are enough, what they are told to do, and what is hidden."""

import errno
import os
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beast_lsp.sandbox import landlock, seccomp
from beast_lsp.sandbox.hidden import hidden_paths
from beast_lsp.sandbox.processes import Process, below
from beast_lsp.sandbox.support import judged

ALLOWED, KILLED = 0x7FFF0000, 0x80000000


@pytest.mark.parametrize(
    ("means", "is_root", "is_enough"),
    [
        (("namespaces", "landlock", "seccomp"), True, True),
        (("namespaces", "seccomp"), True, True),
        (("landlock", "seccomp"), False, True),
        # Nothing counts root's processes then.
        (("landlock", "seccomp"), True, False),
        (("namespaces", "landlock"), False, False),
        (("seccomp",), False, False),
        ((), False, False),
    ],
)
def test_which_means_are_enough(means, is_root, is_enough):
    found = judged(means, is_root=is_root)
    assert found.is_confined == is_enough
    assert bool(found.lacks) != is_enough


def filtered(machine, number, *arguments, **options):
    """What a filter says of a call: classic BPF, of the few instructions that are used."""
    options = {"namespaces": True, "signals_kept": True, "sockets": True} | options
    code = seccomp.program(machine, **options)
    architecture = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}[machine]
    data = struct.pack("<IIQ6Q", number, architecture, 0, *[*arguments, *[0] * 6][:6])
    place, held = 0, 0
    while True:
        operation, on_true, on_false, value = struct.unpack_from("<HBBI", code, place * 8)
        place += 1
        if operation == 0x20:
            (held,) = struct.unpack_from("<I", data, value)
        elif operation == 0x54:
            held &= value
        elif operation == 0x06:
            return value
        else:
            is_true = {0x15: held == value, 0x25: held > value, 0x45: bool(held & value)}[operation]
            place += on_true if is_true else on_false


@pytest.mark.parametrize(
    ("number", "arguments", "options", "is_allowed"),
    [
        (0, (), {}, True),  # read
        (101, (), {}, False),  # ptrace
        (56, (0x11,), {}, True),  # clone: a fork
        (56, (0x10000011,), {}, False),  # clone: a user namespace
        (41, (2, 1), {}, True),  # socket: internet
        (41, (2, 1), {"sockets": False}, False),
        (41, (1, 1), {}, False),  # socket: unix
        (53, (1, 1 | 0o2000000), {}, True),  # socketpair: a stream, closed by exec
        (53, (1, 2), {}, False),  # socketpair: datagrams
        (53, (1, 3), {}, False),
        (16, (1, 0x5413), {}, True),  # ioctl: the size of a terminal
        (16, (1, 0x5412), {}, False),  # ioctl: typing into a terminal
        (16, (1, 0x40086602), {"namespaces": False}, False),  # ioctl: flags of a file
        (62, (1, 9), {}, True),  # kill
        (62, (1, 9), {"signals_kept": False}, False),
        (90, (), {}, True),  # chmod
        (90, (), {"namespaces": False}, False),
        (302, (0,), {"namespaces": False}, True),  # prlimit64 of its own
        (302, (77,), {"namespaces": False}, False),
    ],
)
def test_what_the_filter_lets_through(number, arguments, options, is_allowed):
    found = filtered("x86_64", number, *arguments, **options)
    assert found == (ALLOWED if is_allowed else 0x00050000 | errno.EPERM)


def test_calls_that_nobody_looked_at_do_not_exist():
    assert filtered("x86_64", 435) == filtered("x86_64", 9999) == filtered("x86_64", 0x40000000) == 0x00050000 | 38
    assert filtered("aarch64", 435) == 0x00050000 | 38


def test_another_processor_has_other_numbers():
    assert filtered("aarch64", 117) != ALLOWED  # ptrace
    assert filtered("aarch64", 101) == ALLOWED
    assert filtered("aarch64", 198, 1, 1) != ALLOWED  # socket


def test_what_is_around_hidden_paths_is_all_but_them(tmp_path):
    for name in ("a/b/secret", "a/b/shown", "a/other", "z"):
        (tmp_path / name).mkdir(parents=True)
    found = landlock.around([str(tmp_path / "a/b/secret")])
    assert {str(tmp_path / name) for name in ("a/b/shown", "a/other", "z")} <= set(found)
    assert not {str(tmp_path / name) for name in ("a", "a/b", "a/b/secret", ".")} & set(found)
    assert landlock.around([]) == ["/"]


def test_hidden_files_of_a_home_are_hidden_but_for_toolchains_and_the_project(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    names = (
        ".ssh/id",
        ".pyenv/versions",
        ".cargo/bin",
        ".local/share/uv",
        ".local/share/keys",
        "work",
        ".mine/a",
        ".mine/b",
    )
    for name in names:
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / ".cargo/credentials.toml").touch()
    (tmp_path / ".netrc").touch()
    found = {
        str(Path(each).relative_to(tmp_path)) for each in hidden_paths([tmp_path / ".mine/a"]) if str(tmp_path) in each
    }
    assert found == {".ssh", ".netrc", ".cargo/credentials.toml", ".local/share/keys", ".mine/b"}


def test_a_project_that_is_the_home_does_not_show_the_keys(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".ssh").mkdir()
    assert str(tmp_path / ".ssh") in hidden_paths([tmp_path])


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9)), max_size=9, unique_by=lambda pair: pair[0]))
def test_descendants_are_those_whose_ancestors_lead_there(pairs):
    parents = dict(pairs)
    found = {each.number for each in below(1, [Process(number, parent, 1, 0.0) for number, parent in pairs])}
    for number in parents:
        above, step = set(), number
        while step in parents and step not in above:
            above.add(step)
            step = parents[step]
            if step == 1:
                break
        assert (number in found) == (step == 1 and number != 1)


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="a system without users")
def test_nothing_below_another_hidden_path_is_listed_twice(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("BEAST_LSP_HOME", str(tmp_path / ".config/beast"))
    (tmp_path / ".config/beast/data").mkdir(parents=True)
    found = [each for each in hidden_paths([]) if str(tmp_path) in each]
    assert found == [str(tmp_path / ".config")]
