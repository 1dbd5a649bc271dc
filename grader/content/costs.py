"""What right solutions gain and pay: `costs.toml`, a sentence or two for ours and for each alternative.

It lies beside the solutions, not in them: a proof depends on every byte of those, and on no word of this.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from grader.content.metadata import expect_format
from grader.content.toml_table import read_table
from grader.errors import ContentError

if TYPE_CHECKING:
    from grader.model import Exercise

OURS: Final = "ours"


def read_costs(exercise: Exercise) -> dict[str, str]:
    """Return what each solution of an exercise costs, by the name of its file; ours is called `ours`.

    Parameters
    ----------
    exercise : Exercise
        Whose `costs.toml` to read; without one nothing is said.

    Raises
    ------
    ContentError
        When the file breaks a rule, or speaks of a solution that is not there.
    """
    if not exercise.costs_path.exists():
        return {}
    table = read_table(exercise.costs_path)
    expect_format(table)
    found: dict[str, str] = {}
    known = {OURS, *(path.stem for path in exercise.alternatives_folder.glob("*.py"))}
    for item in table.tables("costs"):
        name = item.text("of")
        if name not in known or name in found:
            problem = "stands twice" if name in found else "is no alternative"
            raise ContentError(f"{exercise.costs_path}: {name!r} {problem}.", f"There are: {', '.join(sorted(known))}.")
        found[name] = item.text("text")
        item.no_more()
    table.no_more()
    return found
