"""The learner's own editor."""

from __future__ import annotations

import os
import shlex
import subprocess
from typing import TYPE_CHECKING, Final

from grader.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_TICK_S: Final = 0.5


def open_editor(path: Path, meanwhile: Callable[[], None] = lambda: None) -> bool:
    """Open a file in `$VISUAL` or `$EDITOR`, wait for it, and tell whether it ended well.

    Parameters
    ----------
    path : Path
        What to edit.
    meanwhile : callable, optional
        Called twice a second while the editor is open.

    Raises
    ------
    UsageError
        When no editor is set, or it cannot be started.
    """
    command = os.environ.get("VISUAL") or os.environ.get("EDITOR") or ""
    if not command.strip():
        raise UsageError("No editor is set.", "Set EDITOR, such as `export EDITOR=nano`, or open the path yourself.")
    try:
        editor = subprocess.Popen([*shlex.split(command), str(path)])
    except (OSError, ValueError) as error:
        raise UsageError(f"The editor {command!r} cannot be started ({error}).", "Correct EDITOR.") from None
    while True:
        try:
            return editor.wait(_TICK_S) == 0
        except subprocess.TimeoutExpired:
            meanwhile()
