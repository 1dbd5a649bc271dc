"""A whole class of notebooks in one run: many learners at the same time, marks into nbgrader's own gradebook.

It does what `nbgrader autograde` does with the configuration of a course, and leaves the same files and rows.  A learner's marks are
written together when all notebooks of the learner are graded, so a run that was ended goes on where it was.
"""

from __future__ import annotations

import glob
import os
import re
import shutil
import stat
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import nbformat
from nbgrader.api import Gradebook, MissingEntry  # type: ignore[import-untyped]
from nbgrader.coursedir import CourseDirectory  # type: ignore[import-untyped]
from nbgrader.preprocessors import AssignLatePenalties  # type: ignore[import-untyped]
from nbgrader.utils import (  # type: ignore[import-untyped]
    compute_checksum,
    determine_grade,
    is_grade,
    is_solution,
    parse_utc,
)
from traitlets.config.loader import Config, PyFileConfigLoader

from grader.classes.batch import grade_all
from grader.classes.job import Job
from grader.classes.notebooks.course import CONFIG
from grader.classes.notebooks.execute import SandboxedExecute
from grader.classes.notebooks.exporter import read_submitted
from grader.classes.notebooks.outputs import fill
from grader.classes.notebooks.trusted import notebook_of, put_right, submission_of, trusted_cells
from grader.content.catalog import open_catalog
from grader.errors import ContentError, SubmissionUnreadable, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from nbformat import NotebookNode

    from grader.classes.job import Result
    from grader.classes.notebooks.trusted import TrustedCell
    from grader.classes.pool import Pool

_TIMESTAMP: Final = "timestamp.txt"
_MOST_SMALL: Final = 1000  # bytes of a file beside the notebooks
_HANDLE: Final = "submission_secret.txt"  # by which nbgrader's exchange finds feedback
_PARTIAL: Final = ".partial"
_nbformat: Any = nbformat  # has no types


@dataclass(slots=True)
class Learner:
    """What one learner handed in.

    Attributes
    ----------
    when : datetime or None
        What `timestamp.txt` says, in UTC.
    notebooks : dict of str to NotebookNode or None
        By name; once it is graded, with its marks as outputs.
    """

    name: str
    folder: Path
    when: datetime | None
    notebooks: dict[str, NotebookNode | None] = field(default_factory=dict)


@dataclass(slots=True)
class Outcome:
    """What came of a run.

    Attributes
    ----------
    learners, notebooks : int
        How many were graded.
    before : int
        Learners whose marks were there already.
    notes : list of str
        What a lecturer should know.
    faults : list of str
        Learners without marks, and why; a fault of ours is never held against them.
    """

    learners: int = 0
    notebooks: int = 0
    before: int = 0
    notes: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


class ClassRun:
    """Grades an assignment of a course.

    Parameters
    ----------
    course : Path
        Folder with the `nbgrader_config.py` of `kata notebook course`.
    assignment : str
        Which of its assignments.

    Raises
    ------
    UsageError
        When there is no such course or assignment.
    """

    def __init__(self, course: Path, assignment: str) -> None:
        if not (course / CONFIG).is_file():
            raise UsageError(f"{course} holds no {CONFIG}.", "Change into the course, or name it with --course.")
        self._config: Config = PyFileConfigLoader(CONFIG, path=str(course)).load_config()
        self._course: Any = CourseDirectory(config=self._config, root=str(course.absolute()))
        self._assignment = assignment
        executing = SandboxedExecute(config=self._config)
        self._catalog = open_catalog(Path(executing.catalogue) if executing.catalogue else None)
        self._settings = executing.settings(self._catalog)
        if not re.search(r"^sqlite:///.", self._course.db_url) or not Path(self._course.db_url[10:]).exists():
            raise UsageError(f"{course} has no gradebook.", f"Run `nbgrader generate_assignment {assignment}` there.")
        with self._gradebook() as gradebook:
            try:
                names = [notebook.name for notebook in gradebook.find_assignment(assignment).notebooks]
            except MissingEntry:
                raise UsageError(
                    f"The gradebook knows no assignment {assignment}.", "Run `nbgrader generate_assignment` first."
                ) from None
            self._trusted: dict[str, tuple[TrustedCell, ...]] = {
                name: trusted_cells(gradebook.find_notebook(name, assignment)) for name in names
            }
        for name in self._trusted:
            self._catalog.exercise(name)  # another notebook cannot be graded here, and says so now

    def grade(
        self,
        pool: Pool,
        *,
        force: bool = False,
        observe: Callable[[str, int, int], None] = lambda _name, _done, _total: None,
    ) -> Outcome:
        """Grade every learner whose marks are missing, or older than what was handed in.

        Parameters
        ----------
        pool : Pool
            Processes that grade, as many notebooks at the same time as there are of them.
        force : bool, default=False
            Whether to grade everybody anew.
        observe : callable, optional
            Told a learner's name, how many notebooks are done, and of how many.
        """
        outcome = Outcome()
        learners = list(self._learners(outcome, force=force))
        places = [(learner, name) for learner in learners for name in learner.notebooks]
        if not places:
            return outcome
        jobs = (self._job(learner, name) for learner, name in places)  # while others are graded
        failed: set[str] = set()
        with self._gradebook() as gradebook, closing(grade_all(jobs, self._settings, pool=pool)) as coming:
            for done, result in enumerate(coming, 1):
                learner, name = places[result.number]
                self._take(result, learner, name, failed, outcome)
                if learner.name not in failed and None not in learner.notebooks.values():
                    self._write(gradebook, learner)
                    outcome.learners += 1
                    outcome.notebooks += len(learner.notebooks)
                    learner.notebooks.clear()  # of a large class only those under way are held
                observe(learner.name, done, len(places))
        return outcome

    def _take(self, result: Result, learner: Learner, name: str, failed: set[str], outcome: Outcome) -> None:
        told = str(result.fault) if result.fault is not None else ""
        if not told:
            notebook = self._read(learner, name)
            try:
                fill(notebook, result.report)
                learner.notebooks[name] = notebook
            except ContentError as error:
                told = str(error)
        if told:
            failed.add(learner.name)
            outcome.faults.append(f"{learner.name}, {name}: {told}")

    def _gradebook(self) -> Any:
        return Gradebook(self._course.db_url, self._course.course_id)

    def _learners(self, outcome: Outcome, *, force: bool) -> Iterator[Learner]:
        course = self._course
        # As nbgrader finds them, whatever structure the configuration gives the folders.
        pattern = re.compile(
            course.format_path(course.submitted_directory, "(?P<student>.*)", self._assignment, escape=True)
        )
        for path in sorted(glob.glob(course.format_path(course.submitted_directory, "*", self._assignment))):
            found = pattern.match(path)
            folder = Path(path)
            if found is None or not folder.is_dir() or folder.is_symlink():
                outcome.notes.append(f"{path} is no folder of a learner's; it was left out.")
                continue
            handed = [name for name in self._trusted if os.path.lexists(folder / f"{name}.ipynb")]
            if not handed:
                outcome.notes.append(f"{found['student']} handed in no notebook of {self._assignment}.")
                continue
            learner = Learner(found["student"], folder, self._when(folder, outcome), dict.fromkeys(handed))
            graded = self._graded(learner.name)
            if graded.exists() and not force and not self._is_newer(learner, graded):
                outcome.before += 1
            else:
                yield learner

    def _graded(self, name: str) -> Path:
        return Path(self._course.format_path(self._course.autograded_directory, name, self._assignment))

    def _is_newer(self, learner: Learner, graded: Path) -> bool:
        before = _timestamp(graded / _TIMESTAMP)
        return learner.when is not None and before is not None and learner.when > before

    def _when(self, folder: Path, outcome: Outcome) -> datetime | None:
        path = folder / _TIMESTAMP
        if not os.path.lexists(path):
            return None
        when = _timestamp(path)
        if when is None:
            outcome.notes.append(f"{path} holds no time; the submission counts as one without.")
        return when

    def _read(self, learner: Learner, name: str) -> NotebookNode:
        path = learner.folder / f"{name}.ipynb"
        try:
            return put_right(read_submitted(path), path.name, self._trusted[name])
        except SubmissionUnreadable as error:
            return notebook_of((), self._trusted[name], str(error))

    def _job(self, learner: Learner, name: str) -> Job:
        exercise = self._catalog.exercise(name)
        submission, refused = submission_of(self._read(learner, name), exercise, Path(f"{name}.ipynb"))
        return Job(exercise, submission, refused)

    def _write(self, gradebook: Any, learner: Learner) -> None:
        """Write notebooks and marks of a learner; the folder takes its place last, and says that all is there."""
        graded = self._graded(learner.name)
        partial = graded.with_name(f".{graded.name}{_PARTIAL}")
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        mode = 0o664 if self._course.groupshared else 0o444
        gradebook.update_or_create_student(learner.name)
        fields = {"timestamp": learner.when} if learner.when is not None else {}
        submission = gradebook.update_or_create_submission(self._assignment, learner.name, **fields)
        for name in (_TIMESTAMP, _HANDLE):
            text = _small(learner.folder / name)
            if text is not None and (name != _TIMESTAMP or learner.when is not None):
                _put(partial / name, text, mode)
        for row in submission.notebooks:
            notebook = learner.notebooks.get(row.name)
            if notebook is None:
                for grade in row.grades:  # as nbgrader does where a notebook is missing
                    grade.auto_score, grade.needs_manual_grade = 0, False
                continue
            _put(partial / f"{row.name}.ipynb", _nbformat.writes(notebook) + "\n", mode)
            _save(row, notebook.cells)
        gradebook.db.commit()
        self._late(gradebook, learner, submission)
        shutil.rmtree(graded, ignore_errors=True)
        partial.rename(graded)

    def _late(self, gradebook: Any, learner: Learner, submission: Any) -> None:
        """Have the penalties for lateness assigned by nbgrader's own plug-in, where there may be any."""
        if submission.total_seconds_late <= 0:
            for row in submission.notebooks:
                row.late_submission_penalty = None
            gradebook.db.commit()
            return
        for name in learner.notebooks:
            ours = {
                "notebook": name,
                "assignment": self._assignment,
                "student": learner.name,
                "db_url": self._course.db_url,
            }
            AssignLatePenalties(config=self._config).preprocess(_nbformat.v4.new_notebook(), {"nbgrader": ours})
        gradebook.db.expire_all()


def _save(row: Any, cells: Sequence[NotebookNode]) -> None:
    """Write the marks and comments of one notebook, as `SaveAutoGrades` does."""
    grades = {grade.name: grade for grade in row.grades}
    comments = {comment.name: comment for comment in row.comments}
    for cell in cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if is_grade(cell):
            grade = grades[name]
            grade.auto_score, _ = determine_grade(cell)
            grade.needs_manual_grade = grade.manual_score is not None or grade.auto_score is None
        if is_solution(cell):
            same = cell.metadata.nbgrader.get("checksum") == compute_checksum(cell)
            comments[name].auto_comment = "No response." if same else None


def _put(path: Path, text: str, mode: int) -> None:
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)


def _timestamp(path: Path) -> datetime | None:
    """Return the time that a file holds; None where it is no file or holds none."""
    text = _small(path)
    if text is None or not text.strip():
        return None
    try:
        when: datetime = parse_utc(text.strip())
    except (ValueError, OverflowError, TypeError):
        return None
    return when


def _small(path: Path) -> str | None:
    """Return the text of a small regular file that a learner controls; None where it is none."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                return None
            data = file.read(_MOST_SMALL + 1)
            return data.decode() if len(data) <= _MOST_SMALL else None
    except (OSError, UnicodeDecodeError):
        return None
