"""An interview under way: the same for the plain and the full-screen face, and for a resume."""

from __future__ import annotations

import time
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from msgspec import structs

from grader.errors import GraderError, SubmissionUnreadable, UsageError
from grader.intake.submission import read_submission, submission_from_text
from grader.judge import grade, run_examples
from grader.model import Feedback, Level
from grader.practice.attempt import Rating
from grader.practice.interview import clock, scorecard, state
from grader.practice.interview.briefing import brief
from grader.practice.interview.plan import Stage
from grader.practice.interview.state import Answer, State, Submitted, Work
from grader.practice.review import record
from grader.practice.stub_file import pristine_stub, reset_stub

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from grader.content.catalog import Catalog
    from grader.content.question import Question
    from grader.model import Exercise, FollowUp, Report, Submission
    from grader.practice.history import History
    from grader.practice.interview.briefing import Briefing, Topic
    from grader.practice.interview.clock import Moment
    from grader.practice.interview.plan import Step
    from grader.practice.interview.scorecard import Scorecard
    from grader.sandbox import Sandbox

FEEDBACK: Final = Feedback.HINTS  # an interviewer would not tell more
_SAVE_EVERY_S: Final = 5.0


class Interview:
    """An interview from its first minute to its scorecard.

    Parameters
    ----------
    current : State
        How far it is.
    catalog : Catalog
        Where exercises and questions come from.
    history : History
        Where it is kept; every change is there before a method returns.
    sandbox : Sandbox or None
        Where submissions run; None where somebody else judges them, with `FEEDBACK`, and tells `accept`.
    read_clock : callable, optional
        Returns the present; for tests.
    """

    def __init__(
        self,
        current: State,
        catalog: Catalog,
        history: History,
        sandbox: Sandbox | None,
        read_clock: Callable[[], Moment] = clock.now,
    ) -> None:
        self._state = current
        self._catalog = catalog
        self._history = history
        self._sandbox = sandbox
        self._read_clock = read_clock
        self._saved_s = current.used_s
        self._questions = {question.id: question for question in catalog.questions}
        missing = [name for name in current.plan.questions if name not in self._questions]
        if missing:
            raise UsageError(f"The question {missing[0]!r} is gone from the catalogue.", "End it with `kata mock end`.")
        self._exercises = {slug: catalog.exercise(slug) for slug in current.plan.exercises}
        self._briefings = {slug: brief(exercise) for slug, exercise in self._exercises.items()}

    @property
    def state(self) -> State:
        """How far it is."""
        return self._state

    @property
    def exercises(self) -> tuple[Exercise, ...]:
        """All that are asked, in their order."""
        return tuple(self._exercises.values())

    @property
    def step(self) -> Step | None:
        """What is to be done now; None when nothing is left."""
        steps = self._state.plan.steps
        return steps[self._state.step] if self._state.step < len(steps) else None

    @property
    def exercise(self) -> Exercise | None:
        """The exercise that is worked on, if it is one."""
        return None if self.step is None else self._exercises.get(self.step.item)

    @property
    def question(self) -> Question | None:
        """The question that is asked, if it is one."""
        return None if self.step is None else self._questions.get(self.step.item)

    @property
    def work(self) -> Work | None:
        """What was done for the current exercise."""
        return None if self.exercise is None else self._state.work(self.exercise.slug)

    @property
    def briefing(self) -> Briefing | None:
        """What there is to say of the current exercise."""
        return None if self.exercise is None else self._briefings[self.exercise.slug]

    @property
    def clarifying(self) -> bool:
        """Whether the rules are still to be asked for."""
        return self.step is not None and self.step.stage is Stage.CLARIFY

    @property
    def task(self) -> str:
        """What was said of the current exercise, as Markdown: all the rules once the clarify stage is over."""
        briefing, work = self.briefing, self.work
        if briefing is None or work is None:
            return ""
        return briefing.said(work.told if self.clarifying else None, work.asked)

    @property
    def total_s(self) -> float:
        """Seconds that the interview may take."""
        return 60.0 * self._state.plan.minutes

    @property
    def remaining_s(self) -> float:
        """Seconds that were left at the last tick."""
        return max(self.total_s - self._state.used_s, 0.0)

    @property
    def over(self) -> bool:
        """Whether time is up or everything is done."""
        return self._state.frozen or self.step is None

    def enter(self) -> None:
        """Begin the current step: a new exercise gets a fresh stub, and its clock starts."""
        exercise = self.exercise
        if self.clarifying and exercise is not None:
            reset_stub(exercise, self._history)
            self._history.start(exercise.slug)
        if exercise is not None and self._sandbox is not None:
            self._sandbox.warm(exercise.backend)
        self._save()

    def tick(self) -> None:
        """Let time pass: count it for the current step, and look at the work until time is up."""
        if self._state.frozen:
            return
        used = max(clock.between(self._state.begun, self._read_clock()), self._state.used_s)
        up = used >= self.total_s
        used = min(used, self.total_s)
        spent = list(self._state.spent_s)
        if self.step is not None:
            spent[self._state.step] += used - self._state.used_s
        self._state = structs.replace(self._state, used_s=used, spent_s=tuple(spent))
        if up:
            self._state = structs.replace(self._state, frozen=True)
        else:
            self._look()
        if up or used - self._saved_s >= _SAVE_EVERY_S:
            self._save()

    def advance(self) -> None:
        """Go on to the next step."""
        self.tick()
        if not self.over:
            self._state = structs.replace(self._state, step=self._state.step + 1)
            self.enter()

    def ask(self, typed: str) -> tuple[Topic, ...]:
        """Return what the learner may mean to ask; a single topic is answered, and noted as asked.

        Parameters
        ----------
        typed : str
            A number, a name, or words of a question.

        Raises
        ------
        UsageError
            When there is no exercise to ask about, or the work is frozen.
        """
        exercise, work = self._working()
        found = self._briefings[exercise.slug].find(typed)
        if len(found) == 1:
            topic = found[0]
            kept = "told" if topic.is_section else "asked"
            names = getattr(work, kept)
            if topic.name not in names:
                self._replace(structs.replace(work, **{kept: (*names, topic.name)}))
        return found

    def hint(self) -> str:
        """Return the next hint, which costs points.

        Raises
        ------
        UsageError
            When there is none, or the work is frozen.
        """
        exercise, work = self._working()
        if work.hints >= len(exercise.hints):
            raise UsageError(f"All {len(exercise.hints)} hints were shown.")
        self._history.add_hint(exercise.slug, work.hints + 1)
        self._replace(structs.replace(work, hints=work.hints + 1))
        return f"Hint {work.hints + 1} of {len(exercise.hints)}: {exercise.hints[work.hints]}"

    def read(self) -> Submission:
        """Return what the stub of the current exercise holds.

        Raises
        ------
        UsageError
            When it cannot be read, or the work is frozen.
        """
        exercise, _ = self._working()
        return read_submission(exercise.stub_path, exercise.slug)

    def run_examples(self, submission: Submission) -> Report:
        """Run the examples of the docstrings; may be called from another thread."""
        assert self._sandbox is not None
        exercise = self._exercises[submission.name]
        return run_examples(exercise, submission, self._sandbox, pristine_stub(exercise).decode())

    def judge(self, submission: Submission) -> Report:
        """Run the hidden tests; may be called from another thread, and records nothing."""
        exercise = self._exercises[submission.name]
        assert self._sandbox is not None
        return grade(exercise, submission, self._sandbox, feedback=FEEDBACK)

    def count_run(self) -> None:
        """Note that the examples were run."""
        work = self.work
        if work is not None:
            self._replace(structs.replace(work, runs=work.runs + 1))

    def accept(self, submission: Submission, report: Report) -> None:
        """Record a report on a submission; when all passed, the step is the follow-ups, or what comes after them."""
        exercise = self._exercises[submission.name]
        work = self._state.work(exercise.slug)
        at_s = self._state.used_s
        entry = Submitted(
            at_s, submission.sha256, report.verdict, report.points, report.max_points, report.time_ratio,
            report.level, report.layers, report.diagnosis.mistakes if report.diagnosis else (),
        )  # fmt: skip
        record(self._history, exercise, report, submission, time.time())
        self._replace(structs.replace(work, submitted=(*work.submitted, entry)))
        self.tick()
        if report.level is Level.FULL and not self.over:
            while self.step is not None and self.step.item == exercise.slug and self.step.stage is not Stage.FOLLOW_UPS:
                self._state = structs.replace(self._state, step=self._state.step + 1)
            self.enter()

    def follow_ups(self) -> Iterator[tuple[Exercise, int, FollowUp]]:
        """Yield the follow-up questions that wait for an answer: now, or of every exercise once time is up."""
        for slug, exercise in self._exercises.items():
            if self._state.frozen:
                asked = self._reached(slug)
            else:
                asked = self.step is not None and self.step.item == slug and self.step.stage is Stage.FOLLOW_UPS
            answered = len(self._state.work(slug).answers)
            if asked:
                for number, follow_up in enumerate(exercise.follow_ups[answered:], answered):
                    yield exercise, number, follow_up

    def answer_follow_up(self, slug: str, named: int) -> None:
        """Keep how many key points of the next follow-up of an exercise were named."""
        work = self._state.work(slug)
        points = self._exercises[slug].follow_ups[len(work.answers)].key_points
        answer = Answer(min(max(named, 0), len(points)), len(points))
        self._replace(structs.replace(work, answers=(*work.answers, answer)))

    def answer_question(self, named: int) -> None:
        """Keep how many key points of the current question were named, and go on."""
        question = self.question
        if question is None:
            return
        answer = Answer(min(max(named, 0), len(question.key_points)), len(question.key_points))
        self._state = structs.replace(self._state, answers={**self._state.answers, question.id: answer})
        if self._state.frozen:
            self._state = structs.replace(self._state, step=self._state.step + 1)
            self._save()
        else:
            self.advance()

    def ungraded(self) -> list[Submission]:
        """Return the work that nobody submitted, as it was when time was up or the exercise was left."""
        found = []
        for slug, exercise in self._exercises.items():
            work = self._state.work(slug)
            if work.source is None or work.level is Level.FULL or work.source.encode() == pristine_stub(exercise):
                continue
            digest = sha256(work.source.encode()).hexdigest()
            if digest not in {one.sha256 for one in work.submitted}:
                try:
                    found.append(submission_from_text(slug, work.source))
                except SubmissionUnreadable:
                    continue
        return found

    def freeze(self) -> None:
        """End the work, as if time were up."""
        self.tick()
        self._state = structs.replace(self._state, frozen=True)
        self._save()

    def finish(self) -> Scorecard:
        """End the interview: what was not submitted is graded as it is, and everything is kept.

        Returns
        -------
        Scorecard
            What it was worth; the history holds it too.
        """
        self.freeze()
        for submission in self.ungraded():
            self.accept(submission, self.judge(submission))
        for slug in self._exercises:
            if self._reached(slug) and self._state.work(slug).level is Level.NONE:
                self._history.rate(slug, Rating.AGAIN)
        card = scorecard.score(self._state, self._exercises, self._questions)
        self._history.save_interview(self._state.name, state.dump(self._state), scorecard.dump(card))
        return card

    def _working(self) -> tuple[Exercise, Work]:
        exercise, work = self.exercise, self.work
        if self._state.frozen:
            raise UsageError("Time is up; the work is frozen.")
        if exercise is None or work is None:
            raise UsageError("This is a question; there is nothing to run.", "Answer it aloud, then go on.")
        return exercise, work

    def _reached(self, slug: str) -> bool:
        return any(
            spent > 0
            for spent, step in zip(self._state.spent_s, self._state.plan.steps, strict=True)
            if step.item == slug
        )

    def _look(self) -> None:
        """Keep what the stub holds, so that there is something to grade when time is up."""
        exercise, work = self.exercise, self.work
        if exercise is None or work is None:
            return
        try:
            source = read_submission(exercise.stub_path, exercise.slug).source
        except GraderError:
            return  # half saved, or gone for a moment; what was seen before stays
        if source != work.source:
            self._replace(structs.replace(work, source=source, seen_s=self._state.used_s))

    def _replace(self, work: Work) -> None:
        works = tuple(work if one.slug == work.slug else one for one in self._state.works)
        self._state = structs.replace(self._state, works=works)
        self._save()

    def _save(self) -> None:
        self._history.save_interview(self._state.name, state.dump(self._state))
        self._saved_s = self._state.used_s
