"""A mock interview on the page, the same for every tab: what is asked now, and what was said."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nicegui import Event

from grader.errors import GraderError
from grader.practice.interview.session import FEEDBACK
from grader.render import interviewing
from grader.screen.web.desk import GradingStopped

if TYPE_CHECKING:
    from grader.content.question import Question
    from grader.model import FollowUp, Submission
    from grader.practice.interview.scorecard import Scorecard
    from grader.practice.interview.session import Interview
    from grader.screen.web.desk import Desk


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that waits for an answer.

    Attributes
    ----------
    slug : str
        The exercise that it follows up; empty for a question of its own.
    """

    title: str
    question: Question | FollowUp
    slug: str


class Sitting:
    """An interview that is held on the page.

    Parameters
    ----------
    interview : Interview
        What is held; it runs on whether or not a tab is open.
    desk : Desk
        Where submissions are graded.

    Attributes
    ----------
    said : list of str
        What the interviewer said, oldest first.
    busy : bool
        Whether something is graded.
    card : Scorecard or None
        What it was worth, once it ended.
    changed : Event
        Something else than the clock is to be shown.
    """

    def __init__(self, interview: Interview, desk: Desk) -> None:
        self.interview = interview
        self._desk = desk
        self._tried: set[str] = set()
        self.said = [interviewing.outline(interview.state.plan)]
        self.busy = False
        self.card: Scorecard | None = None
        self.changed: Event[[]] = Event()

    @property
    def asked(self) -> Asked | None:
        """The question that waits for an answer, if one does."""
        interview = self.interview
        left = next(interview.follow_ups(), None)
        if left is not None:
            exercise, number, follow_up = left
            title = f"{exercise.title}: follow-up {number + 1} of {len(exercise.follow_ups)}"
            return Asked(title, follow_up, exercise.slug)
        if not interview.over and interview.question is not None:
            return Asked("Question", interview.question, "")
        return None

    async def tick(self) -> None:
        """Let time pass; when it is up, grade what is left, ask what is left, and end."""
        if self.card is not None or self.busy:
            return
        was_over = self.interview.over
        self.interview.tick()
        if not self.interview.over:
            return
        if not was_over and self.interview.step is not None:
            self._say(interviewing.closing(self.interview))
        waiting = [one for one in self.interview.ungraded() if one.sha256 not in self._tried]
        if waiting:
            self._tried.add(waiting[0].sha256)
            await self._judge(waiting[0])
        elif self.asked is None:
            self.card = self.interview.finish()
            self.changed.emit()

    async def submit(self) -> None:
        """Run the hidden tests on the current exercise.

        Raises
        ------
        UsageError
            When there is nothing to run.
        """
        if not self.busy:
            await self._judge(self.interview.read())

    async def run_examples(self) -> None:
        """Run the examples of the current exercise.

        Raises
        ------
        UsageError
            When there is nothing to run.
        """
        exercise = self.interview.exercise
        if self.busy or exercise is None:
            return
        submission = self.interview.read()
        self._begin("Running the examples …")
        try:
            report = await asyncio.to_thread(self._desk.grade, exercise, submission, examples=True)
            self.interview.count_run()
            self.said.append(interviewing.examples(report))
        except (GraderError, GradingStopped) as error:
            self.said.append(f"kata: {error}")
        self.busy = False
        self.changed.emit()

    def advance(self) -> None:
        """Go on to the next stage."""
        if not self.busy:
            self.interview.advance()
            self.changed.emit()

    def hint(self) -> None:
        """Say the next hint, which costs points."""
        self._say(self.interview.hint())

    def ask(self, typed: str) -> None:
        """Ask the interviewer."""
        found = self.interview.ask(typed)
        told = len(found) == 1 and found[0].is_section
        self._say(f"{found[0].name}: see the task." if told else interviewing.reply(found))

    def answer(self, named: int) -> None:
        """Keep how many key points of what is asked were named, and go on."""
        asked = self.asked
        if asked is None:
            return
        if asked.slug:
            self.interview.answer_follow_up(asked.slug, named)
            if not self.interview.over and not list(self.interview.follow_ups()):
                self.interview.advance()
        else:
            self.interview.answer_question(named)
        self.changed.emit()

    def end(self) -> None:
        """End the work, as if time were up."""
        self.interview.freeze()
        self._say(interviewing.closing(self.interview))

    async def _judge(self, submission: Submission) -> None:
        exercise = next(one for one in self.interview.exercises if one.slug == submission.name)
        self._begin("Running the hidden tests …")
        try:
            report = await asyncio.to_thread(self._desk.grade, exercise, submission, feedback=FEEDBACK)
            self.said.append(interviewing.submission(report))
            self.interview.accept(submission, report)
        except (GraderError, GradingStopped) as error:
            self.said.append(f"kata: {error}")
        self.busy = False
        self.changed.emit()

    def _begin(self, words: str) -> None:
        self.busy = True
        self._say(words)

    def _say(self, words: str) -> None:
        self.said.append(words)
        self.changed.emit()
