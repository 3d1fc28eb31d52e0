"""`beast-lsp doctor`: what is installed, where things are, and whether an editor would get answers.

Each check yields findings and never raises: what is wrong is the finding. The database is looked at before a
server starts, because a server sets a broken one aside.
"""

import platform
import re
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module, metadata
from pathlib import Path
from typing import Literal

import click

from beast_lsp import __version__, paths, settings
from beast_lsp.cli.declared import server_modules
from beast_lsp.config import Config, options
from beast_lsp.errors import BeastError, EndpointError, ModelError, SettingError

State = Literal["good", "note", "broken"]
_MARKS: dict[State, str] = {"good": "  ", "note": "! ", "broken": "X "}
_COLOURS: dict[State, str | None] = {"good": None, "note": "yellow", "broken": "red"}
_MEGABYTE = 1_000_000
# Below this much free space, the next index or database write is likely to fail.
_LITTLE_SPACE = 200 * _MEGABYTE
_START_SECONDS = 60.0
_LOG_TAIL = 200_000  # bytes of the log that are looked through.


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: `name` and `value` for the reader; `broken` makes the doctor fail, a `note` doesn't."""

    name: str
    value: str
    state: State = "good"


@click.command("doctor")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path), default=".")
def command(folder: Path) -> None:
    """Show what is installed and in force, and what is broken.

    Versions, paths, settings, the database, the models, what an editor would see, and the log.

    FOLDER is the workspace whose settings count (the current one). A line that starts with X is broken and
    makes the exit code 1; one that starts with ! is worth knowing.
    """
    broken = 0
    for title, check in sections(folder.resolve()):
        click.secho(title, bold=True)
        for finding in check():
            broken += finding.state == "broken"
            click.secho(f"{_MARKS[finding.state]}{finding.name:<18} {finding.value}", fg=_COLOURS[finding.state])
    click.echo(f"\n{broken} broken" if broken else "\nEverything works.")
    sys.exit(1 if broken else 0)


def sections(folder: Path) -> tuple[tuple[str, Callable[[], Iterable[Finding]]], ...]:
    """The checks for a workspace folder, in their order, each with its title."""
    return (
        ("Versions", versions),
        ("Files", places),
        ("Settings", lambda: settings_in_force(folder)),
        ("Database", lambda: database(paths.data_folder())),
        ("Models", lambda: models(paths.models_folder(), settings.load(folder).config)),
        ("What an editor sees", editor_view),
        ("Log", lambda: log(paths.log_file())),
    )


def versions() -> Iterator[Finding]:
    """The program, Python, every package that the program needs, and whether its modules load."""
    yield Finding("beast-lsp", f"{__version__} at {Path(__file__).parent.parent}")
    yield Finding("Python", f"{platform.python_version()} at {sys.executable}")
    yield Finding("System", platform.platform())
    script = shutil.which("beast-lsp")
    yield (
        Finding("On the PATH", script)
        if script
        else Finding("On the PATH", "no: give your editor the full path of beast-lsp", "note")
    )
    yield from _packages()
    yield from _unloadable()


def _packages() -> Iterator[Finding]:
    try:
        needed = metadata.requires("beast-lsp") or []
    except metadata.PackageNotFoundError:
        yield Finding("Packages", "unknown: beast-lsp runs from a folder and is not installed", "note")
        return
    installed = []
    for requirement in needed:
        name, _, condition = requirement.partition(";")
        name = re.split(r"[^A-Za-z0-9._-]", name, maxsplit=1)[0]
        try:
            installed.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            if "extra" not in condition:
                yield Finding(name, "is needed and not installed", "broken")
    yield Finding("Packages", ", ".join(installed))


def _unloadable() -> Iterator[Finding]:
    for name in server_modules():
        try:
            import_module(name)
        except Exception as error:
            # Whatever a broken package raises is the finding.
            yield Finding(name, f"can't be loaded: {error}", "broken")


def places() -> Iterator[Finding]:
    """Where things are, and whether they can be written."""
    yield _settings_file("Your settings", paths.config_file())
    for name, place in (
        ("Data", paths.data_folder()),
        ("Cache", paths.cache_folder()),
        ("Log", paths.log_file().parent),
    ):
        yield _writable(name, place)


def _settings_file(name: str, path: Path) -> Finding:
    return Finding(name, str(path) if path.is_file() else f"{path} (there is none)")


def _writable(name: str, folder: Path) -> Finding:
    existing = next((each for each in (folder, *folder.parents) if each.exists()), folder)
    try:
        free = shutil.disk_usage(existing).free
        # Asking for permission isn't enough: a disk that is mounted read-only grants it to root.
        if folder.is_dir():
            probe = folder / ".doctor"
            probe.write_bytes(b"")
            probe.unlink()
    except OSError as error:
        return Finding(name, f"{folder} can't be written: {error.strerror}", "broken")
    if not existing.is_dir():
        return Finding(name, f"{folder} can't be made: {existing} is a file", "broken")
    if free < _LITTLE_SPACE:
        return Finding(name, f"{folder} has only {free // _MEGABYTE} MB left", "note")
    return Finding(name, str(folder))


def settings_in_force(folder: Path) -> Iterator[Finding]:
    """What differs from the defaults for this folder, the endpoints, and every setting that can't be used."""
    # A module that can't load is reported once, above; the settings of the others are still worth seeing.
    list(_unloadable())
    found = settings.load(folder)
    yield _settings_file("Workspace", folder / settings.WORKSPACE_FILE)
    for each in options():
        if not each.owner_only and found.config[each] != each.default:
            yield Finding(each.key, f"{found.config[each]!r} (default {each.default!r})")
    yield from _endpoints(found, folder)
    yield from (Finding("Not used", str(problem), "broken") for problem in _sentences(found.problems))


def _endpoints(found: settings.Settings, folder: Path) -> Iterator[Finding]:
    allowed = found.endpoints.allowed(folder)
    if not found.endpoints.by_name:
        yield Finding("Endpoints", "none: no code leaves this machine")
    for endpoint in found.endpoints.by_name.values():
        where = "this machine" if endpoint.is_local else "over the network"
        consent = "may see this folder" if endpoint in allowed else "may not see this folder: there is no consent"
        try:
            endpoint.key()
            yield Finding(endpoint.name, f"{endpoint.url} ({where}), {consent}")
        except EndpointError as error:
            yield Finding(endpoint.name, str(error), "broken")


def _sentences(problems: Iterable[SettingError]) -> list[str]:
    return list(dict.fromkeys(map(str, problems)))


def database(folder: Path) -> Iterator[Finding]:
    """Every database file in the data folder: its size, and whether SQLite finds it whole."""
    found = sorted(each for each in folder.glob("*.db*") if not each.name.endswith(("-wal", "-shm")))
    if not found:
        yield Finding("Database", "none yet: it is made when an editor first starts the server")
    for path in found:
        size = f"{path.stat().st_size / _MEGABYTE:.1f} MB"
        if path.suffix != ".db":
            yield Finding(path.name, f"{size}, was set aside as broken: delete it if you don't miss it", "note")
        elif problem := _damage(path):
            yield Finding(path.name, f"{problem}: the next server will set it aside", "broken")
        else:
            yield Finding(path.name, f"{path}, {size}, whole")


def _damage(path: Path) -> str:
    """What is wrong with a database; empty if nothing is."""
    import sqlite3  # noqa: PLC0415 - `--help` needs no database.

    try:
        connection = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
        try:
            answer = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
        finally:
            connection.close()
    except sqlite3.Error as error:
        return str(error)
    return "" if answer == "ok" else answer


def models(folder: Path, config: Config | None = None) -> Iterator[Finding]:
    """The models that ship, and whether the completion model is used with these settings on this machine."""
    try:
        # What it needs may be what is broken.
        from beast_lsp.cli.models import COMPLETION, shipped, uses  # noqa: PLC0415

        found = list(shipped(folder))
    except (ImportError, ModelError) as error:
        yield Finding("Models", str(error), "broken")
        return
    used = uses(found, config or Config())
    for one in found:
        if one.problem:
            yield Finding(one.name, one.problem, "broken")
        elif one.file == COMPLETION and used[one.file] != "yes":
            yield Finding(one.name, f"{one.size}, {one.facts}; not used{used[one.file].removeprefix('no')}", "note")
        else:
            yield Finding(one.name, f"{one.size}, {one.facts}")
    if COMPLETION not in used:
        yield Finding("completion", "none ships with this installation: the workspace model suggests alone")


def editor_view() -> Iterator[Finding]:
    """Starts a server as an editor would, without a folder, and asks it how it is."""
    from beast_lsp.replay.client import Client  # noqa: PLC0415 - `--help` starts no server.
    from beast_lsp.replay.server import own_server, wait_until_ready  # noqa: PLC0415

    own = own_server(paths.data_folder())
    # The user's own files count here, unlike in a replay.
    environment = {name: value for name, value in own.environment.items() if name != "BEAST_LSP_HOME"}
    try:
        with Client(own.command, environment) as client:
            client.initialize(None, _START_SECONDS)
            milliseconds = (time.perf_counter() - client.started) * 1000
            yield Finding("Start", f"initialize is answered {milliseconds:.0f} ms after the start of the process")
            yield Finding("Offers", ", ".join(sorted(client.capabilities)))
            seconds = wait_until_ready(client, _START_SECONDS)
            status = client.request("workspace/executeCommand", {"command": "beast.status", "arguments": []}).result
            parts = [name if state == "ready" else f"{name} ({state})" for name, state in status["parts"].items()]
            yield Finding("Parts", f"{', '.join(parts)}: ready {seconds:.1f} s later")
    except BeastError as error:
        yield Finding("Server", str(error), "broken")


def log(path: Path) -> Iterator[Finding]:
    """The newest error in the log."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - _LOG_TAIL))
            lines = file.read().decode("utf-8", "replace").splitlines()
    except OSError:
        yield Finding("Log", "none yet")
        return
    yield Finding("Log", str(path))
    errors = [line for line in lines if " ERROR " in line]
    if errors:
        yield Finding("Newest error", errors[-1][:300], "note")
