"""The owner's endpoints and consents, as the user's own settings file names them.

::

    [endpoints.local]                      # the name is the owner's choice
    url = "http://127.0.0.1:8080/v1"       # what stands before /completions
    model = "qwen2.5-coder"
    key_env = "LOCAL_KEY"                  # the environment variable that holds the key, or keyring = true

    [[consent]]                            # one for each endpoint and folder; without one nothing is sent
    endpoint = "local"
    folder = "~/src/project"

Both are owner-only settings: a workspace file or an editor that holds them is refused by `config.resolve`.
"""

import ipaddress
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from beast_lsp.config import Config, Option, option
from beast_lsp.errors import EndpointError, SettingError

ENDPOINTS: Option[dict[str, Any]] = option(
    "endpoints",
    {},
    "The models that you run or rent, one table `[endpoints.NAME]` each: `url` (what stands before `/completions`), "
    "`model`, and for the key either `key_env` (the name of an environment variable) or `keyring = true` (service "
    "`beast-lsp`, user NAME). `deadline_ms` is how long an answer may take (1500). Nothing is sent without a consent.",
    owner_only=True,
)
CONSENT: Option[list[dict[str, Any]]] = option(
    "consent",
    [],
    "What may be sent where: one table `[[consent]]` with `endpoint` (a NAME) and `folder` (absolute, or below `~`) "
    "for each endpoint and folder. It holds for the folder and what lies below it. Without one, no code is sent.",
    items=dict,
    owner_only=True,
)

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_KEYRING_SERVICE = "beast-lsp"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An OpenAI-compatible server; `url` is what stands before `/completions`, without a slash at its end."""

    name: str
    url: str
    model: str = ""
    key_env: str = ""
    keyring: bool = False
    deadline_ms: int = 1500

    @property
    def is_local(self) -> bool:
        """Whether the host is this machine, so that nothing crosses the network."""
        return is_loopback(urlsplit(self.url).hostname or "")

    def key(self) -> str | None:
        """The key from the environment or the keyring; None where the endpoint needs none.

        A keyring may ask the user to unlock it, so don't call this on the event loop. Raises EndpointError
        where the named place holds no key.
        """
        if self.key_env:
            return os.environ.get(self.key_env) or self._no_key(f"set the environment variable {self.key_env}")
        if self.keyring:
            return _keyring_password(self.name) or self._no_key(f"run `keyring set {_KEYRING_SERVICE} {self.name}`")
        return None

    def _no_key(self, advice: str) -> str:
        raise EndpointError(f"The endpoint {self.name} has no key.", hint=f"To give it one, {advice}.")


@dataclass(frozen=True, slots=True)
class Consent:
    """The owner allows code below `folder` (absolute, links resolved) to be sent to `endpoint`."""

    endpoint: str
    folder: Path


@dataclass(frozen=True, slots=True)
class Endpoints:
    """The usable endpoints by name, and the consents that name one of them."""

    by_name: Mapping[str, Endpoint] = field(default_factory=dict)
    consents: tuple[Consent, ...] = ()

    def allowed(self, folder: Path | None) -> tuple[Endpoint, ...]:
        """The endpoints that may see code of this workspace folder; none for a file outside every folder."""
        if folder is None:
            return ()
        real = _resolved(folder)
        names = dict.fromkeys(consent.endpoint for consent in self.consents if real.is_relative_to(consent.folder))
        return tuple(self.by_name[name] for name in names)


def read_endpoints(config: Config) -> tuple[Endpoints, list[SettingError]]:
    """The endpoints and consents of a resolved configuration.

    A bad one is reported and left out; the good ones still count.
    """
    problems: list[SettingError] = []
    by_name: dict[str, Endpoint] = {}
    for name, table in config[ENDPOINTS].items():
        try:
            by_name[name] = _endpoint(name, table)
        except SettingError as problem:
            problems.append(problem)
    consents: list[Consent] = []
    tables = config[CONSENT]
    for place, table in enumerate(tables, start=1):
        try:
            consents.append(_consent(f"consent[{place}]", table, by_name))
        except SettingError as problem:
            problems.append(problem)
    return Endpoints(by_name, tuple(consents)), problems


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine's own; a name other than localhost never counts."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _endpoint(name: str, table: object) -> Endpoint:
    key = f"endpoints.{name}"
    if not _NAME.fullmatch(name):
        raise SettingError(key, "a name has letters, digits, - and _ only.", hint="Choose another name.")
    values = _fields(key, table, {each.name: each.default for each in fields(Endpoint) if each.name != "name"})
    values["url"] = _url(f"{key}.url", values["url"])
    if not 1 <= values["deadline_ms"] <= 60_000:
        raise SettingError(f"{key}.deadline_ms", "outside 1 to 60000.", hint="It is in milliseconds.")
    if values["key_env"] and values["keyring"]:
        raise SettingError(key, "both key_env and keyring are set.", hint="Keep one of them.")
    return Endpoint(name=name, **values)


def _consent(key: str, table: object, endpoints: Mapping[str, Endpoint]) -> Consent:
    values = _fields(key, table, {"endpoint": "", "folder": ""})
    if values["endpoint"] not in endpoints:
        raise SettingError(
            f"{key}.endpoint", f"there is no usable endpoint {values['endpoint']!r}.", hint="Name one of yours."
        )
    folder = Path(os.path.expanduser(values["folder"]))  # noqa: PTH111 - Path.expanduser raises where no home is known.
    if not folder.is_absolute():
        raise SettingError(f"{key}.folder", f"{values['folder']!r} is not absolute.", hint="Begin it with / or ~.")
    return Consent(values["endpoint"], _resolved(folder))


def _fields(key: str, table: object, known: Mapping[str, object]) -> dict[str, Any]:
    """The table's values over the defaults in `known`; a field without one must be text that isn't empty."""
    if not isinstance(table, Mapping):
        raise SettingError(key, "expected a table.", hint=f"Write [{key}] and below it {', '.join(known)}.")
    for name in table:
        if name not in known:
            hint = "A key stands in key_env or the keyring." if name == "key" else f"It may hold {', '.join(known)}."
            raise SettingError(f"{key}.{name}", "there is no such field.", hint=hint)
    values = {}
    for name, default in known.items():
        kind = type(default) if isinstance(default, bool | int | str) else str
        values[name] = table.get(name, default)
        if type(values[name]) is not kind:
            raise SettingError(f"{key}.{name}", f"expected {kind.__name__}.", hint=f"It is needed in [{key}].")
    return values


def _url(key: str, text: str) -> str:
    try:
        parts = urlsplit(text)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        parts, usable = SplitResult("", "", "", "", ""), False
    if not usable:
        raise SettingError(key, f"{text!r} is not a URL.", hint="Write one such as http://127.0.0.1:8080/v1.")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise SettingError(
            key, "a URL with a user, a password, ? or # is refused.", hint="Keys stand in key_env or the keyring."
        )
    return text.rstrip("/")


def _resolved(folder: Path) -> Path:
    try:
        return folder.resolve()
    except (OSError, RuntimeError, ValueError):
        return folder  # a loop of links or a zero byte: it then equals no folder that exists.


def _keyring_password(user: str) -> str | None:
    try:
        import keyring  # noqa: PLC0415 - an extra, and slow to load.
    except ImportError as error:
        raise EndpointError("The keyring is not installed.", hint="Install beast-lsp[keyring].") from error
    try:
        return keyring.get_password(_KEYRING_SERVICE, user)
    except keyring.errors.KeyringError as error:
        raise EndpointError(f"The keyring gave no key: {error}.", hint="Unlock it, or use key_env.") from error
