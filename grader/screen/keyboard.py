"""Keys as they are pressed, without waiting for a line."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from typing import TYPE_CHECKING, Any, Final, Self

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

UP: Final = "up"
DOWN: Final = "down"
ENTER: Final = "enter"
ESCAPE: Final = "escape"
BACKSPACE: Final = "backspace"
_NAMES: Final = {
    "\r": ENTER,
    "\n": ENTER,
    "\x1b": ESCAPE,
    "\x7f": BACKSPACE,
    "\x08": BACKSPACE,
    "\x1b[A": UP,
    "\x1b[B": DOWN,
    "\x1bOA": UP,
    "\x1bOB": DOWN,
}


class Keyboard:
    """Calls back for every key.  Use it as a context manager, so that the terminal is left as it was.

    Parameters
    ----------
    told : callable
        Called from a thread with a character, or the name of a special key.
    """

    def __init__(self, told: Callable[[str], None]) -> None:
        self._told = told
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="keyboard", daemon=True)
        self._before: Any = None
        self._descriptor = sys.stdin.fileno()  # pytest puts another object in the place of sys.stdin while it runs

    def __enter__(self) -> Self:
        """Take the keys one by one; Ctrl-C still interrupts."""
        if sys.platform != "win32":
            import termios
            import tty

            self._before = termios.tcgetattr(self._descriptor)
            tty.setcbreak(self._descriptor)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave the terminal as it was."""
        self._stop.set()
        self._thread.join()
        if sys.platform != "win32" and self._before is not None:
            import termios

            with contextlib.suppress(termios.error):  # the terminal is gone
                termios.tcsetattr(self._descriptor, termios.TCSADRAIN, self._before)

    def _run(self) -> None:
        while not self._stop.is_set():
            text = _read_windows() if sys.platform == "win32" else _read_posix(self._descriptor)
            if text is None:
                return
            if text in _NAMES:
                self._told(_NAMES[text])
            elif not text.startswith("\x1b"):
                for character in text:
                    self._told(_NAMES.get(character, character))


def _read_posix(descriptor: int) -> str | None:
    """Return what was typed within a moment, empty where nothing was; None at the end of input."""
    import select

    if not select.select([descriptor], [], [], 0.1)[0]:
        return ""
    try:
        data = os.read(descriptor, 64)
    except OSError:
        return None
    return data.decode("utf-8", "ignore") if data else None


def _read_windows() -> str | None:
    import msvcrt
    import time

    if not msvcrt.kbhit():  # type: ignore[attr-defined]
        time.sleep(0.05)
        return ""
    key: str = msvcrt.getwch()  # type: ignore[attr-defined]
    if key in "\x00\xe0":
        return {"H": "\x1b[A", "P": "\x1b[B"}.get(msvcrt.getwch(), "\x1b[")  # type: ignore[attr-defined]
    return key
