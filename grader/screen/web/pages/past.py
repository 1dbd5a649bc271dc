"""The attempts at one exercise, and what any two of them differ in."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from markupsafe import Markup
from nicegui import ui

from grader.practice.difference import difference
from grader.render.cases import words
from grader.render.dashboard import ago
from grader.render.levels import LEVELS, counts, stars
from grader.screen.web import results
from grader.screen.web.pages.choice import Choice

if TYPE_CHECKING:
    from grader.practice.attempt import Attempt
    from grader.screen.web.study import Study
    from grader.screen.web.workplace import Workplace

_MOST: Final = 50
_NOW: Final = "now"
_STUB: Final = "stub"


class Past:
    """The attempts in one tab, drawn where it is made.

    Parameters
    ----------
    study : Study
        What the pages share.
    place : Workplace
        Whose attempts.
    """

    def __init__(self, study: Study, place: Workplace) -> None:
        self._study, self._place = study, place
        self._attempts: dict[str, Attempt] = {}
        self._list = ui.html("", sanitize=False, tag="ol").classes("attempts")
        self._shown = False
        with ui.element("div").classes("filters"):
            self._before = Choice("Compare", {}, self._compare)
            self._after = Choice("with", {_NOW: "the file now"}, self._compare)
        self._difference = ui.html("", sanitize=False)
        study.recorded.subscribe(self.show)
        place.written.subscribe(lambda: self._compare() if _NOW in (self._before.value, self._after.value) else None)
        self.show()

    def show(self) -> None:
        """Draw the attempts that there are now."""
        found = self._study.history.attempts(self._place.exercise.slug, limit=_MOST)
        attempts = {str(one.at): one for one in found}
        if self._shown and attempts.keys() == self._attempts.keys():
            return
        self._attempts, self._shown = attempts, True
        row = Markup("<li>{}<p class=facts>{}</p></li>")
        rows = (row.format(_words(one), ", ".join(filter(None, (counts(one.layers), _hints(one))))) for one in found)
        self._list.set_content(str(Markup().join(rows)))
        options = {name: _words(one) for name, one in self._attempts.items()}
        stub = {_STUB: "the empty stub"}
        self._before.offer({**options, **stub, _NOW: "the file now"})
        self._after.offer({_NOW: "the file now", **options, **stub})
        self._compare()

    def _compare(self) -> None:
        before, after = self._before.value, self._after.value
        names = [self._name(one) for one in (before, after)]
        told = difference(self._source(before), self._source(after), names[0], names[1])
        same = "They are the same." if before != after else ""
        self._difference.set_content(str(results.difference(told)) if told else f"<p class=facts>{same}</p>")

    def _source(self, name: str) -> str:
        from grader.practice.stub_file import pristine_stub

        if name in self._attempts:
            return self._attempts[name].source
        return self._place.text if name == _NOW else pristine_stub(self._place.exercise).decode("utf-8", "replace")

    def _name(self, name: str) -> str:
        return _words(self._attempts[name]) if name in self._attempts else {_NOW: "now"}.get(name, "stub")


def _words(one: Attempt) -> str:
    told = f"{stars(one.level, one.layers)} {LEVELS[one.level]}" if one.solved else words(one.verdict)
    return f"{told}, {ago(time.time() - one.at)}"


def _hints(one: Attempt) -> str:
    return "" if not one.hints else "1 hint" if one.hints == 1 else f"{one.hints} hints"
