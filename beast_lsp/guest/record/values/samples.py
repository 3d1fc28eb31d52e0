"""Values that a person would write, by built-in type; the plainest that is no edge first, then edges."""

from __future__ import annotations

import re

SAMPLES: dict[type, tuple[str, ...]] = {
    bool: ("True", "False"),
    int: ("3", "0", "1", "-1", "2", "10", "255", "-7", "100", "1000000"),
    float: ("1.5", "0.0", "-2.5", "0.25", "1.0", "100.0", "1e-09", "float('inf')", "float('nan')"),
    complex: ("1 + 2j", "0j"),
    str: (
        "'abc'",
        "''",
        "'a'",
        "'Hello World'",
        "'a, b, c'",
        "'12'",
        "'key=value'",
        "'  padded  '",
        "'first\\nsecond\\n'",
        "'é'",
        "'foo_bar'",
        "'-1.5'",
        "'a/b.txt'",
        "'https://user@example.com:80/path?q=1#top'",
        "'CamelCase'",
        "'\"quoted\"'",
        "'true'",
    ),
    bytes: ("b'abc'", "b''", "b'\\x00\\xff'", "b'first\\nsecond\\n'", "b'a=1'"),
    bytearray: ("bytearray(b'abc')", "bytearray()"),
    memoryview: ("memoryview(b'abc')",),
    type(None): ("None",),
    list: ("[1, 2, 3]", "[]", "['a', 'b']", "[1]", "[3, 1, 2, 1]", "[(1, 'a'), (2, 'b')]", "[[1], [2, 3]]", "[None]"),
    tuple: ("(1, 2)", "()", "('a', 'b', 'c')", "(1,)", "(1, 2, 3)"),
    dict: ("{'a': 1, 'b': 2}", "{}", "{'a': 1}", "{1: 'x'}", "{'a': {'b': 1}}", "{'a': [1, 2]}", "{'name': 'abc'}"),
    set: ("{1, 2}", "set()", "{'a'}"),
    frozenset: ("frozenset({1, 2})", "frozenset()"),
    range: ("range(3)", "range(0)"),
    slice: ("slice(1, 3)", "slice(None)"),
    object: ("object()",),
    type: ("int", "str"),
}
# Types of the library, by module and name: an expression in which `{}` stands for the type's name in the test.
LIBRARY: dict[str, tuple[str, ...]] = {
    "datetime.datetime": ("{}(2024, 1, 2, 3, 4, 5)", "{}(1999, 12, 31)", "{}(2024, 2, 29, 23, 59, 59, 999999)"),
    "datetime.date": ("{}(2024, 1, 2)", "{}(1999, 12, 31)", "{}(2024, 2, 29)"),
    "datetime.time": ("{}(3, 4, 5)", "{}(0, 0)"),
    "datetime.timedelta": ("{}(days=1, seconds=30)", "{}(0)", "{}(days=-1)"),
    "datetime.timezone": ("{}.utc",),
    "datetime.tzinfo": ("datetime.timezone.utc",),
    "decimal.Decimal": ("{}('1.5')", "{}('0')", "{}('-2.25')", "{}('NaN')"),
    "fractions.Fraction": ("{}(1, 2)", "{}(0)", "{}(-3, 4)"),
    "uuid.UUID": ("{}('12345678-1234-4234-8234-123456789abc')",),
    "re.Pattern": ("re.compile('a+')", "re.compile('(\\\\w+)=(\\\\d+)')"),
    "re.Match": ("re.match('(a)(b)?', 'ab')",),
    "io.StringIO": ("io.StringIO('first\\nsecond\\n')", "io.StringIO()"),
    "io.TextIOWrapper": ("io.StringIO('first\\nsecond\\n')", "io.StringIO()"),
    "io.BytesIO": ("io.BytesIO(b'first\\nsecond\\n')", "io.BytesIO()"),
    "typing.TextIO": ("io.StringIO('first\\nsecond\\n')", "io.StringIO()"),
    "typing.BinaryIO": ("io.BytesIO(b'first\\nsecond\\n')", "io.BytesIO()"),
    "typing.IO": ("io.StringIO('first\\nsecond\\n')", "io.BytesIO(b'first\\nsecond\\n')", "io.StringIO()"),
    "pathlib.PurePath": ("{}('folder/name.txt')", "{}('name.tar.gz')", "{}('.')"),
    "pathlib.PurePosixPath": ("{}('/folder/name.txt')", "{}('name.tar.gz')"),
    "collections.OrderedDict": ("{}([('a', 1), ('b', 2)])", "{}()"),
    "collections.Counter": ("{}('aab')", "{}()"),
    "collections.deque": ("{}([1, 2, 3])", "{}()"),
    "collections.defaultdict": ("{}(list)", "{}(int, {{'a': 1}})"),
    "types.SimpleNamespace": ("{}(a=1)",),
    "types.ModuleType": ("math",),
    "threading.Lock": ("threading.Lock()",),
    "threading.Event": ("threading.Event()",),
    "asyncio.Queue": ("asyncio.Queue()", "asyncio.Queue(1)"),
    "asyncio.Event": ("asyncio.Event()",),
    "asyncio.Lock": ("asyncio.Lock()",),
    "asyncio.AbstractEventLoop": ("Mock(spec={})",),
    "asyncio.events.AbstractEventLoop": ("Mock(spec={})",),
    "random.Random": ("random.Random(1)",),
    "argparse.Namespace": ("SimpleNamespace()",),
    "collections.abc.Hashable": ("3", "'abc'", "(1, 2)"),
    "collections.abc.Sized": ("[1, 2]", "''"),
    "numbers.Number": ("3", "1.5", "0", "-1"),
    "numbers.Rational": ("3", "Fraction(1, 2)", "0", "-1"),
    "numbers.Real": ("3", "1.5", "0", "-1"),
    "numbers.Integral": ("3", "0", "-1"),
}
ANYTHING = (
    "'abc'",
    "3",
    "None",
    "[1, 2, 3]",
    "{'a': 1, 'b': 2}",
    "1.5",
    "True",
    "(1, 2)",
    "b'abc'",
    "''",
    "0",
    "[]",
    "{}",
    "-1",
    "['a', 'b']",
    "{1, 2}",
    "object()",
    "lambda *args: args",
)
FILE = ("{v} = tmp_path / 'file.txt'", "{v}.write_text('first\\nsecond\\n')")
FOLDER = ("{v} = tmp_path / 'folder'", "{v}.mkdir()", "({v} / 'a.txt').write_text('text')")
MISSING = ("{v} = tmp_path / 'missing.txt'",)
# What the name of a parameter lets one expect, where nothing else does.
WORDS: dict[str, tuple[type, ...]] = {
    "text name string str word line char msg message title label prefix suffix sep delimiter encoding url uri host "
    "hostname token tag content source html label query pattern fmt format identifier lang locale domain email "
    "address scheme username password": (str,),
    "key attr field": (str, int),
    "n count num number size length width height index i j k x y z limit depth level port offset start stop step end "
    "max_length maxsize timeout year month day hour code status position pos amount": (int, float),
    "ratio factor rate alpha weight": (float, int),
    "items values seq sequence lst list array elements args rows lines words names iterable it data": (list, str, dict),
    "d dict mapping kwargs options headers params attrs config settings obj environ context": (dict,),
    "data body payload raw buf buffer bytes": (bytes, str, list),
    "flag verbose strict force recursive debug quiet": (bool,),
}


# Expressions for parameters of a name: any text would do there, but few say anything.
LIKELY: dict[str, tuple[str, ...]] = {
    "url uri href link": ("'https://example.com/path?q=1'", "'http://localhost:8080/'", "'/path'"),
    "origin endpoint": ("'https://example.com'",),
    "host hostname domain": ("'example.com'", "'localhost'", "'127.0.0.1'"),
    "ip addr": ("'127.0.0.1'", "'::1'"),
    "email mail": ("'user@example.com'",),
    "date datetime timestamp expires": ("'2024-01-02'", "'Tue, 02 Jan 2024 03:04:05 GMT'"),
    "cookie cookies": ("'a=1; Path=/; Domain=example.com'", "'a=1; b=2'"),
    "mimetype mime type": ("'text/html; charset=utf-8'", "'application/json'"),
    "method verb": ("'GET'", "'POST'"),
    "encoding charset codec": ("'utf-8'", "'latin-1'"),
    "version": ("'1.2.3'", "'2.0'"),
    "query querystring qs": ("'a=1&b=2'",),
    "color colour": ("'#ff0000'", "'red'"),
    "lang language locale": ("'en'", "'en-US'"),
    "json": ("'{\"a\": 1}'",),
    "html markup xml": ("'<p class=\"x\">text</p>'",),
    "mode": ("'r'", "'w'"),
    "pattern regex regexp": ("'a+'", "'(a)|b'"),
    "level": ("'INFO'",),
    "auth authorization": ("'Basic dXNlcjpwYXNz'", "'Bearer abc'"),
    "edges pairs graph": ("[(0, 1), (1, 2)]", "[(0, 1), (1, 2), (2, 0), (2, 3)]"),
}


PATHS = frozenset(
    {
        "path",
        "file",
        "filename",
        "filepath",
        "fname",
        "fn",
        "directory",
        "dir",
        "folder",
        "dirname",
        "root",
        "src",
        "dst",
        "source_path",
        "dest",
        "target",
    }
)


def is_path_word(name: str) -> bool:
    """Whether a parameter's name says that it is a path."""
    plain = name.strip("_").lower()
    return plain in PATHS or plain.endswith(("path", "_file", "_dir", "filename"))


TELLING = frozenset(each for expressions in LIKELY.values() for each in expressions)


def likely(name: str) -> tuple[str, ...]:
    """Expressions that a name suggests: of a parameter, or of a class such as `RequestURL`."""
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)
    for word in [each.lower() for each in reversed(words)][:2]:
        for known, expressions in LIKELY.items():
            if word in known.split():
                return expressions
    return ()


def by_word(name: str) -> tuple[type, ...]:
    """The types that a parameter's name suggests."""
    plain = name.strip("_").lower()
    for words, types in WORDS.items():
        if plain in words.split() or any(part in words.split() for part in plain.split("_")[-1:]):
            return types
    return (bool,) if plain.startswith(("is_", "has_", "use_", "allow_", "no_")) else ()
