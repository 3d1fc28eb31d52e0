import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from beast_lsp.cli import serve


@pytest.fixture
def served(monkeypatch):
    """What would have been served."""
    calls = []
    monkeypatch.setattr(serve, "_serve", lambda tcp, ws: calls.append((tcp, ws)))
    return calls


def run(*words):
    return CliRunner().invoke(serve.command, words)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.8.9.1", "[::1]"])
def test_an_address_of_this_machine_is_served(served, host):
    assert run("--tcp", f"{host}:2087").exit_code == 0
    assert served == [((host.strip("[]"), 2087), None)]


@pytest.mark.parametrize("host", ["0.0.0.0", "[::]", "192.168.1.4", "example.org", "localhost.example.org"])
@pytest.mark.parametrize("transport", ["--tcp", "--ws"])
def test_an_address_that_others_may_reach_is_refused(served, transport, host):
    result = run(transport, f"{host}:2087")
    assert result.exit_code == 2
    assert "--allow-remote" in result.output
    assert not served


def test_an_address_that_others_may_reach_is_served_when_the_owner_says_so(served):
    assert run("--ws", "0.0.0.0:2087", "--allow-remote").exit_code == 0
    assert served == [(None, ("0.0.0.0", 2087))]


def test_without_a_transport_it_is_stdio(served):
    assert run().exit_code == 0
    assert served == [(None, None)]


def test_two_transports_are_refused(served):
    assert run("--stdio", "--tcp", "127.0.0.1:1").exit_code == 2
    assert not served


@pytest.mark.parametrize("address", ["2087", ":2087", "localhost", "localhost:", "localhost:65536", "localhost:-1"])
def test_what_is_no_address_is_wrong_usage(served, address):
    result = run("--tcp", address)
    assert result.exit_code == 2
    assert "HOST:PORT" in result.output
    assert not served


@given(st.text())
def test_any_text_is_an_address_or_wrong_usage(text):
    result = run("--tcp", f"0.0.0.0{text}")
    assert result.exit_code == 2


def test_an_address_in_use_is_an_error_without_a_traceback(monkeypatch):
    def refuse(tcp, ws):
        raise OSError(98, "Address already in use")

    monkeypatch.setattr(serve, "_serve", refuse)
    result = run("--tcp", "127.0.0.1:2087")
    assert result.exit_code == 1
    assert "Address already in use" in result.output


def test_a_missing_web_socket_library_is_an_error_that_names_the_extra(monkeypatch):
    def refuse(tcp, ws):
        raise ImportError("No module named 'websockets'")

    monkeypatch.setattr(serve, "_serve", refuse)
    result = run("--ws", "127.0.0.1:2087")
    assert result.exit_code == 1
    assert "beast-lsp[ws]" in result.output
