"""Memory of eight concurrent torch workers against one: proportional set size, zygote included."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.figure import Figure
from grader.candidate import Candidate, Session
from grader.content import catalog
from grader.intake.submission import submission_from_text
from grader.sandbox import Sandbox

ROOT = Path(__file__).parents[1]
SOURCE = "import torch\n\n\ndef work(x):\n    y = x.clone().requires_grad_(True)\n    (y @ y).sum().backward()\n    return y.grad\n"


def _pss_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0


def _total_mb(slug: str, workers: int) -> float:
    import torch

    exercise = catalog.load_catalog(ROOT).exercise(slug)
    with Sandbox() as sandbox:
        sessions = []
        for _ in range(workers):
            session = Session(sandbox, exercise, submission_from_text("work.py", SOURCE))
            session.begin_case()
            candidate: Any = Candidate(session)
            candidate.work(torch.eye(64))
            sessions.append(session)
        pids = [session.worker.pid for session in sessions]
        parent = int(Path(f"/proc/{pids[0]}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[1])
        return sum(_pss_mb(pid) for pid in (parent, *pids))


def compare(slug: str) -> Figure:
    """Measure eight workers that each did a small forward and backward pass, and one."""
    one, eight = _total_mb(slug, 1), _total_mb(slug, 8)
    return Figure("memory of 8 torch workers / of one", eight, one, "MiB", eight / one, "<= 2.0")
