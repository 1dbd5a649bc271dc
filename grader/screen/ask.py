"""What to ask an interviewer, over a full screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input, Label

if TYPE_CHECKING:
    from textual.app import ComposeResult


class Ask(ModalScreen[str]):
    """Takes a number or words; the answer is empty where nothing was asked.

    Parameters
    ----------
    topics : str
        What can be asked, numbered.
    """

    DEFAULT_CSS = """
    Ask { align: center middle; }
    Ask > Vertical { width: 60; height: auto; max-height: 100%; border: round $accent; padding: 0 1; background: $surface; }
    Ask VerticalScroll { height: auto; max-height: 16; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "back")]

    def __init__(self, topics: str) -> None:
        super().__init__()
        self._topics = topics

    def compose(self) -> ComposeResult:
        """Lay out the topics and a line to type in."""
        with Vertical():
            with VerticalScroll(can_focus=False):
                yield Label(self._topics, markup=False)
            yield Input(placeholder="a number or a word, then Enter; Esc goes back")

    def on_mount(self) -> None:
        """Let the first key be typed."""
        self.query_one(Input).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Ask."""
        self.dismiss(event.value.strip("? "))

    def action_leave(self) -> None:
        """Ask nothing."""
        self.dismiss("")
