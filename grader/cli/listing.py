"""The list of exercises as text and as JSON: pure functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.model import Level
from grader.practice.standing import Status
from grader.render.levels import stars
from grader.render.paint import BOLD, DIM, GREEN, YELLOW, Paint

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grader.model import Exercise, Track
    from grader.practice.standing import Standing

_MARKS = {Status.TRIED: ("…", YELLOW), Status.UNTOUCHED: ("·", DIM)}
_COLUMNS = 3


def as_text(
    tracks: Sequence[Track], exercises: Sequence[Exercise], standings: Mapping[str, Standing], paint: Paint
) -> str:
    """Return exercises grouped by track, one a line.

    Parameters
    ----------
    tracks : sequence of Track
        In the order to show them; one without an exercise is left out.
    exercises : sequence of Exercise
        In the order to show them.
    standings : mapping of str to Standing
        By slug.
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
        found = [standings[exercise.slug] for exercise in members if exercise.slug in standings]
        solved, mastered = sum(one.solved for one in found), sum(one.mastered for one in found)
        told = f"{solved} of {len(members)} solved" + (f", {mastered} mastered" if mastered else "")
        lines.append(f"{paint.dress(track.title, BOLD)} ({track.name}), {told}")
        for exercise in members:
            standing = standings.get(exercise.slug)
            status = Status.UNTOUCHED if standing is None else standing.status
            if standing is not None and standing.solved:
                mark, code = stars(standing.level, standing.layers), GREEN
            else:
                mark, code = _MARKS[status]
            slug = paint.link(exercise.slug, str(exercise.stub_path)) + " " * (slug_width - len(exercise.slug))
            since = ", its tests changed since" if standing is not None and standing.retested else ""
            facts = f"{exercise.difficulty:<6}  {exercise.minutes:>3} min  {status}{since}"
            lines.append(
                f"  {paint.dress(mark.ljust(_COLUMNS), code)} {slug}  {exercise.title:<{title_width}}  {facts}"
            )
        lines.append("")
    return "\n".join(lines) if lines else "No exercise fits.\n"


def as_json(exercises: Sequence[Exercise], standings: Mapping[str, Standing]) -> str:
    """Return exercises as one JSON object; a mastered exercise has the status `solved` and the level `full`.

    Parameters
    ----------
    exercises : sequence of Exercise
        In the order to list them.
    standings : mapping of str to Standing
        By slug.

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
            "status": _status(standings.get(exercise.slug)),
            "level": standings[exercise.slug].level if exercise.slug in standings else Level.NONE,
            "retested": exercise.slug in standings and standings[exercise.slug].retested,
            "stub": str(exercise.stub_path),
        }
        for exercise in exercises
    ]
    return json.dumps({"format": 1, "exercises": rows}, indent=2, ensure_ascii=False) + "\n"


def _status(standing: Standing | None) -> Status:
    if standing is None:
        return Status.UNTOUCHED
    return Status.SOLVED if standing.solved else Status.TRIED
