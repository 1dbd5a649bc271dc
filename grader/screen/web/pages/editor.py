"""The learner's file in an editor: saved as it is typed, and shown as it is on disk."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from nicegui import ui

from grader.errors import GraderError
from grader.practice.difference import difference
from grader.screen.web import results

if TYPE_CHECKING:
    from grader.screen.web.workplace import Workplace

# The library names the box around the text; a screen reader asks the text itself.
_NAMED: Final = "text?.setAttribute('aria-label', 'Your solution'); text?.setAttribute('tabindex', '0');"


class Editor:
    """An editor in one tab, drawn where it is made.

    Parameters
    ----------
    place : Workplace
        Whose file.
    """

    def __init__(self, place: Workplace) -> None:
        self._place = place
        self._saved = place.text
        self._asking = False
        self._coming: str | None = None  # what the browser was asked to show, until it says that it does
        self._editor = ui.codemirror(
            place.text,
            language="Python",
            theme="xcodeLight",
            on_change=self._typed,
            keymap={"Mod-Enter": lambda: None},  # or it would add a line; the page hears it as well
        ).props('aria-label="Your solution"')
        place.written.subscribe(self._written)

    async def follow_theme(self, dark: bool | None) -> None:  # noqa: FBT001 - NiceGUI's own three values
        """Take the theme of the page; None asks the browser."""
        name = f"const text = getHtmlElement({self._editor.id}).querySelector('.cm-content'); {_NAMED}"
        if dark is None:
            asks = f"{name} return matchMedia('(prefers-color-scheme: dark)').matches"
            dark = bool(await ui.run_javascript(asks, timeout=10))
        else:
            ui.run_javascript(name)
        self._editor.set_theme("githubDark" if dark else "xcodeLight")

    def _typed(self) -> None:
        if self._asking:
            return
        text, coming, self._coming = self._editor.value, self._coming, None
        if text == coming:
            self._saved = text
            self._written(self._place.text, None)  # where the file has changed once more
            return
        try:
            kept = self._place.write(text, self._saved, self)
        except (GraderError, OSError) as error:
            ui.notify(f"Not saved: {error}", type="negative")
            return
        if kept:
            self._saved = text
        else:
            self._ask()

    def _ask(self) -> None:
        """Ask which text is to stay, after another program wrote the file."""
        self._asking = True

        def mine() -> None:
            dialog.close()
            self._asking = False
            self._place.look()
            self._saved = self._place.text
            self._typed()

        def theirs() -> None:
            dialog.close()
            self._asking = False
            self._place.look()
            self._saved = self._place.text
            self._swap(self._editor.value, self._saved)

        self._place.look()
        told = difference(self._place.text, self._editor.value, "the file", "what you typed")
        with (
            ui.dialog().props('persistent aria-label="The file changed elsewhere"') as dialog,
            ui.card().classes("card"),
        ):
            ui.label("Another program saved this file while you typed. Which text is to stay?")
            ui.html(str(results.difference(told)), sanitize=False).classes("conflict")
            with ui.element("div").classes("actions"):
                ui.button("What I typed", on_click=mine).props("flat no-caps")
                ui.button("The file", on_click=theirs).props("flat no-caps")
        dialog.open()

    def _written(self, text: str, tab: object) -> None:
        unsaved = self._editor.value != self._saved  # that stays
        if tab is not self and not self._asking and not unsaved and self._coming is None:
            self._swap(self._saved, text)

    def _swap(self, before: str, after: str) -> None:
        """Have the browser replace a text, unless something was typed into it that nobody here knows of yet.

        The browser tells it as if it were typed, so that what was typed before and after arrives in its order.
        """
        if before == after:
            return
        self._coming = after
        ui.run_javascript(
            f"const view = getElement({self._editor.id}).editor, [before, after] = {json.dumps([before, after])};"
            "if (view && view.state.doc.toString() === before) {"
            " let from = 0, end = before.length, last = after.length;"
            " while (from < end && from < last && before[from] === after[from]) from++;"
            " while (end > from && last > from && before[end - 1] === after[last - 1]) { end--; last--; }"
            " view.dispatch({changes: {from, to: end, insert: after.slice(from, last)}}); }"
        )
