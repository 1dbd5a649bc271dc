"""Where a learner stands, what comes next, and how both are shown."""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from dataclasses import replace
from io import StringIO
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from grader.content.catalog import Catalog, load_catalog
from grader.model import Verdict
from grader.practice.progress import progress
from grader.practice.stats import stats
from grader.render import dashboard, page
from grader.render import stats as stats_text
from tests.support.past import DAY, NOW, Past, open_past
from tests.support.toys import TOYS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rich.console import RenderableType

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture
def past(tmp_path: Path) -> Iterator[Past]:
    """An empty history."""
    with open_past(tmp_path) as found:
        yield found


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    """The toy catalogue."""
    return load_catalog(TOYS)


def _text(renderable: RenderableType) -> str:
    out = StringIO()
    Console(file=out, width=100, no_color=True).print(renderable)
    return out.getvalue()


def test_an_empty_past_suggests_a_beginning(past: Past, catalog: Catalog) -> None:
    """Nothing is solved, nothing is due, and an exercise without prerequisites is suggested."""
    found = progress(catalog, past.history, NOW)
    text = _text(dashboard.render(found, NOW))

    assert (found.solved, found.streak_days, found.due, found.last) == (0, 0, (), None)
    assert found.suggestion is not None
    assert not catalog.exercise(found.suggestion.slug).prerequisites
    assert f"0 of {found.total} exercises solved" in text
    assert f"kata start {found.suggestion.slug}" in text


def test_the_streak_counts_days_up_to_today_or_yesterday(past: Past, catalog: Catalog) -> None:
    """Practice on three days in a row is a streak of three; it holds until a whole day passes without any."""
    halve = catalog.exercise("halve")
    for days in (5, 2, 1, 0):
        past.now = NOW - days * DAY
        past.grade(halve)

    assert progress(catalog, past.history, NOW).streak_days == 3
    tomorrow = progress(catalog, past.history, NOW + DAY)
    assert (tomorrow.streak_days, tomorrow.practised_today) == (3, False)
    assert progress(catalog, past.history, NOW + 2 * DAY).streak_days == 0


def test_an_untouched_stub_is_no_practice(past: Past, catalog: Catalog) -> None:
    """Grading a stub that nobody began does not make a day of practice."""
    past.grade(catalog.exercise("halve"), Verdict.NOT_STARTED)

    assert progress(catalog, past.history, NOW).streak_days == 0


def test_what_was_begun_is_suggested_first(past: Past, catalog: Catalog) -> None:
    """An exercise that was tried last and is not solved comes before all others."""
    last = catalog.exercises[-1]
    past.grade(last, Verdict.WRONG)
    suggestion = progress(catalog, past.history, NOW).suggestion

    assert suggestion is not None
    assert (suggestion.slug, suggestion.reason) == (last.slug, "you began it")


def test_a_solved_exercise_becomes_due_and_fades(past: Past, catalog: Catalog) -> None:
    """A solved exercise is first known, later due, and the dashboard offers the review."""
    past.grade(catalog.exercise("halve"))
    soon, later = (progress(catalog, past.history, NOW + days * DAY) for days in (1, 30))

    assert soon.due == ()
    assert soon.upcoming is not None
    assert [one.slug for one in later.due] == ["halve"]
    assert later.due[0].recall < soon.upcoming.recall
    assert "kata review" in _text(dashboard.render(later, NOW + 30 * DAY))


def test_solved_and_mastered_are_told_apart(past: Past, catalog: Catalog) -> None:
    """The dashboard counts both, names what is solved and not mastered, and suggests it once all is solved."""
    first, *others = catalog.exercises
    past.grade(first, fine=Verdict.WRONG)
    early = progress(catalog, past.history, NOW)
    for exercise in others:
        past.grade(exercise, fine=Verdict.PASSED)
    late = progress(catalog, past.history, NOW)
    text = _text(dashboard.render(late, NOW))
    past.grade(first, fine=Verdict.PASSED)
    last = progress(catalog, past.history, NOW)

    assert (early.solved, early.mastered) == (1, 0)
    assert early.suggestion is not None
    assert early.suggestion.slug != first.slug
    assert (late.solved, late.mastered) == (3, 2)
    assert "3 of 3 exercises solved, 2 mastered" in text
    assert f"★☆ {first.slug} (fine print 0 of 1)   kata watch {first.slug}" in text
    assert late.suggestion is not None
    assert (late.suggestion.slug, late.suggestion.reason) == (first.slug, "solved, not mastered yet")
    assert (last.suggestion, last.unmastered) == (None, ())
    assert "everything is mastered" in _text(dashboard.render(last, NOW))


@pytest.mark.parametrize("width", [60, 80, 120])
def test_the_dashboard_fits_the_terminal(width: int, past: Past, catalog: Catalog) -> None:
    """However narrow, the numbers of every track stand in full, and titles give way."""
    past.grade(catalog.exercise("halve"), fine=Verdict.WRONG)
    out = StringIO()
    tracks = [replace(one, title=one.title * 12) for one in progress(catalog, past.history, NOW).tracks]
    found = replace(progress(catalog, past.history, NOW), tracks=tuple(tracks))
    Console(file=out, width=width, no_color=True).print(dashboard.render(found, NOW))
    row = next(line for line in out.getvalue().splitlines() if "1/2" in line)

    assert re.search(r"…  ─+╌+ +1/2 +50%$", row)
    assert len(row) <= width


def _rich_past(past: Past, catalog: Catalog) -> None:
    exercises = catalog.exercises
    for days in range(20, -1, -2):
        past.now = NOW - days * DAY
        exercise = exercises[days % len(exercises)]
        past.start(exercise.slug)
        past.now += 60 * exercise.minutes * (0.3 + days / 10)
        past.grade(
            exercise,
            Verdict.WRONG if days % 3 == 0 else Verdict.PASSED,
            fine=Verdict.PASSED if days < 9 else Verdict.WRONG,
        )
    past.history.save_interview("a", "{}", f'{{"at": {NOW}, "score": 71.5}}')


def test_the_numbers_of_the_charts(past: Past, catalog: Catalog) -> None:
    """Days, first passes, times, forecast and interviews are those of the history."""
    _rich_past(past, catalog)
    found = stats(catalog, past.history, NOW)
    solved = [a for a in past.history.all_attempts() if a.solved]

    assert found.attempts == sum(found.days.values()) == 11
    assert found.solved[-1][1] == len({a.slug for a in solved})
    assert found.mastered[-1][1] == len({a.slug for a in solved if a.mastered})
    assert found.mastered[0][0] > found.solved[0][0]
    assert {one.slug for one in found.times} == {a.slug for a in solved}
    assert 0 < sum(n for _, n in found.forecast) <= len({a.slug for a in solved})
    assert found.forecast[0][0] == dt.date(2026, 3, 18)
    assert [score for _, score in found.interviews] == [71.5]
    text = _text(stats_text.render(found))
    assert "11 attempts" in text
    assert "18 Mar: 72" in text


def test_the_page_stands_alone(past: Past, catalog: Catalog) -> None:
    """The page is one file without scripts or addresses, its charts are well-formed, and empty pasts have one too."""
    empty = page.render(stats(catalog, past.history, NOW))
    _rich_past(past, catalog)
    text = page.render(stats(catalog, past.history, NOW))

    for html in (empty, text):
        assert "<script" not in html
        assert not re.findall(r'(?:src|href)="(?!#|data:)[^"]*"', re.sub(r'xmlns(:\w+)?="[^"]*"', "", html))
        for svg in re.findall(r"<svg.*?</svg>", html, re.DOTALL):
            ET.fromstring(svg)
    assert text.count("<svg") == 7
    assert "currentColor" in text


@pytest.mark.needs("chromium", "chromium-browser", "google-chrome")
@pytest.mark.parametrize("width", [390, 1280], ids=["phone", "desktop"])
def test_a_browser_shows_the_page_without_complaint(width: int, past: Past, catalog: Catalog, tmp_path: Path) -> None:
    """A real browser reports no console message, and nothing is wider than the window."""
    _rich_past(past, catalog)
    html = page.render(stats(catalog, past.history, NOW))
    probe = "<script>document.title = document.documentElement.scrollWidth + ' ' + innerWidth</script></body>"
    path = tmp_path / "page.html"
    path.write_text(html.replace("</body>", probe), encoding="utf-8")
    command = [
        str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-quic",
        "--disable-background-networking", "--disable-component-update", "--disable-sync", "--enable-logging=stderr",
        f"--user-data-dir={tmp_path / 'profile'}", f"--window-size={width},900", "--dump-dom", path.as_uri(),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60, env={**os.environ})
    title = re.search(r"<title>(\d+) (\d+)</title>", done.stdout)

    assert "CONSOLE" not in done.stderr
    assert title is not None
    assert int(title.group(1)) <= int(title.group(2))
