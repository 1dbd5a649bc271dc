"""Log files for faults of our own."""

from __future__ import annotations

import sys
import tempfile
import time
import traceback
from pathlib import Path

from grader.practice.data_folder import data_folder


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
    text = f"{sys.version}\n{sys.argv}\n\n{''.join(traceback.format_exception(error))}"
    name = f"kata-fault-{time.strftime('%Y%m%d-%H%M%S')}.log"
    kind = type(error).__name__
    for folder in (data_folder() / "faults", Path(tempfile.gettempdir())):
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8", errors="backslashreplace")
        except OSError:
            continue
        return f"the grader broke ({kind}); this is not your fault. Please report {folder / name}."
    return f"the grader broke ({kind}); this is not your fault, and no log could be written."
