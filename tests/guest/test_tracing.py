"""What runs of a file, by either means."""

import sys
import threading

import pytest

from beast_lsp.guest import tracing
from beast_lsp.guest.branches import layout
from beast_lsp.guest.tracing import Tracer

SOURCE = """\
def sign(x):
    if x < 0:
        return -1
    return 1


def twice(items):
    for item in items:
        yield item
        yield item


def fails():
    raise ValueError


def kept(cond):
    while cond():
        pass
"""


@pytest.fixture(params=["settrace", "monitoring"])
def traced(request, tmp_path, monkeypatch):
    """The functions of the source, and a tracer that follows them."""
    if request.param == "settrace":
        monkeypatch.setattr(tracing, "_free_tool", lambda monitoring: None)
    elif not hasattr(sys, "monitoring"):
        pytest.skip("sys.monitoring came with Python 3.12")
    file = tmp_path / "code.py"
    names = {}
    exec(compile(SOURCE, str(file), "exec"), names)
    before = sys.gettrace()
    tracer = Tracer(str(file), layout(SOURCE))
    tracer.start()
    yield names, tracer
    tracer.stop()
    sys.settrace(before)


def test_a_branch_that_is_taken_is_there_and_the_other_one_not(traced):
    names, tracer = traced
    names["sign"](1)
    ran = tracer.take()
    assert ran.lines == {2, 4}
    assert {(2, 4), (4, -1)} <= ran.arcs
    assert (2, 3) not in ran.arcs


def test_what_was_taken_is_forgotten_and_runs_anew(traced):
    names, tracer = traced
    for _ in range(3):
        for x in (1, -1, 1):
            names["sign"](x)
        assert tracer.take().lines == {2, 3, 4}
    assert tracer.take() == (set(), set())


def test_a_generator_goes_on_where_it_was(traced):
    names, tracer = traced
    assert list(names["twice"]([1])) == [1, 1]
    ran = tracer.take()
    assert ran.lines == {8, 9, 10}
    assert {(8, 9), (9, 10), (8, -7)} <= ran.arcs


def test_an_exception_is_no_return(traced):
    names, tracer = traced
    with pytest.raises(ValueError):
        names["fails"]()
    assert (14, -13) not in tracer.take().arcs


def test_threads_count(traced):
    names, tracer = traced
    thread = threading.Thread(target=names["sign"], args=(-1,))
    thread.start()
    thread.join()
    assert tracer.take().lines == {2, 3}


def test_another_file_does_not_count(traced, tmp_path):
    _, tracer = traced
    other = {}
    exec(compile(SOURCE, str(tmp_path / "other.py"), "exec"), other)
    other["sign"](1)
    assert tracer.take() == (set(), set())
