"""What the server and its child processes tell each other, as JSON.

The child gets one object on its standard input, a `Brief` or a `JudgeBrief`, and appends one JSON object a line to the
file that is named in it (`outbox`): the code that it runs may print. Code travels as source text: an expression or a
statement of Python, which stands in the test file as it was run. What comes back is as trustworthy as the code that was
run, so the server looks at it as it would at any input from outside.
"""

from __future__ import annotations

from typing import Literal, TypedDict

Kind = Literal["function", "method", "classmethod", "staticmethod", "property", "constructor", "entry"]
ParameterKind = Literal["positional-only", "plain", "var-positional", "keyword-only", "var-keyword"]


class Parameter(TypedDict):
    """One parameter without `self` or `cls`. `annotation` and `default` are source, "" where there is none.

    `seeds` are expressions that callers, tests, examples or comparisons suggest, the likeliest first.
    """

    name: str
    kind: ParameterKind
    annotation: str
    default: str
    seeds: list[str]


class Sketch(TypedDict):
    """A call as somebody wrote it: statements before it, the call, and the fixtures of the project that it uses."""

    arrange: list[str]
    act: str
    fixtures: list[str]


class Target(TypedDict):
    """A callable to be tested. `name` is its qualified name within the module; lines count from 1, both inclusive.

    An "entry" is called through a framework: by its sketches alone.
    """

    name: str
    kind: Kind
    is_async: bool
    is_generator: bool
    line: int
    end_line: int
    parameters: list[Parameter]
    sketches: list[Sketch]


class Fixture(TypedDict):
    """A fixture of the project's conftest: its name, the type it gives as source ("" unknown), and where it is."""

    name: str
    type: str
    file: str


class Brief(TypedDict):
    """What the recorder is to do.

    `path` goes in front of `sys.path`. `imports` maps names that seeds and sketches use to the statement that brings
    each. `literals` are expressions of the module's own constants and of what it compares with. `scratch` is a folder
    that may be written to. `skip` are targets that ended an earlier child. `seconds` is for everything but start-up.
    """

    folder: str
    path: list[str]
    module: str
    file: str
    targets: list[Target]
    imports: dict[str, str]
    literals: list[str]
    fixtures: list[Fixture]
    scratch: str
    outbox: str
    seconds: float
    seed: int
    skip: list[str]


class Check(TypedDict):
    """One thing that is asserted, as an expression that is true (`result == 3`), and what kind of an oracle it is.

    Kinds: "equal", "identity" (is None, is True, is the receiver), "close" (floats, through the framework), "type",
    "attribute" (of the result, or of an object that the call changed), "items" (of an iterator), "output" (what was
    printed), "file" (what was written), "property" (round trip, idempotence: `text` holds for all values of `given`).
    """

    kind: str
    text: str


class Raised(TypedDict):
    """The exception that a call ends with: its type as the test can name it, and its message ("" where it varies)."""

    type: str
    message: str


class Fake(TypedDict):
    """Something replaced at the boundary: the dotted path to patch, the expression in its place, and what it is."""

    path: str
    value: str
    what: str


class Case(TypedDict):
    """One recorded behaviour, whose statements have been run as they stand here.

    `act` is an expression without `await`; its value is `result`. `imports` are the names that the text uses, each with
    the statement that brings it. `needs` are fixtures, `tmp_path`, `capsys` and the like included. `given` maps the
    variables of a property to Hypothesis strategies, empty for an example. `suspicion` is a sentence where what is
    pinned looks like a bug. `lines` and `arcs` (pairs of lines) are what it ran of the module.
    """

    target: str
    arrange: list[str]
    act: str
    is_async: bool
    checks: list[Check]
    raises: Raised | None
    imports: dict[str, str]
    needs: list[str]
    fakes: list[Fake]
    given: dict[str, str]
    suspicion: str
    lines: list[int]
    arcs: list[tuple[int, int]]


class RecorderEvent(TypedDict, total=False):
    """A line of the recorder's outbox.

    `event` is "started" (of `target`), "case" (with `case`), "note" (with `text`: something the user should know, such
    as a target that can't be built and why), "progress" (with `done` of `total` targets and `covered`, from 0 to 1),
    "failed" (with `text`: the module can't be imported) or "done".
    """

    event: str
    target: str
    case: Case
    text: str
    done: int
    total: int
    covered: float


class JudgeBrief(TypedDict):
    """Which tests are judged: the file `tests`, against the module in `file`.

    `framework` is "pytest" or "unittest". The hash seed is the process's own; `order` is the seed of the tests' order
    (0: as they stand). `mutants` is how many mutants are tried at most (0: none, and no coverage either), drawn by
    `seed`; `names` limits mutants and coverage to some qualified names (empty: the whole module).
    """

    folder: str
    path: list[str]
    module: str
    file: str
    tests: str
    framework: str
    order: int
    mutants: int
    names: list[str]
    scratch: str
    outbox: str
    seconds: float
    seed: int


class TestVerdict(TypedDict):
    """What became of one test: `outcome` is "passed", "failed", "error", "skipped" or "unrun"; `kills` are mutants.

    `assertions` counts what it asserts, and `strength` (0 to 1) says how much a value has to fit to pass.
    """

    name: str
    outcome: str
    message: str
    seconds: float
    lines: list[int]
    arcs: list[tuple[int, int]]
    kills: list[int]
    assertions: int
    strength: float


class MutantVerdict(TypedDict):
    """One change of the code: `before` became `after` on a line.

    `status` is "killed", "survived", "timeout" or "unreached".
    """

    id: int
    line: int
    operator: str
    before: str
    after: str
    status: str
    function: str


class Judgement(TypedDict):
    """The line of the judge's outbox. `lines` and `arcs` are all that could be run; both are empty without coverage.

    `problem` says why nothing could be judged, such as a test file that can't be imported; "" where it could.
    """

    tests: list[TestVerdict]
    mutants: list[MutantVerdict]
    lines: list[int]
    arcs: list[tuple[int, int]]
    problem: str


class SurveyBrief(TypedDict):
    """The project in `folder`, whose own tests are run by `framework` to see which functions they enter."""

    folder: str
    path: list[str]
    framework: str
    scratch: str
    outbox: str


class SurveyEvent(TypedDict, total=False):
    """A line of the survey's outbox.

    `event` is "entered" (with a relative `file` and the first `lines` of the functions that were entered, from 1) or
    "done" (with how many `tests` ran, and a `problem`, "" without one).
    """

    event: str
    file: str
    lines: list[int]
    tests: int
    problem: str
