"""Reads what was handed in, for `nbgrader autograde`: with care, whatever it is."""

from __future__ import annotations

import os
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbconvert.exporters import NotebookExporter
from nbgrader.api import Gradebook  # type: ignore[import-untyped]

from grader.classes.bench import Bench
from grader.classes.notebooks.trusted import notebook_of, put_right, trusted_cells
from grader.errors import SubmissionUnreadable
from grader.intake.notebook import MAX_NOTEBOOK_BYTES
from grader.intake.submission import read_bytes

if TYPE_CHECKING:
    from grader.classes.job import Settings


class CarefulExporter(NotebookExporter):
    """Stands in `Autograde.exporter_class`: submitted notebooks are read as data and put right before nbgrader sees them.

    A damaged notebook, one with metadata of a wrong type or version, or a link in its place would make nbgrader give up
    the submission or the whole run.
    """

    def from_filename(
        self, filename: str, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[Any, dict[str, Any]]:
        """Convert a notebook; a submitted one becomes what `put_right` makes of it."""
        ours = (resources or {}).get("nbgrader")
        if not ours or not self._is_submitted(filename, ours):
            return super().from_filename(filename, resources, **kw)
        with Gradebook(ours["db_url"]) as gradebook:
            trusted = trusted_cells(gradebook.find_notebook(ours["notebook"], ours["assignment"]))
        name = os.path.basename(filename)
        try:
            notebook = put_right(read_submitted(Path(filename)), name, trusted)
        except SubmissionUnreadable as error:
            notebook = notebook_of((), trusted, str(error))
        convert: Any = self.from_notebook_node
        converted: tuple[Any, dict[str, Any]] = convert(notebook, resources=resources, **kw)
        return converted

    def bench(self, settings: Settings) -> Bench:
        """Return where the notebooks of this run are graded; it is kept warm from one to the next.

        Parameters
        ----------
        settings : Settings
            How to grade; the same in all calls.
        """
        kept: Bench | None = getattr(self, "_kept_bench", None)
        if kept is None:
            kept = Bench(settings)
            self._kept_bench = kept
            weakref.finalize(self, kept.__exit__)
        return kept

    def _is_submitted(self, filename: str, ours: dict[str, str]) -> bool:
        course: Any = getattr(self.parent, "coursedir", None)
        if course is None:
            return False
        folder: str = course.format_path(course.submitted_directory, ours["student"], ours["assignment"])
        return os.path.abspath(os.path.dirname(filename)) == os.path.abspath(folder)


def read_submitted(path: Path) -> bytes:
    """Return what a learner handed in under a name; a link is refused, since it may lead anywhere.

    Raises
    ------
    SubmissionUnreadable
        When it is no file, too large or not readable.
    """
    if path.is_symlink():
        raise SubmissionUnreadable(f"{path.name} is a link, not a file.", "Hand in the file itself.")
    try:
        return read_bytes(path, MAX_NOTEBOOK_BYTES)
    except SubmissionUnreadable as error:
        # The lecturer's folders are nothing that a learner has to read.
        raise SubmissionUnreadable(error.message.replace(str(path), path.name), error.remedy) from None
