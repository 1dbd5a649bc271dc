"""Words for a diagnosis."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.model import Diagnosis


def sentence(diagnosis: Diagnosis) -> str:
    """Return what a submission looks like, such as "This looks like: takes the shortest reference."."""
    first, *others = diagnosis.mistakes
    told = [_continued(first), *(f"or: {_continued(other)}" for other in others)]
    return f"This looks like: {'; '.join(one.rstrip('.') for one in told)}."


def _continued(mistake: str) -> str:
    """Return a sentence without its capital; a name such as R2 keeps it."""
    word = mistake.split(maxsplit=1)[0] if mistake else ""
    return mistake[:1].lower() + mistake[1:] if word[1:].islower() or word == "A" else mistake
