"""A diagnosis is told by every face that shows details, and by none where the feedback withholds them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from grader.classes.gradebook import Mark, Row, State
from grader.classes.notebooks.plan import marks
from grader.classes.roster import Learner
from grader.model import Diagnosis, Feedback
from grader.practice.watch import Outcome
from grader.render import json as json_render
from grader.render import markdown, notebook, text, watching
from grader.render.class_page import learner_page
from grader.render.paint import Paint
from tests.support.report_samples import WRONG

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.model import Report

DIAGNOSED = replace(WRONG, diagnosis=Diagnosis(("Subtracts no <maximum>.", "RMS instead of a sum.")))
TOLD = "This looks like: subtracts no <maximum>; or: RMS instead of a sum."


def _outcome(report: Report) -> Outcome:
    return Outcome(None, report)  # type: ignore[arg-type]  # only the report is looked at


def _page(report: Report) -> str:
    pytest.importorskip("nicegui")
    from grader.screen.web import results

    return str(results.outcome(_outcome(report)))


def _learner(report: Report) -> str:
    mark = Mark("softmax", next(iter(State)), 1.0, 4.0, report=report)
    return learner_page(Row(Learner("ada", "Ada"), (mark,)), "Week 1")


FACES: dict[str, Callable[[Report], str]] = {
    "text": lambda report: text.render([report], color=False, links=False, width=200),
    "text that fits": lambda report: text.render([report], color=False, links=False, width=200, height=20),
    "watch": lambda report: watching.lay_out(watching.Scene(None, _outcome(report)), Paint(width=200), 24)[0],
    "markdown": lambda report: markdown.render([report]),
    "notebook": notebook.render,
    "cells of nbgrader": lambda report: "".join(mark.text for mark in marks(report)),
    "page": _page,
    "page of a learner": _learner,
    "json": lambda report: json_render.render([report]),
}


def _words(shown: str) -> str:
    """Return what a reader sees: no escapes of HTML and Markdown."""
    for written, meant in (("&lt;", "<"), ("&gt;", ">"), ("\\<", "<"), ("\\>", ">"), ("\\.", "."), ("\\_", "_")):
        shown = shown.replace(written, meant)
    return re.sub(r"\s+", " ", shown)


@pytest.mark.parametrize("face", FACES)
def test_every_face_tells_it(face: str) -> None:
    """Both mistakes that cannot be told apart are named, in the same words; nothing in them is HTML."""
    shown = FACES[face](DIAGNOSED)

    if face == "json":
        assert '"mistakes": [' in shown
        assert "Subtracts no <maximum>." in shown
    else:
        assert TOLD in _words(shown)
    if face in ("notebook", "page", "page of a learner"):
        assert "<maximum>" not in shown


@pytest.mark.parametrize("level", [Feedback.HINTS, Feedback.NONE])
@pytest.mark.parametrize("face", FACES)
def test_hints_and_none_tell_no_diagnosis(face: str, level: Feedback) -> None:
    """A mistake names what a message would, so it goes where messages go."""
    shown = FACES[face](replace(DIAGNOSED, feedback=level))

    assert "maximum" not in shown
    assert "looks like" not in shown
