"""A choice of one of several words, drawn by the browser itself: small, known to every screen reader and to telephones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup
from nicegui import ui

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nicegui.events import GenericEventArguments


class Choice:
    """A labelled choice, drawn where it is made.

    Parameters
    ----------
    label : str
        What is chosen.
    options : mapping of str to str
        What is shown of each value; the first one is chosen.
    changed : callable
        Told that another one was chosen.

    Attributes
    ----------
    value : str
        What is chosen.
    """

    def __init__(self, label: str, options: Mapping[str, str], changed: Callable[[], object]) -> None:
        self.value = ""
        self._changed = changed
        self._options: dict[str, str] = {}
        with ui.element("label").classes("choice"):
            ui.html(label, sanitize=False, tag="span")
            self._select = ui.html("", sanitize=False, tag="select")
            self._select.on("change", self._chosen, js_handler="event => emit(event.target.value)")
        self.offer(options)

    def offer(self, options: Mapping[str, str]) -> None:
        """Offer other options; what is chosen stays where it is among them."""
        if dict(options) == self._options:
            return
        self._options = dict(options)
        if self.value not in options:
            self.value = next(iter(options), "")
        shown = (
            Markup('<option value="{}"{}>{}</option>').format(value, " selected" if value == self.value else "", words)
            for value, words in options.items()
        )
        self._select.set_content(str(Markup().join(shown)))

    def _chosen(self, event: GenericEventArguments) -> None:
        if event.args in self._options:
            self.value = str(event.args)
            self._changed()
