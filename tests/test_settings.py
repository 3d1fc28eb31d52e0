import json

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as property_settings
from hypothesis import strategies as st

from beast_lsp import paths
from beast_lsp.config import Config, Option, resolve
from beast_lsp.router.endpoints import CONSENT, ENDPOINTS
from beast_lsp.settings import WORKSPACE_FILE, load
from beast_lsp.store.index.options import EXCLUDE, MAX_FILES

ENDPOINT = '[endpoints.local]\nurl = "http://127.0.0.1:8080/v1"\n'


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A workspace folder, with an empty home beside it for the user's own file."""
    monkeypatch.setenv("BEAST_LSP_HOME", str(tmp_path / "home"))
    paths.config_file().parent.mkdir(parents=True)
    (tmp_path / "workspace").mkdir()
    return tmp_path / "workspace"


def write(folder, user="", workspace=""):
    paths.config_file().write_text(user)
    (folder / WORKSPACE_FILE).write_text(workspace)


def notices(settings):
    return [str(problem) for problem in settings.problems]


def test_without_any_file_the_defaults_hold(folder):
    settings = load(folder)
    assert settings.config[MAX_FILES] == MAX_FILES.default
    assert notices(settings) == []


LAYERS = [
    ("[index]\nmax_files = 1000", "", {}, 1000),
    ("[index]\nmax_files = 1000", "[index]\nmax_files = 2000", {}, 2000),
    ("[index]\nmax_files = 1000", "[index]\nmax_files = 2000", {"index": {"max_files": 3000}}, 3000),
    ("[index]\nmax_files = 1000", "", {"index.max_files": 3000}, 3000),
    ("", "index.max_files = 2000", {"beast": {"index": {"max_files": None}}}, 2000),
    ("", "", {"beast.index.max_files": 3000}, 3000),
]


@pytest.mark.parametrize(("user", "workspace", "editor", "expected"), LAYERS)
def test_a_later_layer_wins(folder, user, workspace, editor, expected):
    write(folder, user, workspace)
    settings = load(folder, editor)
    assert settings.config[MAX_FILES] == expected
    assert notices(settings) == []


def test_the_users_file_may_name_endpoints_and_consent(folder):
    write(folder, ENDPOINT + f"[[consent]]\nendpoint = 'local'\nfolder = '{folder}'\n")
    settings = load(folder)
    assert notices(settings) == []
    assert [endpoint.name for endpoint in settings.endpoints.allowed(folder)] == ["local"]


def test_an_endpoint_without_consent_sees_nothing(folder):
    write(folder, ENDPOINT)
    assert load(folder).endpoints.allowed(folder) == ()


OWNER_ONLY = [
    (ENDPOINT, {"endpoints": {"local": {"url": "http://127.0.0.1:8080/v1"}}}, "endpoints"),
    ("[[consent]]\nendpoint = 'local'\nfolder = '~'", {"consent": [{"endpoint": "local", "folder": "~"}]}, "consent"),
]


@pytest.mark.parametrize(("text", "_", "key"), OWNER_ONLY)
def test_a_workspace_file_may_not_name_endpoints_or_consent(folder, text, _, key):
    write(folder, workspace=text)
    settings = load(folder)
    assert settings.endpoints.by_name == {}
    assert notices(settings) == [
        f"{key}: only your own settings file may set this. See `beast-lsp doctor` for that file's path."
    ]


@pytest.mark.parametrize(("_", "table", "key"), OWNER_ONLY)
@pytest.mark.parametrize("nested", [True, False])
def test_an_editor_may_not_name_endpoints_or_consent(folder, _, table, key, nested):
    settings = load(folder, {"beast": table} if nested else {f"beast.{name}": value for name, value in table.items()})
    assert settings.endpoints.by_name == {}
    assert "only your own settings file" in notices(settings)[0]


def test_a_workspace_file_cannot_add_to_the_users_endpoints(folder):
    write(folder, ENDPOINT, "[endpoints.other]\nurl = 'https://example.org/v1'")
    settings = load(folder, {"endpoints.third.url": "https://example.org/v1"})
    assert list(settings.endpoints.by_name) == ["local"]
    assert len(settings.problems) == 2


def test_a_workspace_file_cannot_consent_for_the_user(folder):
    write(folder, ENDPOINT, f"[[consent]]\nendpoint = 'local'\nfolder = '{folder}'")
    assert load(folder).endpoints.allowed(folder) == ()


def test_a_key_in_the_file_itself_is_refused(folder):
    write(folder, ENDPOINT + "key = 'abc'")
    settings = load(folder)
    assert settings.endpoints.by_name == {}
    assert "A key stands in key_env or the keyring." in notices(settings)[0]


BAD = [
    ("index.max_files = 'many'", "index.max_files: expected a whole number"),
    ("index.max_files = true", "index.max_files: expected a whole number"),
    ("index.max_files = -1", "index.max_files: -1 is below"),
    ("index.exclude = [1]", "index.exclude: every item must be text"),
    ("index.maximum = 1", "index.maximum: there is no such setting"),
]


@pytest.mark.parametrize(("line", "notice"), BAD)
def test_a_bad_setting_is_named_and_the_good_ones_still_count(folder, line, notice):
    write(
        folder, workspace=f"{line}\nindex.max_lines = 5000" + ("" if "exclude" in line else "\nindex.exclude = ['a']")
    )
    settings = load(folder)
    assert len(settings.problems) == 1
    assert notices(settings)[0].startswith(notice)
    assert settings.config.values["index.max_lines"] == 5000


@pytest.mark.parametrize("broken", [b"index = [", b"\xff\xfe", b"a" * 300_000, b"[" * 100_000])
def test_a_file_that_cannot_be_read_is_one_notice_and_the_other_layers_count(folder, broken):
    write(folder, user="[index]\nexclude = ['vendor']")
    (folder / WORKSPACE_FILE).write_bytes(broken)
    settings = load(folder)
    assert settings.config[EXCLUDE] == ["vendor"]
    assert len(settings.problems) == 1
    assert WORKSPACE_FILE in notices(settings)[0]


def test_a_folder_of_the_files_name_is_no_settings_file(folder):
    (folder / WORKSPACE_FILE).mkdir()
    assert notices(load(folder)) == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda each: st.lists(each) | st.dictionaries(st.text() | st.sampled_from(["beast", "index", "consent"]), each),
)


@given(JSON)
@property_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_an_editor_sends_is_settings_and_notices(folder, sent):
    settings = load(folder, sent if isinstance(sent, dict) else {"beast": sent})
    assert isinstance(settings.config, Config)
    assert settings.endpoints.by_name == {}
    assert all(json.dumps(notice) for notice in notices(settings))


@given(st.dictionaries(st.sampled_from([ENDPOINTS.key, CONSENT.key]), JSON))
def test_no_layer_but_the_owners_ever_holds_an_owner_only_key(table):
    for layers in (({}, table, {}), ({}, {}, table)):
        config, problems = resolve(*layers)
        assert not config.values
        assert len(problems) == sum(value is not None for value in table.values())


def test_a_declaration_reads_its_default_where_nothing_is_set():
    assert Config()[Option("some.key", 7, "Seven.")] == 7
