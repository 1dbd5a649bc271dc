"""One exercise on the page: its file, what is graded of it and what came of that; the same for every tab."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Final

from nicegui import Event

from grader.errors import GraderError
from grader.model import Verdict
from grader.practice.data_folder import write_atomically
from grader.practice.interview.state import expect_free
from grader.practice.stub_file import stub_content
from grader.screen.web.desk import GradingStopped

if TYPE_CHECKING:
    from grader.content.catalog import Catalog
    from grader.model import CaseResult, Exercise, Report, Submission
    from grader.practice.case_script.script import CaseScript
    from grader.practice.history import History
    from grader.practice.watch import Outcome
    from grader.screen.web.desk import Desk

_MOST_BYTES: Final = 2**20
_STROKE_S: Final = 0.2
_ON_ITS_WAY_S: Final = 0.05  # the loop sends what was drawn before the disk takes it


class Workplace:
    """Where one exercise is worked on.

    The file on disk is the truth. A tab says what was typed, and it is saved; what another program saves is told to every
    tab. Where both happened, nothing is written, and the tab that typed is asked.

    Parameters
    ----------
    slug : str
        Which exercise.
    catalog, history : Catalog, History
        What there is, and where attempts are recorded.
    desk : Desk
        Where submissions are graded.
    begin : bool
        Whether its clock starts where it is not solved.

    Attributes
    ----------
    text : str
        What the file holds, as far as is known here.
    cases : list of CaseResult
        What was judged so far of the grade under way, or of the last one.
    total : int
        How many cases there are.
    examples : Report or None
        What the examples gave last.
    grading : bool
        Whether a grade is under way.
    problem : str
        Why the last grade gave no verdict.
    written : Event
        The file changed; tells what it holds and which tab changed it, None where another program did.
    judged : Event
        A case was judged, a grade began, or it ended.
    recorded : Event
        An attempt was recorded here.
    """

    def __init__(self, slug: str, catalog: Catalog, history: History, desk: Desk, *, begin: bool) -> None:
        from grader.practice.watch import Watch

        self.watch = Watch(catalog, history, None)
        self.watch.open(slug, begin=begin)
        self.exercise: Exercise = catalog.exercise(slug)
        self._desk = desk
        self._history = history
        self._graded: Submission | None = None
        self._task: asyncio.Task[None] | None = None
        self.text = self._read()
        self.cases: list[CaseResult] = []
        self.total = 0
        self.examples: Report | None = None
        self.grading = False
        self._drawn_at = 0.0
        self.problem = ""
        self.written: Event[str, object] = Event()
        self.judged: Event[[]] = Event()
        self.recorded: Event[[]] = Event()
        desk.warm(self.exercise.backend)

    @property
    def outcome(self) -> Outcome | None:
        """What the last grade was worth."""
        return self.watch.outcome

    @property
    def failing(self) -> CaseResult | None:
        """The most basic case that the last grade failed, if one did."""
        report = self.outcome.report if self.outcome is not None else None
        passed = (Verdict.PASSED, Verdict.NOT_STARTED)
        return next((case for case in report.cases if case.verdict not in passed), None) if report is not None else None

    async def script(self) -> CaseScript | None:
        """Return the failing case as `kata case` writes it; None where none failed.

        Raises
        ------
        GraderError
            When the exercise is part of the interview under way, the case passes now, or the grader broke.
        """
        case, found, submission = self.failing, self.outcome, self._graded
        if case is None or submission is None or found is None or found.report is None:
            return None
        expect_free(self._history, self.exercise.slug)
        return await asyncio.to_thread(self._desk.script, self.exercise, submission, case.name, found.report.seed)

    def look(self) -> None:
        """Read the file again, because something wrote it."""
        found = self._read()
        if found != self.text:
            self.text = found
            self.written.emit(found, None)

    def write(self, text: str, before: str, tab: object) -> bool:
        """Save what was typed.

        Parameters
        ----------
        text : str
            What the file is to hold.
        before : str
            What the tab believes that it holds.
        tab : object
            Who typed.

        Returns
        -------
        bool
            False where the file holds something else than the tab believes; nothing is written then.

        Raises
        ------
        UsageError, OSError
            When it cannot be read or written.
        """
        found = self._read()
        if found not in (before, text):
            return False
        if found != text:
            data = text.encode("utf-8", "surrogatepass")
            if len(data) > _MOST_BYTES:
                return False
            if b"\r\n" in (stub_content(self.exercise) or b""):
                data = data.replace(b"\n", b"\r\n")
            write_atomically(self.exercise.stub_path, data)
        self.text = text
        self.written.emit(text, tab)
        return True

    async def submit(self) -> None:
        """Grade what the file holds; what is still graded of it is stopped."""
        await self._stop()
        submission = self.watch.take(self.exercise.slug, again=True)
        self.cases, self.total, self.problem, self.examples = [], 0, "", None
        if submission is None:
            self.judged.emit()
            return
        self.grading = True
        self._task = asyncio.create_task(self._grade(submission))  # before anything is drawn
        self.judged.emit()

    async def run_examples(self) -> None:
        """Run the examples of the docstrings; what is still graded is stopped."""
        await self._stop()
        self.cases, self.total, self.problem = [], 0, ""
        submission = self.watch.take(self.exercise.slug, again=True)
        self.grading = submission is not None
        self.judged.emit()
        if submission is not None:
            self._task = asyncio.create_task(self._run(submission))

    async def _stop(self) -> None:
        task = self._task
        if task is not None and not task.done():
            self._desk.stop(self.exercise.slug)
            await asyncio.wait([task])

    async def _grade(self, submission: Submission) -> None:
        loop = asyncio.get_running_loop()

        def observe(case: CaseResult, total: int) -> None:
            loop.call_soon_threadsafe(self._tell, case, total)

        try:
            report = await asyncio.to_thread(self._desk.grade, self.exercise, submission, observe=observe)
            self.watch.end(submission, report)
            self._graded = submission
            self.grading = False
            self.judged.emit()
            try:
                await asyncio.sleep(_ON_ITS_WAY_S)
            finally:  # also where the server ends meanwhile
                self.watch.keep()
            self.recorded.emit()
            return
        except GradingStopped:
            self.problem = "Stopped."
        except GraderError as error:
            self.problem = str(error)
        self.grading = False
        self.judged.emit()

    async def _run(self, submission: Submission) -> None:
        try:
            self.examples = await asyncio.to_thread(self._desk.grade, self.exercise, submission, examples=True)
        except GradingStopped:
            self.problem = "Stopped."
        except GraderError as error:
            self.problem = str(error)
        self.grading = False
        self.judged.emit()

    def _tell(self, case: CaseResult, total: int) -> None:
        self.cases.append(case)
        self.total = total
        now = time.monotonic()
        # To draw takes the processor from what grades, so the first case is shown at once and the others in a few strokes.
        if len(self.cases) == 1 or now - self._drawn_at > _STROKE_S or case.duration_s > _STROKE_S:
            self._drawn_at = now
            self.judged.emit()

    def _read(self) -> str:
        content = stub_content(self.exercise) or b""
        return content.decode("utf-8", "replace").replace("\r\n", "\n")
