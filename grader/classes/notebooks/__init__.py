"""Exercises as notebooks: courses for nbgrader, whose marks are the sandbox's, and notebooks for learners.

`CarefulExporter` and `SandboxedExecute` are named in the `nbgrader_config.py` of a course; they need `mlkata[notebooks]`, and are
imported when somebody asks for them.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.classes.notebooks.execute import SandboxedExecute
    from grader.classes.notebooks.exporter import CarefulExporter
    from grader.classes.notebooks.kernel import ask

# jsonschema, which nbformat imports, compiles a grammar of addresses where this package is installed: half of the start, for a
# check that no notebook asks for. It does without a package that cannot be imported.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

__all__ = ["CarefulExporter", "SandboxedExecute", "ask"]
_HOMES = {"CarefulExporter": "exporter", "SandboxedExecute": "execute", "ask": "kernel"}


def __getattr__(name: str) -> object:
    """Import what is asked for, so that a course can be looked at without nbgrader."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
