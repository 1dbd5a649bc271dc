"""Faults of our own: told in one line, kept in a log file."""

from __future__ import annotations

import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from grader.cli import console
from grader.practice.data_folder import data_folder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.classes.job import Result


def write_fault(error: BaseException) -> str:
    """Write the traceback of an unexpected error to a log file.

    Parameters
    ----------
    error : BaseException
        What was caught.

    Returns
    -------
    str
        One line for the user: what broke and where the log lies.
    """
    kind = type(error).__name__
    path = _write_log("".join(traceback.format_exception(error)))
    if path is None:
        return f"the grader broke ({kind}); this is not your fault, and no log could be written."
    return f"the grader broke ({kind}); this is not your fault. Please report {path}."


def tell(results: Sequence[Result]) -> None:
    """Say on standard error why each job without a verdict has none, and where the log lies.

    Parameters
    ----------
    results : sequence of Result
        What came of a batch.
    """
    faulty = [result for result in results if result.fault is not None]
    for result in faulty:
        console.warn(f"{result.job.exercise.slug}: {result.fault}")
    traces = [
        f"{result.job.exercise.slug}\n{result.fault.trace}" for result in faulty if result.fault and result.fault.trace
    ]
    path = _write_log("\n".join(traces)) if traces else None
    if path is not None:
        console.warn(f"what happened in detail is in {path}.")


def _write_log(text: str) -> Path | None:
    """Write a log file, and return where it lies; None where it can lie nowhere."""
    head = f"{sys.version}\n{sys.argv}\n\n"
    name = f"kata-fault-{time.strftime('%Y%m%d-%H%M%S')}.log"
    for folder in (data_folder() / "faults", Path(tempfile.gettempdir())):
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            (folder / name).write_text(head + text, encoding="utf-8", errors="backslashreplace")
        except OSError:
            continue
        return folder / name
    return None
