"""A mock interview line by line, for terminals without a full screen, for pipes and for tests."""

from __future__ import annotations

import queue
import sys
import threading
from typing import TYPE_CHECKING, Final

from grader.errors import GraderError, UsageError
from grader.practice.interview.plan import Stage
from grader.render import interviewing
from grader.screen.editor import open_editor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from grader.content.question import Question
    from grader.model import FollowUp
    from grader.practice.interview.scorecard import Scorecard
    from grader.practice.interview.session import Interview

_TICK_S: Final = 0.5
_HELP: Final = (
    "next    go on to the next stage        run     run the examples of the docstrings\n"
    "submit  run the hidden tests           hint    show a hint, for 5 points\n"
    "edit    open the file in your editor   show    show the task again\n"
    "?       list what you may ask          ? 2     ask it, by number or by a word of it\n"
    "end     end the interview now          quit    leave; `kata mock resume` goes on, and the clock runs on"
)


class _Left(Exception):
    """The learner left, or the input ended."""


class _TimeUp(Exception):
    """Time ran out while the learner was thinking."""


class Lines:
    """Lines of standard input, read beside the clock."""

    def __init__(self) -> None:
        self._stream = sys.stdin  # pytest puts another object in its place while it runs
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        threading.Thread(target=self._read, name="lines", daemon=True).start()

    def get(self, seconds: float) -> str | None:
        """Return the next line, None at the end of input.

        Raises
        ------
        queue.Empty
            When none came in time.
        """
        return self._lines.get(timeout=seconds)

    def _read(self) -> None:
        for line in self._stream:
            self._lines.put(line.strip())
        self._lines.put(None)


class PlainMock:
    """Plays an interview with lines of text.

    Parameters
    ----------
    interview : Interview
        What is played.
    lines : Lines
        What the learner types.
    write : callable
        Writes a text at once.
    width : int, default=100
        Columns to wrap at.
    """

    def __init__(self, interview: Interview, lines: Lines, write: Callable[[str], None], width: int = 100) -> None:
        self._width = width
        self._interview = interview
        self._lines = lines
        self._write = write
        self._announced = -1
        self._shown = ""
        self._clarifying = False

    def run(self) -> Scorecard | None:
        """Play until the interview ends or the learner leaves.

        Returns
        -------
        Scorecard or None
            None when the learner left; the interview can be resumed.
        """
        interview = self._interview
        try:
            while not interview.over:
                interview.tick()
                if interview.over:
                    break
                try:
                    self._step()
                except _TimeUp:
                    break
            if interview.step is not None:
                self._say(f"\n{interviewing.closing(interview)}")
            for _ in self._pending():
                pass
            return interview.finish()
        except _Left:
            interview.tick()
            self._say("\nLeft. `kata mock resume` goes on; the clock runs on meanwhile.")
            return None

    def _step(self) -> None:
        interview = self._interview
        assert interview.step is not None
        if interview.state.step != self._announced:
            self._announced = interview.state.step
            self._announce()
        if interview.step.stage is Stage.FOLLOW_UPS:
            for exercise, number, follow_up in interview.follow_ups():
                named = self._answer(f"Follow-up {number + 1} of {len(exercise.follow_ups)}", follow_up)
                interview.answer_follow_up(exercise.slug, named)
            interview.advance()
        elif interview.question is not None:
            interview.answer_question(self._answer("Question", interview.question))
        else:
            self._command(self._ask(f"[{interviewing.where(interview)}] > "))

    def _pending(self) -> Iterator[None]:
        """Ask the follow-ups that were not reached; time does not count any more."""
        for exercise, number, follow_up in list(self._interview.follow_ups()):
            head = f"{exercise.title}, follow-up {number + 1} of {len(exercise.follow_ups)}"
            self._interview.answer_follow_up(exercise.slug, self._answer(head, follow_up))
            yield

    def _announce(self) -> None:
        interview = self._interview
        step = interview.step
        assert step is not None
        self._say(f"\n== {interviewing.where(interview)}")
        briefing, work = interview.briefing, interview.work
        if interview.exercise is not None and step.item != self._shown:
            self._shown = step.item
            self._say(f"\n{self._wrapped(interview.task)}\n")
            self._say(interviewing.file(interview.exercise))
        elif self._clarifying and briefing is not None and work is not None:
            self._say(f"\n{self._wrapped(briefing.rest(work.told))}\n")
        self._clarifying = interview.clarifying
        self._say(interviewing.ADVICE[step.stage])

    def _answer(self, head: str, asked: Question | FollowUp) -> int:
        """Ask a question, reveal its key points, and return how many the learner named."""
        self._say(f"\n{interviewing.asked(head, asked, self._width)}")
        self._ask("Answer aloud, then press Enter to see the key points. ")
        self._say(interviewing.key_points(asked, self._width))
        while True:
            typed = self._ask(f"How many of these {len(asked.key_points)} did you name? ")
            if typed.isdecimal() and int(typed) <= len(asked.key_points):
                return int(typed)
            self._say(f"Type a number from 0 to {len(asked.key_points)}.")

    def _command(self, typed: str) -> None:
        interview = self._interview
        try:
            if typed in {"next", "n"}:
                interview.advance()
            elif typed in {"run", "r"}:
                self._say(interviewing.examples(interview.run_examples(interview.read())))
                interview.count_run()
            elif typed in {"submit", "s"}:
                submission = interview.read()
                report = interview.judge(submission)
                self._say(interviewing.submission(report))
                interview.accept(submission, report)
            elif typed in {"hint", "h"}:
                self._say(interview.hint())
            elif typed in {"edit", "e"}:
                assert interview.exercise is not None
                open_editor(interview.exercise.stub_path, interview.tick)
            elif typed == "show":
                self._say(self._wrapped(interview.task))
            elif typed.startswith("?"):
                asked = typed.strip("? ")
                reply = interviewing.reply(interview.ask(asked)) if asked else interviewing.topics(interview)
                self._say(self._wrapped(reply))
            elif typed == "end":
                interview.freeze()
            elif typed:
                self._say(_HELP)
        except UsageError as error:
            self._say(str(error))
        except GraderError as error:
            self._say(f"kata: {error}")

    def _ask(self, prompt: str) -> str:
        """Wait for a line while the clock runs.

        Raises
        ------
        _Left
            When the learner leaves.
        _TimeUp
            When the clock reaches zero first.
        """
        was_over = self._interview.over
        self._write(prompt)
        while True:
            try:
                line = self._lines.get(_TICK_S)
            except queue.Empty:
                self._interview.tick()
                if self._interview.over and not was_over:
                    raise _TimeUp from None
                continue
            self._interview.tick()
            if line is None or line == "quit":
                raise _Left
            if self._interview.over and not was_over:
                raise _TimeUp
            return line

    def _wrapped(self, text: str) -> str:
        return interviewing.wrapped(text, self._width)

    def _say(self, text: str) -> None:
        self._write(f"{text}\n")
