"""What all pages share: the catalogue, the history, the desk and the exercises that are open."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nicegui import Event

from grader.practice.interview.clock import now
from grader.practice.interview.plan import make_plan
from grader.practice.interview.session import Interview
from grader.practice.interview.state import begin, under_way
from grader.screen.web.sitting import Sitting
from grader.screen.web.workplace import Workplace

if TYPE_CHECKING:
    from grader.content.catalog import Catalog
    from grader.practice.history import History
    from grader.practice.interview.plan import Wishes
    from grader.practice.own_words import About
    from grader.screen.web.desk import Desk


@dataclass
class Study:
    """One learner's page, in however many tabs.

    Attributes
    ----------
    dark : bool or None
        The theme that was chosen last; None follows the browser.
    recorded : Event
        An attempt was recorded, here or by another program.
    themed : Event
        Another theme was chosen.
    worded : Event
        A note or an answer was written: about what, which one, and the field where it was typed.
    """

    catalog: Catalog
    history: History
    desk: Desk
    dark: bool | None = None
    recorded: Event[[]] = field(default_factory=Event)
    themed: Event[[]] = field(default_factory=Event)
    worded: Event[About, str, object] = field(default_factory=Event)
    _sitting: Sitting | None = None
    _places: dict[str, Workplace] = field(default_factory=dict)

    def workplace(self, slug: str, *, begin: bool = True) -> Workplace:
        """Return where an exercise is worked on; its stub is there and, with `begin`, its clock runs where it is not solved.

        Raises
        ------
        UnknownExercise
            When there is none of that slug.
        """
        if slug not in self._places:
            self._places[slug] = place = Workplace(slug, self.catalog, self.history, self.desk, begin=begin)
            place.recorded.subscribe(self.recorded.emit, unsubscribe_on_delete=False)
        return self._places[slug]

    @property
    def sitting(self) -> Sitting | None:
        """The mock interview that is under way, here or left by a terminal.

        Raises
        ------
        UsageError
            When it cannot be read.
        """
        if self._sitting is not None and self._sitting.card is not None:
            self._sitting = None
        state = under_way(self.history)
        if state is None:
            self._sitting = None
        elif self._sitting is None or self._sitting.interview.state.name != state.name:
            self._sitting = Sitting(Interview(state, self.catalog, self.history, None), self.desk)
        return self._sitting

    def begin_interview(self, wishes: Wishes) -> Sitting:
        """Begin a mock interview.

        Raises
        ------
        UsageError
            When nothing fits the wishes.
        """
        plan = make_plan(self.catalog, wishes, self.history.standings())
        interview = Interview(begin(plan, now()), self.catalog, self.history, None)
        interview.enter()
        self._sitting = Sitting(interview, self.desk)
        return self._sitting

    def saved(self, slug: str) -> None:
        """Take notice that something wrote a stub."""
        if slug in self._places:
            self._places[slug].look()
