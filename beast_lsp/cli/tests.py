"""`beast-lsp tests`: tests for modules, functions and classes, from the shell."""

import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import click

from beast_lsp.cli.project import project_folder
from beast_lsp.cli.tests_score import score as _score
from beast_lsp.errors import BeastError, SandboxMissing

if TYPE_CHECKING:
    from beast_lsp.features.untested_run import Running
    from beast_lsp.features.written_files import WrittenFolder
    from beast_lsp.router.testing import Stage, WantedTests, WrittenTests

FAILED, STOPPED = 1, 130


@click.command("tests")
@click.argument("place", required=False, default=".", metavar="[PATH[::NAME]]")
@click.option("--write", "is_written", is_flag=True, help="Write the file; without it, it is printed.")
@click.option("--python", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="PROGRAM", help="The "
              "Python that runs the code; without it, the project's .venv or venv, or the active one.")  # fmt: skip
@click.option("--framework", type=click.Choice(["pytest", "unittest"]), help="Without it, what the project uses.")
@click.option("--seconds", type=click.FloatRange(10, 3600), help="What a module may take, in seconds.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line and module.")
@click.option("--unconfined", is_flag=True, help="Run the code even where this system gives no limits to it.")
@click.option("--untested", "is_untested", is_flag=True, help="List the functions that no test reaches.")
@click.option("--run", "is_run", is_flag=True, help="With --untested, run the project's tests to see it.")
@click.option("--score", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE", help="Score a "
              "test file instead, and name the next tests to write.")  # fmt: skip
@click.option("--module", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE", help="With "
              "--score, the module that it tests; without it, the one it imports.")  # fmt: skip
@click.option("--root", type=click.Path(exists=True, file_okay=False, path_type=Path), help="The folder of the "
              "project; without it, the repository around the file, or what looks like a project.")  # fmt: skip
def command(  # noqa: PLR0913, PLR0917 - one argument for each option.
    place: str,
    is_written: bool,
    python: Path | None,
    framework: str | None,
    seconds: float | None,
    as_json: bool,
    unconfined: bool,
    is_untested: bool,
    is_run: bool,
    score: Path | None,
    module: Path | None,
    root: Path | None,
) -> None:
    """Write tests that are proven to run and to add something.

    They pass under five hash seeds and in any order, and each runs code or notices a change that the others don't.
    PATH is a module, or a folder, all of whose modules are done one after the other. NAME is a function, a class, or a
    method such as Shop.total. It runs the project's code, confined: no network, and writes only to a temporary folder.

    \b
        beast-lsp tests src/shop.py
        beast-lsp tests src/shop.py::Shop.total --write
        beast-lsp tests --untested --run
        beast-lsp tests --score tests/test_shop.py

    With --score, 100 is best: 50 are for changes of the code that the tests notice, 20 for the branches they run, 15
    for the strength of what they assert, and 15 for passing in each of five runs with other hash seeds and orders.

    \b
    Exit codes:  0  written, or printed
                 1  there are no tests, for a reason that is told
                 2  wrong usage
               130  stopped by Ctrl-C
    """
    try:
        if is_untested:
            _untested(place, root, _running(python, seconds, unconfined) if is_run else None, as_json=as_json)
            return
        if score is not None:
            _score(score, root, module, python, seconds, is_unconfined=unconfined, as_json=as_json)
            return
        run = _Run(as_json, is_written)
        run.all(*_asked(place, root, _order(framework, python, seconds, unconfined)))
    except BeastError as problem:
        click.echo(f"Error: {problem}", err=True)
        sys.exit(FAILED)
    except KeyboardInterrupt:
        click.echo("Stopped.", err=True)
        sys.exit(STOPPED)
    sys.exit(0 if run.written else FAILED)


def _order(framework: str | None, python: Path | None, seconds: float | None, unconfined: bool) -> "WantedTests":
    from beast_lsp.features.test_writing import LIMIT  # noqa: PLC0415 - `--help` needs none of it.
    from beast_lsp.router.testing import WantedTests  # noqa: PLC0415

    interpreter = python.absolute() if python is not None else None
    return WantedTests((), framework or "", interpreter, seconds or LIMIT.default, unconfined)


def _asked(place: str, root: Path | None, order: "WantedTests") -> "tuple[WrittenFolder, list[str], WantedTests]":
    """The project, its modules that are meant, and the order for each."""
    from dataclasses import replace  # noqa: PLC0415 - as above.

    from beast_lsp import settings  # noqa: PLC0415
    from beast_lsp.features.test_writing import LIMIT  # noqa: PLC0415
    from beast_lsp.features.written_files import WrittenFolder  # noqa: PLC0415

    text, _, name = place.partition("::")
    path = _existing(text)
    if name and path.is_dir():
        raise click.BadParameter(f"{text} is a folder: only a module has a {name}.", param_hint="PATH")
    folder = project_folder(root, path)
    within = _relative(folder, path)
    found = settings.load(folder)
    project = WrittenFolder(folder, found.config, found.endpoints)
    modules = project.modules(within) if path.is_dir() else [within]
    if not modules:
        raise BeastError(f"{text} has no module that tests can be written for.")
    is_default = order.seconds == LIMIT.default
    seconds = found.config[LIMIT] if is_default else order.seconds
    return project, modules, replace(order, names=(name,) if name else (), seconds=seconds)


def _existing(text: str) -> Path:
    path = Path(text)
    if not path.exists():
        raise click.BadParameter(f"there is no {text}.", param_hint="PATH")
    return path


def _relative(folder: Path, path: Path) -> str:
    resolved = path.resolve()
    if not resolved.is_relative_to(folder):
        raise click.BadParameter(f"{path} lies outside of {folder}.", param_hint="PATH")
    relative = resolved.relative_to(folder).as_posix()
    return "" if relative == "." else relative


@dataclass
class _Run:
    """Modules one after the other, and what came of them."""

    as_json: bool
    is_written: bool
    written: "list[WrittenTests]" = field(default_factory=list)

    def all(self, project: "WrittenFolder", modules: list[str], order: "WantedTests") -> None:
        """Does every module. A refusal of one stops no other; that nothing confines the code stops them all."""
        from beast_lsp.cli.tests_report import total  # noqa: PLC0415 - as above.

        for module in modules:
            self._one(project, module, order)
        if len(modules) > 1:
            click.echo(total(self.written, len(modules)), err=True)

    def _one(self, project: "WrittenFolder", module: str, order: "WantedTests") -> None:
        from dataclasses import replace  # noqa: PLC0415 - as above.

        from beast_lsp.cli.progress import steps  # noqa: PLC0415
        from beast_lsp.cli.tests_report import as_json, refused, report  # noqa: PLC0415

        try:
            with steps() as progress:

                def tell(stage: "Stage") -> None:
                    progress(stage.phase, stage.percent, 100)

                written = project.write(module, replace(order, tell=tell))
            if self.is_written:
                project.apply(written)
        except SandboxMissing as missing:
            raise BeastError(str(missing), hint="`--unconfined` runs it all the same.") from missing
        except BeastError as problem:
            click.echo(refused(module, problem) if self.as_json else _told(module, str(problem)), err=not self.as_json)
            return
        self.written.append(written)
        if self.as_json:
            click.echo(as_json(module, written, is_written=self.is_written))
        elif not self.is_written:
            click.echo(written.text, nl=False)
        for line in report(written) if not self.as_json else ():
            click.echo(line, err=True)


def _told(module: str, problem: str) -> str:
    return problem if module in problem else f"{module}: {problem}"


def _running(python: Path | None, seconds: float | None, unconfined: bool) -> "Running":
    from beast_lsp.features.untested_run import SECONDS, Running  # noqa: PLC0415 - as above.

    return Running(python.absolute() if python is not None else None, seconds or SECONDS, unconfined)


def _untested(place: str, root: Path | None, running: "Running | None", *, as_json: bool) -> None:
    """Lists what no test reaches: by running the tests, or by what reports and names say."""
    from beast_lsp import settings  # noqa: PLC0415 - as above.
    from beast_lsp.cli.progress import steps  # noqa: PLC0415
    from beast_lsp.cli.tests_report import untested_json, untested_lines  # noqa: PLC0415
    from beast_lsp.features.untested import survey  # noqa: PLC0415
    from beast_lsp.features.untested_run import survey_by_run  # noqa: PLC0415
    from beast_lsp.store.index.options import IndexOptions  # noqa: PLC0415

    path = _existing(place)
    folder = project_folder(root, path)
    within = _relative(folder, path)
    options = IndexOptions.of(settings.load(folder).config)
    if running is not None:
        found = survey_by_run(folder, [within], options, running)
    else:
        with steps() as progress:
            found = survey(folder, [within], options, lambda done, count: progress("looking at the code", done, count))
    for line in untested_json(found) if as_json else untested_lines(found):
        click.echo(line)
    for note in found.notes:
        click.secho(f"! {note}", fg="yellow", err=True)
