"""The bank of discussion questions, and the statistics."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from nicegui import ui

from grader.content.question import QuestionKind
from grader.practice.own_words import About
from grader.render import page
from grader.render.paint import count
from grader.screen.web import maths
from grader.screen.web.pages.choice import Choice
from grader.screen.web.pages.frame import frame
from grader.screen.web.pages.words import WordsField

if TYPE_CHECKING:
    from grader.content.question import Question
    from grader.screen.web.study import Study

_MOST: Final = 60
_ANSWERED: Final = "answered"
_OPEN: Final = "open"


def questions(study: Study) -> None:
    """Draw the questions with a search; key points are shown when they are asked for, and can be ticked; answers are kept."""
    known = {track.name: track.title for track in study.catalog.tracks}
    tracks = {one.track: known.get(one.track, one.track) for one in study.catalog.questions}

    def show() -> None:
        words = str(search.value or "").lower().split()
        answered = study.history.words.written(About.QUESTION)
        found = [
            one
            for one in study.catalog.questions
            if track.value in ("", one.track)
            and kind.value in ("", one.kind)
            and state.value in ("", _ANSWERED if one.id in answered else _OPEN)
            and all(word in _text(one) for word in words)
        ]
        rows.clear()
        with rows:
            more = f", the first {_MOST} are shown" if len(found) > _MOST else ""
            ui.label(count(len(found), "question") + more).classes("facts")
            for one in found[:_MOST]:
                _question(study, one, answered=one.id in answered)

    with frame(study, "Questions"):
        with ui.element("h1"):
            ui.label("Questions")
        with ui.element("div").classes("filters"):
            search = ui.input("Search: words, tags …", on_change=show).props("outlined dense debounce=150")
            track = Choice("Track", {"": "all tracks", **tracks}, show)
            kind = Choice("Kind", {"": "any", **{one: one for one in QuestionKind}}, show)
            state = Choice("State", {"": "any", _ANSWERED: "answered", _OPEN: "not answered"}, show)
        rows = ui.element("div")

    show()


def stats(study: Study) -> None:
    """Draw the numbers and the charts of `kata stats --html`."""
    from grader.practice.stats import stats as compute

    with frame(study, "Statistics"):
        with ui.element("h1"):
            ui.label("Statistics")
        found = compute(study.catalog, study.history, time.time())
        solved = f"{found.progress.solved} of {found.progress.total} solved, {found.progress.mastered} mastered"
        ui.label(f"{solved}; {count(found.attempts, 'attempt')}, {found.practice_s / 3600:.1f} hours of practice")
        with ui.element("div").classes("grid"):
            for chart in page.charts_of(found):
                with ui.element("section").classes("card"):
                    with ui.element("h2"):
                        ui.label(chart.title)
                    ui.label(chart.about).classes("facts")
                    ui.html(str(chart.svg), sanitize=False).props(f'role="img" aria-label="{chart.title}"')


def _question(study: Study, question: Question, *, answered: bool) -> None:
    """Draw a question; what is below it is drawn when it is opened, so that a page of many is there at once."""
    with ui.element("details").classes("card question") as details:
        with ui.element("summary"):
            ui.html(maths.html(question.question), sanitize=False)
            kept = ", answered" if answered else ""
            ui.label(f"{question.track}, {question.kind}, {question.minutes} min{kept}").classes("facts")
        below = ui.element("div")

    def opened() -> None:
        if list(below):
            return
        with below:
            WordsField(study, About.QUESTION, question.id, "Your answer")
            button: ui.button = ui.button("Reveal the key points", on_click=lambda: reveal(button)).props(
                "flat dense no-caps"
            )

    def reveal(button: ui.button) -> None:
        button.delete()
        with below:
            for point in question.key_points:
                ui.checkbox(point)
            for row in question.rubric:
                told = f"**{row.criterion}**\n\nweak: {row.weak}\n\nstrong: {row.strong}"
                ui.html(maths.html(told), sanitize=False)

    details.on("toggle", opened, js_handler="() => emit()")


def _text(question: Question) -> str:
    return " ".join((question.question, question.track, question.kind, question.difficulty, *question.tags)).lower()
