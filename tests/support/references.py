"""The reference of an exercise as a module."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Final

SOLUTIONS: Final = Path(__file__).parents[2] / "solutions"

References = Callable[[str], ModuleType]
"""What the fixture `reference` is: it loads the reference of a slug."""


@cache
def load_reference(slug: str) -> ModuleType:
    """Import the reference of an exercise, once.

    Parameters
    ----------
    slug : str
        Name of the exercise, whatever its track.

    Returns
    -------
    ModuleType
        The module; every caller gets the same one.

    Raises
    ------
    LookupError
        When no track, or more than one, has a solution of that name.
    """
    found = sorted(SOLUTIONS.glob(f"*/{slug}/{slug}.py"))
    if len(found) != 1:
        raise LookupError(f"{len(found)} references are called {slug!r} under {SOLUTIONS}; an oracle needs one.")
    spec = importlib.util.spec_from_file_location(f"reference_{slug}", found[0])
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
