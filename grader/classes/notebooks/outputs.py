"""Marks become the outputs of test cells, as nbgrader reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import nbformat

from grader.classes.notebooks.plan import marks
from grader.errors import ContentError

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from grader.model import Report

# Not `new_output`: it validates each, and the whole notebook is validated when it is written.
_node: Any = nbformat.from_dict  # has no types


def fill(notebook: NotebookNode, report: Report) -> None:
    """Give the test cells of a notebook their outputs, and all other cells none.

    The first output is a text for the learner, the second the points as a plain float; nothing goes to standard error,
    which nbgrader takes for a failure.

    Parameters
    ----------
    notebook : NotebookNode
        Changed in place.
    report : Report
        What the judge found.

    Raises
    ------
    ContentError
        When there is no verdict, or when the test cells are not those of the exercise as it is now.
    """
    by_name = {mark.grade_id: mark for mark in marks(report)}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        ours = cell.metadata.get("nbgrader", {})
        if cell.cell_type != "code" or not ours.get("grade") or ours.get("solution"):
            continue
        mark = by_name.pop(ours["grade_id"], None)
        if mark is None:
            raise _changed(report)
        most = float(ours["points"])
        points = min(most * mark.points / mark.max_points, most)  # a lecturer may weigh a cell anew
        cell.outputs = [
            _node({"output_type": "stream", "name": "stdout", "text": mark.text}),
            _node(
                {
                    "output_type": "execute_result",
                    "data": {"text/plain": repr(float(points))},
                    "metadata": {},
                    "execution_count": 1,
                }
            ),
        ]
        cell.execution_count = 1
    if by_name:
        raise _changed(report)


def _changed(report: Report) -> ContentError:
    return ContentError(
        f"The test cells of {report.exercise} are not those of its hidden tests as they are now.",
        "Make the course again with `kata notebook course`, and `nbgrader generate_assignment`.",
    )
