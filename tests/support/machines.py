"""A Dask scheduler and workers, each a process of its own on loopback, as on machines of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Self

from tests.support.crowd import family

if TYPE_CHECKING:
    from pathlib import Path

START_S = 100.0


class Machines:
    """A scheduler and workers.  Use it as a context manager.

    Parameters
    ----------
    folder : Path
        For what they write.
    preload : str
        Python that each worker runs first; empty for none.
    """

    def __init__(self, folder: Path, preload: str = "") -> None:
        self._folder = folder / "machines"
        self._folder.mkdir()
        self._contact = self._folder / "scheduler.json"
        self._preload = self._folder / "preload.py"
        self._preload.write_text(preload, encoding="utf-8")
        self._processes: list[subprocess.Popen[bytes]] = []
        self.workers: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        self._start("dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._processes:
            process.kill()
        for process in self._processes:
            process.wait()

    @property
    def local(self) -> Path:
        """Folder below which workers have theirs."""
        return self._folder / "local"

    @property
    def address(self) -> str:
        """Of the scheduler, as soon as it has one."""
        deadline = time.monotonic() + START_S
        while True:
            try:
                return str(json.loads(self._contact.read_text(encoding="utf-8"))["address"])
            except (OSError, ValueError):
                assert time.monotonic() < deadline
                time.sleep(0.05)

    def join(self, threads: int = 1) -> subprocess.Popen[bytes]:
        """Start a worker, which joins when it is ready."""
        worker = self._start(
            "dask_worker", "--host", "127.0.0.1", "--no-nanny", "--no-dashboard", "--nthreads", str(threads),
            "--local-directory", str(self.local), "--preload", str(self._preload),
        )  # fmt: skip
        self.workers.append(worker)
        return worker

    def _start(self, program: str, *arguments: str) -> subprocess.Popen[bytes]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("KATA_")}
        command = [sys.executable, "-m", f"distributed.cli.{program}", "--scheduler-file", str(self._contact)]
        with (self._folder / f"log{len(self._processes)}").open("wb") as log:
            process = subprocess.Popen(
                [*command, *arguments], stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self._folder,
                env=environment,
            )  # fmt: skip
        self._processes.append(process)
        return process

    def logs(self) -> str:
        """Return what all of them wrote, for a failed test."""
        return "\n".join(path.read_text(encoding="utf-8", errors="replace") for path in self._folder.glob("log*"))


def kill(worker: subprocess.Popen[bytes]) -> set[int]:
    """Kill a worker, and return the processes that it had."""
    had = family(worker.pid)
    worker.kill()
    worker.wait()
    return had
