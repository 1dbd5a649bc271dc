"""What grading found, as HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from grader.model import Level, Verdict
from grader.render import levels
from grader.render.cases import is_about_the_whole, words
from grader.render.escape import visible, visible_line
from grader.render.feedback import redact
from grader.render.paint import count, seconds

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.model import CaseResult, Report
    from grader.practice.watch import Outcome

_MOST_OTHERS = 30


def running(cases: Sequence[CaseResult], total: int) -> Markup:
    """Return how far a grade is, with what failed so far."""
    done = f"{len(cases)} of {count(total, 'case')}" if total else "Starting"
    failed = [case for case in cases if case.verdict not in (Verdict.PASSED, Verdict.NOT_STARTED)]
    bar = Markup('<progress max="{}" value="{}" aria-label="cases judged"></progress>').format(
        max(total, 1), len(cases)
    )
    head = Markup("<p class=head>{} …</p>{}").format(done, bar)
    return head + Markup().join(_brief(case) for case in failed[:_MOST_OTHERS])


def outcome(found: Outcome) -> Markup:
    """Return the verdict, and the first failing case in full."""
    if found.report is None:
        return Markup("<p class='head bad'>cannot be read</p><pre>{}</pre>").format(visible(found.problem))
    return Markup().join(_report(redact(found.report)))


def others(found: Outcome) -> Markup:
    """Return the other failing cases in a line each, and what is to be said of the whole."""
    return Markup() if found.report is None else Markup().join(_others(redact(found.report)))


def examples(report: Report) -> Markup:
    """Return what the examples of the docstrings gave."""
    head = Markup("<p class='head {}'>Examples: {}</p>").format(_kind(report.verdict), levels.word(report))
    return head + Markup().join(_full(case) for case in report.cases)


def difference(diff: str) -> Markup:
    """Return a unified diff in the usual colours."""
    kinds = {"+": "good", "-": "bad"}
    lines = [
        Markup("<span class='{}'>{}</span>").format(kinds.get(one[:1], ""), visible(one)) for one in diff.splitlines()
    ]
    return Markup("<pre class=diff>{}</pre>").format(Markup().join(lines))


def plain(text: str) -> Markup:
    """Return a sentence that something did not work."""
    return Markup("<p class='facts bad'>{}</p>").format(visible(text))


def code(text: str, label: str) -> Markup:
    """Return code, as a part of the page that has a name and takes the keys that scroll."""
    return Markup('<pre class=code tabindex=0 aria-label="{}">{}</pre>').format(label, visible(text))


def _report(report: Report) -> Iterator[Markup]:
    kind = "good" if report.level is not Level.NONE else _kind(report.verdict)
    facts = [levels.cases(report)] if report.cases else []
    facts.append(seconds(report.duration_s))
    if report.verdict is Verdict.PASSED and report.time_ratio is not None:
        facts.append(f"{report.time_ratio:.1f}x the reference's time")
    elif report.verdict is Verdict.PASSED and report.is_fast:
        facts.append("fast")
    yield Markup("<p class='head {}'>{}</p><p class=facts>{}</p>").format(
        kind, levels.outcome(report), ", ".join(facts)
    )
    if report.diagnosis is not None:
        yield Markup("<p class=diagnosis><strong>{}</strong></p>").format(visible_line(report.diagnosis.sentence))
    if is_about_the_whole(report):
        yield Markup("<pre>{}</pre>").format(visible(report.message))
    yield from (_full(case) for case in _failed(report)[:1])


def _others(report: Report) -> Iterator[Markup]:
    yield from (_brief(case) for case in _failed(report)[1:_MOST_OTHERS])
    if report.confinement.level != "confined" and not report.confinement.is_of_nothing:
        yield Markup("<p class=facts>{}: {}</p>").format(
            report.confinement.level, "; ".join(report.confinement.missing)
        )
    yield from (Markup("<p class=facts>{}</p>").format(visible(note)) for note in report.notes)


def _failed(report: Report) -> list[CaseResult]:
    return [case for case in report.cases if case.verdict not in (Verdict.PASSED, Verdict.NOT_STARTED)]


def _brief(case: CaseResult) -> Markup:
    return Markup("<p class=case><span class='{}'>{}</span> {}</p>").format(
        _kind(case.verdict), words(case.verdict), visible_line(case.title or case.name)
    )


def _full(case: CaseResult) -> Markup:
    parts = [_brief(case)]
    if case.story:
        calls = "\n".join(map(visible_line, case.story))
        parts.append(Markup("<p class=facts>after</p><pre class=story>{}</pre>").format(calls))
    if case.message:
        parts.append(Markup("<pre>{}</pre>").format(visible(case.message)))
    if case.output.strip():
        parts.append(Markup("<p class=facts>printed</p><pre>{}</pre>").format(visible(case.output).rstrip()))
    return Markup().join(parts)


def _kind(verdict: Verdict) -> str:
    return {Verdict.PASSED: "good", Verdict.NOT_STARTED: "idle"}.get(verdict, "bad")


def nothing() -> Markup:
    """Return what is shown before anything was graded."""
    return Markup("<p class=facts>Nothing graded yet. Ctrl+Enter submits, Alt+R runs the examples.</p>")
