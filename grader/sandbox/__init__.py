"""Processes that run submissions: started, confined, timed, killed and accounted for by the host."""

from grader.sandbox.nursery import Nursery
from grader.sandbox.pool import Sandbox, probe
from grader.sandbox.process import Exit, WorkerProcess

__all__ = ["Exit", "Nursery", "Sandbox", "WorkerProcess", "probe"]
