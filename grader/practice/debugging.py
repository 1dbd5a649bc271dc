"""A learner's own attempt in a debugger, in their own terminal, without the sandbox."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from grader.errors import UsageError
from grader.intake.submission import submission_from_text
from grader.practice.data_folder import write_atomically

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.model import Exercise, Submission

_RUNNER: Final = Path(__file__).with_name("debug_runner.py")
_BUILDS: Final = ("CI", "GITHUB_ACTIONS", "GITLAB_CI", "TF_BUILD", "TEAMCITY_VERSION", "JENKINS_URL")
KEPT: Final = Path(".kata") / "cases"


def expect_own(exercise: Exercise, environment: Mapping[str, str]) -> None:
    """See that a stub may be run without the sandbox: a person's own file, on a person's own machine.

    Parameters
    ----------
    exercise : Exercise
        Whose stub.
    environment : mapping of str to str
        Variables of this process.

    Raises
    ------
    UsageError
        If this is a build, or the stub is a link or somebody else's file.
    """
    build = next((name for name in _BUILDS if environment.get(name)), None)
    if build is not None:
        raise UsageError(
            f"`kata debug` runs code without the sandbox, and this is a build ({build} is set).",
            "Run it in a terminal of your own.",
        )
    path = exercise.stub_path
    if path.is_symlink() or not path.is_file():
        raise UsageError(
            f"{path} is not a file of your own.", "`kata debug` runs only the stub that lies in its place."
        )
    if hasattr(os, "getuid") and path.stat().st_uid != os.getuid():
        raise UsageError(f"{path} belongs to somebody else.", "`kata debug` runs only files of your own.")


def without_breakpoints(submission: Submission) -> Submission:
    """Return a submission in which `breakpoint()` does nothing: in the sandbox nobody sits at a terminal.

    Parameters
    ----------
    submission : Submission
        What the learner wrote.
    """
    passing = "def breakpoint(*args, **kwargs):\n    pass\n"
    return submission_from_text(submission.name, f"{submission.source}\n\n\n{passing}")


def keep_script(root: Path, name: str, text: str, arrays_name: str, arrays: bytes) -> Path:
    """Write a script into the checkout's folder of cases, which git ignores, and return where.

    Parameters
    ----------
    root : Path
        Root of the checkout.
    name : str
        Name of the script.
    text : str
        What it says.
    arrays_name : str
        Name of the file beside it.
    arrays : bytes
        What that holds; empty for none.
    """
    folder = root / KEPT
    folder.mkdir(parents=True, exist_ok=True)
    write_atomically(folder / name, text.encode())
    if arrays:
        write_atomically(folder / arrays_name, arrays)
    return folder / name


def run_debugger(script: Path) -> int:
    """Run a script in this terminal with a debugger at hand, and return its exit code.

    Ctrl-C is the debugger's: it stops a loop that never ends where it is.
    """
    child = subprocess.Popen([sys.executable, str(_RUNNER), str(script)])
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        return child.wait()
    finally:
        signal.signal(signal.SIGINT, before)


def write_launch(root: Path, slug: str, script: Path) -> Path:
    """Add a configuration for a script to Visual Studio Code's launch settings, and return the file.

    Parameters
    ----------
    root : Path
        The folder that is open in the editor.
    slug : str
        Name of the exercise; a configuration of before is replaced.
    script : Path
        What to run.

    Raises
    ------
    UsageError
        If the settings are there and no plain JSON, since rewriting would lose their comments.
    """
    path = root / ".vscode" / "launch.json"
    configuration: dict[str, Any] = {
        "name": f"kata: {slug}",
        "type": "debugpy",
        "request": "launch",
        "program": f"${{workspaceFolder}}/{script.relative_to(root).as_posix()}",
        "console": "integratedTerminal",
        "justMyCode": True,
    }
    settings: Any = {"version": "0.2.0", "configurations": []}
    if path.exists():
        try:
            settings = json.loads(path.read_text(encoding="utf-8"))
            others = [each for each in settings.setdefault("configurations", []) if each.get("name") != f"kata: {slug}"]
        except (ValueError, AttributeError):
            raise UsageError(
                f"{path} is no plain JSON, and its comments would be lost.", f"Add to it: {json.dumps(configuration)}."
            ) from None
        settings["configurations"] = others
    settings["configurations"].append(configuration)
    path.parent.mkdir(exist_ok=True)
    write_atomically(path, (json.dumps(settings, indent=2) + "\n").encode())
    return path
