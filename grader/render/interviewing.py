"""What a mock interview shows besides its scorecard."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING, Final

from rich.text import Text

from grader.model import Feedback, Level, Verdict
from grader.practice.interview.plan import Stage
from grader.render import prompt
from grader.render.escape import visible, visible_line
from grader.render.feedback import redact
from grader.render.levels import LEVELS, counts
from grader.render.paint import clock, count, short

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.content.question import Question
    from grader.model import Exercise, FollowUp, Report
    from grader.practice.interview.briefing import Topic
    from grader.practice.interview.plan import Plan, Step
    from grader.practice.interview.session import Interview

ADVICE: Final = {
    Stage.CLARIFY: "That is all you hear unasked. Say what goes in and what comes out; ? asks.",
    Stage.PLAN: "Say how you will do it before you type: the steps, the shapes, the cost.",
    Stage.CODE: "Write it. Run the examples as often as you like; submit when you believe in it.",
    Stage.TEST: "Try your own edge cases. A submission that fails costs 2 points.",
    Stage.FOLLOW_UPS: "Answer aloud, then reveal the key points and tick what you named. Be honest.",
    Stage.QUESTION: "Answer aloud as you would to a person, then reveal the key points and tick what you named.",
}


_FORMULA_INDENT: Final = "    "
_BLOCKS: Final = ("```", "- ", "|", "#")


def outline(plan: Plan) -> str:
    """Return what the interview consists of, without saying what is asked."""
    work, talk = count(len(plan.exercises), "exercise"), count(len(plan.questions), "question")
    length = count(plan.minutes, "minute")
    return f"Mock interview, {plan.style} style: {work} and {talk} in {length}. Repeat it with --seed {plan.seed}."


def file(exercise: Exercise) -> str:
    """Return where the learner's file lies, from the current folder where it lies below."""
    return f"Your file: {short(exercise.stub_path)}"


def where(interview: Interview) -> str:
    """Return the step, what was spent on it, and what is left of the whole."""
    step = interview.step
    if step is None:
        return "done"
    spent = interview.state.spent_s[interview.state.step]
    number = f" {_number(interview, step)}" if len(_items(interview)) > 1 else ""
    return f"{step.stage}{number}  {clock(spent)} of {clock(step.seconds)}, {clock(interview.remaining_s)} left"


def stages(interview: Interview) -> Text:
    """Return the stages of what is done now, each with its time, and a line for every other exercise and question."""
    text = Text()
    plan, spent, current = interview.state.plan, interview.state.spent_s, interview.state.step
    now = interview.step.item if interview.step else ""
    for item in dict.fromkeys(step.item for step in plan.steps):
        rows = [(index, step) for index, step in enumerate(plan.steps) if step.item == item]
        kind, group = ("question", plan.questions) if item in plan.questions else ("exercise", plan.exercises)
        name = f"{kind} {group.index(item) + 1}" if len(group) > 1 else kind
        if item == now and len(rows) > 1:
            for index, step in rows:
                mark = ">" if index == current else " "
                style = "bold" if index == current else ""
                _line(text, f"{mark} {step.stage}", spent[index], step.seconds, style)
        else:
            done, share = sum(spent[index] for index, _ in rows), sum(step.seconds for _, step in rows)
            _line(text, f"{'>' if item == now else ' '} {name}", done, share, "bold" if item == now else "dim")
    text.rstrip()
    return text


def topics(interview: Interview) -> str:
    """Return what can be asked, numbered, with a mark at what was."""
    briefing, work = interview.briefing, interview.work
    if briefing is None or work is None:
        return "There is nothing to ask about now."
    lines = ["You may ask about:"]
    for number, topic in enumerate(briefing.topics, 1):
        known = topic.is_section and not interview.clarifying
        mark = "✓" if known or topic.name in (*work.asked, *work.told) else " "
        lines.append(f"{mark}{number:>3}  {topic.name}")
    return "\n".join([*lines, "Such as `? 1`, by number or by a word of it."])


def reply(found: Sequence[Topic]) -> str:
    """Return what the interviewer says to a question that may mean these topics."""
    if not found:
        return "I have nothing to say about that. `?` lists what you may ask."
    if len(found) > 1:
        return f"Do you mean {', '.join(topic.name for topic in found[:-1])} or {found[-1].name}?"
    return found[0].answer if found[0].is_section else f"{found[0].question}\n  {found[0].answer}"


def submission(report: Report) -> str:
    """Return the outcome of a submission: how far it came, and the sentence of the first case that did not pass."""
    shown = redact(report)
    head = f"{LEVELS[report.level].capitalize()}: {counts(report.layers) or 'nothing could be run'}."
    if report.level is Level.FULL:
        return head
    first = next((case for case in shown.cases if case.verdict is not Verdict.PASSED), None)
    told = f" First: {visible_line(first.title)}" if first is not None and report.feedback is not Feedback.NONE else ""
    rest = " Go on for the rest, or go on to the next stage." if report.level is Level.CORE else ""
    return f"{head}{told}{rest}"


def examples(report: Report) -> str:
    """Return what the examples of the docstrings gave."""
    lines = []
    for case in report.cases:
        mark = "ok " if case.verdict is Verdict.PASSED else "NO "
        lines.append(f"  {mark} {visible_line(case.title)}")
        if case.message:
            lines.append(f"      {visible(case.message)}")
        lines += [f"      | {line}" for line in visible(case.output).splitlines()[:12]]
    return "\n".join(lines)


def asked(head: str, question: Question | FollowUp, width: int) -> str:
    """Return a question as it is put, wrapped."""
    return textwrap.fill(f"{head}: {prompt.in_text(question.question)}", width)


def key_points(question: Question | FollowUp, width: int) -> str:
    """Return the key points, numbered, and the rubric where there is one, wrapped."""
    lines = [
        _hung(f"  {number}. ", prompt.in_text(point), width) for number, point in enumerate(question.key_points, 1)
    ]
    for row in getattr(question, "rubric", ()):
        lines += [
            f"\n  {row.criterion}",
            _hung("    weak    ", prompt.in_text(row.weak), width),
            _hung("    strong  ", prompt.in_text(row.strong), width),
        ]
    return "\n".join(lines)


def closing(interview: Interview) -> str:
    """Return what is said when the work is frozen before its last stage: whether the clock or the learner ended it."""
    why = "Ended" if interview.remaining_s > 0 else "Time is up"
    return f"{why}. The work is frozen and graded as it is."


def wrapped(markdown: str, width: int) -> str:
    """Return a text for a terminal: formulas as text; paragraphs, list items and rows of tables filled; code as it is."""
    lines: list[str] = []
    fenced = joins = displayed = False  # within code; the line before takes more words; within a formula
    for line in prompt.readable(markdown, width - len(_FORMULA_INDENT), escaped=False).splitlines():
        if displayed or line == f"```{prompt.FORMULA}":
            if displayed and line != "```":
                lines.append(f"{_FORMULA_INDENT}{line}".rstrip())
            displayed = line != "```"
            continue
        fence = line.startswith("```")
        fenced ^= fence
        if joins and line.strip() and not line.startswith(_BLOCKS):
            lines[-1] = f"{lines[-1]} {line.strip()}"
        elif fenced or not line.startswith("|-"):
            lines.append(line)
        joins = not (fenced or fence) and bool(line.strip()) and not line.startswith(("|", "#"))
    text = "\n".join(_filled(line, width) for line in lines)
    return re.sub(r"\n{3,}", "\n\n", text)


def _filled(line: str, width: int) -> str:
    """Return a line that is filled where it is prose; one of code is as long as it is."""
    hang = "  " if line.startswith(("- ", "| ")) else ""
    return line if len(line) <= width or line.startswith((">>>", " ")) else _hung("", line, width, hang)


def _hung(lead: str, text: str, width: int, hang: str | None = None) -> str:
    indent = " " * len(lead) if hang is None else hang
    return textwrap.fill(text, width, initial_indent=lead, subsequent_indent=indent, break_long_words=False)


def _items(interview: Interview) -> list[str]:
    return list(dict.fromkeys(step.item for step in interview.state.plan.steps))


def _number(interview: Interview, step: Step) -> str:
    plan = interview.state.plan
    group = plan.questions if step.stage is Stage.QUESTION else plan.exercises
    return f"{group.index(step.item) + 1}/{len(group)}"


def _line(text: Text, name: str, spent: float, share: float, style: str) -> None:
    text.append(f"{name:<12}", style)
    text.append(f"{clock(spent):>6}", "yellow" if spent > share else style)
    text.append(f"/{clock(share)}\n", "dim")
