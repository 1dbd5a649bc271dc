"""What an update did, as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.practice.update.outcome import Fate
from grader.render.paint import BOLD, GREEN, count

if TYPE_CHECKING:
    from grader.practice.update.outcome import Outcome, Placed
    from grader.render.paint import Paint


def render(outcome: Outcome, paint: Paint) -> str:
    """Return an update as text that ends in a line feed."""
    if outcome.before == outcome.after:
        return "Nothing is new.\n"
    lines = [paint.dress(f"Updated from {outcome.before[:10]} to {outcome.after[:10]}.", BOLD)]
    for word, slugs in (("new", outcome.added), ("gone", outcome.removed)):
        if slugs:
            lines += paint.fill(f"{word}: {', '.join(slugs)}", "  ")
    lines += [f"  {old} is called {new} now; its history goes with it." for old, new in outcome.renamed]
    whole = [one for one in outcome.placed if one.fate in {Fate.KEPT, Fate.CARRIED}]
    if whole:
        lines.append(paint.dress(f"  {count(len(whole), 'attempt')} in place.", GREEN))
    for one in outcome.placed:
        lines += _placed(one, paint)
    if outcome.retested:
        lines.append("  Solved, but the tests changed since; grade again:")
        lines += [f"    kata grade {slug}" for slug in outcome.retested]
    if outcome.overridden:
        where = (
            f"; `git show {outcome.safety}:FILE` has yours"
            if outcome.safety
            else f"; `git show {outcome.before[:10]}:FILE` has yours"
        )
        lines += paint.fill(f"Upstream's version counts of {', '.join(outcome.overridden)}{where}.", "  ")
    return "\n".join(lines) + "\n"


def _placed(one: Placed, paint: Paint) -> list[str]:
    if one.fate is Fate.RETIRED:
        told = f"{one.slug} is gone; your attempt lies in {one.file}."
    elif one.fate is Fate.SET_ASIDE:
        told = (
            f"{one.now}: what is asked changed, so the stub is pristine. `kata reset {one.now} --restore` brings your "
            "attempt back."
        )
    elif one.changes:
        told = f"{one.now}: your attempt is in the new stub."
    else:
        return []
    lines = paint.fill(told, "  ")
    return [*lines, *(f"    {change}" for change in one.changes)]
