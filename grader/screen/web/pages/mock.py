"""A mock interview: its beginning, its stages under the clock, its scorecard."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING

from nicegui import ui

from grader.errors import GraderError
from grader.practice.interview import scorecard as cards
from grader.practice.interview.plan import PRESETS, Style, Wishes
from grader.render import interviewing, scorecard
from grader.render.escape import visible
from grader.render.paint import clock
from grader.screen.web import maths
from grader.screen.web.pages.editor import Editor
from grader.screen.web.pages.frame import frame

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from nicegui.events import KeyEventArguments

    from grader.screen.web.sitting import Sitting
    from grader.screen.web.study import Study

_TICK_S = 0.5


class MockPage:
    """The page of an interview in one tab.

    Parameters
    ----------
    study : Study
        What the pages share.
    """

    def __init__(self, study: Study) -> None:
        self._study = study
        self._sitting: Sitting | None = study.sitting
        self._item = ""
        self._ticked: set[int] = set()
        self._shown: tuple[object, ...] = ()

    async def draw(self) -> None:
        """Draw what there is: the way to begin, the interview, or its scorecard."""
        with frame(self._study, "Interview"):
            self._box = ui.element("div")
        ui.keyboard(on_key=self._pressed, ignore=[], repeating=False)
        ui.timer(_TICK_S, self._tick)
        if self._sitting is None:
            with self._box:
                self._beginning()
        else:
            self._hold(self._sitting)
        await ui.context.client.connected()

    def _beginning(self) -> None:
        with ui.element("section").classes("card"):
            with ui.element("h1"):
                ui.label("Mock interview")
            styles = {str(style): f"{style}: {PRESETS[style].about}, {PRESETS[style].minutes} min" for style in Style}
            style = ui.radio(styles, value=str(Style.SCREEN)).props('aria-label="Style"')
            slugs = ui.input("Exercises by name, instead of drawn ones").props("outlined dense")
            minutes = ui.number("Minutes, if others than usual", min=1, max=480).props("outlined dense")
            number = ui.number("Questions, if others than usual", min=0, max=20).props("outlined dense")

            def begin() -> None:
                wishes = Wishes(
                    style=Style(str(style.value)),
                    minutes=int(minutes.value) if minutes.value else None,
                    slugs=tuple(str(slugs.value or "").replace(",", " ").split()),
                    questions=None if number.value is None else int(number.value),
                    seed=secrets.randbelow(10**6),
                )
                try:
                    self._hold(self._study.begin_interview(wishes))
                except GraderError as error:
                    ui.notify(str(error))

            ui.button("Begin", on_click=begin).props("no-caps flat")
        held = self._study.history.scorecards()
        if held:
            self._card(cards.load(held[-1]), earlier=True)

    def _hold(self, sitting: Sitting) -> None:
        self._sitting = sitting
        with self._box:  # so that they end with the tab
            sitting.changed.subscribe(self._show)
        self._show()

    async def _tick(self) -> None:
        sitting = self._sitting
        if sitting is None or sitting.card is not None:
            return
        await sitting.tick()
        if sitting.card is None and self._shown:
            self._clock.set_text(clock(sitting.interview.remaining_s))
            self._where.set_text(interviewing.where(sitting.interview))

    def _show(self) -> None:
        """Draw anew what changed; the editor stays while the exercise does."""
        sitting = self._sitting
        assert sitting is not None
        if sitting.card is not None:
            self._box.clear()
            with self._box:
                self._card(sitting.card)
                ui.link("Another one", "/mock")
            return
        asked = sitting.asked
        exercise = sitting.interview.exercise
        drawn = (asked, exercise.slug if exercise is not None else "", sitting.interview.over)
        if drawn != self._shown:
            self._shown = drawn
            self._ticked.clear()
            self._box.clear()
            with self._box:
                self._lay_out(sitting)
        if asked is None:
            self._task.set_content(maths.html(sitting.interview.task))
            step = sitting.interview.step
            self._advice.set_text(interviewing.ADVICE[step.stage] if step is not None else "")
        self._log.set_content(maths.html("\n\n".join(f"```\n{visible(one)}\n```" for one in sitting.said[-12:][::-1])))

    def _lay_out(self, sitting: Sitting) -> None:
        asked, interview = sitting.asked, sitting.interview
        with ui.element("div").classes("clock"):
            self._clock = ui.label(clock(interview.remaining_s)).classes("head").props('role="timer"')
            self._where = ui.label(interviewing.where(interview)).classes("facts")
            if not interview.over:
                self._button("End", sitting.end)
        with ui.element("div").classes("work"):
            with ui.element("section").classes("card prompt").props('tabindex=0 aria-label="What is asked"'):
                if asked is not None:
                    self._ask(sitting)
                self._task = ui.html("", sanitize=False)
            if asked is None:
                with ui.element("section").classes("card editor").props('aria-label="Your file"'):
                    self._actions(sitting)
                    if interview.exercise is not None:
                        place = self._study.workplace(interview.exercise.slug, begin=False)
                        place.look()
                        self._editor = Editor(place)
                        ui.timer(0.1, lambda: self._editor.follow_theme(self._study.dark), once=True)
            with ui.element("section").classes("card").props('aria-label="Results" aria-live="polite"'):
                self._advice = ui.label("").classes("facts")
                self._log = ui.html("", sanitize=False)

    def _actions(self, sitting: Sitting) -> None:
        with ui.element("div").classes("actions"):
            if sitting.asked is None and not sitting.interview.over:
                for name, keys, does in (
                    ("Submit", "Control+Enter", sitting.submit),
                    ("Run examples", "Alt+R", sitting.run_examples),
                    ("Hint (-5)", "Alt+H", sitting.hint),
                    ("Next stage", "Alt+N", sitting.advance),
                ):
                    self._button(name, does).props(f'aria-keyshortcuts="{keys}"').tooltip(keys)
                question = ui.input("Ask the interviewer").props("outlined dense")
                question.on("keydown.enter", self._guarded(lambda: sitting.ask(str(question.value))))
                briefing = sitting.interview.briefing
                names = ", ".join(topic.name for topic in briefing.topics) if briefing is not None else ""
                question.tooltip(f"such as {names}")

    def _button(self, name: str, does: Callable[[], Awaitable[None] | None]) -> ui.button:
        return ui.button(name, on_click=self._guarded(does)).props("flat dense no-caps")

    @staticmethod
    def _guarded(does: Callable[[], Awaitable[None] | None]) -> Callable[[], Awaitable[None]]:
        async def act() -> None:
            try:
                waiting = does()
                if waiting is not None:
                    await waiting
            except GraderError as error:
                ui.notify(str(error))

        return act

    def _ask(self, sitting: Sitting) -> None:
        asked = sitting.asked
        assert asked is not None
        with ui.element("h1"):
            ui.label(asked.title)
        ui.html(maths.html(asked.question.question), sanitize=False)
        ui.label("Answer aloud, then reveal the key points and tick what you named.").classes("facts")
        points = ui.element("div")

        def reveal() -> None:
            button.delete()
            with points:
                for number, point in enumerate(asked.question.key_points):
                    ui.checkbox(
                        point, on_change=lambda event, number=number: self._tick_off(number, ticked=event.value)
                    )
                for row in getattr(asked.question, "rubric", ()):
                    ui.html(
                        maths.html(f"**{row.criterion}**\n\nweak: {row.weak}\n\nstrong: {row.strong}"), sanitize=False
                    )
                ui.button("Continue", on_click=lambda: sitting.answer(len(self._ticked))).props("flat no-caps")

        button = ui.button("Reveal", on_click=reveal).props("flat no-caps")

    def _tick_off(self, number: int, *, ticked: bool) -> None:
        (self._ticked.add if ticked else self._ticked.discard)(number)

    def _card(self, card: cards.Scorecard, *, earlier: bool = False) -> None:
        told = scorecard.as_markdown(card)
        if earlier:  # below the heading of the page
            told = re.sub(r"^(#+) ", r"#\1 ", told, flags=re.MULTILINE)
        with ui.element("section").classes("card prompt").props('aria-label="Scorecard"'):
            ui.html(maths.html(told), sanitize=False)

    async def _pressed(self, event: KeyEventArguments) -> None:
        sitting = self._sitting
        if not event.action.keydown or sitting is None or sitting.asked is not None or sitting.card is not None:
            return
        does: Callable[[], Awaitable[None] | None] | None = None
        if event.key.code == "Enter" and (event.modifiers.ctrl or event.modifiers.meta):
            does = sitting.submit
        elif event.modifiers.alt:
            keys = {"KeyR": sitting.run_examples, "KeyH": sitting.hint, "KeyN": sitting.advance}
            does = keys.get(str(event.key.code))
        if does is not None:
            await self._guarded(does)()
