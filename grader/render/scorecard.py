"""Scorecards as text, Markdown and HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.table import Table
from rich.text import Text

from grader.model import Diagnosis, Level
from grader.render.cases import words
from grader.render.levels import LEVELS, counts, stars
from grader.render.paint import clock, count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

    from grader.practice.interview.scorecard import ExerciseScore, QuestionScore, Scorecard


def as_text(card: Scorecard) -> RenderableType:
    """Return a scorecard for a terminal."""
    parts: list[RenderableType] = [Text(_headline(card), "bold")]
    for one in card.exercises:
        style = "red" if one.level is Level.NONE else "green"
        title = Text.assemble("\n", (f"{one.score:5.0f}  ", "bold"), (_level(one), style), f"  {one.title}")
        parts += [title, _indented(_facts(one)), _stages(one)]
    for one_question in card.questions:
        told = _question_facts(one_question)
        parts += [Text.assemble("\n", (f"{one_question.score:5.0f}  ", "bold"), one_question.question)]
        parts += [_indented([told])]
    if card.review:
        parts.append(Text(f"\nReview next: {', '.join(card.review)}", "yellow"))
    return Group(*parts)


def as_markdown(card: Scorecard) -> str:
    """Return a scorecard as Markdown."""
    lines = [f"# {_headline(card)}", ""]
    for one in card.exercises:
        lines += [
            f"## {_escaped(one.title)}: {one.score:.0f}",
            "",
            *(f"- {_escaped(fact)}" for fact in _facts(one)),
            "",
        ]
        lines += ["| stage | spent | share of the clock |", "|---|---:|---:|"]
        lines += [f"| {time.stage} | {clock(time.spent_s)} | {clock(time.share_s)} |" for time in one.stages]
        lines.append("")
    if card.questions:
        lines += ["## Questions", "", "| question | key points | time | score |", "|---|---:|---:|---:|"]
        lines += [
            f"| {_escaped(one.question)} | {one.named} of {one.total} | {clock(one.spent_s)} | {one.score:.0f} |"
            for one in card.questions
        ]
        lines.append("")
    if card.review:
        lines += [f"Review next: {', '.join(f'`{slug}`' for slug in card.review)}", ""]
    return "\n".join(lines)


def as_html(card: Scorecard) -> str:
    """Return a scorecard as a page that needs no network."""
    from grader.render import html

    values = {"headline": _headline(card), "facts": _facts, "question_facts": _question_facts}
    return html.render("scorecard.html.jinja", card=card, **values)


def _headline(card: Scorecard) -> str:
    return f"Mock interview ({card.style}): {card.score:.0f} of 100 in {clock(card.used_s)} of {card.minutes}:00"


def _facts(one: ExerciseScore) -> list[str]:
    return list(_exercise_facts(one))


def _exercise_facts(one: ExerciseScore) -> Iterator[str]:
    if one.submissions:
        points = f"{one.points:g} of {count(one.max_points, 'point')}"
        yield f"{_level(one)}: {counts(one.layers) or points}"
        failed = f", {one.failures} of them solved nothing" if one.failures else ""
        yield f"{count(one.submissions, 'submission')}{failed}"
    else:
        yield "nothing was submitted"
    yield f"{clock(one.taken_s)} of work, {count(one.hints, 'hint')}, examples run {count(one.runs, 'time')}"
    if one.time_ratio is not None:
        yield f"{one.time_ratio:.1f}x the reference's time"
    if one.looks_like:
        yield Diagnosis(one.looks_like).sentence
    if one.asked:
        yield f"asked: {', '.join(one.asked)}"
    if one.not_asked:
        yield f"not asked: {', '.join(one.not_asked)}"
    if one.total:
        yield f"follow-ups: {one.named} of {count(one.total, 'key point')}"


def _level(one: ExerciseScore) -> str:
    """Return how far the best submission came, in words and stars."""
    if one.level is not Level.NONE:
        return f"{stars(one.level, one.layers)} {LEVELS[one.level]}"
    return words(one.verdict) if not one.submissions else LEVELS[one.level]


def _question_facts(one: QuestionScore) -> str:
    if not one.reached:
        return "not reached"
    return f"{one.named} of {count(one.total, 'key point')} in {clock(one.spent_s)} of {clock(one.share_s)}"


def _indented(facts: list[str]) -> Text:
    return Text("\n".join(f"       {fact}" for fact in facts))


def _stages(one: ExerciseScore) -> Table:
    table = Table.grid(padding=(0, 2))
    for time in one.stages:
        late = time.spent_s > time.share_s
        spent = Text(clock(time.spent_s), "yellow" if late else "")
        table.add_row(f"       {time.stage}", spent, Text(f"of {clock(time.share_s)}", "dim"))
    return table


def _escaped(text: str) -> str:
    """Return a text whose characters mean nothing in a cell of a Markdown table."""
    return "".join(f"\\{c}" if c in "\\`*_[]<>|#$" else c for c in " ".join(text.split()))
