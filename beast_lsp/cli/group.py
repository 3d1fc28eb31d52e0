"""The commands, each in a module of its own that is imported only when it is asked for."""

from importlib import import_module
from typing import Any

import click

from beast_lsp import __version__
from beast_lsp.errors import BeastError

# In the order in which a newcomer meets them; `beast_lsp.cli.NAME` holds the click command `command`.
NAMES = (
    "serve", "demo", "profile", "check", "refactor", "tests", "docs", "explain", "bench", "feedback", "models", "train",
    "doctor",
)  # fmt: skip
# Modules that are not called as their command is: `cli.docs` writes this project's own texts.
_MODULES = {"docs": "documentation", "explain": "explaining"}


class LazyCommands(click.Group):
    """A group that imports the module of a command at its first use."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every name, in the order of `NAMES`."""
        return list(NAMES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name; None where there is none."""
        if cmd_name not in NAMES:
            return None
        command: click.Command = import_module(f"beast_lsp.cli.{_MODULES.get(cmd_name, cmd_name)}").command
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the command; an error that is ours ends it with one sentence and exit code 1, not a traceback."""
        try:
            return super().invoke(ctx)
        except BeastError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=LazyCommands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, "-V", "--version", prog_name="beast-lsp", message="%(prog)s %(version)s")
def commands() -> None:
    """A language server that writes code the way your workspace writes it.

    It runs on your machine with no account, no network and no GPU, and learns from what you keep.

    Without a command, beast-lsp serves an editor over standard input and output: that is what an editor
    starts, and a terminal shows nothing. To see it at work, stand in a folder of your own code and say

    \b
        beast-lsp demo

    The settings, and where they may stand, are in the README; `beast-lsp doctor` shows what is in force.

    \b
    Exit codes:  0  done
                 1  failed, or doctor or check found something
                 2  wrong usage
    """
