"""Reports as one JSON object, described by `report.schema.json`.

The text is plain ASCII, so that no terminal acts on it and no locale spoils it.
Numbers that JSON cannot write, infinity and not-a-number, are null.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from grader.render.escape import no_command_in_json
from grader.render.feedback import redact

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.intake.folder import Refusal
    from grader.model import Report

FORMAT = 1
SCHEMA_PATH = Path(__file__).with_name("report.schema.json")


def render(reports: Sequence[Report], refusals: Sequence[Refusal] = ()) -> str:
    """Return reports as JSON text.

    Parameters
    ----------
    reports : sequence of Report
        In the order to list them.
    refusals : sequence of Refusal
        Files that a submission may not change, and did.

    Returns
    -------
    str
        One object that ends in a line feed.
    """
    return no_command_in_json(json.dumps(document(reports, refusals), indent=2, allow_nan=False)) + "\n"


def document(reports: Sequence[Report], refusals: Sequence[Refusal] = ()) -> dict[str, object]:
    """Return reports as the object that `render` writes."""
    found: dict[str, object] = {"format": FORMAT, "reports": [_report(redact(report)) for report in reports]}
    return found | ({"refused": [asdict(refusal) for refusal in refusals]} if refusals else {})


def _report(report: Report) -> dict[str, object]:
    fields = asdict(report)
    cases = fields.pop("cases")
    return {key: _plain(value) for key, value in fields.items()} | {
        "level": report.level,
        "layers": [asdict(count) for count in report.layers],
        "time_ratio": _plain(report.time_ratio),
        "cases": _plain(cases),
    }


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
