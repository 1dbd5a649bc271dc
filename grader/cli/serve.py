"""`kata serve`: the page to practise on."""

from __future__ import annotations

import importlib.util

import click

from grader.cli import console, options
from grader.errors import UsageError
from grader.model import ConfinementMode


@click.command()
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, metavar="N", help="Where to listen; by default what is free."
)
@click.option("--open", "opens", is_flag=True, help="Open it in your browser.")
@options.confinement
def serve(*, port: int, opens: bool, confinement: str) -> int:
    """Practise on a page in your browser; it is served to this machine only."""
    missing = [name for name in ("nicegui", "latex2mathml") if importlib.util.find_spec(name) is None]
    if missing:
        raise UsageError(f"The page needs {' and '.join(missing)}.", 'Install it: `pip install "mlkata[web]"`.')
    from grader.screen.web.server import serve as run

    def tell(address: str) -> None:
        console.say(f"Practise at {address}")
        console.say("Whoever has this address can use the page; it is of no use to another machine. Ctrl-C ends it.")
        console.flush()
        if opens:
            import webbrowser

            webbrowser.open(address)

    catalog = options.open_catalog()
    with options.open_history() as history:
        run(catalog, history, port, ConfinementMode(confinement), tell)
    return 0
