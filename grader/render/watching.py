"""What watch mode shows after a save."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.model import Level
from grader.render import text
from grader.render.escape import visible
from grader.render.levels import LEVELS, missing, stars
from grader.render.paint import BOLD, DIM, GREEN, RED, YELLOW, Paint, count, seconds, short

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.model import CaseResult, Exercise, Report
    from grader.practice.watch import Key, Outcome, Tally

_BAR = 24
_WORDS = {
    "n": "next",
    "h": "hint",
    "l": "list",
    "r": "run again",
    "x": "reset",
    "s": "solution",
    "d": "diff to better",
    "q": "quit",
}


def header(exercise: Exercise, paint: Paint) -> str:
    """Return the line above the verdict: what is worked on and where it lies."""
    facts = paint.dress(f"{exercise.difficulty}, {exercise.minutes} min", DIM)
    return f"{paint.dress(exercise.title, BOLD)}  {facts}  {paint.link(short(exercise.stub_path), str(exercise.stub_path))}\n"


def outcome(found: Outcome, paint: Paint) -> str:
    """Return the verdict, the first failing case, and how the times compare with earlier ones."""
    if found.report is None:
        return f"{paint.dress('cannot be read', BOLD, RED)}  {visible(found.problem)}\n"
    shown = text.render([found.report], color=paint.color, links=paint.links, width=paint.width)
    facts = _facts(found, found.report)
    left = f"  {_left(found.report, paint)}\n" if found.report.level is Level.CORE else ""
    told = f"  {paint.dress('; '.join(facts), DIM)}\n" if facts else ""
    return shown + ("\n" if left or told else "") + left + told


def running(case: CaseResult | None, done: int, total: int, failed: int, paint: Paint) -> str:
    """Return the bar of a grade under way, with what failed so far."""
    filled = done * _BAR // max(total, 1)
    bar = paint.dress("━" * filled, RED if failed else GREEN) + paint.dress("╌" * (_BAR - filled), DIM)
    told = f"  {paint.dress(f'{failed} failed', RED)}" if failed else ""
    first = f"\n  {visible(case.title)}" if case is not None else ""
    return f"{bar} {done} of {count(total, 'case')}{told}{first}"


def prompt(keys: Sequence[Key], tally: Tally, paint: Paint) -> str:
    """Return how much is solved and mastered, and below it the keys that do something now."""
    strong, filled = (number and max(number * _BAR // tally.total, 1) for number in (tally.mastered, tally.solved))
    bar = paint.dress("━" * strong + "─" * (filled - strong), GREEN) + paint.dress("╌" * (_BAR - filled), DIM)
    names = " · ".join(f"{paint.dress(key, BOLD, YELLOW)} {_WORDS[key]}" for key in keys)
    return f"{bar} {tally.solved} of {tally.total} solved, {tally.mastered} mastered\n{names}"


def difference(diff: str, paint: Paint) -> str:
    """Return a unified diff in the usual colours."""
    colors = {"+": GREEN, "-": RED, "@": DIM}
    return "\n".join(paint.dress(visible(line), colors.get(line[:1], "0")) for line in diff.splitlines())


def _left(report: Report, paint: Paint) -> str:
    """Return what a solved exercise still lacks."""
    word = paint.dress(f"{stars(report.level, report.layers)} {LEVELS[report.level]}", BOLD, GREEN)
    return f"{word}; {missing(report.layers)}"


def _facts(found: Outcome, report: Report) -> list[str]:
    facts: list[str] = []
    if report.level is Level.NONE:
        return facts
    ratio, before = report.time_ratio, found.before.time_ratio
    if ratio is not None and before is not None:
        facts.append(f"{ratio:.1f}x the reference's time, {before:.1f}x at your best")
    if found.taken_s is not None:
        best = found.before.mastered_s if report.level is Level.FULL else found.before.solved_s
        own = f", {seconds(best)} at your best" if best is not None else ""
        facts.append(f"{seconds(found.taken_s)} since the start of {found.exercise.minutes} min{own}")
    return facts
