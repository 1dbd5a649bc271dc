"""Step 2: what `exercise.toml` says, beyond what the loader insists on."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING

from grader.authoring.checks.finding import Finding
from grader.authoring.checks.layout import oracle_path, solutions
from grader.errors import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from grader.model import Exercise

LEAST = {"hints": 3, "follow_ups": 2, "sources": 1, "tags": 1, "entry_points": 1}
MOST_HINTS = 3
CLARIFICATIONS = range(3, 7)
MINUTES = range(5, 181)
_PLACEHOLDER = re.compile(r"\bTODO\b|\bFIXME\b|\bXXX\b")


def check_metadata(exercise: Exercise) -> Iterator[Finding]:
    """Yield what is missing, left over or contradicted by the files.

    Parameters
    ----------
    exercise : Exercise
        Exercise to check.

    Yields
    ------
    Finding
        One for each fact.
    """
    yield from _placeholders(exercise)
    path = exercise.metadata_path
    for key, least in LEAST.items():
        number = len(getattr(exercise, key))
        if number < least:
            yield Finding("too-few", path, f"`{key}` has {number} of at least {least}.", "Add what is missing.")
    if len(exercise.hints) > MOST_HINTS:
        message = f"`hints` has {len(exercise.hints)}; there are exactly {MOST_HINTS}."
        yield Finding("too-few", path, message, "Keep a nudge, a direction and nearly the answer.")
    number = len(exercise.clarifications)
    if number not in CLARIFICATIONS:
        message = f"`clarifications` has {number}, not {CLARIFICATIONS[0]} to {CLARIFICATIONS[-1]}."
        yield Finding(
            "clarifications", path, message, "Write what a good candidate asks before the first line of code."
        )
    if exercise.minutes not in MINUTES:
        message = f"`minutes` is {exercise.minutes}, not between {MINUTES[0]} and {MINUTES[-1]}."
        yield Finding("minutes", path, message, "Write what an interviewer would allow.")
    slugs = {folder.name for folder in exercise.folder.parents[1].glob("*/*/")}
    for slug in exercise.prerequisites:
        if slug not in slugs:
            remedy = did_you_mean(slug, slugs) or "Name an exercise that exists."
            yield Finding("unknown-prerequisite", path, f"There is no exercise {slug!r}.", remedy)
    yield from _aliases(exercise, slugs)


def _aliases(exercise: Exercise, slugs: Collection[str]) -> Iterator[Finding]:
    """Yield old names that mean more than one exercise: a learner's history would follow the wrong one."""
    path = exercise.metadata_path
    claims = {other: names for other, names in _claims(exercise.folder.parents[1]) if other != exercise.slug}
    for old in exercise.aliases:
        if old in slugs:
            whose = "its own slug" if old == exercise.slug else "the slug of an exercise that there is"
            yield Finding("alias", path, f"`aliases` lists {old!r}, which is {whose}.", "Remove it from the list.")
        for other in (other for other, names in claims.items() if old in names):
            message = f"`aliases` lists {old!r}, which {other} lists as well."
            yield Finding("alias", path, message, "Keep it where the history of learners belongs.")
    for other in (other for other, names in claims.items() if exercise.slug in names):
        remedy = f"Remove it from the list of {other}, or rename this exercise."
        yield Finding("alias", path, f"`aliases` of {other} lists {exercise.slug!r}, this exercise's slug.", remedy)


def _claims(folder: Path) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield each exercise with the old names that it claims; what cannot be read is found when that one is checked."""
    for path in sorted(folder.glob("*/*/exercise.toml")):
        try:
            text = path.read_text(encoding="utf-8")
            names = tomllib.loads(text).get("aliases", []) if "aliases" in text else []
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
            continue
        if isinstance(names, list):
            yield path.parent.name, frozenset(name for name in names if isinstance(name, str))


def _placeholders(exercise: Exercise) -> Iterator[Finding]:
    files = [exercise.metadata_path, exercise.prompt_path, exercise.tests_path, exercise.reference_path]
    files += [
        exercise.mutants_path,
        oracle_path(exercise),
        *solutions(exercise.mutants_folder),
        *solutions(exercise.alternatives_folder),
    ]
    for path in files:
        lines = path.read_text(encoding="utf-8").splitlines()
        marked = [number for number, line in enumerate(lines, start=1) if _PLACEHOLDER.search(line)]
        if marked:
            more = f" (and {len(marked) - 1} more)" if len(marked) > 1 else ""
            message = f"Line {marked[0]}{more} is to be filled in: {lines[marked[0] - 1].strip()}"
            yield Finding("placeholder", path, message, "Fill it in.")
