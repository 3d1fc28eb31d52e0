"""Properties are proposed where they hold for everything that Hypothesis tries."""

import pytest
from record_case import cases_of

from beast_lsp.guest.record import session


def properties_of(source):
    cases = [case for case in cases_of(source, seconds=3.0) if case["given"]]
    return {(case["target"], case["checks"][0]["text"]): case for case in cases}


def test_a_round_trip_is_found():
    source = """
        def encode(text: str) -> bytes:
            return text.encode("utf-8", "surrogatepass")[::-1]
        def decode(data: bytes) -> str:
            return data[::-1].decode("utf-8", "surrogatepass")
    """
    case = properties_of(source)["encode", "decode(result) == text"]
    assert (case["act"], case["given"]) == ("encode(text)", {"text": "st.text()"})
    assert case["checks"] == [{"kind": "property", "text": "decode(result) == text"}]
    assert case["imports"]["st"] == "from hypothesis import strategies as st"
    assert set(case["imports"]) == {"encode", "decode", "st"}


def test_what_done_twice_is_as_done_once_is_found():
    assert set(properties_of("def tidy(text: str) -> str: return ' '.join(text.split())")) == {
        ("tidy", "tidy(result) == result")
    }


@pytest.mark.parametrize(
    "source",
    [
        "def double(n: int) -> int: return n * 2",
        "def same(n: int) -> int: return n",
        "def size(text: str) -> int: return len(text)",
        "def quote(text: str) -> str: return '<' + text\ndef unquote(text: str) -> str: return text.strip('<')",
        "def grow(text: str) -> str: return text.strip().replace('\\xad', '--\\xad')",
        "def add(a: int, b: int) -> int: return a + b",
    ],
)
def test_no_property_is_claimed_that_can_be_broken_or_says_nothing(source):
    assert properties_of(source) == {}


def test_none_is_proposed_without_hypothesis(monkeypatch):
    monkeypatch.setattr(session, "is_possible", lambda: False)
    assert properties_of("def tidy(text: str) -> str: return ' '.join(text.split())") == {}
