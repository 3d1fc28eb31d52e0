"""Secrets are found and cut out; ordinary code is left alone. The keys here are made up."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beast_lsp.engine.secrets import (
    REDACTED,
    contains_secret,
    is_secret_file,
    looks_like_secret,
    redact,
    redact_parts,
)

# Written in two halves, so that no scanner takes this file for a leak.
TOKEN = "a8Kd03lfPq92Zx" + "7vBn41TyUw5eRt60"
KEYS = [
    "AKIA" + "Q3EGRTZP7LKJ2HYX",
    "ghp_" + "x9K2mQ7vT4bN8cR1wE5yU3iO6pA0sD2fG4hJ",
    "github_pat_" + "11ABCDEFG0aB3dE5fG7hJ9_kL",
    "glpat-" + "x9K2mQ7vT4bN8cR1wE5y",
    "xoxb-" + "123456789012-abcdefGHIJKL",
    "AIza" + "SyA1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q",
    "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc",
    "sk-proj-" + "x9K2mQ7vT4bN8cR1wE5yU3iO6pA0",
    "npm_" + "x9K2mQ7vT4bN8cR1wE5yU3iO6pA0sD2fG4hJ",
    "hf_" + "x9K2mQ7vT4bN8cR1wE5yU3iO6pA0sD2f",
    "eyJ" + "hbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N",
]
CONTEXTS = [
    ("postgres://app:", "s3cr3tPw9", "@db.internal/main"),
    ('password = "', "hunter2X!", '"'),
    ("DB_PASSWORD: ", TOKEN, ""),
    ('{"api_key": "', TOKEN, '"}'),
    ('os.environ.get("SECRET_KEY", "', TOKEN, '")'),
    ('const token: string = "', TOKEN, '"'),
    ("export AUTH_TOKEN=", TOKEN, ""),
    ("Authorization: Bearer ", TOKEN, ""),
    ('self.token = "', TOKEN, ""),
]
ORDINARY = [
    "password = getpass.getpass()",
    "def test_token_is_valid(self, token: str) -> None:",
    'password = "password"',
    'parser.add_argument("--password", help="the password")',
    'token = "<your token here>"',
    "token = request.headers.get('X-Auth-Token-V2-Header')",
    'api_key = os.environ["MY_API_KEY"]',
    'url = f"https://{user}:{password}@{host}"',
    "https://user:password@localhost",
    "git@github.com:owner/name.git",
    "sha = 'd41d8cd98f00b204e9800998ecf8427e'",
    "class AbstractSingletonProxyFactoryBean2(BaseTokenFactory2):",
    "from sklearn import sk-learn-contrib-package-name",
    "max_tokens = 4096, token_type_ids = None",
    "-----BEGIN PUBLIC KEY-----",
]


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("around", ["{}", "x = '{}'", "see {}, please"])
def test_a_key_of_a_known_format_is_cut_out(key: str, around: str) -> None:
    text = around.format(key)
    assert contains_secret(text)
    assert redact(text) == around.format(REDACTED)


@pytest.mark.parametrize(("before", "secret", "after"), CONTEXTS)
def test_a_value_that_its_surroundings_betray_is_cut_out(before: str, secret: str, after: str) -> None:
    assert redact(before + secret + after) == before + REDACTED + after


@pytest.mark.parametrize("code", ORDINARY)
def test_ordinary_code_is_left_alone(code: str) -> None:
    assert not contains_secret(code)
    assert redact(code) == code


def test_a_private_key_is_cut_out_as_a_block() -> None:
    body = "\n".join(["MIIEpAIBAAKCAQEAx9K2mQ7vT4bN8cR1wE5yU3iO6pA0sD2fG4hJ7kL9zX1cV3b5"] * 3)
    block = f"-----BEGIN RSA PRIVATE KEY-----\n{body}\n-----END RSA PRIVATE KEY-----"
    assert redact(f"a\n{block}\nb") == f"a\n{REDACTED}\nb"
    assert "MIIE" not in redact(block[:150])
    assert "mQ7v" not in redact(body)


def test_a_secret_over_the_border_of_two_parts_goes_from_both() -> None:
    assert redact_parts('password = "hunt', 'er2X!"', "\n") == (f'password = "{REDACTED}', f'{REDACTED}"', "\n")


def test_random_tokens_look_like_secrets_and_names_do_not() -> None:
    assert looks_like_secret(TOKEN)
    for name in ("access_token_v2_for_user", "CamelCaseName2WithDigits", "short1A", "a" * 40, "1234567890123456"):
        assert not looks_like_secret(name)


@pytest.mark.parametrize(
    "name", [".env", ".env.local", "prod.env", "id_rsa", "server.pem", ".aws/credentials", ".ssh/config"]
)
def test_files_of_credentials_are_known_by_name(name: str) -> None:
    assert is_secret_file(Path("/home/x") / name)


@pytest.mark.parametrize("name", ["env.py", ".env.example", "id_rsa.pub", "secrets.py", "keys.ts", "environment.yml"])
def test_files_of_code_are_not_secret(name: str) -> None:
    assert not is_secret_file(Path("/home/x") / name)


_PIECES = st.sampled_from(
    [*KEYS, *("".join(context) for context in CONTEXTS), *ORDINARY, "\n", "'", " = ", "token", "://"]
)


@given(st.lists(st.one_of(_PIECES, st.text(max_size=12)), max_size=8).map("".join))
def test_what_redact_returns_holds_no_secret(text: str) -> None:
    clean = redact(text)
    assert not contains_secret(clean)
    assert redact(clean) == clean


@given(st.lists(st.one_of(_PIECES, st.text(max_size=12)), min_size=1, max_size=4))
def test_parts_redacted_together_hold_no_secret_alone(parts: list[str]) -> None:
    assert not any(map(contains_secret, redact_parts(*parts)))
