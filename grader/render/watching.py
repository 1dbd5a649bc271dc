"""What watch mode shows: one screenful, in which the verdict is always there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.model import Level
from grader.render import afterword, text
from grader.render.escape import visible
from grader.render.levels import LEVELS, missing, stars
from grader.render.paint import BOLD, DIM, GREEN, RED, YELLOW, Paint, count, rows, seconds, short

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.content.afterword import Afterword
    from grader.model import CaseResult, Exercise, Report
    from grader.practice.watch import Key, Outcome, Tally

_BAR = 24
_LEAST = 13  # lines of a verdict with a failure, beside which something else is shown
_MORE = "v"
_WORDS = {
    "n": "next",
    "v": "details",
    "h": "hint",
    "l": "list",
    "r": "run again",
    "x": "reset",
    "s": "solution",
    "a": "other ways",
    "m": "mistakes",
    "f": "follow-ups",
    "d": "diff",
    "q": "quit",
}


@dataclass(frozen=True, slots=True)
class Scene:
    """What there is to show.

    Attributes
    ----------
    exercise : Exercise or None
        What is worked on.
    outcome : Outcome or None
        What the last save was worth.
    keys : sequence of Key
        What may be pressed.
    tally : Tally or None
        How much is solved; None where there is no keyboard.
    notice : str
        What is to be known of this machine.
    extra : str
        What a key asked for.
    word : Afterword or None
        What there is to read; None while the exercise is not mastered.
    """

    exercise: Exercise | None
    outcome: Outcome | None
    keys: Sequence[Key] = ()
    tally: Tally | None = None
    notice: str = ""
    extra: str = ""
    word: Afterword | None = None


def lay_out(scene: Scene, paint: Paint, height: int | None = None, page: int = 0) -> tuple[str, int]:
    """Return a screenful, and how many pages what a key asked for takes.

    Parameters
    ----------
    scene : Scene
        What there is to show.
    paint : Paint
        What the terminal can show.
    height : int, optional
        Its lines; without them everything is shown.
    page : int, default=0
        Which page of what a key asked for.
    """
    top = [header(scene.exercise, paint) if scene.exercise is not None else "Save a stub and it is graded."]
    top += paint.fill(scene.notice, "") if scene.notice else []
    foot = ["", *prompt(scene.keys, scene.tally, paint)] if scene.tally is not None else []
    extra = [line for each in scene.extra.rstrip().split("\n") for line in _broken(each, paint)] if scene.extra else []
    room = None if height is None else height - 1 - rows([*top, *foot], paint.width)  # the cursor has a line of its own
    length = rows(extra, paint.width)
    pages = 1
    if room is None or (scene.outcome is not None and (not extra or length + _LEAST + 2 <= room)):
        left = None if room is None else room - 1 - (1 + length if extra else 0)
        middle = ["", *_lines(outcome(scene, paint, left))] if scene.outcome is not None else []
        middle += ["", *extra] if extra else []
    else:
        verdict = ["", *_lines(_headline(scene.outcome, paint))] if scene.outcome is not None else []
        shown, pages = _page(extra, page, max(room - rows(verdict, paint.width) - 1, 1), paint)
        middle = [*verdict, "", *shown] if extra else verdict
    return "\n".join([*top, *middle, *foot]) + "\n", pages


def header(exercise: Exercise, paint: Paint) -> str:
    """Return the line above the verdict: what is worked on and, where there is room, where it lies."""
    facts, path = f"{exercise.difficulty}, {exercise.minutes} min", short(exercise.stub_path)
    told = f"{paint.dress(exercise.title, BOLD)}  {paint.dress(facts, DIM)}"
    used = len(exercise.title) + 2 + len(facts)
    if used > paint.width:
        return paint.dress(exercise.title[: paint.width], BOLD)
    if used + 2 + len(path) > paint.width:
        return told
    return f"{told}  {paint.link(path, str(exercise.stub_path))}"


def outcome(scene: Scene, paint: Paint, height: int | None) -> str:
    """Return the verdict, the first failing cases, and how it compares: with ours, and with earlier attempts."""
    found = scene.outcome
    if found is None:
        return ""
    if found.report is None:
        return f"{paint.dress('cannot be read', BOLD, RED)}  {visible(found.problem)}\n"
    facts = _facts(found, found.report)
    beside = afterword.compared(found.report, found.lines, scene.word, paint) if scene.word is not None else ""
    left = f"  {_left(found.report, paint)}\n" if found.report.level is Level.CORE else ""
    told = f"  {paint.dress('; '.join(facts), DIM)}\n" if facts else ""
    below = f"{left}{beside}{told}"
    height = None if height is None else height - (1 + rows(_lines(below), paint.width) if below else 0)
    dress = {"color": paint.color, "links": paint.links}
    shown = text.render([found.report], **dress, width=paint.width, height=height, more=_MORE)
    return shown + ("\n" if below else "") + below


def details(report: Report, paint: Paint) -> str:
    """Return every failed case in full."""
    return text.details(report, paint)


def _headline(found: Outcome, paint: Paint) -> str:
    if found.report is None:
        return f"{paint.dress('cannot be read', BOLD, RED)}\n"
    return text.headline(found.report, paint)


def _lines(text: str) -> list[str]:
    return text.rstrip("\n").split("\n")


def _broken(line: str, paint: Paint) -> list[str]:
    """Return the lines of prose that is too long for one; code and what is dressed stays as it is."""
    return paint.fill(line, "") if line[:1].isalpha() and "\x1b" not in line else [line]


def _page(lines: Sequence[str], page: int, room: int, paint: Paint) -> tuple[list[str], int]:
    """Return the lines of one page, a line below that says so, and the number of pages."""
    if rows(lines, paint.width) <= room:
        return [*lines], 1
    pages: list[list[str]] = [[]]
    for line in lines:
        if pages[-1] and rows([*pages[-1], line], paint.width) > max(room - 1, 1):
            pages.append([])
        pages[-1].append(line)
    number = page % len(pages)
    return [*pages[number], paint.dress(f"page {number + 1} of {len(pages)}; space turns it", DIM)], len(pages)


def running(case: CaseResult | None, done: int, total: int, failed: int, paint: Paint) -> str:
    """Return the bar of a grade under way, with what failed so far."""
    filled = done * _BAR // max(total, 1)
    bar = paint.dress("━" * filled, RED if failed else GREEN) + paint.dress("╌" * (_BAR - filled), DIM)
    told = f"  {paint.dress(f'{failed} failed', RED)}" if failed else ""
    first = f"\n  {visible(case.title)}" if case is not None else ""
    return f"{bar} {done} of {count(total, 'case')}{told}{first}"


def prompt(keys: Sequence[Key], tally: Tally, paint: Paint) -> list[str]:
    """Return how much is solved and mastered, and below it the keys that do something now, on as many lines as they need."""
    strong, filled = (number and max(number * _BAR // tally.total, 1) for number in (tally.mastered, tally.solved))
    bar = paint.dress("━" * strong + "─" * (filled - strong), GREEN) + paint.dress("╌" * (_BAR - filled), DIM)
    lines = [f"{bar} {tally.solved} of {tally.total} solved, {tally.mastered} mastered"]
    used = paint.width
    for key in keys:
        length = len(_WORDS[key]) + 2
        told = f"{paint.dress(key, BOLD, YELLOW)} {_WORDS[key]}"
        if used + 3 + length > paint.width:
            lines.append(told)
            used = length
        else:
            lines[-1] += f" · {told}"
            used += 3 + length
    return lines


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
    if report.level is Level.FULL and ratio is not None and before is not None:
        facts.append(f"{ratio:.1f}x the reference's time, {before:.1f}x at your best")
    if found.taken_s is not None:
        best = found.before.mastered_s if report.level is Level.FULL else found.before.solved_s
        own = f", {seconds(best)} at your best" if best is not None else ""
        facts.append(f"{seconds(found.taken_s)} since the start of {found.exercise.minutes} min{own}")
    return facts
