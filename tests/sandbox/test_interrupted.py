"""Ctrl-C, or a newer save, in the middle of a conversation with the zygote."""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from typing import TYPE_CHECKING

import pytest

from grader.model import Backend, Limits
from grader.sandbox import Sandbox
from grader.sandbox.pool import default_start_method
from grader.worker.wire import Closed

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="workers are forked from a zygote on Linux only")
_STOPS = 150


class _Stop(BaseException):
    """Stands for what Ctrl-C raises."""


@pytest.fixture
def alarm() -> Iterator[None]:
    """Let an alarm stop what runs."""

    def stop(*_: object) -> None:
        raise _Stop

    before = signal.signal(signal.SIGALRM, stop)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.usefixtures("alarm")
@pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"
)  # a connection that was just made is closed when it is collected
def test_a_stop_at_any_moment_leaves_a_sandbox_that_works() -> None:
    """Wherever a start or an end was stopped, the next worker is who it says, and ends as it is told to."""
    draw = random.Random(5)
    with Sandbox(start_method=default_start_method()) as sandbox:
        sandbox.end(sandbox.start(Backend.PYTHON, Limits()))
        for _ in range(_STOPS):
            try:
                signal.setitimer(signal.ITIMER_REAL, draw.uniform(1e-5, 0.01))
                sandbox.end(sandbox.start(Backend.PYTHON, Limits()))
                signal.setitimer(signal.ITIMER_REAL, 0)
            except _Stop:
                pass
            worker = sandbox.start(Backend.PYTHON, Limits())
            os.kill(worker.pid, signal.SIGKILL)
            with pytest.raises(Closed):
                worker.channel.receive(time.monotonic() + 10)
            assert worker.end().status == "killed by SIGKILL"
            sandbox.end(worker)
