"""How far a learner ever came with an exercise."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from grader.model import Layer, LayerCount, Level

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Status(StrEnum):
    """How far, in a word."""

    UNTOUCHED = "untouched"
    TRIED = "tried"
    SOLVED = "solved"
    MASTERED = "mastered"


@dataclass(frozen=True, slots=True)
class Standing:
    """The furthest that any attempt at one exercise came; a worse one later takes nothing away.

    Attributes
    ----------
    layers : tuple of LayerCount
        What passed in that attempt, core first; empty where it is older than the layers.
    retested : bool
        Whether the tests changed since the last attempt.
    """

    level: Level
    layers: tuple[LayerCount, ...] = ()
    retested: bool = False

    @property
    def status(self) -> Status:
        """The same in a word; who has a standing did at least try."""
        return {Level.NONE: Status.TRIED, Level.CORE: Status.SOLVED, Level.FULL: Status.MASTERED}[self.level]

    @property
    def solved(self) -> bool:
        """Whether core was ever complete."""
        return self.level.reaches(Level.CORE)

    @property
    def mastered(self) -> bool:
        """Whether everything ever passed at once."""
        return self.level is Level.FULL

    @property
    def _rank(self) -> tuple[bool, bool, int, int]:
        complete = sum(count.is_complete for count in self.layers)
        return self.mastered, self.solved, complete, sum(count.passed for count in self.layers)


def furthest(standings: Iterable[Standing]) -> Standing:
    """Return the standing that is furthest; there is at least one."""
    return max(standings, key=lambda standing: standing._rank)


def with_level(standings: Mapping[str, Standing], level: Level) -> set[str]:
    """Return the slugs of the exercises that reached a level."""
    return {slug for slug, standing in standings.items() if standing.level.reaches(level)}


def dump_layers(layers: Iterable[LayerCount]) -> str:
    """Return counts as JSON, `[["core", 10, 10], ["fine", 8, 11]]`."""
    return json.dumps([[count.layer, count.passed, count.total] for count in layers])


def load_layers(text: str) -> tuple[LayerCount, ...]:
    """Return the counts that were dumped.

    Raises
    ------
    ValueError, TypeError
        When they are none.
    """
    return tuple(LayerCount(Layer(name), int(passed), int(total)) for name, passed, total in json.loads(text))
