"""The errors that the server raises, each with a hint for the user.

The tree::

    BeastError
    ├── SettingError         a setting that cannot be used; names its key
    ├── StoreError           the database cannot be opened, read or written
    ├── HistoryError         git is missing, or can't tell a folder's history
    ├── CoverageError        a coverage report that cannot be read
    ├── ModelError           a bundled model file is missing, truncated or of another version
    ├── EndpointError        the owner's endpoint refused, failed or timed out
    │   └── ConsentError     the owner has not allowed this endpoint for this folder
    ├── RefactoringRefused   the refactoring could change what the code does; the hint says what would work
    ├── SandboxMissing       this system gives no limits to what would be run
    ├── TestsRefused         no tests can be written; the hint says what would help
    ├── PositionError        a position or a range that lies outside the document
    └── CancelledRequest     the client, or a newer request, withdrew this one
"""


class BeastError(Exception):
    """An error whose text may be shown: what went wrong, and in `hint` what to do next."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint

    def __str__(self) -> str:
        text = super().__str__()
        return f"{text} {self.hint}" if self.hint else text


class SettingError(BeastError):
    """A setting that cannot be used."""

    def __init__(self, key: str, message: str, *, hint: str = "") -> None:
        super().__init__(f"{key}: {message}", hint=hint)
        self.key = key


class StoreError(BeastError):
    """The database cannot be opened, read or written."""


class HistoryError(BeastError):
    """Git is missing, or can't tell a folder's history."""


class CoverageError(BeastError):
    """A coverage report that cannot be read: of another format, broken, or refused."""


class ModelError(BeastError):
    """A bundled model file is missing, truncated, of a wrong hash or of another version."""


class EndpointError(BeastError):
    """The owner's endpoint refused, failed or did not answer in time."""


class ConsentError(EndpointError):
    """The owner has not allowed this endpoint for this folder."""


class RefactoringRefused(BeastError):  # noqa: N818 - a refusal is an outcome, not a failure.
    """A refactoring that could change what the code does, or whose precondition fails; `hint` says what would work."""


class TestsRefused(BeastError):  # noqa: N818 - as above.
    """No tests can be written here: nothing to test, the module can't be imported, or another run is under way."""

    __test__ = False  # for pytest, which takes what is called so for tests.


class SandboxMissing(BeastError):  # noqa: N818 - the user is asked, and may go on without it.
    """The system gives no limits to a child process, and nobody has agreed to go on without."""


class PositionError(BeastError):
    """A position or a range that lies outside the document."""


class CancelledRequest(BeastError):  # noqa: N818 - a cancellation is an outcome, not a failure.
    """The client, or a newer request of the same kind, withdrew this one."""
