"""The server: on this machine's own address, behind the guard, with all it needs from this machine."""

from __future__ import annotations

import asyncio
import secrets
import socket
from contextlib import ExitStack
from typing import TYPE_CHECKING, Final

from grader.content.catalog import EXERCISES
from grader.errors import UsageError
from grader.practice.saves import Saves

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.content.catalog import Catalog
    from grader.model import ConfinementMode
    from grader.practice.history import History

_ADDRESS: Final = "127.0.0.1"
_COMMIT_S: Final = 0.3  # another program writes the standings just before it commits the attempt
_AWAY_S: Final = (
    30.0  # a tab that was not heard of for so long is drawn anew; what was typed meanwhile arrives before that
)
_PROGRESS: Final = "progress.json"


def serve(catalog: Catalog, history: History, port: int, mode: ConfinementMode, told: Callable[[str], None]) -> None:
    """Serve the page until the process is asked to end.

    Parameters
    ----------
    catalog, history : Catalog, History
        What there is, and where attempts are recorded.
    port : int
        Where to listen; 0 takes one that is free.
    mode : ConfinementMode
        How workers are confined.
    told : callable
        Told the address once it can be opened.

    Raises
    ------
    UsageError
        When the port is taken.
    """
    import uvicorn
    from fastapi import FastAPI
    from nicegui import app as pages
    from nicegui import ui

    from grader.screen.web.desk import Desk
    from grader.screen.web.guard import Guard
    from grader.screen.web.pages.exercise import ExercisePage
    from grader.screen.web.pages.mock import MockPage
    from grader.screen.web.pages.overview import exercises, today
    from grader.screen.web.pages.reading import questions, stats
    from grader.screen.web.seat import Settings
    from grader.screen.web.study import Study

    listener = _listen(port)
    secret = secrets.token_urlsafe(24)
    desk = Desk(Settings(mode, catalog.roots))
    study = Study(catalog, history, desk)
    ui.page("/")(lambda: today(study))
    ui.page("/exercises")(lambda: exercises(study))

    @ui.page("/exercises/{slug}")
    async def exercise(slug: str) -> None:
        await ExercisePage(study, slug).draw()

    @ui.page("/mock")
    async def mock() -> None:
        await MockPage(study).draw()

    ui.page("/questions")(lambda: questions(study))
    ui.page("/stats")(lambda: stats(study))

    # Quasar's bar of loading files tells a learner nothing, and has no name that a screen reader could say.
    pages.config.quasar_config["loadingBar"] = {"skipHijack": True}
    app = FastAPI(openapi_url=None)
    ui.run_with(
        app,
        title="kata",
        mount_path=f"/{secret}",
        tailwind=False,
        show_welcome_message=False,
        language="en-US",
        gzip_middleware_factory=None,
        reconnect_timeout=_AWAY_S,
    )
    # Nothing is compressed: between two programs of one machine that only takes time.
    config = uvicorn.Config(
        Guard(app, secret), log_level="warning", access_log=False, server_header=False, ws_per_message_deflate=False
    )
    stubs = {one.stub_path: one.slug for one in catalog.exercises}

    async def run() -> None:
        loop = asyncio.get_running_loop()
        with ExitStack() as stack:
            stack.callback(desk.close)
            for root in catalog.roots:
                mine = {path: slug for path, slug in stubs.items() if path.is_relative_to(root)}
                stack.enter_context(Saves(root / EXERCISES, mine, lambda slug: _later(loop, study.saved, slug)))
            stack.enter_context(
                Saves(
                    history.folder,
                    {history.folder / _PROGRESS: "x"},
                    lambda _: _later(loop, loop.call_later, _COMMIT_S, study.recorded.emit),
                )
            )
            told(f"http://{_ADDRESS}:{listener.getsockname()[1]}/{secret}/")
            await uvicorn.Server(config).serve(sockets=[listener])

    asyncio.run(run())


def _later(loop: asyncio.AbstractEventLoop, does: Callable[..., object], *values: object) -> None:
    loop.call_soon_threadsafe(does, *values)


def _listen(port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((_ADDRESS, port))
    except OSError as error:
        listener.close()
        raise UsageError(f"Port {port} cannot be used ({error.strerror}).", "Name another with --port.") from None
    listener.listen()
    return listener
