"""A mock interview on a full screen: the task on one side; clock, stages and results on the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from rich.console import Group
from rich.table import Table
from rich.text import Text
from textual import work
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Digits, Footer, Markdown, RichLog, Static
from textual.worker import WorkerState

from grader.errors import GraderError, UsageError
from grader.model import Level
from grader.practice.interview.plan import Stage
from grader.practice.interview.scorecard import Scorecard
from grader.render import interviewing, prompt
from grader.render.paint import clock
from grader.screen.ask import Ask
from grader.screen.confirm import Confirm
from grader.screen.editor import open_editor

if TYPE_CHECKING:
    from textual.events import Key
    from textual.worker import Worker

    from grader.content.question import Question
    from grader.model import FollowUp, Report, Submission
    from grader.practice.interview.session import Interview

_TICK_S: Final = 0.5
_LAST_MINUTES_S: Final = 300
_MARGIN: Final = 6  # of a fenced block: its padding and the scroll bar
_LEAST_WIDTH: Final = 24
_WORKING: Final = frozenset({Stage.CLARIFY, Stage.PLAN, Stage.CODE, Stage.TEST})


class MockScreen(App[Scorecard | None]):
    """Plays an interview.

    Parameters
    ----------
    interview : Interview
        What is played.
    """

    CSS = """
    #task { width: 3fr; padding: 0 1; }
    #side { width: 2fr; border-left: solid $panel; padding: 0 1; }
    #clock { width: 100%; text-align: center; height: 3; color: $success; }
    #clock.late { color: $error; }
    #where { text-align: center; height: 1; color: $text-muted; }
    #steps { height: auto; margin: 1 0; }
    #advice { height: auto; color: $text-muted; margin-bottom: 1; }
    #log { height: 1fr; border-top: solid $panel; }
    .-narrow #side { width: 27; }
    .-narrow #where { display: none; }
    MarkdownFence { margin: 0 0 1 0; }
    MarkdownFence > Label { padding: 0 2; }
    MarkdownH1 { content-align: left middle; margin: 0 0 1 0; }
    MarkdownTableContent { keyline: none; grid-gutter: 0 1; }
    #points { height: auto; border: round $accent; padding: 0 1; margin-top: 1; }
    """
    TITLE = "Mock interview"
    ENABLE_COMMAND_PALETTE = False
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012 - the library declares it so
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark", "ask", "ask", key_display="?"),
        Binding("e", "edit", "edit"),
        Binding("r", "run", "run"),
        Binding("s", "submit", "submit"),
        Binding("h", "hint", "hint (-5)"),
        Binding("v", "reveal", "reveal"),
        Binding("c", "carry_on", "continue"),
        Binding("n", "next", "next stage"),
        Binding("x", "end", "end"),
        Binding("q", "leave", "leave"),
    ]

    def __init__(self, interview: Interview) -> None:
        super().__init__()
        self._interview = interview
        self._announced = -1
        self._shown = ""
        self._asked: Question | FollowUp | None = None
        self._slug = ""
        self._revealed = False
        self._busy = False
        self._winding_up = False
        self._tried: set[str] = set()
        self._ticked: set[int] = set()

    def compose(self) -> ComposeResult:
        """Lay out task, clock, stages and results."""
        with Horizontal():
            with VerticalScroll(id="task"):
                yield Markdown(id="text")
                yield Static(id="points")
            with Vertical(id="side"):
                yield Digits("", id="clock")
                yield Static(id="where")
                yield Static(id="steps")
                yield Static(id="advice")
                yield RichLog(id="log", wrap=True, markup=False, min_width=20)
        yield Footer()

    def on_mount(self) -> None:
        """Begin the clock."""
        self.query_one("#points").display = False
        self._say(interviewing.outline(self._interview.state.plan))
        self._refresh()
        self.set_interval(_TICK_S, self._tick)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Hide the keys that do nothing now."""
        asked, step = self._asked is not None, self._interview.step
        working = not asked and not self._winding_up and step is not None and step.stage in _WORKING
        allowed = {
            "ask": working,
            "edit": working,
            "run": working and not self._busy,
            "submit": working and not self._busy,
            "hint": working and self._hints_left(),
            "next": working and not self._busy,
            "reveal": asked and not self._revealed,
            "carry_on": asked and self._revealed,
            "end": not self._winding_up and not self._busy,
            "leave": not self._busy,
        }
        return allowed.get(action, True)

    def action_edit(self) -> None:
        """Open the learner's editor on the stub; the clock runs on."""
        exercise = self._interview.exercise
        if exercise is None:
            return
        try:
            with self.suspend():
                open_editor(exercise.stub_path, self._interview.tick)
        except UsageError as error:
            self._say(str(error), "yellow")
        self._tick()

    def action_ask(self) -> None:
        """Ask the interviewer; a section of the prompt joins the task, an answer is said and kept with it."""

        def answer(typed: str | None) -> None:
            if typed:
                self._try(lambda: self._reply(typed))

        self.push_screen(Ask(interviewing.topics(self._interview)), answer)

    def _reply(self, typed: str) -> None:
        found = self._interview.ask(typed)
        told = len(found) == 1 and found[0].is_section
        self._say(f"{found[0].name}: see the task." if told else interviewing.reply(found), "cyan")
        self._show_task()

    @work(thread=True, exclusive=True, group="grade")
    def _run_examples(self, submission: Submission) -> tuple[Submission, Report, bool]:
        return submission, self._interview.run_examples(submission), False

    @work(thread=True, exclusive=True, group="grade")
    def _judge(self, submission: Submission) -> tuple[Submission, Report, bool]:
        return submission, self._interview.judge(submission), True

    def action_run(self) -> None:
        """Run the examples of the docstrings."""
        self._start(hidden=False)

    def action_submit(self) -> None:
        """Run the hidden tests."""
        self._start(hidden=True)

    def action_hint(self) -> None:
        """Show the next hint."""
        self._try(lambda: self._say(self._interview.hint(), "yellow"))

    def action_next(self) -> None:
        """Go on to the next stage."""
        self._interview.advance()
        self._refresh()

    def action_reveal(self) -> None:
        """Show the key points of the question, to be ticked."""
        if self._asked is None:
            return
        self._revealed = True
        self._ticked.clear()
        self._show_points()
        self.refresh_bindings()

    def on_key(self, event: Key) -> None:
        """Tick a key point by its number."""
        if self._revealed and self._asked is not None and event.key.isdecimal():
            number = (int(event.key) - 1) % 10  # the tenth is 0
            if number < len(self._asked.key_points):
                self._ticked ^= {number}
                self._show_points()

    def action_carry_on(self) -> None:
        """Keep what was ticked, and go on."""
        named = len(self._ticked)
        if self._slug:
            self._interview.answer_follow_up(self._slug, named)
            if not self._winding_up and not list(self._interview.follow_ups()):
                self._interview.advance()
        else:
            self._interview.answer_question(named)
        self._asked, self._revealed = None, False
        self._refresh()

    def action_end(self) -> None:
        """End the work after a question."""

        def answer(yes: bool | None) -> None:  # noqa: FBT001 - called by the library
            if yes:
                self._interview.freeze()
                self._tick()

        self.push_screen(Confirm("End the interview now? The work is graded as it is."), answer)

    def action_leave(self) -> None:
        """Leave; `kata mock resume` goes on."""
        self._interview.tick()
        self.exit(None, message="Left. `kata mock resume` goes on; the clock runs on meanwhile.")

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Take the result of a run or a submission."""
        if event.worker.group != "grade" or event.state not in (WorkerState.SUCCESS, WorkerState.ERROR):
            return
        self._busy = False
        if event.state is WorkerState.ERROR:
            error = event.worker.error
            if not isinstance(error, GraderError):
                return
            self._say(f"kata: {error}", "red")
            return
        result = event.worker.result
        assert result is not None
        submission, report, hidden = result
        if hidden:
            told = interviewing.submission(report)
            self._say(told, "red" if report.level is Level.NONE else "green")
            self._interview.accept(submission, report)
        else:
            self._say(interviewing.examples(report))
            self._interview.count_run()
        self._refresh()

    def _start(self, *, hidden: bool) -> None:
        def begin() -> None:
            submission = self._interview.read()
            self._busy = True
            self._say("Running the hidden tests …" if hidden else "Running the examples …", "dim")
            (self._judge if hidden else self._run_examples)(submission)

        self._try(begin)
        self.refresh_bindings()

    def _try(self, deed: object) -> None:
        try:
            deed()  # type: ignore[operator]
        except UsageError as error:
            self._say(str(error), "yellow")
        self.refresh_bindings()

    def _tick(self) -> None:
        self._interview.tick()
        self._refresh()

    def _refresh(self) -> None:
        """Show how far the interview is; at its end, ask what is left and close."""
        interview = self._interview
        clock_widget = self.query_one("#clock", Digits)
        clock_widget.update(clock(interview.remaining_s))
        clock_widget.set_class(interview.remaining_s < _LAST_MINUTES_S, "late")
        self.query_one("#where", Static).update(interviewing.where(interview))
        self.query_one("#steps", Static).update(interviewing.stages(interview))
        if interview.over and not self._busy:
            self._close()
        elif not interview.over and interview.state.step != self._announced:
            self._announce()
        self.refresh_bindings()

    def _close(self) -> None:
        if not self._winding_up:
            self._winding_up = True
            self._asked, self._revealed = None, False
            if self._interview.step is not None:
                self._say(interviewing.closing(self._interview), "bold red")
        if self._asked is None:
            waiting = [one for one in self._interview.ungraded() if one.sha256 not in self._tried]
            if waiting:
                self._tried.add(waiting[0].sha256)
                self._busy = True
                self._say("Grading what was not submitted …", "dim")
                self._judge(waiting[0])
                return
            left = next(self._interview.follow_ups(), None)
            if left is None:
                self.exit(self._interview.finish())
                return
            exercise, number, follow_up = left
            self._ask(
                f"{exercise.title}: follow-up {number + 1} of {len(exercise.follow_ups)}", follow_up, exercise.slug
            )

    def _announce(self) -> None:
        interview, step = self._interview, self._interview.step
        if step is None or self._asked is not None:
            return
        exercise = interview.exercise
        if step.stage is Stage.FOLLOW_UPS and exercise is not None:
            left = next(interview.follow_ups(), None)
            if left is not None:
                _, number, follow_up = left
                self._ask(f"Follow-up {number + 1} of {len(exercise.follow_ups)}", follow_up, exercise.slug)
                return
        self._announced = interview.state.step
        self.query_one("#advice", Static).update(interviewing.ADVICE[step.stage])
        if interview.question is not None:
            self._ask("Question", interview.question, "")
        elif exercise is not None:
            self._hide_points()
            if not self._shown:
                self._say(interviewing.file(exercise))
            self._show_task()

    def _show_task(self) -> None:
        """Show what was said of the exercise, where that is more than before."""
        task = self.readable(self._interview.task)
        if task != self._shown:
            self._shown = task
            self.query_one("#text", Markdown).update(task)

    def readable(self, markdown: str) -> str:
        """Return Markdown with its formulas as text that fits beside the clock; on a low screen they take fewer lines."""
        width = max(self.query_one("#text", Markdown).size.width - _MARGIN, _LEAST_WIDTH)
        return prompt.readable(markdown, width, escaped=True, rows=self.size.height // 3)

    def _ask(self, head: str, asked: Question | FollowUp, slug: str) -> None:
        self._asked, self._slug, self._revealed = asked, slug, False
        self._hide_points()
        self._shown = ""
        question = self.readable(asked.question)
        self.query_one("#text", Markdown).update(f"## {head}\n\n{question}\n\nAnswer aloud, then press **v**.")
        stage = Stage.FOLLOW_UPS if slug else Stage.QUESTION
        self.query_one("#advice", Static).update(interviewing.ADVICE[stage])
        self.refresh_bindings()

    def _hide_points(self) -> None:
        self.query_one("#points").display = False
        self.query_one("#task").focus()

    def _show_points(self) -> None:
        assert self._asked is not None
        points = self.query_one("#points", Static)
        table = Table.grid(padding=(0, 1))
        for number, point in enumerate(self._asked.key_points):
            ticked = number in self._ticked
            style = "green" if ticked else ""
            told = Text(prompt.in_text(point), style)
            table.add_row(Text(str((number + 1) % 10), "bold"), Text("✓" if ticked else "·", style), told)
        rubric = Text()
        for row in getattr(self._asked, "rubric", ()):
            levels = f"weak: {prompt.in_text(row.weak)}\nstrong: {prompt.in_text(row.strong)}\n"
            rubric.append(f"\n{row.criterion}\n", "bold").append(levels, "dim")
        points.update(Group(table, rubric) if rubric else table)
        points.border_title = "Type the numbers of what you named, then press c"
        points.display = True

    def _hints_left(self) -> bool:
        exercise, done = self._interview.exercise, self._interview.work
        return exercise is not None and done is not None and done.hints < len(exercise.hints)

    def _say(self, text: str, style: str = "") -> None:
        self.query_one("#log", RichLog).write(Text(text, style))
