"""What a test cell asks when it runs in a kernel: the points of what was written here."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.classes.batch import grade_all
from grader.classes.job import Job, Settings
from grader.classes.notebooks.plan import marks
from grader.content.catalog import open_catalog
from grader.errors import ContentError, UsageError
from grader.intake.notebook import Cell, CellKind, submission_from_cells

if TYPE_CHECKING:
    from grader.model import Report, Submission


def ask(slug: str, grade_id: str) -> float:
    """Grade what the cells of this kernel define, and return the points of one test cell.

    Parameters
    ----------
    slug : str
        Which exercise.
    grade_id : str
        Which test cell of its notebook.

    Returns
    -------
    float
        Points. What they were given for is printed.

    Raises
    ------
    UsageError
        Outside a kernel, and in the kernel of `nbgrader autograde`, which a submission could forge.
    ContentError
        When there is no such test cell, or no hidden tests here.
    """
    if os.environ.get("NBGRADER_EXECUTION") == "autograde":
        raise UsageError(
            "A kernel of nbgrader's cannot be trusted with marks.",
            "Put grader.classes.notebooks.SandboxedExecute in the place of Execute in Autograde.autograde_preprocessors.",
        )
    catalog = open_catalog()
    exercise = catalog.exercise(slug)
    submission = submission_from_cells(typed_cells(), slug, Path(f"{slug}.ipynb"), exercise.entry_points)
    for mark in marks(_report(slug, submission, str(catalog.root))):
        if mark.grade_id == grade_id:
            print(mark.text, end="")  # noqa: T201  it is what the cell shows
            return float(mark.points)
    raise ContentError(f"{slug} has no test cell {grade_id}.", "Take a newer copy of the notebook.")


@lru_cache(maxsize=8)
def _report(slug: str, submission: Submission, root: str) -> Report:
    """Grade once what several test cells ask about."""
    catalog = open_catalog(Path(root))
    job = Job(catalog.exercise(slug), submission)
    return next(grade_all([job], Settings(secret=catalog.roots), apart=True)).report


def typed_cells() -> list[Cell]:
    """Return the cells that ran in this kernel, as they were typed, without those that ask.

    Raises
    ------
    UsageError
        Outside a kernel.
    """
    from IPython.core.getipython import get_ipython

    shell: Any = get_ipython()
    if shell is None:
        raise UsageError("This is no notebook.", "Run the cell in a kernel.")
    texts = [str(text) for text in shell.history_manager.input_hist_raw]
    return [Cell(CellKind.CODE, text) for text in texts if "notebooks import ask" not in text]
