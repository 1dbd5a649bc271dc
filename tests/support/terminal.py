"""A program in a terminal of its own: what it shows is read, keys are sent."""

from __future__ import annotations

import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import termios
import time
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_CLEAR: Final = "\x1b[H\x1b[2J"
_CONTROL: Final = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[=>()][0-9A-B]?|\r")


class Terminal:
    """Runs a command in a pseudo-terminal.

    Parameters
    ----------
    command : sequence of str
        Program and arguments.
    folder : Path
        Where it runs.
    environment : mapping of str to str
        Its environment.
    """

    def __init__(self, command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> None:
        self._ours, theirs = os.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 110, 0, 0))
        self.before = termios.tcgetattr(theirs)
        self._theirs = theirs
        self._text = ""
        self.process = subprocess.Popen(
            command, cwd=folder, env=dict(environment), stdin=theirs, stdout=theirs, stderr=theirs,
            start_new_session=True, preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509 - so that Ctrl-C arrives
        )  # fmt: skip

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        os.close(self._ours)
        os.close(self._theirs)

    @property
    def screen(self) -> str:
        """What was written since the screen was cleared last, without colours."""
        return _CONTROL.sub("", self._text.rpartition(_CLEAR)[2])

    @property
    def settings(self) -> list[object]:
        """How the terminal is set now."""
        return termios.tcgetattr(self._theirs)

    def expect(self, pattern: str, seconds: float = 30) -> re.Match[str]:
        """Wait until the screen shows a pattern."""
        end = time.monotonic() + seconds
        while (found := re.search(pattern, self.screen)) is None:
            left = end - time.monotonic()
            assert left > 0, f"{pattern!r} did not appear:\n{self.screen}"
            if select.select([self._ours], [], [], min(left, 1.0))[0]:
                self._text += os.read(self._ours, 1 << 16).decode("utf-8", "replace")
        return found

    def press(self, keys: str) -> None:
        """Send keys."""
        os.write(self._ours, keys.encode())

    def end(self, seconds: float = 20) -> int:
        """Wait until the program ends, and return its exit code."""
        end = time.monotonic() + seconds
        while self.process.poll() is None:
            assert time.monotonic() < end, f"it did not end:\n{self.screen}"
            if select.select([self._ours], [], [], 0.05)[0]:
                self._text += os.read(self._ours, 1 << 16).decode("utf-8", "replace")
        while select.select([self._ours], [], [], 0)[0]:
            self._text += os.read(self._ours, 1 << 16).decode("utf-8", "replace")
        return self.process.returncode
