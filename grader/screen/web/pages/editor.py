"""The learner's file in an editor: saved as it is typed, and shown as it is on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nicegui import ui

from grader.errors import GraderError

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
        if dark is None:
            dark = bool(await ui.run_javascript("matchMedia('(prefers-color-scheme: dark)').matches", timeout=10))
        self._editor.set_theme("githubDark" if dark else "xcodeLight")
        ui.run_javascript(f"const text = getHtmlElement({self._editor.id}).querySelector('.cm-content'); {_NAMED}")

    def _typed(self) -> None:
        text = self._editor.value
        try:
            kept = self._place.write(text, self._saved, self)
        except (GraderError, OSError) as error:
            ui.notify(f"Not saved: {error}", type="negative")
            return
        if kept:
            self._saved = text
        else:
            self._ask(text)

    def _ask(self, text: str) -> None:
        """Ask which text is to stay, after another program wrote the file."""

        def mine() -> None:
            dialog.close()
            self._place.look()
            self._place.write(text, self._place.text, self)
            self._saved = text
            self._editor.set_value(text)

        def theirs() -> None:
            dialog.close()
            self._place.look()
            self._saved = self._place.text
            self._editor.set_value(self._saved)

        with ui.dialog().props('persistent aria-label="The file changed elsewhere"') as dialog, ui.card():
            ui.label("Another program saved this file while you typed. Which text is to stay?")
            with ui.element("div").classes("actions"):
                ui.button("Mine", on_click=mine)
                ui.button("The other", on_click=theirs)
        dialog.open()

    def _written(self, text: str, tab: object) -> None:
        if tab is self or self._editor.value != self._saved:  # what is typed and could not be saved stays
            return
        self._saved = text
        self._editor.set_value(text)
