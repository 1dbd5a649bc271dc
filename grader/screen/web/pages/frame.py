"""What every page has: head, navigation, theme."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from nicegui import ui

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.screen.web.study import Study

_STYLE: Final = Path(__file__).with_name("style.css")
_LINKS: Final = (
    ("Today", "/"),
    ("Exercises", "/exercises"),
    ("Interview", "/mock"),
    ("Questions", "/questions"),
    ("Statistics", "/stats"),
)


@contextmanager
def frame(study: Study, title: str) -> Iterator[None]:
    """Draw what surrounds a page; what is drawn inside the context is its main part.

    Parameters
    ----------
    study : Study
        What the pages share.
    title : str
        What the tab is called.
    """
    ui.page_title(f"{title} · kata")
    ui.add_head_html(f"<style>{_STYLE.read_text(encoding='utf-8')}</style>")
    dark = ui.dark_mode(study.dark)

    def choose() -> None:
        study.dark = {None: True, True: False, False: None}[study.dark]
        dark.value = study.dark
        theme.set_text(_theme(study.dark))
        study.themed.emit()

    with ui.element("header").classes("bar"), ui.element("nav").props('aria-label="Pages"'):
        for name, target in _LINKS:
            here = name == title or (name == "Exercises" and title not in dict(_LINKS))
            ui.link(name, target).props("aria-current=page" if here else "")
        theme = ui.button(_theme(study.dark), on_click=choose).props("flat dense no-caps").classes("theme")
    with ui.element("div").classes("page"):
        yield


def _theme(dark: bool | None) -> str:  # noqa: FBT001 - NiceGUI's own three values
    return {None: "theme: system", True: "theme: dark", False: "theme: light"}[dark]
