"""`kata mock`: timed interviews."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli import console, options
from grader.errors import UsageError
from grader.model import Difficulty

if TYPE_CHECKING:
    from grader.content.catalog import Catalog
    from grader.practice.history import History
    from grader.practice.interview.plan import Plan
    from grader.practice.interview.scorecard import Scorecard
    from grader.practice.interview.state import State

_STYLES = ("screen", "onsite", "research")
_plain = click.option("--plain", is_flag=True, help="Line by line instead of a full screen.")


class CardFormat(StrEnum):
    """How a scorecard is written."""

    TEXT = "text"
    MARKDOWN = "markdown"
    JSON = "json"
    HTML = "html"


@click.group(invoke_without_command=True)
@click.option("--minutes", type=click.IntRange(1, 480), metavar="N", help="How long it may take.")
@options.track
@click.option("--difficulty", type=options.member(Difficulty), help="Draw exercises of this difficulty.")
@click.option(
    "--company-style",
    "style",
    type=click.Choice(_STYLES),
    default=_STYLES[0],
    show_default=True,
    help="screen: 45 min, an exercise and two questions. onsite: 120 min, two exercises, a design and a behavioural "
    "question. research: 75 min, a hard exercise and four questions.",
)
@click.option(
    "--exercises",
    metavar="SLUG,…",
    help="These exercises instead of drawn ones.",
    shell_complete=options.complete_slugs,
)
@click.option("--questions", type=click.IntRange(0, 20), metavar="N", help="How many discussion questions.")
@options.seed
@_plain
@options.confinement
@click.pass_context
def mock(
    context: click.Context,
    *,
    minutes: int | None,
    track: str | None,
    difficulty: str | None,
    style: str,
    exercises: str | None,
    questions: int | None,
    seed: int | None,
    plain: bool,
    confinement: str,
) -> int:
    """Hold a timed mock interview; `kata mock resume` goes on with one that was left."""
    if context.invoked_subcommand is not None:
        return 0
    import secrets

    from grader.practice.interview import clock, state
    from grader.practice.interview.plan import Style, Wishes, make_plan

    catalog = options.open_catalog()
    wishes = Wishes(
        style=Style(style),
        minutes=minutes,
        track=track,
        difficulty=Difficulty(difficulty) if difficulty else None,
        slugs=tuple(filter(None, (exercises or "").replace(" ", "").split(","))),
        questions=questions,
        seed=secrets.randbelow(10**6) if seed is None else seed,
    )
    with options.open_history() as history:
        if history.open_interview() is not None:
            raise UsageError(
                "An interview is under way.", "Go on with `kata mock resume`, or end it with `kata mock end`."
            )
        plan = make_plan(catalog, wishes, history.standings())
        return _play(state.begin(plan, clock.now()), catalog, history, confinement, plain=plain, fresh=True)


@mock.command()
@_plain
@options.confinement
def resume(*, plain: bool, confinement: str) -> int:
    """Go on with the interview that was left; its clock ran on."""
    catalog = options.open_catalog()
    with options.open_history() as history:
        return _play(_under_way(history), catalog, history, confinement, plain=plain, fresh=False)


@mock.command()
@options.confinement
def end(*, confinement: str) -> int:
    """End the interview that was left: the work is graded as it was seen last."""
    from grader.practice.interview.session import Interview

    catalog = options.open_catalog()
    with options.open_history() as history, options.open_sandbox(catalog, confinement, None) as sandbox:
        return _show(Interview(_under_way(history), catalog, history, sandbox).finish())


@mock.command()
def drop() -> int:
    """Forget the interview that was left, without a scorecard."""
    with options.open_history() as history:
        if history.open_interview() is None:
            raise UsageError("No interview is under way.", "Begin one with `kata mock`.")
        history.drop_interview()
    console.say("The interview is dropped. What you submitted stays in the history.")
    return 0


@mock.command()
@click.option("--format", "form", type=options.member(CardFormat), default="text", help="How to write it.")
@click.option("--output", type=click.Path(path_type=Path), metavar="FILE", help="Write it to a file.")
def scorecard(*, form: str, output: Path | None) -> int:
    """Show the scorecard of the last interview."""
    from grader.practice.interview import scorecard as cards

    with options.open_history() as history:
        found = history.scorecards()
    if not found:
        raise UsageError("No interview was held yet.", "Begin one with `kata mock`.")
    card = cards.load(found[-1])
    text = _written(card, CardFormat(form))
    if output is not None:
        options.write_output(output, text)
    elif form == CardFormat.TEXT:
        return _show(card)
    else:
        console.write(text)
    return 0


def _under_way(history: History) -> State:
    from grader.practice.interview.state import under_way

    found = under_way(history)
    if found is None:
        raise UsageError("No interview is under way.", "Begin one with `kata mock`.")
    return found


def _play(state: State, catalog: Catalog, history: History, confinement: str, *, plain: bool, fresh: bool) -> int:
    from grader.practice.interview.session import Interview

    interactive = sys.stdin.isatty() and console.is_terminal(sys.stdout)
    if not plain and not interactive:
        raise UsageError("A full screen needs a terminal.", "Add --plain.")
    with options.open_sandbox(catalog, confinement, None) as sandbox:
        interview = Interview(state, catalog, history, sandbox)
        if fresh:
            interview.enter()
        if plain:
            from grader.screen.plain_mock import Lines, PlainMock
            from grader.screen.watch import writer

            _introduce(state.plan)
            card = PlainMock(interview, Lines(), writer(), console.width()).run()
        else:
            from grader.screen.mock import MockScreen

            card = MockScreen(interview).run()
    return 0 if card is None else _show(card)


def _introduce(plan: Plan) -> None:
    from grader.render import interviewing

    console.say(interviewing.outline(plan))
    console.flush()


def _show(card: Scorecard) -> int:
    from grader.render import scorecard as render

    console.say()
    console.show(render.as_text(card))
    return 0


def _written(card: Scorecard, form: CardFormat) -> str:
    from io import StringIO

    from rich.console import Console

    from grader.practice.interview import scorecard as cards
    from grader.render import scorecard as render

    if form is CardFormat.JSON:
        return cards.dump(card)
    if form is CardFormat.MARKDOWN:
        return render.as_markdown(card)
    if form is CardFormat.HTML:
        return render.as_html(card)
    text = StringIO()
    Console(file=text, width=100, no_color=True, highlight=False).print(render.as_text(card))
    return text.getvalue()
