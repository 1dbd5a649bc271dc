"""Fetch what workers measured of themselves."""

from __future__ import annotations

import os
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

import coverage

from grader.sandbox import Sandbox, paths
from grader.sandbox.process import WorkerProcess

if TYPE_CHECKING:
    from grader.sandbox.process import Exit

_PATIENCE_S = 1.0


def measure_workers(folder: Path) -> None:
    """Have every worker that this process starts measure itself.

    Parameters
    ----------
    folder : Path
        Where the data go, for `coverage combine`.
    """
    environment, end = paths.environment, WorkerProcess.end

    def with_measuring() -> dict[str, str]:
        kept = {k: v for k, v in environment().items() if not k.startswith("COVERAGE_")}
        return {
            **kept,
            "PYTHONPATH": os.pathsep.join([str(Path(__file__).with_name("measured_worker")), kept["PYTHONPATH"]]),
        }

    def end_and_collect(worker: WorkerProcess) -> Exit:
        if worker._exit is None:
            worker.channel.close()
            _await_exit(worker.pid)
            data = (worker.scratch or Path()) / "coverage.bin"
            if data.is_file() and data.stat().st_size:
                collected = coverage.CoverageData(str(folder / f"data.worker.{uuid.uuid4().hex}"))
                collected.loads(data.read_bytes())
        return end(worker)

    def leave_alone(worker: WorkerProcess) -> None:
        """Let the worker end by itself."""

    def with_scratch(box: Sandbox, kind: Any) -> Any:
        return order(box, kind._replace(scratch=True))

    def without_namespaces(box: Sandbox, *arguments: Any, **options: Any) -> None:
        start_box(box, *arguments, **{**options, "namespaces": False})  # a scratch folder that outlives its worker

    order, start_box = Sandbox._order, Sandbox.__init__
    paths.environment = with_measuring
    patches = (
        (WorkerProcess, "end", end_and_collect), (WorkerProcess, "kill", leave_alone),
        (Sandbox, "_order", with_scratch), (Sandbox, "__init__", without_namespaces),
    )  # fmt: skip
    for owner, name, method in patches:
        setattr(owner, name, method)


def _await_exit(pid: int) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline:
        try:
            state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
        except OSError:
            return
        if state == "Z":
            return
        time.sleep(0.002)
