"""A failing case written by `kata case`, and the same script run in a process of its own."""

from __future__ import annotations

import pickle
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from grader.practice.case_script.script import write_script

if TYPE_CHECKING:
    from pathlib import Path

    from grader.practice.failing_case import FailingCase

# Runs a script as Python does, then keeps what it found.
_RUN = """
import pickle, sys, traceback
script, kept = sys.argv[1:]
scope, code = {"__name__": "__main__", "__file__": script}, 0
try:
    exec(compile(open(script, encoding="utf-8").read(), script, "exec"), scope)
except SystemExit as end:
    code = end.code
except BaseException as error:
    traceback.print_exc()
    code = type(error).__name__
found = {name: scope[name] for name in ("got", "expected", "recorded") if name in scope}
try:
    pickle.dumps(found)
except Exception:
    found = {name: repr(value) for name, value in found.items()}
pickle.dump((code, found), open(kept, "wb"))
"""


@dataclass(frozen=True)
class Ran:
    """What a script did.

    Attributes
    ----------
    code : int or str
        Its exit code, or the name of the exception that ended it.
    found : dict
        Its variables `got`, `expected` and `recorded`, where it has them.
    shown : str
        What it printed.
    text : str
        The script.
    """

    code: int | str
    found: dict[str, Any]
    shown: str
    text: str


def run_script(case: FailingCase, source: str, folder: Path) -> Ran:
    """Write a case and an attempt into a folder, and run the script there."""
    attempt = folder / f"{case.exercise.slug}.py"
    attempt.write_text(source, encoding="utf-8")
    script, kept = folder / "case.py", folder / "found.pickle"
    written = write_script(case, attempt, "case.npz")
    script.write_text(written.text, encoding="utf-8")
    if written.arrays:
        (folder / "case.npz").write_bytes(written.arrays)
    command = [sys.executable, "-c", _RUN, str(script), str(kept)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120, cwd=folder)
    assert kept.exists(), done.stderr
    code, found = pickle.loads(kept.read_bytes())
    return Ran(code, found, done.stdout + done.stderr, written.text)
