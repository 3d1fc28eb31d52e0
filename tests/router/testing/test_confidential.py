"""What may not land in a test: secrets by their look, and what files of secrets hold."""

import pytest

from beast_lsp.router.backends.testing.confidential import Confidential, confidential

TOKEN = "ghp_" + "a8Fk29dLmQ0xZpR7tYvB3nWcE5gHj1Ks6UoI"
PHRASE = "correct-horse-battery"


@pytest.fixture
def project(tmp_path):
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg/shop.py").touch()
    (tmp_path / ".env").write_text(
        f"export LONG_NAME_OF_IT='{PHRASE}'\nPORT=80\nDATABASE_URL=db://me:{PHRASE[:10]}@h/d\n"
    )
    return tmp_path


def known(project):
    return confidential(project, project / "pkg/shop.py")


@pytest.mark.parametrize(
    "text", [f"result == '{PHRASE}'", f"result == {{'a': b'{PHRASE}'}}", f"f('{PHRASE[8:]}')", f"x + '/{PHRASE}/'"]
)
def test_a_value_of_a_file_of_secrets_is_confidential(project, text):
    assert known(project).is_in({"checks": [{"text": text}]})


@pytest.mark.parametrize("text", ["result == 'cor'", "result == 80", "f('LONG_NAME_OF_IT')", "f(quantity_of_things=3)"])
def test_names_and_short_values_are_not(project, text):
    assert not known(project).is_in({"checks": [{"text": text}]})


def test_what_looks_like_a_secret_needs_no_file():
    assert Confidential().is_in(["arrange", {"act": f"f('{TOKEN}')"}])
    assert not Confidential().is_in(["arrange", {"act": f"f('{PHRASE}')"}])


def test_a_file_below_or_outside_of_the_folder_says_nothing(project):
    (project / "pkg/other").mkdir()
    (project / "pkg/other/.env").write_text("WORD=elsewhere-entirely\n")
    (project / ".env.example").write_text("WORD=an-example-of-one\n")
    assert not known(project).is_in("f('elsewhere-entirely', 'an-example-of-one')")


def test_notes_tell_of_no_secret(project):
    said = known(project).redacted(f"KeyError: {PHRASE} {TOKEN} at line 3")
    assert said == "KeyError: <redacted> <redacted> at line 3"


def test_a_file_that_cannot_be_read_yields_nothing(tmp_path):
    (tmp_path / ".env").symlink_to(tmp_path / "missing")
    assert confidential(tmp_path, tmp_path / "shop.py") == Confidential()
