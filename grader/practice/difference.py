"""What two attempts differ in."""

from __future__ import annotations

import difflib


def difference(before: str, after: str, before_name: str, after_name: str) -> str:
    """Return a unified diff of two sources; empty where they are the same.

    Parameters
    ----------
    before, after : str
        The sources.
    before_name, after_name : str
        What its head calls them.
    """
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), before_name, after_name, lineterm="", n=2)
    return "\n".join(lines)
