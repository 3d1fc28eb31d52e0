"""`beast-lsp serve`: the server over stdio, TCP or WebSocket."""

import click

from beast_lsp.router.endpoints import is_loopback

Address = tuple[str, int]


def address(context: click.Context, parameter: click.Parameter, value: str | None) -> Address | None:
    """The host and the port (0: the system chooses one) of `HOST:PORT`; an IPv6 host stands in brackets.

    Raises click.BadParameter where it isn't one.
    """
    if value is None:
        return None
    host, colon, port = value.rpartition(":")
    host = host[1:-1] if host.startswith("[") and host.endswith("]") else host
    if not (colon and host and port.isascii() and port.isdigit() and int(port[:6]) <= 65535):
        raise click.BadParameter(f"{value!r} is not HOST:PORT, such as 127.0.0.1:2087.", context, parameter)
    return host, int(port)


@click.command("serve")
@click.option("--stdio", is_flag=True, help="Serve over standard input and output, which is the default.")
@click.option("--tcp", callback=address, metavar="HOST:PORT", help="Serve over TCP.")
@click.option("--ws", callback=address, metavar="HOST:PORT", help="Serve over WebSocket (extra `ws`).")
@click.option(
    "--allow-remote",
    is_flag=True,
    help="Listen on an address that other machines may reach. Whoever connects can read your code and nothing is "
    "encrypted, so without this only this machine's own addresses are accepted.",
)
def command(stdio: bool, tcp: Address | None, ws: Address | None, allow_remote: bool) -> None:
    """Serve an editor (what beast-lsp does without a command)."""
    if sum((stdio, tcp is not None, ws is not None)) > 1:
        raise click.UsageError("Choose one of --stdio, --tcp and --ws.")
    for place in (tcp, ws):
        if place and not (allow_remote or is_loopback(place[0])):
            raise click.UsageError(
                f"{place[0]} is not this machine's own address: other machines could read your code. "
                "Use 127.0.0.1, or say --allow-remote."
            )
    try:
        _serve(tcp, ws)
    except OSError as error:
        raise click.ClickException(f"The address can't be used: {error}.") from error
    except ImportError as error:
        raise click.ClickException(f"{error}. To serve WebSockets, install beast-lsp[ws].") from error


def _serve(tcp: Address | None, ws: Address | None) -> None:
    from beast_lsp.lsp import server  # noqa: PLC0415 - a usage error needs no server.

    if tcp:
        server.run_tcp(*tcp)
    elif ws:
        server.run_ws(*ws)
    else:
        server.run_stdio()
