"""The list of exercises as text and as JSON: pure functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.render.paint import BOLD, DIM, GREEN, YELLOW, Paint

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grader.model import Exercise, Track

_MARKS = {"solved": ("✓", GREEN), "tried": ("…", YELLOW), "untouched": ("·", DIM)}


def as_text(tracks: Sequence[Track], exercises: Sequence[Exercise], statuses: Mapping[str, str], paint: Paint) -> str:
    """Return exercises grouped by track, one a line.

    Parameters
    ----------
    tracks : sequence of Track
        In the order to show them; one without an exercise is left out.
    exercises : sequence of Exercise
        In the order to show them.
    statuses : mapping of str to str
        `solved` or `tried` by slug.
    paint : Paint
        What the terminal can show.

    Returns
    -------
    str
        Text that ends in a line feed.
    """
    slug_width = max((len(exercise.slug) for exercise in exercises), default=0)
    title_width = max((len(exercise.title) for exercise in exercises), default=0)
    lines: list[str] = []
    for track in tracks:
        members = [exercise for exercise in exercises if exercise.track == track.name]
        if not members:
            continue
        solved = sum(statuses.get(exercise.slug) == "solved" for exercise in members)
        lines.append(f"{paint.dress(track.title, BOLD)} ({track.name}), {solved} of {len(members)} solved")
        for exercise in members:
            status = statuses.get(exercise.slug, "untouched")
            mark, code = _MARKS[status]
            slug = paint.link(exercise.slug, str(exercise.stub_path)) + " " * (slug_width - len(exercise.slug))
            facts = f"{exercise.difficulty:<6}  {exercise.minutes:>3} min  {status}"
            lines.append(f"  {paint.dress(mark, code)} {slug}  {exercise.title:<{title_width}}  {facts}")
        lines.append("")
    return "\n".join(lines) if lines else "No exercise fits.\n"


def as_json(exercises: Sequence[Exercise], statuses: Mapping[str, str]) -> str:
    """Return exercises as one JSON object.

    Parameters
    ----------
    exercises : sequence of Exercise
        In the order to list them.
    statuses : mapping of str to str
        `solved` or `tried` by slug.

    Returns
    -------
    str
        `{"format": 1, "exercises": […]}` and a line feed.
    """
    import json

    rows = [
        {
            "slug": exercise.slug,
            "track": exercise.track,
            "title": exercise.title,
            "difficulty": exercise.difficulty,
            "minutes": exercise.minutes,
            "backend": exercise.backend,
            "tags": exercise.tags,
            "entry_points": exercise.entry_points,
            "status": statuses.get(exercise.slug, "untouched"),
            "stub": str(exercise.stub_path),
        }
        for exercise in exercises
    ]
    return json.dumps({"format": 1, "exercises": rows}, indent=2, ensure_ascii=False) + "\n"
