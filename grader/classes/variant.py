"""What one candidate is given: of exercises that stand for each other one, drawn by the candidate's seed.

::

    softmax/cross_entropy_loss,knn/kmeans,adam        three places, four variants

Whoever sets the task decides which exercises stand for each other, so that every variant asks as much.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Variant:
    """One of the sets of exercises that candidates are given.

    Attributes
    ----------
    slugs : tuple of str
        Its exercises, in order.
    number : int
        Which it is, from 1.
    total : int
        How many there are.
    """

    slugs: tuple[str, ...]
    number: int
    total: int

    def __str__(self) -> str:
        return f"{self.number} of {self.total}"


def places_of(text: str) -> list[tuple[str, ...]]:
    """Return the places of a task, each with the exercises that stand for each other.

    Parameters
    ----------
    text : str
        Such as `softmax/cross_entropy_loss,adam`.

    Raises
    ------
    UsageError
        When one exercise stands in it twice.
    """
    places = [tuple(name.strip() for name in place.split("/") if name.strip()) for place in text.split(",")]
    places = [place for place in places if place]
    named = [slug for place in places for slug in place]
    if twice := sorted({slug for slug in named if named.count(slug) > 1}):
        raise UsageError(f"--exercises names {twice[0]} twice.", "Name it once.")
    return places


def draw(places: Sequence[tuple[str, ...]], seed: int, number: int | None = None) -> Variant:
    """Return a candidate's variant; the same seed draws the same.

    Parameters
    ----------
    places : sequence of tuple of str
        Exercises that stand for each other, by place.
    seed : int
        The candidate's.
    number : int, optional
        Which variant it is, from 1, instead of one that is drawn.

    Raises
    ------
    UsageError
        When there is no variant of that number.
    """
    total = math.prod(map(len, places))
    if number is None:
        number = random.Random(seed).randrange(total) + 1  # noqa: S311  the seed itself is what nobody can guess
    if not 1 <= number <= total:
        raise UsageError(f"There is no variant {number} of {total}.", "Number them from 1, or let one be drawn.")
    slugs = []
    left = number - 1
    for place in places:
        left, which = divmod(left, len(place))
        slugs.append(place[which])
    return Variant(tuple(slugs), number, total)
