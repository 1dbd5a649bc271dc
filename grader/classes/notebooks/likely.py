"""What an assignment is likely to need, read off the names of its notebooks before nbgrader is imported."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from grader.content.catalog import open_catalog
from grader.errors import GraderError

if TYPE_CHECKING:
    from pathlib import Path

    from grader.model import Backend


def likely_backends(course: Path, assignment: str) -> frozenset[Backend]:
    """Return what the exercises of an assignment need, as far as the usual places tell.

    Parameters
    ----------
    course : Path
        Folder that `kata notebook course` made. Its configuration, which may name other places, is not read.
    """
    found = set()
    with contextlib.suppress(GraderError):  # whoever grades them is told
        catalog = open_catalog()
        for path in (course / "source" / assignment).glob("*.ipynb"):
            found.add(catalog.exercise(path.stem).backend)
    return frozenset(found)
