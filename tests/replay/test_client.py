"""The client, the editors and the figures against a server that knows the truth."""

import os
from pathlib import Path

import pytest

from beast_lsp.engine.document import Position
from beast_lsp.replay.cases import Case
from beast_lsp.replay.client import Client, ClientError
from beast_lsp.replay.editor import FirstItem, Ghost
from beast_lsp.replay.figures import ExactMatches, exact_matches, figures, percentile
from beast_lsp.replay.measure import resident
from beast_lsp.replay.server import own_server, wait_until_ready
from beast_lsp.replay.user import replay

BODY = 'a = "é😀"\n    b = [a]\n\n    return (a, b)'
TEXT = f"def f():\n    {BODY}\n"


@pytest.fixture
def case(tmp_path) -> Case:
    return Case(tmp_path, "f.py", "python", "f", "def f():\n    ", BODY, "\n")


def started(server) -> Client:
    client = server.start()
    client.initialize(Path(__file__).parent)
    return client


def test_a_server_that_knows_each_line_costs_a_key_per_line_and_newline(fake_server, case):
    with started(fake_server(f_py=TEXT)) as client:
        result = replay(case, Ghost(client))
    # Three lines accepted, and three newlines between them: what the pair of surrogates takes is one character.
    assert (result.keys, result.shown, result.accepted) == (6, 3, 3)
    assert all(time > 0 for time in result.milliseconds)


def test_a_silent_server_saves_nothing_and_has_its_times(fake_server, case):
    with started(fake_server("silent", f_py=TEXT)) as client:
        total = figures([replay(case, Ghost(client))])
    assert (total.ksr, total.precision, total.rocc, total.shown) == (0, 0, 0, 0)
    assert 0 < total.p50 <= total.p95


def test_a_wrong_server_is_never_accepted(fake_server, case):
    with started(fake_server("wrong", f_py=TEXT)) as client:
        total = figures([replay(case, Ghost(client))])
    assert (total.ksr, total.precision) == (0, 0)
    assert total.shown == total.keys


def test_exact_matches_count_lines_that_are_not_blank(fake_server, case):
    with started(fake_server(f_py=TEXT)) as client:
        matches = exact_matches(case, Ghost(client))
        assert (matches.lines, matches.start, matches.middle) == (3, 3, 3)
    with started(fake_server("wrong", f_py=TEXT)) as client:
        matches = exact_matches(case, Ghost(client))
        assert (matches.lines, matches.start, matches.middle, matches.middle_invoked) == (3, 0, 0, 0)


def test_who_asks_is_counted_apart(fake_server, case):
    with started(fake_server("shy", f_py=TEXT)) as client:
        matches = exact_matches(case, Ghost(client))
    assert matches == ExactMatches(3, 0, 0, 3, 3)
    assert (matches + matches).to_json()["em_middle_invoked"] == 1.0


def test_the_first_item_is_sorted_and_filtered_as_editors_do(fake_server, case):
    with started(fake_server(f_py="def f():\n    value = 1\n")) as client:
        editor = FirstItem(client)
        editor.open(case.uri, "python", ["def f():\n", "    va\n"])
        items, _ = editor.items(case.uri, Position(1, 6))
        assert [item.text for item in items] == ["value = 1", "Vast"]
        assert editor.suggest(case.uri, Position(1, 6)).start == Position(1, 4)


def test_a_first_item_that_is_right_is_accepted(fake_server, case):
    with started(fake_server(f_py=TEXT)) as client:
        assert replay(case, FirstItem(client)).accepted > 0


def test_a_server_that_prints_between_messages_is_understood(fake_server, case):
    with started(fake_server("noisy", f_py=TEXT)) as client:
        assert replay(case, Ghost(client)).accepted == 3


def test_an_error_is_raised_with_the_server_s_words(fake_server):
    with started(fake_server()) as client, pytest.raises(ClientError, match="no textDocument/hover"):
        client.request("textDocument/hover", {})


def test_a_server_that_dies_is_told_with_what_it_wrote(fake_server):
    client = started(fake_server("dies"))
    with pytest.raises(ClientError, match=r"ended.*the fake server dies"):
        client.request("textDocument/hover", {})
    client.kill(5)


def test_a_command_that_does_not_exist_is_told():
    with pytest.raises(ClientError, match="could not be started"):
        Client(["beast-lsp-no-such-command"])


def test_our_server_starts_in_a_clean_room(tmp_path):
    server = own_server(tmp_path, without=["index"])
    assert server.environment["BEAST_LSP_HOME"] == str(tmp_path)
    assert server.settings == {"workspace_model": {"without": ["index"]}}
    assert own_server(tmp_path).settings == {}


def test_our_server_answers_from_a_folder_that_has_modules_of_our_names(tmp_path, monkeypatch):
    (tmp_path / "json.py").write_text("raise SystemExit('the wrong json')")
    monkeypatch.chdir(tmp_path)
    with own_server(tmp_path / "home").start() as client:
        client.initialize(None)
        assert "beast.accept" in client.capabilities["executeCommandProvider"]["commands"]


def test_a_server_without_a_status_is_ready_at_once(fake_server):
    with started(fake_server()) as client:
        client.capabilities = {}
        assert wait_until_ready(client) < 1


class Status:
    """A client whose server says these things about itself, one after the other."""

    def __init__(self, *statuses):
        self.capabilities = {"executeCommandProvider": {"commands": ["beast.status"]}}
        self.statuses = list(statuses)

    def request(self, _method, _params):
        return self

    @property
    def result(self):
        return self.statuses.pop(0)

    def last_errors(self):
        return ""


def test_ready_means_loaded_and_indexed():
    steps = []
    client = Status(
        {"ready": False, "parts": {"model": "loading"}, "index": []},
        {"ready": True, "folders": ["/a"], "index": []},
        {"ready": True, "folders": ["/a"], "index": [{"folder": "/a", "finished": False, "done": 3, "total": 9}]},
        {"ready": True, "folders": ["/a"], "index": [{"folder": "/a", "finished": True}]},
    )
    wait_until_ready(client, report=lambda *step: steps.append(step))
    assert client.statuses == []
    assert steps == [(0, 0), (0, 0), (3, 9)]


def test_a_server_with_a_broken_part_is_not_measured():
    with pytest.raises(ClientError, match=r"model \(failed"):
        wait_until_ready(Status({"ready": True, "parts": {"model": "failed: no file"}}))


def test_an_index_that_never_ends_is_told():
    with pytest.raises(ClientError, match="in time"):
        wait_until_ready(Status({"ready": True, "index": [{"finished": False}]}), timeout=0)


def test_memory_is_that_of_a_living_process():
    pytest.importorskip("psutil")
    assert resident(os.getpid()) > 1


def test_percentiles_are_nearest_ranks():
    assert percentile([], 0.5) == 0
    assert percentile([1, 2, 3, 4], 0.5) == 2
    assert percentile([1, 2, 3, 4], 0.95) == 4
