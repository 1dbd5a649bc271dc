"""Terminal dress of plain text: colours, links, wrapping, numbers."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

RED, GREEN, YELLOW, MAGENTA, DIM, BOLD = "31", "32", "33", "35", "2", "1"

_CONTROL: Final = re.compile(r"\x1b\[[0-9;]*m|\x1b\]8;[^\x1b]*\x1b\\\\")


@dataclass(frozen=True, slots=True)
class Paint:
    """What the terminal can show.

    Attributes
    ----------
    color : bool
        Write colours as ANSI sequences.
    links : bool
        Write paths as OSC 8 hyperlinks.
    width : int
        Columns to wrap at.
    """

    color: bool = False
    links: bool = False
    width: int = 100

    def dress(self, text: str, *codes: str) -> str:
        """Return a text in a colour or weight."""
        return f"\x1b[{';'.join(codes)}m{text}\x1b[0m" if self.color and codes and text else text

    def link(self, text: str, path: str, line: int | None = None) -> str:
        """Return a text that opens a file when clicked."""
        if not self.links or not path:
            return text
        target = Path(path).absolute().as_uri() + (f"#{line}" if line else "")
        return f"\x1b]8;;{target}\x1b\\{text}\x1b]8;;\x1b\\"

    def fill(self, text: str, indent: str) -> list[str]:
        """Return the lines of a text, each indented, the long ones wrapped between words."""
        room = max(self.width - len(indent), 20)
        lines: list[str] = []
        for line in text.split("\n"):
            lead = line[: len(line) - len(line.lstrip())]
            if len(line) <= room or len(lead) >= room // 2:
                lines.append((indent + line).rstrip())
                continue
            lines += textwrap.wrap(
                line.strip(),
                width=room + len(indent),
                initial_indent=indent + lead,
                subsequent_indent=indent + lead,
                break_long_words=False,
                break_on_hyphens=False,
            )
        return lines


def rows(lines: Sequence[str], width: int) -> int:
    """Return how many lines of a terminal these take; paths and commands may be longer than one."""
    return sum(max(-(-len(_CONTROL.sub("", line)) // width), 1) for line in lines)


def short(path: Path) -> str:
    """Return a path as it is seen from the current folder, where it lies below."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def count(number: float, noun: str) -> str:
    """Return a number with its noun, `1 case` or `2 cases`."""
    return f"{number:g} {noun}" if number == 1 else f"{number:g} {noun}s"


def seconds(value: float) -> str:
    """Return a duration in the unit that suits it."""
    if value < 0.0995:
        return f"{value * 1000:.0f} ms"
    if value < 9.95:
        return f"{value:.1f} s"
    if value < 119.5:
        return f"{value:.0f} s"
    minutes, rest = divmod(round(value), 60)
    return f"{minutes} min {rest} s"


def clock(value: float) -> str:
    """Return a duration as minutes and seconds, `9:05`."""
    whole = max(int(value), 0)
    return f"{whole // 60}:{whole % 60:02d}"
