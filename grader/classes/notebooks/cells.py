"""Notebooks as they are written: plain JSON of version 4.5, so that making one needs no library."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    Cell = dict[str, Any]

KERNEL: Final = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def markdown(name: str, text: str) -> Cell:
    """Return a Markdown cell."""
    return {"cell_type": "markdown", "id": name.replace("_", "-"), "metadata": {}, "source": _lines(text)}


def code(name: str, text: str) -> Cell:
    """Return a code cell that was not run."""
    fields: Cell = {"cell_type": "code", "execution_count": None, "id": name.replace("_", "-"), "metadata": {}}
    return fields | {"outputs": [], "source": _lines(text)}


def graded(cell: Cell, grade_id: str, *, points: float | None = None, solution: bool = False) -> Cell:
    """Return a cell with metadata of nbgrader's version 3.

    Parameters
    ----------
    cell : dict
        Of this module.
    grade_id : str
        What nbgrader calls it.
    points : float, optional
        What it is worth; without any it is not graded.
    solution : bool, default=False
        Whether it is for the learner to fill in.
    """
    fields: dict[str, object] = {"schema_version": 3, "grade_id": grade_id, "solution": solution}
    fields |= {"grade": points is not None, "locked": not solution, "task": False}
    if points is not None:
        fields["points"] = points
    return {**cell, "metadata": {**cell["metadata"], "nbgrader": fields}}


def notebook(cells: Sequence[Cell], **metadata: object) -> str:
    """Return a notebook as text."""
    whole = {"cells": list(cells), "metadata": KERNEL | metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def _lines(text: str) -> list[str]:
    return text.strip("\n").splitlines(keepends=True)
