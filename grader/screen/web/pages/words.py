"""A field for a learner's own words: a note to an exercise, an answer to a question; kept as they are typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nicegui import ui

from grader.errors import GraderError

if TYPE_CHECKING:
    from nicegui.events import ValueChangeEventArguments

    from grader.practice.own_words import About
    from grader.screen.web.study import Study


class WordsField:
    """A field in one tab, drawn where it is made.

    Parameters
    ----------
    study : Study
        What the pages share.
    about : About
        Whether an exercise or a question is written about.
    name : str
        Which one.
    label : str
        What the field is called.
    """

    def __init__(self, study: Study, about: About, name: str, label: str) -> None:
        self._study, self._about, self._name = study, about, name
        self._field = ui.textarea(label, value=study.history.words.read(about, name), on_change=self._typed)
        self._field.props("outlined autogrow debounce=300").classes("words")
        study.worded.subscribe(self._written)

    def _typed(self, event: ValueChangeEventArguments[str | None]) -> None:
        try:
            self._study.history.words.write(self._about, self._name, str(event.value or ""))
        except GraderError as error:
            ui.notify(f"Not kept: {error}", type="negative")
            return
        self._study.worded.emit(self._about, self._name, self)

    def _written(self, about: About, name: str, by: object) -> None:
        if by is not self and (about, name) == (self._about, self._name):
            found = self._study.history.words.read(about, name)
            if found != self._field.value:
                self._field.set_value(found)
