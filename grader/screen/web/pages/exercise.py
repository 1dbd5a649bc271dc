"""One exercise: what is asked, the learner's file, what grading found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from markupsafe import Markup
from nicegui import ui

from grader.content.catalog import read_content
from grader.errors import GraderError
from grader.practice.own_words import About
from grader.practice.watch import Key
from grader.screen.web import maths, results
from grader.screen.web.desk import GradingStopped
from grader.screen.web.pages import case_code
from grader.screen.web.pages.editor import Editor
from grader.screen.web.pages.frame import frame
from grader.screen.web.pages.past import Past
from grader.screen.web.pages.words import WordsField

if TYPE_CHECKING:
    from nicegui.events import KeyEventArguments

    from grader.screen.web.study import Study

_TABS: Final = ("Task", "Attempts", "Notes")


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
                self._tabs()
            with ui.element("section").classes("card editor").props('aria-label="Your file"'):
                self._actions()
                editor = Editor(self._place)
            with ui.element("section").classes("card results").props('aria-label="Results" aria-live="polite"'):
                self._results = ui.html("", sanitize=False)
                self._code = ui.button("Failing case as code", on_click=self._write_case)
                self._code.props('flat dense no-caps aria-keyshortcuts="Alt+C"').tooltip("Alt+C")
                self._extra = ui.element("div").classes("extra")
                self._others = ui.html("", sanitize=False)
        ui.keyboard(on_key=self._pressed, ignore=[], repeating=False)
        self._place.judged.subscribe(self._show)
        self._show()
        await ui.context.client.connected()
        await editor.follow_theme(self._study.dark)
        self._study.themed.subscribe(lambda: editor.follow_theme(self._study.dark))

    def _tabs(self) -> None:
        exercise = self._place.exercise
        heading, _, prompt = read_content(exercise.prompt_path).partition("\n")  # above all tabs
        with ui.element("h1"):
            ui.label(heading.removeprefix("# "))
        with ui.tabs().props("dense no-caps align=left inline-label") as tabs:
            for name in _TABS:
                ui.tab(name)
        with ui.tab_panels(tabs, value=_TABS[0], animated=False):
            with ui.tab_panel(_TABS[0]):
                ui.label(f"{exercise.difficulty}, {exercise.minutes} min").classes("facts")
                ui.html(maths.html(prompt), sanitize=False)
                self._clarifications()
            with ui.tab_panel(_TABS[1]):
                Past(self._study, self._place)
            with ui.tab_panel(_TABS[2]):
                WordsField(self._study, About.EXERCISE, exercise.slug, "Your notes")
                ui.label("Kept as you type, with your history; kata sync takes them along.").classes("facts")

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
                if name == "Submit":
                    button.classes("main")
                if keys:
                    button.tooltip(keys)

    def _clarifications(self) -> None:
        if not self._place.exercise.clarifications:
            return
        with ui.element("details"):
            with ui.element("summary"):
                ui.label("Clarifications")
            for one in self._place.exercise.clarifications:
                ui.html(maths.html(f"**{one.question}** {one.answer}"), sanitize=False)

    async def _pressed(self, event: KeyEventArguments) -> None:
        if not event.action.keydown:
            return
        if event.key.code == "Enter" and (event.modifiers.ctrl or event.modifiers.meta):
            await self._submit()
        elif event.modifiers.alt:
            waits = {"KeyR": self._run, "KeyC": self._write_case}
            if event.key.code in waits:
                await waits[event.key.code]()
            does = {"KeyH": self._hint, "KeyN": self._next, "KeyD": self._difference, "KeyS": self._solution}
            if event.key.code in does:
                does[event.key.code]()

    async def _submit(self) -> None:
        self._extra.clear()
        await self._place.submit()

    async def _run(self) -> None:
        self._extra.clear()
        await self._place.run_examples()

    def _useful(self, key: Key, otherwise: str) -> bool:
        useful = key in self._place.watch.useful_keys()
        if not useful:
            ui.notify(otherwise)
        return useful

    def _hint(self) -> None:
        if self._useful(Key.HINT, "There is no further hint."):
            self._tell(maths.html(self._place.watch.hint()))

    def _next(self) -> None:
        following = self._place.watch.following()
        if following is not None:
            ui.navigate.to(f"/exercises/{following}")

    def _difference(self) -> None:
        if self._useful(Key.DIFF, "No earlier attempt came further than this."):
            self._tell(str(results.difference(self._place.watch.difference())))

    def _solution(self) -> None:
        if self._useful(Key.SOLUTION, "The solution is shown once you solved the exercise."):
            self._tell(str(results.code(self._place.watch.solution(), "Our solution")))

    async def _write_case(self) -> None:
        if self._place.failing is None or self._place.grading:
            ui.notify("No case of the last submission failed.")
            return
        self._tell("<p class=facts>The case runs once more, with its calls written down …</p>")
        try:
            script = await self._place.script()
        except (GraderError, GradingStopped) as error:
            self._tell(str(results.plain(str(error))))
            return
        self._extra.clear()
        if script is not None:
            with self._extra:
                case_code.draw(script, self._place.exercise.slug)

    def _tell(self, html: str) -> None:
        """Show something beside the results until the next submission."""
        self._extra.clear()
        with self._extra:
            ui.html(html, sanitize=False)

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
        place, others = self._place, Markup()
        if place.grading:
            shown = results.running(place.cases, place.total)
        elif place.problem:
            shown = results.plain(place.problem)
        elif place.examples is not None:
            shown = results.examples(place.examples)
        elif place.outcome is not None:
            shown, others = results.outcome(place.outcome), results.others(place.outcome)
        else:
            shown = results.nothing()
        self._results.set_content(str(shown))
        self._others.set_content(str(others))
        self._code.set_visibility(not place.grading and place.examples is None and place.failing is not None)
