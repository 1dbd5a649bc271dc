"""The bank of discussion questions, and the statistics."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from nicegui import ui

from grader.render import page
from grader.render.paint import count
from grader.screen.web import maths
from grader.screen.web.pages.frame import frame

if TYPE_CHECKING:
    from grader.content.question import Question
    from grader.screen.web.study import Study

_MOST = 60


def questions(study: Study) -> None:
    """Draw the questions with a search; key points are shown when they are asked for, and can be ticked."""
    with frame(study, "Questions"):
        with ui.element("h1"):
            ui.label("Questions")
        search = ui.input("Search: words, track, breadth, design …", on_change=lambda _: show()).props("outlined dense")
        rows = ui.element("div")

    def show() -> None:
        words = str(search.value or "").lower().split()
        found = [one for one in study.catalog.questions if all(word in _text(one) for word in words)]
        rows.clear()
        with rows:
            more = f", the first {_MOST} are shown" if len(found) > _MOST else ""
            ui.label(count(len(found), "question") + more).classes("facts")
            for one in found[:_MOST]:
                _question(one)

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


def _question(question: Question) -> None:
    with ui.element("details").classes("card"):
        with ui.element("summary"):
            ui.html(maths.html(question.question), sanitize=False)
            ui.label(f"{question.track}, {question.kind}, {question.minutes} min").classes("facts")
        for point in question.key_points:
            ui.checkbox(point)
        for row in question.rubric:
            ui.html(maths.html(f"**{row.criterion}**\n\nweak: {row.weak}\n\nstrong: {row.strong}"), sanitize=False)


def _text(question: Question) -> str:
    return " ".join((question.question, question.track, question.kind, question.difficulty, *question.tags)).lower()
