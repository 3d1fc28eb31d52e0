"""The command line: `beast-lsp` serves an editor over stdio; with a word after it, a command runs.

Editors wait for the server to start, so serving imports the server and nothing else of the command line.
"""

import sys


def main() -> None:
    """The console script. Ends with 0 (done), 1 (failed) or 2 (wrong usage)."""
    # Editors that speak several transports say --stdio; there is nothing to choose then.
    if sys.argv[1:] in ([], ["--stdio"]):
        from beast_lsp.lsp.server import run_stdio  # noqa: PLC0415 - `--help` needs no server.

        run_stdio()
    else:
        from beast_lsp.cli.group import commands  # noqa: PLC0415 - serving over stdio needs no click.

        commands()
