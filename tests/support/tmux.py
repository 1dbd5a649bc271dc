"""A program in tmux, as a user's terminal would show it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Mapping


class Tmux:
    """A tmux server of its own with one window.

    Parameters
    ----------
    folder : Path
        Where its shell starts.
    environment : mapping of str to str
        Environment of the shell.
    """

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._socket = str(Path(tempfile.mkdtemp(prefix="tmux-")) / "socket")  # short, as sockets demand
        # A size in the environment would hide that of the window.
        own = {name: value for name, value in environment.items() if name not in ("LINES", "COLUMNS")}
        self._environment = {**own, "TERM": "xterm-256color", "PS1": "$ "}
        self._run("-f", os.devnull, "new-session", "-d", "-x", "140", "-y", "50", "-c", str(folder), "sh")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._run("kill-server")
        shutil.rmtree(Path(self._socket).parent, ignore_errors=True)

    def type(self, line: str) -> None:
        """Type a line and press Enter."""
        self._run("send-keys", "-l", line)
        self._run("send-keys", "Enter")

    def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        for key in keys:
            self._run("send-keys", key)

    def resize(self, width: int, height: int) -> None:
        """Give the window another size."""
        self._run("resize-window", "-x", str(width), "-y", str(height))

    def screen(self) -> str:
        """Return what the window shows."""
        return self._run("capture-pane", "-p")

    def wait(self, pattern: str, seconds: float = 40) -> str:
        """Wait until the window shows a pattern, and return the screen."""
        end = time.monotonic() + seconds
        while not re.search(pattern, shown := self.screen()):
            assert time.monotonic() < end, f"{pattern!r} did not appear:\n{shown}"
            time.sleep(0.05)  # tmux has no event for a change of the screen
        return shown

    def _run(self, *arguments: str) -> str:
        command = ["tmux", "-S", self._socket, *arguments]
        done = subprocess.run(command, env=self._environment, capture_output=True, text=True, check=True, timeout=20)
        return done.stdout
