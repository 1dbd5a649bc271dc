"""Where the learner stands, and the list of exercises."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from markupsafe import Markup
from nicegui import ui

from grader.model import Difficulty
from grader.practice.progress import progress
from grader.practice.standing import Status
from grader.render.levels import stars
from grader.render.paint import count
from grader.screen.web.pages.choice import Choice
from grader.screen.web.pages.frame import frame

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.model import Exercise
    from grader.practice.standing import Standing
    from grader.screen.web.study import Study


def today(study: Study) -> None:
    """Draw what `kata` shows: solved and mastered by track, streak, what is due, what is next."""
    with frame(study, "Today"):
        box = ui.element("div")

    def show() -> None:
        box.clear()
        with box:
            _today(study)

    study.recorded.subscribe(show)
    show()


def exercises(study: Study) -> None:
    """Draw the list, with a search and choices."""
    tracks = {track.name: track.title for track in study.catalog.tracks if track.exercises}

    def show() -> None:
        words = str(search.value or "").lower().split()
        standings = study.history.standings()
        found = [
            one
            for one in study.catalog.exercises
            if track.value in ("", one.track)
            and difficulty.value in ("", one.difficulty)
            and state.value in ("", _status(standings.get(one.slug)))
            and all(word in _text(one, standings.get(one.slug)) for word in words)
        ]
        drawn = Markup().join(_row(one, standings.get(one.slug), tracks) for one in found)
        told = Markup("<p class=facts>{}</p><table class=list><tbody>{}</tbody></table>")
        rows.set_content(str(told.format(count(len(found), "exercise"), drawn)))

    with frame(study, "Exercises"):
        with ui.element("h1"):
            ui.label("Exercises")
        with ui.element("div").classes("filters"):
            search = ui.input("Search: name, track, tag …", on_change=show).props("outlined dense debounce=150")
            track = Choice("Track", _any("all tracks", tracks), show)
            difficulty = Choice("Difficulty", _any("any", {one: one for one in Difficulty}), show)
            state = Choice("State", _any("any", {one: one for one in Status}), show)
        rows = ui.html("", sanitize=False).props("aria-live=polite")

    study.recorded.subscribe(show)
    show()


def _any(shown: str, options: Mapping[str, str]) -> dict[str, str]:
    return {"": shown, **options}


def _today(study: Study) -> None:
    found = progress(study.catalog, study.history, time.time())
    with ui.element("h1"):
        mastered = f", {found.mastered} mastered" if found.mastered else ""
        ui.label(f"{found.solved} of {count(found.total, 'exercise')} solved{mastered}")
    if found.streak_days:
        ui.label(f"{count(found.streak_days, 'day')} in a row" + ("" if found.practised_today else ", none today yet"))
    with ui.element("div").classes("grid"):
        with ui.element("section").classes("card"):
            if found.interview:
                ui.link("An interview is under way, and its clock runs: go on", "/mock")
            _heading("Next")
            if found.suggestion is not None:
                one = found.suggestion
                ui.link(one.title, f"/exercises/{one.slug}")
                ui.label(f"{one.difficulty}, {one.minutes} min; {one.reason}").classes("facts")
            _heading("Due for review")
            for due in found.due:
                ui.link(due.title, f"/exercises/{due.slug}")
                ui.element("br")
            if not found.due:
                ui.label("Nothing is due.").classes("facts")
            if found.unmastered:
                _heading("Solved, not mastered")
            for left in found.unmastered:
                ui.link(f"{stars(left.standing.level, left.standing.layers)} {left.slug}", f"/exercises/{left.slug}")
                ui.element("br")
        with ui.element("section").classes("card"):
            _heading("Tracks")
            with ui.element("table"), ui.element("tbody"):
                for track in found.tracks:
                    with ui.element("tr"):
                        _cell(track.title)
                        with ui.element("td"):
                            ui.element("progress").props(
                                f'max={track.total} value={track.solved} aria-label="{track.title}"'
                            )
                        _cell(f"{track.solved}/{track.total}")


def _row(exercise: Exercise, standing: Standing | None, tracks: Mapping[str, str]) -> Markup:
    solved = standing is not None and standing.solved
    state = stars(standing.level, standing.layers) if standing is not None and solved else _status(standing)
    row = Markup(
        "<tr><td class='state {}'>{}</td><td><a href='exercises/{}'>{}</a></td>"
        "<td class=facts>{}</td><td class=facts>{}, {} min</td></tr>"
    )
    return row.format(
        "good" if solved else "facts", state, exercise.slug, exercise.title, tracks.get(exercise.track, exercise.track),
        exercise.difficulty, exercise.minutes,
    )  # fmt: skip


def _cell(text: str) -> None:
    with ui.element("td"):
        ui.label(text)


def _heading(text: str) -> None:
    with ui.element("h2"):
        ui.label(text)


def _status(standing: Standing | None) -> Status:
    return Status.UNTOUCHED if standing is None else standing.status


def _text(exercise: Exercise, standing: Standing | None) -> str:
    parts = (exercise.slug, exercise.title, exercise.track, exercise.difficulty, *exercise.tags, _status(standing))
    return " ".join(parts).lower()
