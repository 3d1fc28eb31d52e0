"""The words for calls of entry points."""

import pytest
from written_case import case

from beast_lsp.engine.testing.entry_names import entry_condition, entry_outcome


@pytest.mark.parametrize(
    ("act", "check", "outcome", "condition"),
    [
        ('runner.invoke(cli, ["a", "--count", "3"])', "result.exit_code == 0", "exits_with_0", "for_a_count_3"),
        ("runner.invoke(cli, [])", "result.exit_code == 2", "exits_with_2", "without_arguments"),
        ('runner.invoke(cli, [str(tmp_path / "x")])', "result.exit_code == 0", "exits_with_0", "for_input"),
        ('client.get("/items/0?q=text")', "result.status_code == 404", "answers_404", "for_get_items_0_q_text"),
        ('client.get("/")', "result.status_code == 200", "answers_200", "for_get_root"),
        ('client.post("/a", json=[])', "result.status_code == 422", "answers_422", "for_post_a_with_json"),
        # Ordinary calls have their own words.
        ('invoke(cli, ["a"])', "result == 0", "", ""),
        ("client.get()", "result.code == 0", "", ""),
    ],
)
def test_what_a_user_does_and_gets_is_told(act, check, outcome, condition):
    found = case("cli", act, check)
    assert (entry_outcome(found), entry_condition(found)) == (outcome, condition)
