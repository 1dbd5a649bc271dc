"""`python tests/exercise_index.py --write`: the index of exercises/README.md, from what the exercises say of themselves."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Final

from grader.content.catalog import load_catalog

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.content.catalog import Catalog
    from grader.model import Exercise

ROOT: Final = Path(__file__).parents[1]
INDEX: Final = ROOT / "exercises" / "README.md"
PATHS: Final = ROOT / "exercises" / "paths.toml"


def index(catalog: Catalog) -> str:
    """Return the whole text of the index."""
    return "\n".join(_lines(catalog)).rstrip() + "\n"


def paths() -> list[tuple[str, str, list[list[str]]]]:
    """Return title, description and days of each suggested path."""
    table = tomllib.loads(PATHS.read_text(encoding="utf-8"))
    return [(row["title"], row["about"], row["days"]) for row in table["paths"]]


def _lines(catalog: Catalog) -> Iterator[str]:
    known = {exercise.slug: exercise for exercise in catalog.exercises}
    minutes = sum(exercise.minutes for exercise in known.values())
    yield "# Exercises"
    yield ""
    yield "<!-- Written by `nox -s index`; edit exercise.toml, track.toml and paths.toml instead. -->"
    yield ""
    yield f"{len(known)} exercises in {sum(bool(track.exercises) for track in catalog.tracks)} tracks, {minutes / 60:.0f} hours."
    yield "`kata show SLUG` shows a prompt, `kata start SLUG` begins, `kata watch` grades every save."
    yield ""
    yield "## Where to begin"
    for title, about, days in paths():
        total = sum(known[slug].minutes for day in days for slug in day)
        yield ""
        yield f"### {title}"
        yield ""
        yield f"{about} {total} minutes in all."
        yield ""
        for number, day in enumerate(days, 1):
            names = ", ".join(f"[{slug}]({known[slug].track}/{slug}/prompt.md)" for slug in day)
            yield f"{number}. {names} ({sum(known[slug].minutes for slug in day)} min)"
    yield ""
    yield "## What builds on what"
    yield ""
    yield "```mermaid"
    yield "graph LR"
    for exercise in known.values():
        for needed in exercise.prerequisites:
            if needed in known:
                yield f"  {needed} --> {exercise.slug}"
    yield "```"
    for track in catalog.tracks:
        if not track.exercises:
            continue
        yield ""
        yield f"## {track.title}"
        yield ""
        yield f"{track.about}."
        yield ""
        yield "| exercise | | difficulty | minutes | builds on | sources |"
        yield "|---|---|---|---:|---|---|"
        for slug in track.exercises:
            yield _row(known[slug])


def _row(exercise: Exercise) -> str:
    link = f"[{exercise.slug}]({exercise.track}/{exercise.slug}/prompt.md)"
    sources = "; ".join(source.replace("|", "\\|") for source in exercise.sources)
    needed = ", ".join(exercise.prerequisites)
    return f"| {link} | {exercise.title} | {exercise.difficulty} | {exercise.minutes} | {needed} | {sources} |"


def main() -> int:
    """Print the index, or write it."""
    text = index(load_catalog(ROOT))
    if "--write" in sys.argv:
        INDEX.write_text(text, encoding="utf-8")
    else:
        print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
