"""`%%kata` and `%kata` in a notebook: the commands of a learner, with what they find shown below the cell.

What was written is graded as `kata grade` does it, in a process that the kernel started and the notebook's code never ran in.
"""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from IPython.core.error import UsageError as ShownWithoutTraceback
from IPython.core.magic import Magics, line_cell_magic, magics_class
from IPython.display import Markdown, display

from grader.cli import options
from grader.errors import DataFolderError, GraderError, UsageError
from grader.model import ConfinementMode

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.model import Exercise, Report, Submission

_USAGE: Final = "Write %%kata grade SLUG above your code, or %kata run SLUG, %kata hint SLUG, %kata show SLUG."


def register(shell: Any) -> None:
    """Give a shell the magics of this module."""
    shell.register_magics(KataMagics)


@magics_class
class KataMagics(Magics):
    """What `%load_ext grader` brings."""

    @line_cell_magic
    def kata(self, line: str, cell: str | None = None) -> None:
        """Grade a cell, or run a command of a learner.

        ``%%kata grade SLUG`` grades the cell below it, with what it uses of the cells that ran before, then runs it.
        ``%kata grade SLUG`` grades what was defined so far, ``%kata run SLUG`` runs the examples of its docstrings,
        ``%kata hint SLUG`` shows the next hint, ``%kata show SLUG`` the prompt.
        """
        commands: dict[str, Callable[[str, str | None], None]] = {
            "grade": self._grade,
            "run": self._run,
            "hint": self._hint,
            "show": self._show,
        }
        words = line.partition("#")[0].strip().split(maxsplit=1)
        if len(words) != 2 or words[0] not in commands:
            raise ShownWithoutTraceback(_USAGE)
        try:
            commands[words[0]](words[1], cell)
        except GraderError as error:
            raise ShownWithoutTraceback(str(error)) from None

    def _grade(self, slug: str, cell: str | None) -> None:
        from grader.classes.batch import grade_all
        from grader.classes.job import Job, Settings

        catalog = options.open_catalog()
        exercise = catalog.exercise(slug)
        submission = _submission(exercise, cell)
        settings = Settings(ConfinementMode.AUTO, secret=catalog.roots)
        result = next(grade_all([Job(exercise, submission)], settings, apart=True))
        if result.fault is not None:
            raise UsageError(str(result.fault))
        _display(result.report)
        _record(exercise, result.report, submission)
        self._define(cell, result.report)

    def _run(self, slug: str, cell: str | None) -> None:
        from grader.judge import run_examples
        from grader.practice.stub_file import pristine_stub

        catalog = options.open_catalog()
        exercise = catalog.exercise(slug)
        with options.open_sandbox(catalog, str(ConfinementMode.AUTO), None) as sandbox:
            stub = pristine_stub(exercise).decode()
            report = run_examples(exercise, _submission(exercise, cell), sandbox, stub)
        _display(report)
        self._define(cell, report)

    def _hint(self, slug: str, _cell: str | None) -> None:
        from grader.cli import main

        main(["hint", slug])

    def _show(self, slug: str, _cell: str | None) -> None:
        from grader.content.catalog import read_content

        display(Markdown(read_content(options.open_catalog().exercise(slug).prompt_path)))  # type: ignore[no-untyped-call]

    def _define(self, cell: str | None, report: Report) -> None:
        """Run the cell in the kernel too, so that its names can be tried out; not one that no worker could import in time."""
        hangs = report.cases and all(case.verdict not in {"passed", "wrong", "not_started"} for case in report.cases)
        shell: Any = self.shell
        if cell is not None and not hangs:
            shell.run_cell(cell)


def _submission(exercise: Exercise, cell: str | None) -> Submission:
    from grader.classes.notebooks.kernel import typed_cells
    from grader.intake.notebook import SOLUTION, Cell, CellKind, submission_from_cells

    cells = typed_cells()
    if cell is not None:
        cells.append(Cell(CellKind.CODE, cell, SOLUTION))
    return submission_from_cells(cells, exercise.slug, Path(f"{exercise.slug}.ipynb"), exercise.entry_points)


def _display(report: Report) -> None:
    from grader.render import notebook, text

    plain = text.render([replace(report, submission_path="")], color=False, links=False)  # it is no file
    display({"text/plain": plain, "text/html": notebook.render(report)}, raw=True)  # type: ignore[no-untyped-call]


def _record(exercise: Exercise, report: Report, submission: Submission) -> None:
    from grader.cli.console import say
    from grader.practice.history import History
    from grader.practice.review import record

    try:
        with History() as history:
            record(history, exercise, report, submission, time.time())
    except DataFolderError as error:
        say(f"The attempt was graded but not recorded: {error}")
