"""What an update did."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class Fate(StrEnum):
    """What became of an attempt."""

    KEPT = "kept"
    CARRIED = "carried over"
    SET_ASIDE = "set aside"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class Placed:
    """An attempt after an update.

    Attributes
    ----------
    slug : str
        Its exercise before the update.
    now : str
        Its exercise now; the same where it is gone.
    changes : tuple of str
        What is asked differently, a sentence each.
    file : Path or None
        Where the attempt at an exercise that is gone lies now.
    """

    slug: str
    now: str
    fate: Fate
    changes: tuple[str, ...] = ()
    file: Path | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an update did.

    Attributes
    ----------
    before, after : str
        Commits of the checkout; the same where nothing was new.
    added, removed : tuple of str
        Slugs of exercises.
    renamed : tuple of (str, str)
        Old and new slug.
    retested : tuple of str
        Solved exercises whose tests changed.
    overridden : tuple of str
        Files that the learner had changed and that are as upstream has them now.
    safety : str
        Where git keeps what was changed and not committed; empty where nothing was.
    """

    before: str
    after: str
    placed: tuple[Placed, ...] = ()
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()
    retested: tuple[str, ...] = ()
    overridden: tuple[str, ...] = ()
    safety: str = ""
