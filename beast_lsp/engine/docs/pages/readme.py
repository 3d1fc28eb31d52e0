"""A README's parts from what is there: manifests, commands' help, examples that exist. Nothing is made up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from beast_lsp.engine.docs.pages.marks import Part
from beast_lsp.engine.docs.pages.project import Project

_LARGEST_EXAMPLE = 40  # lines.


@dataclass(frozen=True, slots=True)
class Example:
    """Code that shows how the project is used, as it stands in a file at a line (from 0 on)."""

    code: str
    language: str
    path: str
    line: int

    @property
    def is_short(self) -> bool:
        """Whether it fits into a README."""
        return self.code.count("\n") < _LARGEST_EXAMPLE


@dataclass(frozen=True, slots=True)
class Readme:
    """What the README is made of. `help` is what each command printed, `folders` what each folder at the top holds."""

    project: Project
    help: Mapping[str, str] = field(default_factory=dict)
    example: Example | None = None
    folders: Mapping[str, str] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)

    def parts(self) -> list[Part]:
        """The parts, without those that nothing is known for."""
        made = [
            ("title", self._title()),
            ("install", self._install()),
            ("usage", self._usage()),
            ("commands", self._commands()),
            ("tests", _shell("Tests", self.project.tests)),
            ("layout", self._layout()),
            ("documentation", _listed("Documentation", [f"[{name}]({path})" for name, path in self.links.items()])),
            ("license", self._license()),
        ]
        return [Part(name, text) for name, text in made if text]

    def _title(self) -> str:
        project = self.project
        lines = [f"# {project.name}"] if project.name else []
        lines += [project.description] if project.description else []
        facts = [f"Version {project.version}."] if project.version else []
        facts += [f"Runs on {project.needs}."] if project.needs else []
        return "\n\n".join([*lines, *([" ".join(facts)] if facts else [])])

    def _install(self) -> str:
        extras = self.project.extras
        known = f"\n\nOptional parts: {', '.join(f'`{one}`' for one in extras)}." if extras else ""
        text = _shell("Installation", self.project.install)
        return text + known if text else ""

    def _usage(self) -> str:
        one = self.example
        if one is None:
            return ""
        place = f"From [{one.path}]({one.path.replace(' ', '%20')}#L{one.line + 1}):"
        return f"## Usage\n\n{place}\n\n```{one.language}\n{one.code}\n```"

    def _commands(self) -> str:
        blocks = []
        for name in self.project.commands:
            shown = self.help.get(name, "").strip("\n")
            block = f"```console\n$ {name} --help\n{shown}\n```"
            blocks.append(f"`{name}`\n\n{block}" if shown else f"`{name}`")
        return "\n\n".join(["## Commands", *blocks]) if blocks else ""

    def _layout(self) -> str:
        rows = [f"| `{name}/` | {told.replace('|', chr(92) + '|')} |" for name, told in self.folders.items()]
        return "\n".join(["## Layout", "", "| | |", "|---|---|", *rows]) if rows else ""

    def _license(self) -> str:
        project = self.project
        file = f"[{project.license_file}]({project.license_file})" if project.license_file else ""
        if not project.license and not file:
            return ""
        said = (
            f"{project.license}; see {file}."
            if project.license and file
            else f"See {file}."
            if file
            else f"{project.license}."
        )
        return f"## License\n\n{said}"


def _shell(title: str, commands: Sequence[str]) -> str:
    text = "\n".join(commands)
    return f"## {title}\n\n```shell\n{text}\n```" if commands else ""


def _listed(title: str, rows: Sequence[str]) -> str:
    return "\n".join([f"## {title}", "", *(f"- {row}" for row in rows)]) if rows else ""
