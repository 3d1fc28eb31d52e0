"""Secrets: found in text, cut out of it, and the files that hold nothing else.

Whatever is stored, cached on disk, sent, suggested or trained on passes here first. A rule is a pattern whose
group `secret` is cut out; where the pattern alone would also match ordinary code, `looks_like_secret` or
`_is_password` decides on the value. Each rule names literals of which one must occur, so that a text without
them costs a few substring searches.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

REDACTED = "<redacted>"
_MIN_TOKEN = 16  # shorter values can't be told from names and words.
_MAX_TOKEN = 4096  # longer runs are embedded data.


def contains_secret(text: str) -> bool:
    """Whether any part of `text` looks like a key, a token or a password; microseconds for a line."""
    return next(_spans(text), None) is not None


def redact(text: str) -> str:
    """`text` with every secret replaced by `<redacted>`; what it returns, `contains_secret` says no to."""
    return redact_parts(text)[0]


def redact_parts(*parts: str) -> tuple[str, ...]:
    """The parts of one text, redacted together: a secret that runs over a border is cut from both sides."""
    texts = list(parts)
    while spans := sorted(_spans("".join(texts))):
        texts = _cut(texts, spans)
    return tuple(map(_redacted_alone, texts))


def _redacted_alone(text: str) -> str:
    while spans := sorted(_spans(text)):
        (text,) = _cut([text], spans)
    return text


def looks_like_secret(token: str) -> bool:
    """Whether `token` looks drawn at random: long, of many different characters, and not made of words."""
    if not _MIN_TOKEN <= len(token) <= _MAX_TOKEN or not _TOKEN.fullmatch(token):
        return False
    digits = sum(map(str.isdigit, token))
    if digits < 2 or len(token) - digits < 2 or _entropy(token) < 3.0:
        return False
    # Random letters and digits change their kind at every second or third character, names and versions hardly do.
    return len(_KIND_CHANGE.findall(token)) >= 0.22 * len(token)


def is_secret_file(path: Path) -> bool:
    """Whether a file of this name holds credentials as a rule: it is neither read nor indexed nor suggested from."""
    name = path.name.lower()
    if _SECRET_NAME.fullmatch(name) and not _TEMPLATE_NAME.search(name):
        return True
    return any(part.lower() in _SECRET_FOLDERS for part in path.parts[:-1])


_TOKEN = re.compile(r"[A-Za-z0-9+/=_~.$!@#%^&*-]+")
_KIND_CHANGE = re.compile(
    r"(?<=[a-z])(?=[A-Z0-9])|(?<=[A-Z])(?=[0-9])|(?<=[A-Z][A-Z])(?=[a-z])|(?<=[0-9])(?=[A-Za-z])|(?<=[^A-Z][A-Z])(?=[a-z])"
)
_SECRET_NAME = re.compile(
    r"\.env(?:\..*|rc)?|.*\.env|id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?"
    r"|.*\.(?:pem|key|p12|pfx|p8|jks|keystore|kdbx|ppk|gpg|tfvars|tfstate|ovpn|mobileprovision)"
    r"|\.?(?:netrc|pgpass|htpasswd|npmrc|pypirc|git-credentials|dockercfg|s3cfg|boto|my\.cnf|vault_pass|vault-token)"
    r"|_netrc|credentials|kubeconfig|\.?secrets?(?:\.\w+)?\.(?:ya?ml|json|toml|ini|env|properties)|\.secrets?"
    r"|(?:credentials|client_secrets?|service[-_]?account[^.]*)\.(?:ya?ml|json|toml|ini|csv)"
)
_TEMPLATE_NAME = re.compile(r"\.(?:example|sample|template|dist|defaults?)$")
_SECRET_FOLDERS = frozenset({".ssh", ".gnupg", ".aws", ".azure", ".kube", ".docker", ".password-store"})


@dataclass(frozen=True, slots=True)
class _Rule:
    """`pattern` finds a secret where one of `hints` occurs and `check` agrees with the group `secret`."""

    pattern: re.Pattern[str]
    hints: tuple[str, ...]
    check: Callable[[str], bool] | None = None
    lower: bool = False  # whether the pattern and the hints are for the text in lower case.


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Where secrets stand; spans of several rules may overlap."""
    # Ordinary lines end here: a random key has a digit, and the few rules without need only a look for a literal.
    rules = _ANY
    if _DIGIT.search(text):
        rules = _ANY + _WITH_DIGITS if _LONG_RUN.search(text) else _ANY + _PASSWORDS
    lower = ""
    for rule in rules:
        if rule.lower and not lower:
            lower = _lower(text)
        where = lower if rule.lower else text
        if not _has_hint(rule, where):
            continue
        for match in rule.pattern.finditer(where):
            start, end = match.span("secret")
            if rule.check is None or rule.check(text[start:end]):
                yield start, end


def _lower(text: str) -> str:
    """The text in lower case, with every character in its place."""
    lower = text.lower()
    if len(lower) != len(text):
        # A few letters become two characters.
        lower = "".join(low if len(low := character.lower()) == 1 else character for character in text)
    return lower


def _has_hint(rule: _Rule, text: str) -> bool:
    for hint in rule.hints:  # a plain loop: `any` with a generator costs three times as much.
        if hint in text:
            return True
    return not rule.hints


def _cut(texts: Sequence[str], spans: Sequence[tuple[int, int]]) -> list[str]:
    """The parts without what lies in the sorted `spans`, which count over the joined parts."""
    result, offset = [], 0
    for text in texts:
        pieces, last = [], 0
        for start, end in spans:
            low, high = max(start - offset, last), min(end - offset, len(text))
            if low < high:
                pieces += [text[last:low], REDACTED]
                last = high
        result.append("".join([*pieces, text[last:]]))
        offset += len(text)
    return result


def _entropy(token: str) -> float:
    """Bits a character, from the token's own frequencies."""
    size = len(token)
    return -sum(count / size * math.log2(count / size) for count in Counter(token).values())


def _has_digit(token: str) -> bool:
    return any(map(str.isdigit, token))


def _is_key_material(line: str) -> bool:
    kinds = (str.islower, str.isupper, str.isdigit)
    return all(any(map(kind, line)) for kind in kinds) and _entropy(line) >= 4.3


def _is_password(value: str) -> bool:
    """Whether a literal beside a password's name is one, rather than a name, a placeholder or a path."""
    if _PLACEHOLDER.search(value) or not _has_digit(value) or not any(map(str.isalpha, value)):
        return False
    return looks_like_secret(value) or bool(_PASSWORD.fullmatch(value))


def _is_url_password(value: str) -> bool:
    return not _PLACEHOLDER.search(value) and value.lower().strip("*.x-_") not in _PLACEHOLDER_WORDS


# What stands where a secret will be filled in: a variable, a template, the very word.
_PLACEHOLDER = re.compile(
    r"[<>{}()\[\]]|\$\w|%[sd(]|\s|\*{3}|\.{3}|x{4}|X{4}|(?i:example|placeholder|change_?me|dummy|your[-_]|redacted)"
)
_PLACEHOLDER_WORDS = frozenset(
    {"", "password", "passwd", "pass", "pwd", "pw", "p", "secret", "token", "key", "user", "username"}
    | {"test", "foo", "bar", "baz", "port", "host", "guest", "admin", "root"}
)
# A chosen password: letters and digits mixed with signs or with both cases, and no word of an identifier before it.
_PASSWORD = re.compile(
    r"(?=.*[^A-Za-z0-9_./:-])(?=.*[A-Za-z])(?=.*\d)\S{8,64}|(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[A-Za-z0-9]{8,64}"
)
_DIGIT = re.compile(r"\d")
_LONG_RUN = re.compile(r"[\w.+/~:-]{14}")  # every format is at least this long.

_NAMES = (
    r"passw(?:or)?d|passphrase|secret|token|api_?-?key|access_?-?key|private_?-?key|auth_?-?key|signing_?-?key"
    r"|encryption_?-?key|account_?-?key|credentials?|\bpwd|_pwd"
)
_NAME_HINTS = ("passw", "passphrase", "secret", "token", "key", "credential", "pwd")
# From the name to the value: its end, quotes and brackets, a type, and the sign of an assignment or a comma.
_TO_VALUE = r"\w{0,40}[\"'`]?\]?\s{0,9}(?::\s{0,9}[\w.\[\]| ?]{1,40}=|[:=!]=?=?>?|,)\s{0,99}(?:[bfru]{0,2}|string\()"


def _rule(pattern: str, *hints: str, check: Callable[[str], bool] | None = None, lower: bool = False) -> _Rule:
    if "?P<secret>" not in pattern:
        # A key ends where its alphabet ends, and doesn't begin inside a longer word.
        pattern = rf"(?<![A-Za-z0-9])(?P<secret>{pattern})"
    return _Rule(re.compile(pattern), hints, check, lower)


# Formats that their issuers made to be recognised, and the lines of a key block whose first line is not in sight.
_FORMATS: tuple[_Rule, ...] = (
    _rule(r"gh[opsur]_[A-Za-z0-9]{30,255}", "ghp_", "gho_", "ghu_", "ghs_", "ghr_"),
    _rule(r"github_pat_[A-Za-z0-9_]{22,255}", "github_pat_"),
    _rule(r"gl(?:pat|ptt|dt|rt|cbt|ft|soat|agent|imt|oas|ffct)-[\w-]{20,}", "gl", check=_has_digit),
    _rule(r"xox[abeoprs]-[A-Za-z0-9-]{10,}|xapp-\d-[A-Za-z0-9-]{20,}", "xox", "xapp-"),
    _rule(r"hooks\.slack\.com/(?:services|workflows|triggers)/(?P<secret>[\w/]{20,})", "hooks.slack.com"),
    _rule(r"discord(?:app)?\.com/api/webhooks/\d+/(?P<secret>[\w-]{30,})", "/webhooks/"),
    _rule(r"AIza[\w-]{35}|GOCSPX-[\w-]{20,}|ya29\.[\w-]{20,}", "AIza", "GOCSPX-", "ya29."),
    _rule(r"[rs]k_(?:live|test|prod)_[A-Za-z0-9]{10,}", "k_live_", "k_test_", "k_prod_", check=_has_digit),
    _rule(r"whsec_[A-Za-z0-9+/=]{24,}", "whsec_"),
    _rule(r"sk-[A-Za-z0-9_-]{20,}", "sk-", check=looks_like_secret),
    _rule(r"SG\.[\w-]{16,32}\.[\w-]{16,64}", "SG.", check=_has_digit),
    _rule(r"(?:SK|AC|key-)[0-9a-f]{32}(?![A-Za-z0-9])", "SK", "AC", "key-"),
    _rule(r"npm_[A-Za-z0-9]{36}|pypi-Ag[\w-]{50,}|rubygems_[0-9a-f]{48}", "npm_", "pypi-Ag", "rubygems_"),
    _rule(r"cio[A-Za-z0-9]{32}(?![A-Za-z0-9])", "cio", check=_has_digit),
    _rule(r"hf_[A-Za-z0-9]{30,}|dckr_(?:pat|oat)_[\w-]{20,}|sbp_[0-9a-f]{40}", "hf_", "dckr_", "sbp_"),
    _rule(r"do[opr]_v1_[0-9a-f]{64}|shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}|dapi[0-9a-f]{32}", "_v1_", "shp", "dapi"),
    _rule(r"hv[bsr]\.[\w-]{24,}|sq0[a-z]{3}-[\w-]{22,}|EAAA[\w-]{60}", "hvb.", "hvs.", "hvr.", "sq0", "EAAA"),
    _rule(r"ATATT3[\w=-]{40,}|ATBB[A-Za-z0-9]{32}|lin_api_[A-Za-z0-9]{32,}", "ATATT3", "ATBB", "lin_api_"),
    _rule(r"glsa_[A-Za-z0-9]{32}_[0-9a-f]{8}|PMAK-[0-9a-f-]{32,}|NRAK-[A-Z0-9]{27}", "glsa_", "PMAK-", "NRAK-"),
    _rule(r"sntry[su]_[\w+/=-]{32,}|AGE-SECRET-KEY-1[A-Z0-9]{50,}", "sntry", "AGE-SECRET-KEY-1"),
    _rule(r"\d{8,10}:AA[\w-]{32,34}(?![\w-])", ":AA"),
    _rule(r"[\w~.-]{3}8Q~[\w~.-]{31,34}", "8Q~"),
    _rule(r"eyJ[\w-]{10,500}\.[\w-]{10,}(?:\.[\w-]*)?", "eyJ"),
    _rule(
        r"(?:accountkey|sharedaccesskey|sig)=(?P<secret>[a-z0-9+/%]{40,}={0,2})",
        *("key=", "sig="),
        lower=True,
    ),
    _rule(
        r"\b(?:bearer|basic)\s+(?P<secret>[A-Za-z0-9+/._~-]{16,}=*)",
        *("bearer", "basic"),
        check=looks_like_secret,
        lower=True,
    ),
    _rule(
        rf"(?:{_NAMES})\w{{0,40}}\s*[:=]\s*(?P<secret>[A-Za-z0-9+/=_~.-]{{16,}})(?=[\s,;#&\"'\\]|$)",
        *_NAME_HINTS,
        check=looks_like_secret,
        lower=True,
    ),
    _rule(
        r"(?<![\w+/=-])(?P<secret>[A-Za-z0-9+/]{64}(?:[A-Za-z0-9+/]{6}|[A-Za-z0-9+/]{12})?)(?![\w+/=-])",
        check=_is_key_material,
    ),
)
# What may have no digit.
_ANY: tuple[_Rule, ...] = (
    _rule(
        r"(?P<secret>-----BEGIN [A-Z0-9 ]{0,20}PRIVATE KEY(?: BLOCK)?-----"
        r"(?:[\s\S]{0,8000}?-----END [A-Z0-9 ]{0,20}PRIVATE KEY(?: BLOCK)?-----|(?:\s*[A-Za-z0-9+/=:\\,\"']{16,})*))",
        "PRIVATE KEY",
    ),
    _rule(
        r"[A-Za-z][A-Za-z0-9+.-]{1,20}://[^\s:/@\"'`<>{}]{0,200}:(?P<secret>[^\s:@/\"'`<>{}\[\]]{2,200})@",
        "://",
        check=_is_url_password,
    ),
    _rule(r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}(?![A-Za-z0-9])", "AKIA", "ASIA", "ABIA", "ACCA"),
)
# What only the name beside it makes a secret.
_PASSWORDS: tuple[_Rule, ...] = (
    _rule(
        rf"(?:{_NAMES}){_TO_VALUE}(?P<quote>[\"'`])(?P<secret>[^\"'`\n]{{8,}})(?:(?P=quote)|$)",
        *_NAME_HINTS,
        check=_is_password,
        lower=True,
    ),
)
_WITH_DIGITS = _PASSWORDS + _FORMATS
