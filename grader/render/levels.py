"""Words and stars for levels and layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from grader.model import Layer, Level

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.model import LayerCount

LAYERS: Final = {Layer.CORE: "core", Layer.FINE: "fine print", Layer.SCALE: "scale"}
LEVELS: Final = {Level.NONE: "not solved", Level.CORE: "solved", Level.FULL: "mastered"}


def stars(level: Level, layers: Sequence[LayerCount]) -> str:
    """Return a star for each layer, filled where it is complete; all are hollow while core is not.

    Parameters
    ----------
    level : Level
        How far it came.
    layers : sequence of LayerCount
        The layers that there are; empty where nobody counted them, as in attempts from before there were any.
    """
    total = len(layers) or len(Layer)
    if level is Level.FULL:
        return "★" * total
    done = 0 if level is Level.NONE else max(sum(count.is_complete for count in layers), 1)
    return "★" * done + "☆" * (total - done)


def counts(layers: Sequence[LayerCount]) -> str:
    """Return how many cases of each layer passed, `core 10 of 10, fine print 8 of 11`."""
    return ", ".join(f"{LAYERS[count.layer]} {count.passed} of {count.total}" for count in layers)


def missing(layers: Sequence[LayerCount]) -> str:
    """Return the same of the layers that are not complete."""
    return counts([count for count in layers if not count.is_complete])
