"""The opening of every exercise fits on one small screen, as a mock interview shows it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from textual.widgets import Markdown

from grader.content.catalog import load_catalog
from grader.practice.history import History
from grader.practice.interview import clock, session, state
from grader.practice.interview.briefing import brief
from grader.practice.interview.plan import Wishes, make_plan
from grader.sandbox import Sandbox
from grader.screen.mock import MockScreen
from grader.screen.plain_mock import Lines, PlainMock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from grader.practice.interview.session import Interview

    Begin = Callable[[str], Interview]

COLUMNS, ROWS = 80, 24
CATALOG = load_catalog(Path(__file__).parents[2])
LAYERED = [one for one in CATALOG.exercises if "\n## Core" in one.prompt_path.read_text(encoding="utf-8")]


class Silence(Lines):
    """A learner who leaves at once."""

    def __init__(self) -> None:
        pass

    def get(self, seconds: float) -> str | None:  # noqa: ARG002 - nothing is waited for
        """Return the end of the input."""
        return None


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Begin]:
    """Begin interviews that touch no stub of the checkout."""
    with History(tmp_path) as history, Sandbox(secret=[]) as sandbox:

        def begin(slug: str) -> Interview:
            plan = make_plan(CATALOG, Wishes(slugs=(slug,), questions=2, seed=1), {})
            return session.Interview(state.begin(plan, clock.now()), CATALOG, history, sandbox)

        yield begin


def test_there_is_something_to_measure() -> None:
    """Some exercise tells core from fine print."""
    assert LAYERED


@pytest.mark.parametrize("slug", [exercise.slug for exercise in LAYERED])
def test_line_by_line_the_opening_fits(slug: str, begin: Begin) -> None:
    """From the header to the first prompt, everything stands on one screen."""
    written: list[str] = []
    interview = begin(slug)
    PlainMock(interview, Silence(), written.append, COLUMNS).run()
    shown = "".join(written).partition("] > ")[0].strip("\n")
    rows = sum(max(-(-len(line) // COLUMNS), 1) for line in shown.split("\n"))

    assert "## Core" not in shown
    assert rows < ROWS, shown


def test_on_the_full_screen_the_opening_fits(begin: Begin) -> None:
    """Beside clock and stages, and above the keys, no opening has to be scrolled."""
    interview = begin(LAYERED[0].slug)

    async def look() -> list[str]:
        app = MockScreen(interview)
        too_long = []
        async with app.run_test(size=(COLUMNS, ROWS)) as pilot:
            for exercise in LAYERED:
                await app.query_one("#text", Markdown).update(app.readable(brief(exercise).opening))
                await pilot.pause()
                if app.query_one("#task").max_scroll_y:
                    too_long.append(exercise.slug)
            await pilot.press("q")
        return too_long

    assert asyncio.run(look()) == []
