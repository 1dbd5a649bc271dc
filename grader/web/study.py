"""What all pages share: the catalogue, the history, the desk and the exercises that are open."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nicegui import Event

from grader.web.workplace import Workplace

if TYPE_CHECKING:
    from grader.content.catalog import Catalog
    from grader.practice.history import History
    from grader.web.desk import Desk


@dataclass
class Study:
    """One learner's page, in however many tabs.

    Attributes
    ----------
    dark : bool or None
        The theme that was chosen last; None follows the browser.
    recorded : Event
        An attempt was recorded, here or by another program.
    """

    catalog: Catalog
    history: History
    desk: Desk
    dark: bool | None = None
    recorded: Event[[]] = field(default_factory=Event)
    _places: dict[str, Workplace] = field(default_factory=dict)

    def workplace(self, slug: str) -> Workplace:
        """Return where an exercise is worked on; its stub is there, and its clock has begun.

        Raises
        ------
        UnknownExercise
            When there is none of that slug.
        """
        if slug not in self._places:
            self._places[slug] = place = Workplace(slug, self.catalog, self.history, self.desk)
            place.recorded.subscribe(self.recorded.emit, unsubscribe_on_delete=False)
        return self._places[slug]

    def saved(self, slug: str) -> None:
        """Take notice that something wrote a stub."""
        if slug in self._places:
            self._places[slug].look()
