"""One exercise: what is asked, the learner's file, what grading found."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from nicegui import ui

from grader.content.catalog import read_content
from grader.practice.watch import Key
from grader.render.cases import words
from grader.render.dashboard import ago
from grader.render.levels import LEVELS, stars
from grader.screen.web import maths, results
from grader.screen.web.pages.editor import Editor
from grader.screen.web.pages.frame import frame

if TYPE_CHECKING:
    from nicegui.events import KeyEventArguments

    from grader.screen.web.study import Study


class ExercisePage:
    """The page of one exercise in one tab.

    Parameters
    ----------
    study : Study
        What the pages share.
    slug : str
        Which exercise.
    """

    def __init__(self, study: Study, slug: str) -> None:
        self._study = study
        self._place = study.workplace(slug)

    async def draw(self) -> None:
        """Draw it, and keep it as the exercise is."""
        exercise = self._place.exercise
        with frame(self._study, exercise.title), ui.element("div").classes("work"):
            with ui.element("section").classes("card prompt").props('tabindex=0 aria-label="What is asked"'):
                ui.label(f"{exercise.difficulty}, {exercise.minutes} min").classes("facts")
                ui.html(maths.html(read_content(exercise.prompt_path)), sanitize=False)
                self._asides()
            with ui.element("section").classes("card editor").props('aria-label="Your file"'):
                self._actions()
                editor = Editor(self._place)
            with ui.element("section").classes("card").props('aria-label="Results" aria-live="polite"'):
                self._results = ui.html("", sanitize=False)
                self._extra = ui.html("", sanitize=False)
        ui.keyboard(on_key=self._pressed, ignore=[], repeating=False)
        self._place.judged.subscribe(self._show)
        self._study.recorded.subscribe(self._list_attempts)
        self._show()
        await ui.context.client.connected()
        await editor.follow_theme(self._study.dark)
        self._study.themed.subscribe(lambda: editor.follow_theme(self._study.dark))

    def _actions(self) -> None:
        with ui.element("div").classes("actions"):
            for name, keys, does in (
                ("Submit", "Control+Enter", self._submit),
                ("Run examples", "Alt+R", self._run),
                ("Hint", "Alt+H", self._hint),
                ("Next", "Alt+N", self._next),
                ("Difference", "Alt+D", self._difference),
                ("Solution", "Alt+S", self._solution),
                ("Reset", "", self._reset),
            ):
                button = ui.button(name, on_click=does).props(f'flat dense no-caps aria-keyshortcuts="{keys}"')
                if keys:
                    button.tooltip(keys)

    def _asides(self) -> None:
        exercise = self._place.exercise
        if exercise.clarifications:
            with ui.element("details"):
                with ui.element("summary"):
                    ui.label("Clarifications")
                for one in exercise.clarifications:
                    ui.html(maths.html(f"**{one.question}** {one.answer}"), sanitize=False)
        with ui.element("details"):
            with ui.element("summary"):
                ui.label("Attempts")
            self._attempts = ui.element("ol")
        self._list_attempts()

    def _list_attempts(self) -> None:
        self._attempts.clear()
        with self._attempts:
            for one in self._study.history.attempts(self._place.exercise.slug):
                told = f"{stars(one.level, one.layers)} {LEVELS[one.level]}" if one.solved else words(one.verdict)
                with ui.element("li"):
                    ui.label(f"{told}, {ago(time.time() - one.at)}")

    async def _pressed(self, event: KeyEventArguments) -> None:
        if not event.action.keydown:
            return
        if event.key.code == "Enter" and (event.modifiers.ctrl or event.modifiers.meta):
            await self._submit()
        elif event.modifiers.alt:
            if event.key.code == "KeyR":
                await self._run()
            does = {"KeyH": self._hint, "KeyN": self._next, "KeyD": self._difference, "KeyS": self._solution}
            if event.key.code in does:
                does[event.key.code]()

    async def _submit(self) -> None:
        self._extra.set_content("")
        await self._place.submit()

    async def _run(self) -> None:
        self._extra.set_content("")
        await self._place.run_examples()

    def _useful(self, key: Key, otherwise: str) -> bool:
        useful = key in self._place.watch.useful_keys()
        if not useful:
            ui.notify(otherwise)
        return useful

    def _hint(self) -> None:
        if self._useful(Key.HINT, "There is no further hint."):
            self._extra.set_content(maths.html(self._place.watch.hint()))

    def _next(self) -> None:
        following = self._place.watch.following()
        if following is not None:
            ui.navigate.to(f"/exercises/{following}")

    def _difference(self) -> None:
        if self._useful(Key.DIFF, "No earlier attempt came further than this."):
            self._extra.set_content(results.difference(self._place.watch.difference()))

    def _solution(self) -> None:
        if self._useful(Key.SOLUTION, "The solution is shown once you solved the exercise."):
            self._extra.set_content(maths.html(f"```python\n{self._place.watch.solution()}\n```"))

    def _reset(self) -> None:
        def reset() -> None:
            dialog.close()
            self._place.watch.reset()
            self._place.look()

        with ui.dialog() as dialog, ui.card():
            ui.label("Overwrite your attempt? It can be restored.")
            with ui.element("div").classes("actions"):
                ui.button("Overwrite", on_click=reset)
                ui.button("Keep", on_click=dialog.close)
        dialog.open()

    def _show(self) -> None:
        place = self._place
        if place.grading:
            shown = results.running(place.cases, place.total)
        elif place.problem:
            shown = results.difference(place.problem)
        elif place.examples is not None:
            shown = results.examples(place.examples)
        elif place.outcome is not None:
            shown = results.outcome(place.outcome)
        else:
            shown = results.nothing()
        self._results.set_content(str(shown))
