"""`python tests/support/killed_host.py N ARGUMENT…`: run `kata ARGUMENT…` and kill it with SIGKILL at its Nth step.

A step is whatever the host does with a worker or with the history.  The parent process, which is this file as well,
adopts all that the killed host leaves behind, and says on its last line how many steps there were and what did not end.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_SET_CHILD_SUBREAPER: Final = 36
_PATIENCE_S: Final = 10.0


def host(last: int, arguments: list[str]) -> None:
    """Run the command in this process, and end it at a step."""
    from grader.practice.history import History
    from grader.sandbox.pool import Sandbox
    from grader.sandbox.process import WorkerProcess
    from grader.worker.wire import Channel

    steps = 0

    def counted(method: Callable[..., Any]) -> Callable[..., Any]:
        def step(*args: Any, **kwargs: Any) -> Any:
            nonlocal steps
            steps += 1
            if steps == last:
                os.kill(os.getpid(), signal.SIGKILL)
            return method(*args, **kwargs)

        return step

    for kind, names in (
        (Channel, ("send", "receive")),
        (Sandbox, ("warm", "order", "start", "close")),
        (WorkerProcess, ("end",)),
        (History, ("record",)),
    ):
        for name in names:
            setattr(kind, name, counted(getattr(kind, name)))
    from grader.cli import run

    sys.argv = ["kata", *arguments]
    try:
        run()
    finally:
        print(f"steps {steps}", file=sys.stderr)


def main() -> None:
    """Start the host, wait for its end and for that of everything it started."""
    ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    done = subprocess.run(
        [sys.executable, __file__, "--host", *sys.argv[1:]], capture_output=True, text=True, check=False
    )
    deadline = time.monotonic() + _PATIENCE_S
    left = "nothing left"
    while True:
        try:
            pid, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            break
        if not pid and time.monotonic() > deadline:
            left = "processes left"
            break
        if not pid:
            time.sleep(0.005)
    told = done.stderr.strip().splitlines()
    steps = told[-1].removeprefix("steps ") if told and told[-1].startswith("steps ") else "killed"
    print(f"{done.returncode}|{steps}|{left}")


if __name__ == "__main__":
    if sys.argv[1] == "--host":
        host(int(sys.argv[2]), sys.argv[3:])
    else:
        main()
