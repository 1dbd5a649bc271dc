"""What a terminal can show, and writing to it: NO_COLOR, FORCE_COLOR, pipes that close early."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING, Final, TextIO

if TYPE_CHECKING:
    from rich.console import RenderableType

    from grader.render.paint import Paint


_BUILDS: Final = frozenset({"CI", "GITHUB_ACTIONS", "TF_BUILD", "TEAMCITY_VERSION"})

_WITHOUT_LINKS: Final = frozenset({"linux", "ansi", "vt100", "vt102", "vt220"})  # these print the address


def has_color(stream: TextIO) -> bool:
    """Tell whether a stream takes colours: a terminal that is not dumb, unless NO_COLOR or FORCE_COLOR decide."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return is_terminal(stream)


def is_terminal(stream: TextIO) -> bool:
    """Tell whether a stream is a terminal that understands control sequences."""
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def has_links(stream: TextIO) -> bool:
    """Tell whether a stream takes hyperlinks: a terminal that may know them, unless FORCE_HYPERLINK says 0."""
    wanted = os.environ.get("FORCE_HYPERLINK", "1") != "0"
    return wanted and is_terminal(stream) and os.environ.get("TERM") not in _WITHOUT_LINKS


def width() -> int:
    """Return the columns to wrap at."""
    return min(max(shutil.get_terminal_size((100, 24)).columns, 40), 120)


def height() -> int | None:
    """Return the lines that fit between a command and the next prompt; None where standard output is no terminal."""
    return max(shutil.get_terminal_size((100, 24)).lines - 2, 10) if is_terminal(sys.stdout) else None


def paint() -> Paint:
    """Return how to dress text for standard output."""
    from grader.render.paint import Paint

    return Paint(color=has_color(sys.stdout), links=has_links(sys.stdout), width=width())


def say(text: str = "") -> None:
    """Write a line to standard output; a reader that has gone is no error."""
    write(f"{text}\n")


def write(text: str) -> None:
    """Write a text to standard output; a reader that has gone is no error, and a build log finds no command in it."""
    command(_for_log(text))


def command(text: str) -> None:
    """Write a text to standard output as it is: commands to the workflow that runs this."""
    from grader.render.plain import writable

    try:
        sys.stdout.write(writable(text, sys.stdout.encoding))
    except BrokenPipeError:
        mute()


def show(renderable: RenderableType) -> None:
    """Write what Rich lays out to standard output, in the colours that it takes."""
    from io import StringIO

    from rich.console import Console

    text = StringIO()
    color = has_color(sys.stdout)
    Console(file=text, force_terminal=color, no_color=not color, width=width(), highlight=False).print(renderable)
    write("".join(f"{line.rstrip()}\n" for line in text.getvalue().splitlines()))


def warn(line: str) -> None:
    """Write one line about the command itself to standard error."""
    try:
        from grader.render.plain import writable

        sys.stderr.write(_for_log(writable(f"kata: {line}\n", sys.stderr.encoding)))
        sys.stderr.flush()
    except OSError:
        return


def flush() -> None:
    """Hand over what standard output still holds."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        mute()


def confirm(question: str) -> bool:
    """Ask a yes-or-no question; anything but yes is no."""
    flush()
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


def ensure_streams() -> None:
    """Put a stream to nowhere in the place of a closed one, so that a command works without output."""
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "r" if name == "stdin" else "w", encoding="utf-8"))  # noqa: SIM115 - for the life of the process


def _for_log(text: str) -> str:
    if not os.environ.keys() & _BUILDS:
        return text
    from grader.render.escape import no_command

    return no_command(text)


def mute() -> None:
    """Send further output nowhere, so that the exit of the interpreter does not complain."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
