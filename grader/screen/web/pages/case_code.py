"""A failing case as code: the script that `kata case` writes, to be copied or kept."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from nicegui import ui

from grader.screen.web import results

if TYPE_CHECKING:
    from grader.practice.case_script.script import CaseScript


def draw(script: CaseScript, slug: str) -> None:
    """Draw a script with the buttons that copy and keep it.

    Parameters
    ----------
    script : CaseScript
        What the desk wrote.
    slug : str
        Whose case it is.
    """
    name = f"case_{slug}"
    with ui.element("div").classes("actions"):
        # In the browser itself, which lets a page write there only while a key or a click is being handled.
        copies = f"() => navigator.clipboard.writeText({json.dumps(script.text)}).then(() => emit())"
        ui.button("Copy").props("flat dense no-caps").on("click", lambda: ui.notify("Copied."), js_handler=copies)
        ui.button("Save", on_click=lambda: ui.download.content(script.text, f"{name}.py")).props("flat dense no-caps")
        if script.arrays:
            arrays = f"{name}.npz"
            button = ui.button(f"Save {arrays}", on_click=lambda: ui.download.content(script.arrays, arrays))
            button.props("flat dense no-caps").tooltip("Large arrays, which the script reads beside itself")
    ui.html(str(results.code(script.text, "The failing case as code")), sanitize=False)
