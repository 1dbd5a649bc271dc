"""Notebooks as programs save them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence


def code(source: str, grade_id: str = "", **metadata: Any) -> dict[str, Any]:
    """A code cell as JupyterLab saves it, with outputs."""
    shown = {"output_type": "stream", "name": "stdout", "text": ["as it was shown\n"]}
    return {
        "cell_type": "code",
        "execution_count": 3,
        "id": "c1",
        "metadata": metadata | _nbgrader(grade_id),
        "outputs": [shown],
        "source": source.splitlines(keepends=True),
    }


def markdown(source: str, grade_id: str = "") -> dict[str, Any]:
    """A Markdown cell."""
    return {"cell_type": "markdown", "metadata": _nbgrader(grade_id), "source": source.splitlines(keepends=True)}


def notebook(*cells: Any, **metadata: Any) -> bytes:
    """A notebook of version 4."""
    return json.dumps(
        {"cells": list(cells), "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}, indent=1
    ).encode()


def _nbgrader(grade_id: str) -> dict[str, Any]:
    if not grade_id:
        return {}
    return {"nbgrader": {"schema_version": 3, "grade_id": grade_id, "solution": True, "grade": False, "locked": False}}


def sources(data: bytes) -> Sequence[str]:
    """Return the text of every cell."""
    return ["".join(cell["source"]) for cell in json.loads(data)["cells"]]
