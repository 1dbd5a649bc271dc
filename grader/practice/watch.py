"""Watch mode without a terminal: which exercise is worked on, what its last save was worth, what may be done next."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from grader.content.afterword import Afterword, afterword, code_lines
from grader.errors import SubmissionUnreadable
from grader.intake.submission import read_submission
from grader.judge import grade
from grader.model import Level, Verdict
from grader.practice.attempt import Best
from grader.practice.difference import difference
from grader.practice.progress import suggest
from grader.practice.rehearsal import Rehearsal
from grader.practice.review import record
from grader.practice.standing import with_level
from grader.practice.stub_file import ensure_stub, is_touched, reset_stub
from grader.suite.suites import Suites

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from grader.content.catalog import Catalog
    from grader.model import Exercise, Report, Submission
    from grader.practice.history import History
    from grader.practice.standing import Standing
    from grader.sandbox import Sandbox
    from grader.suite.collection import Observer


class Key(StrEnum):
    """What the learner may press."""

    NEXT = "n"
    HINT = "h"
    LIST = "l"
    RUN = "r"
    RESET = "x"
    SOLUTION = "s"
    DIFF = "d"
    DETAILS = "v"
    ALTERNATIVES = "a"
    MISTAKES = "m"
    QUESTIONS = "f"
    QUIT = "q"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one save was worth.

    Attributes
    ----------
    report : Report or None
        None where the file could not be read.
    problem : str
        Why it could not be read.
    before : Best
        The best of the attempts before this one.
    taken_s : float or None
        Seconds since the exercise was started; None where it was not, or was mastered since.
    lines : int
        Lines of code of the submission.
    """

    exercise: Exercise
    report: Report | None
    problem: str = ""
    before: Best = field(default_factory=Best)
    taken_s: float | None = None
    lines: int = 0


@dataclass(frozen=True, slots=True)
class Tally:
    """How many exercises are solved, how many of these are mastered, and how many there are."""

    solved: int
    mastered: int
    total: int


class Watch:
    """The exercise that is worked on, and everything that a key or a save does to it.

    Parameters
    ----------
    catalog : Catalog
        What there is to work on.
    history : History
        Where attempts are recorded.
    sandbox : Sandbox or None
        Where `save` has submissions run; None where somebody else grades what `take` returns and tells `end`.
    diagnosed : bool, default=True
        Whether `save` looks for a known mistake in what failed.
    """

    def __init__(self, catalog: Catalog, history: History, sandbox: Sandbox | None, *, diagnosed: bool = True) -> None:
        self._catalog = catalog
        self._history = history
        self._sandbox = sandbox
        self._diagnosed = diagnosed
        self._suites = Suites()  # between two saves the hidden tests stay collected
        self._graded: dict[str, str] = {}
        self._rehearsal = Rehearsal(self._suites)
        self._under_way = ("", "")
        self._submission: Submission | None = None
        self.exercise: Exercise | None = None
        self.outcome: Outcome | None = None

    def open(self, slug: str, *, begin: bool = False) -> None:
        """Turn to an exercise; with `begin` its clock starts where it is not solved."""
        exercise = self._catalog.exercise(slug)
        self.exercise, self.outcome, self._submission = exercise, None, None
        if self._sandbox is not None:
            self._sandbox.prepare(exercise.backend, exercise.limits, scratch=exercise.scratch, sure=True)
        ensure_stub(exercise)
        if begin and not self._history.solved(slug):
            self._history.start(slug)

    def save(self, slug: str, observe: Observer | None = None, *, again: bool = False) -> Outcome | None:
        """Grade what a stub holds now.

        Parameters
        ----------
        slug : str
            The exercise whose stub was saved; it becomes the current one.
        observe : callable, optional
            Told each case as it is judged.
        again : bool, default=False
            Grade even what was graded before.

        Returns
        -------
        Outcome or None
            None where the content is the one graded last.

        Raises
        ------
        GraderError
            When the exercise is broken or the sandbox fails; never for what the learner wrote.
        KeyboardInterrupt
            When somebody stopped it.
        """
        submission = self.take(slug, again=again)
        if submission is None:
            return self.outcome if self.outcome is not None and self.outcome.report is None else None
        exercise = self.exercise
        assert exercise is not None
        assert self._sandbox is not None
        report = grade(
            exercise,
            submission,
            self._sandbox,
            suites=self._suites,
            seed=self._rehearsal.take_seed(slug),
            diagnosed=self._diagnosed,
            observe=observe,
        )
        return self.end(submission, report)

    def rehearse(self, until: Callable[[], bool]) -> None:
        """Draw the seed of the next save, and have our solution pass with it, while the learner thinks.

        The next verdict is then there sooner.

        Parameters
        ----------
        until : callable
            Tells whether something else is to be done now.
        """
        if self.exercise is not None and self._sandbox is not None:
            self._rehearsal.play(self.exercise, self._sandbox, until)

    def take(self, slug: str, *, again: bool = False) -> Submission | None:
        """Return what a stub holds now, to be graded; the exercise becomes the current one.

        Returns
        -------
        Submission or None
            None where it is what was graded last, or where it cannot be read; `outcome` then says why.
        """
        if self.exercise is None or self.exercise.slug != slug:
            self.open(slug)
        exercise = self.exercise
        assert exercise is not None
        try:
            submission = read_submission(exercise.stub_path, slug)
        except SubmissionUnreadable as error:
            self._graded.pop(slug, None)
            self.outcome = Outcome(exercise, None, problem=str(error))
            return None
        if self._graded.get(slug) == submission.sha256 and not again:
            return None
        self._graded.pop(slug, None)  # so that a grade that is stopped leaves the content ungraded
        self._under_way = (slug, submission.sha256)
        return submission

    def end(self, submission: Submission, report: Report) -> Outcome:
        """Take the report on what `take` returned, and return what it was worth."""
        exercise = self.exercise
        assert exercise is not None
        self._graded[exercise.slug] = submission.sha256
        self._submission = submission
        self.outcome = Outcome(
            exercise,
            report,
            before=self._history.best(exercise.slug),
            taken_s=self._taken(exercise.slug),
            lines=code_lines(submission.source),
        )
        return self.outcome

    def outdates(self, slug: str) -> bool:
        """Tell whether a stub holds something else than what is being graded; may be asked from any thread."""
        under_way, sha256 = self._under_way
        if slug != under_way:
            return False
        try:
            return read_submission(self._catalog.folders[slug] / f"{slug}.py", slug).sha256 != sha256
        except SubmissionUnreadable:
            return True

    def keep(self) -> None:
        """Record the outcome; the verdict is on the screen by then.

        Raises
        ------
        DataFolderError
            When the history cannot be written.
        """
        if self.outcome is None or self.outcome.report is None or self._submission is None:
            return
        submission, self._submission = self._submission, None
        record(self._history, self.outcome.exercise, self.outcome.report, submission, time.time())

    def useful_keys(self) -> tuple[Key, ...]:
        """Return the keys that do something now."""
        if self.exercise is None:
            return (Key.NEXT, Key.LIST, Key.QUIT)
        slug = self.exercise.slug
        solved = self._history.solved(slug)
        useful = {
            Key.NEXT: self.following() is not None,
            Key.HINT: self._history.hints(slug) < len(self.exercise.hints) and self._level() is not Level.FULL,
            Key.LIST: True,
            Key.RUN: True,
            Key.RESET: is_touched(self.exercise),
            Key.DETAILS: self._has_details(),
            Key.SOLUTION: solved,
            Key.ALTERNATIVES: solved and any(self.exercise.alternatives_folder.glob("*.py")),
            Key.MISTAKES: solved,
            Key.QUESTIONS: solved and bool(self.exercise.follow_ups),
            Key.DIFF: self._history.last_beyond(slug, self._level()) is not None,
            Key.QUIT: True,
        }
        return tuple(key for key, does in useful.items() if does)

    def following(self) -> str | None:
        """Return the slug to do after the current one, if any is left."""
        skip = () if self.exercise is None else (self.exercise.slug,)
        found = suggest(self._catalog.exercises, self._history.standings(), self._history.all_attempts(), skip)
        return found.slug if found else None

    def hint(self) -> str:
        """Return the next hint, and note that it was shown."""
        assert self.exercise is not None
        hints = self.exercise.hints
        number = min(self._history.hints(self.exercise.slug) + 1, len(hints))
        self._history.add_hint(self.exercise.slug, number)
        return f"Hint {number} of {len(hints)}: {hints[number - 1]}"

    def solution(self) -> str:
        """Return our solution without the docstrings that the stub holds as well, and note that it was shown."""
        assert self.exercise is not None
        self._history.add_spoiler(self.exercise.slug)
        return self.afterword().solution

    def afterword(self) -> Afterword:
        """Return what there is to read once the exercise is solved.

        Raises
        ------
        ContentError
            When our solution cannot be read.
        """
        assert self.exercise is not None
        return afterword(self.exercise)

    def difference(self) -> str:
        """Return what changed since the last attempt that came further, as a unified diff."""
        assert self.exercise is not None
        last = self._history.last_beyond(self.exercise.slug, self._level())
        before = last.source if last else ""
        name = "last attempt that mastered it" if last and last.mastered else "last attempt that solved it"
        now = read_submission(self.exercise.stub_path).source
        return difference(before, now, name, "now") or f"Nothing changed since the {name}."

    def reset(self) -> None:
        """Make the stub pristine; what it held is kept."""
        assert self.exercise is not None
        reset_stub(self.exercise, self._history)

    def tally(self) -> Tally:
        """Return how many exercises are solved and mastered, and how many there are."""
        standings, slugs = self._history.standings(), set(self._catalog.slugs)
        solved, mastered = (len(slugs & with_level(standings, level)) for level in (Level.CORE, Level.FULL))
        return Tally(solved, mastered, len(slugs))

    def choices(self) -> Sequence[tuple[Exercise, Standing | None]]:
        """Return every exercise with its standing, for a list to choose from."""
        standings = self._history.standings()
        return [(exercise, standings.get(exercise.slug)) for exercise in self._catalog.exercises]

    def _has_details(self) -> bool:
        """Tell whether a case failed that was shown in a line, or may have been."""
        report = self.outcome.report if self.outcome else None
        quiet = {Verdict.PASSED, Verdict.NOT_STARTED, Verdict.INVALID}
        return report is not None and any(case.verdict not in quiet for case in report.cases)

    def _level(self) -> Level:
        """Return how far the content graded last came."""
        report = self.outcome.report if self.outcome else None
        return Level.NONE if report is None else report.level

    def _taken(self, slug: str) -> float | None:
        sitting = self._history.sitting(slug)
        if sitting.started_at is None or sitting.level is Level.FULL:
            return None
        return max(time.time() - sitting.started_at, 0.0)
