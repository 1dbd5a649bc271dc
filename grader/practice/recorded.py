"""Everything that was recorded, as two machines exchange it."""

from __future__ import annotations

import base64
import json
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any, Final

from grader.errors import UsageError
from grader.model import Level, Verdict
from grader.practice.attempt import Attempt, Rated, Rating
from grader.practice.standing import Standing, load_layers

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMAT: Final = 1
_ATTEMPT: Final = tuple(field.name for field in fields(Attempt))


@dataclass(frozen=True, slots=True)
class Event:
    """A start, a hint, a content that was kept and the like."""

    at: float
    slug: str
    kind: str
    detail: bytes


@dataclass(frozen=True, slots=True)
class Held:
    """A mock interview that ended."""

    id: str
    at: float
    finished_at: float
    scorecard: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """All of a history.

    Attributes
    ----------
    standings : mapping of str to Standing
        By slug; some are older than every attempt that is left.
    """

    attempts: tuple[Attempt, ...]
    events: tuple[Event, ...]
    ratings: tuple[Rated, ...]
    interviews: tuple[Held, ...]
    standings: Mapping[str, Standing]


def dump(recorded: Recorded) -> str:
    """Return everything as one JSON object and a line feed; the same past gives the same text.

    Returns
    -------
    str
        `{"format": 1, "attempts": […], "ratings": […], "interviews": […], "events": […], "standings": {…}}`.
    """
    whole = {
        "format": FORMAT,
        "attempts": [_attempt_row(one) for one in recorded.attempts],
        "ratings": [asdict(one) for one in recorded.ratings],
        "interviews": [json.loads(one.scorecard) for one in recorded.interviews],
        "held": [[one.id, one.at, one.finished_at] for one in recorded.interviews],
        "events": [[one.at, one.slug, one.kind, base64.b64encode(one.detail).decode()] for one in recorded.events],
        "standings": {
            slug: [one.level, [[count.layer, count.passed, count.total] for count in one.layers]]
            for slug, one in sorted(recorded.standings.items())
        },
    }
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def load(text: str, name: str) -> Recorded:
    """Read what `dump` wrote, or an older export, which holds no events.

    Parameters
    ----------
    text : str
        What the file holds.
    name : str
        What messages call it.

    Raises
    ------
    UsageError
        When it is something else, or was cut off.
    """
    try:
        whole = json.loads(text)
        if whole["format"] != FORMAT:
            raise UsageError(f"{name} has format {whole['format']!r}; this kata reads {FORMAT}.", "Upgrade this kata.")
        cards = [json.dumps(card) for card in whole.get("interviews", [])]
        held = whole.get("held", [[f"imported-{index}", 0.0, 0.0] for index in range(len(cards))])
        return Recorded(
            attempts=tuple(_attempt(row) for row in whole["attempts"]),
            events=tuple(
                Event(float(at), str(slug), str(kind), base64.b64decode(detail, validate=True))
                for at, slug, kind, detail in whole.get("events", [])
            ),
            ratings=tuple(Rated(float(row["at"]), str(row["slug"]), Rating(row["rating"])) for row in whole["ratings"]),
            interviews=tuple(
                Held(str(row[0]), float(row[1]), float(row[2]), card) for row, card in zip(held, cards, strict=True)
            ),
            standings={
                str(slug): Standing(Level(level), load_layers(json.dumps(layers)))
                for slug, (level, layers) in whole.get("standings", {}).items()
            },
        )
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise UsageError(
            f"{name} is no whole export of kata ({type(error).__name__}: {error}).",
            "Write one with `kata history --export FILE` on the other machine.",
        ) from None


def _attempt_row(attempt: Attempt) -> dict[str, Any]:
    row = asdict(attempt)
    try:
        row["report"] = json.loads(attempt.report)
    except ValueError:  # salvaged without it
        row["report"] = None
    return row


def _attempt(row: dict[str, Any]) -> Attempt:
    values = {name: row[name] for name in _ATTEMPT if name in row}
    for name in ("slug", "source", "sha256", "path"):
        values[name] = str(values[name])
    for name in ("at", "points", "max_points", "duration_s"):
        values[name] = float(values[name])
    for name in ("started_at", "time_ratio"):
        values[name] = None if values.get(name) is None else float(values[name])
    values |= {
        "seed": int(values["seed"]),
        "hints": int(values["hints"]),
        "verdict": Verdict(values["verdict"]),
        "level": Level(values.get("level", Level.FULL if values["verdict"] == Verdict.PASSED else Level.NONE)),
        "layers": load_layers(
            json.dumps([[one["layer"], one["passed"], one["total"]] for one in values.get("layers", [])])
        ),
        "utc_offset_s": None if values.get("utc_offset_s") is None else int(values["utc_offset_s"]),
        "report": json.dumps(values["report"]) if values.get("report") is not None else "",
    }
    return Attempt(**values)
