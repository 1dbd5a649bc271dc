"""The index of the exercises, from what they say of themselves: `exercises/README.md`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from grader.authoring.topics import read_topics
from grader.content.metadata import EXERCISES, expect_format
from grader.content.toml_table import read_table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from grader.authoring.topics import Topics
    from grader.content.catalog import Catalog
    from grader.model import Exercise

INDEX_FILE: Final = "README.md"
PATHS_FILE: Final = "paths.toml"


@dataclass(frozen=True, slots=True)
class SuggestedPath:
    """A way through some exercises.

    Attributes
    ----------
    title, about : str
        What it is for.
    days : tuple of tuple of str
        Slugs, day by day.
    """

    title: str
    about: str
    days: tuple[tuple[str, ...], ...]


def index_path(catalog: Catalog) -> Path:
    """Return where the index lies."""
    return catalog.root / EXERCISES / INDEX_FILE


def index(catalog: Catalog) -> str:
    """Return the whole text of the index."""
    return "\n".join(_lines(catalog)).rstrip() + "\n"


def suggested_paths(catalog: Catalog) -> tuple[SuggestedPath, ...]:
    """Return the ways that `exercises/paths.toml` suggests; none where there is no such file.

    Raises
    ------
    ContentError
        When the file breaks a rule.
    """
    file = catalog.root / EXERCISES / PATHS_FILE
    if not file.exists():
        return ()
    table = read_table(file)
    expect_format(table)
    paths = []
    for row in table.tables("paths"):
        paths.append(SuggestedPath(row.text("title"), row.text("about"), row.lists("days")))
        row.no_more()
    table.no_more()
    return tuple(paths)


def _lines(catalog: Catalog) -> Iterator[str]:
    known = {exercise.slug: exercise for exercise in catalog.exercises}
    minutes = sum(exercise.minutes for exercise in known.values())
    yield "# Exercises"
    yield ""
    yield "<!-- Written by `nox -s index`; edit exercise.toml, track.toml, paths.toml and topics.toml instead. -->"
    yield ""
    yield f"{len(known)} exercises in {sum(bool(track.exercises) for track in catalog.tracks)} tracks, {minutes / 60:.0f} hours."
    yield "`kata show SLUG` shows a prompt, `kata start SLUG` begins, `kata watch` grades every save."
    yield ""
    yield "## Where to begin"
    for path in suggested_paths(catalog):
        total = sum(known[slug].minutes for day in path.days for slug in day)
        yield ""
        yield f"### {path.title}"
        yield ""
        yield f"{path.about} {total} minutes in all."
        yield ""
        for number, day in enumerate(path.days, 1):
            names = ", ".join(f"[{slug}]({known[slug].track}/{slug}/prompt.md)" for slug in day)
            yield f"{number}. {names} ({sum(known[slug].minutes for slug in day)} min)"
    yield from _topics(read_topics(catalog))
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


def _topics(topics: Topics) -> Iterator[str]:
    """Say which topics of the guides have no exercise yet."""
    if not topics.coded:
        return
    yield ""
    yield "## Topics"
    yield ""
    yield (
        f"Guides and interviewers ask for {len(topics.coded)} topics that can be practised by writing code and {len(topics.discussed)} that are "
        "talked about; [topics.toml](topics.toml) says which exercises practise each."
    )
    for told, kind in (("practised by code", topics.coded), ("talked about", topics.discussed)):
        missing = [topic for topic in kind if topic.is_open]
        yield ""
        yield f"Open of those {told}: {len(missing)}{':' if missing else '.'}"
        yield from ("", *(f"- {topic.name} ({', '.join(topic.exercises)})" for topic in missing)) if missing else ()


def _row(exercise: Exercise) -> str:
    link = f"[{exercise.slug}]({exercise.track}/{exercise.slug}/prompt.md)"
    sources = "; ".join(source.replace("|", "\\|") for source in exercise.sources)
    needed = ", ".join(exercise.prerequisites)
    return f"| {link} | {exercise.title} | {exercise.difficulty} | {exercise.minutes} | {needed} | {sources} |"
