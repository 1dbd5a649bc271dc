"""What the gradebook knows of a notebook's cells, and a submitted notebook put right by it.

Of a submitted notebook only the text of cells is kept.  Metadata, tests and locked text come from the gradebook, missing cells
are added, copies of a grade_id lose it: no notebook, whatever is in it, can end nbgrader's run or leave a test cell ungraded.
"""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import nbformat
import nbformat.v4

from grader.classes.notebooks.cells import KERNEL
from grader.errors import SubmissionUnreadable
from grader.intake.notebook import Cell, CellKind, is_solution, read_cells, submission_from_cells
from grader.intake.submission import submission_from_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from nbformat import NotebookNode

    from grader.model import Exercise, Submission

_nbformat: Any = nbformat  # has no types
_nb4: Any = nbformat.v4
_TAG = re.compile(r"<(?=[A-Za-z/!?])")
OURS = "kata"  # key of our own metadata in a notebook


@dataclass(frozen=True, slots=True)
class TrustedCell:
    """A cell as the lecturer released it.

    Attributes
    ----------
    metadata : dict
        nbgrader's, complete.
    """

    grade_id: str
    kind: CellKind
    source: str
    is_locked: bool
    metadata: dict[str, Any]


def trusted_cells(notebook: Any) -> tuple[TrustedCell, ...]:
    """Return the cells of a notebook as `nbgrader generate_assignment` recorded them.

    Parameters
    ----------
    notebook : nbgrader.api.Notebook
        Of the gradebook.
    """
    points = {cell.name: float(cell.max_score) for cell in (*notebook.grade_cells, *notebook.task_cells)}
    graded = {cell.name for cell in notebook.grade_cells}
    solutions = {cell.name for cell in notebook.solution_cells}
    tasks = {cell.name for cell in notebook.task_cells}
    found = []
    for cell in notebook.source_cells:
        metadata: dict[str, Any] = {
            "schema_version": 3,
            "grade_id": cell.name,
            "grade": cell.name in graded,
            "solution": cell.name in solutions,
            "locked": bool(cell.locked),
            "task": cell.name in tasks,
            "cell_type": cell.cell_type,
        }
        if cell.checksum:
            metadata["checksum"] = cell.checksum
        if cell.name in points:
            metadata["points"] = points[cell.name]
        kind = CellKind(cell.cell_type)
        found.append(TrustedCell(cell.name, kind, cell.source or "", bool(cell.locked), metadata))
    return tuple(found)


def put_right(data: bytes, name: str, trusted: Sequence[TrustedCell]) -> NotebookNode:
    """Return a submitted notebook as it may be graded.

    Parameters
    ----------
    data : bytes
        What was handed in.
    name : str
        What messages call it.
    trusted : sequence of TrustedCell
        What the gradebook knows of it.

    Returns
    -------
    NotebookNode
        The learner's cells in the learner's order, without outputs; then what is missing. Where it cannot be read, the
        released cells and the reason, in the metadata.
    """
    try:
        cells, refused = read_cells(data, name), ""
    except SubmissionUnreadable as error:
        cells, refused = (), str(error)
    return notebook_of(cells, trusted, refused)


def notebook_of(cells: Sequence[Cell], trusted: Sequence[TrustedCell], refused: str) -> NotebookNode:
    """Return a notebook of a learner's cells; see `put_right`."""
    known = {cell.grade_id: cell for cell in trusted}
    last = {cell.grade_id: place for place, cell in enumerate(cells) if cell.grade_id in known}
    nodes = []
    for place, cell in enumerate(cells):
        released = known.get(cell.grade_id) if last.get(cell.grade_id) == place else None
        kind = CellKind.CODE if is_solution(cell) else cell.kind
        if released is None:
            # A raw cell would be shown as it stands, whatever is in it.
            kind = CellKind.MARKDOWN if kind is CellKind.RAW else kind
            nodes.append(_node(kind, _shown(kind, cell.source), {}))
        elif released.is_locked:
            nodes.append(_node(released.kind, released.source, released.metadata))
        else:
            nodes.append(_node(released.kind, _shown(released.kind, cell.source), released.metadata))
    nodes += [_node(cell.kind, cell.source, cell.metadata) for cell in trusted if cell.grade_id not in last]
    notebook: NotebookNode = _nb4.new_notebook(cells=nodes, metadata={**KERNEL, OURS: {"refused": refused}})
    return notebook


def submission_of(notebook: NotebookNode, exercise: Exercise, path: Path) -> tuple[Submission, str]:
    """Return what is to be graded of a notebook, and why it is not to be run, where it is not.

    Parameters
    ----------
    notebook : NotebookNode
        Of `put_right`, or any other.
    exercise : Exercise
        What was asked.
    path : Path
        What messages call it.
    """
    ours = notebook.metadata.get(OURS)
    refused = ours.get("refused") if isinstance(ours, dict) else ""
    if not refused:
        cells = [
            Cell(CellKind(node.cell_type), node.source, _grade_id(node))
            for node in notebook.cells
            if not _grade_id(node) or _grade_id(node).startswith("solution")
        ]
        try:
            return submission_from_cells(cells, exercise.slug, path, exercise.entry_points), ""
        except SubmissionUnreadable as error:
            refused = str(error)
    return submission_from_text(exercise.slug, ""), str(refused)


def _shown(kind: CellKind, source: str) -> str:
    """Return the text of a cell without HTML: formgrader and feedback would run a script in it, in the lecturer's session."""
    return _TAG.sub("&lt;", source) if kind is CellKind.MARKDOWN else source


def _grade_id(node: NotebookNode) -> str:
    ours = node.metadata.get("nbgrader")
    name = ours.get("grade_id", "") if isinstance(ours, dict) else ""
    return name if isinstance(name, str) else ""


def _node(kind: CellKind, source: str, metadata: dict[str, Any]) -> NotebookNode:
    # nbformat's own makers validate each cell by itself, which takes longer than all else; the notebook is validated.
    node: dict[str, Any] = {
        "id": uuid.uuid4().hex[:8],
        "cell_type": str(kind),
        "metadata": {"nbgrader": dict(metadata)} if metadata else {},
        "source": source.encode(errors="replace").decode(),  # half a surrogate pair cannot be written
    }
    if kind is CellKind.CODE:
        node |= {"execution_count": None, "outputs": []}
    made: NotebookNode = _nbformat.from_dict(node)
    return made
