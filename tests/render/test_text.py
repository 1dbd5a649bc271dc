"""Reports as text: what a learner reads."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from grader.model import NOTHING_RAN, CaseResult, Diagnosis, Feedback, Report, Verdict
from grader.render.escape import visible, visible_line
from grader.render.feedback import redact
from grader.render.paint import Paint, count, seconds
from grader.render.text import render
from tests.support.golden_file import assert_golden
from tests.support.report_samples import (
    ALL,
    FAULT,
    INVALID,
    NOT_STARTED,
    PASSED,
    SOLVED,
    UNCONFINED,
    WRONG,
    at,
    case,
    report,
)

if TYPE_CHECKING:
    from pathlib import Path


def text(*reports: Report, width: int = 80, verbose: bool = False) -> str:
    """Render without colours and links."""
    return render(reports, color=False, links=False, width=width, verbose=verbose)


@pytest.mark.parametrize(
    ("name", "reports"),
    [
        ("passed", (PASSED,)),
        ("solved", (SOLVED,)),
        ("wrong", (WRONG,)),
        ("not_started", (NOT_STARTED,)),
        ("invalid", (INVALID,)),
        ("fault", (FAULT,)),
        ("several", ALL),
        ("hints", (at(Feedback.HINTS),)),
        ("none", (at(Feedback.NONE),)),
        ("unconfined", (replace(PASSED, confinement=UNCONFINED),)),
    ],
)
def test_every_kind_of_report_reads_as_agreed(name: str, reports: tuple[Report, ...]) -> None:
    """Each golden file is the text of one kind of report at 80 columns."""
    assert_golden(f"text_{name}.txt", text(*reports))


def test_verbose_shows_every_failure() -> None:
    """With `verbose` messages, prints and measures of all failed cases are shown, and none of those that passed."""
    assert_golden("text_verbose.txt", text(PASSED, WRONG, verbose=True))


@pytest.mark.parametrize("width", [60, 80, 120])
def test_nothing_but_paths_commands_and_prints_is_wider_than_the_terminal(width: int) -> None:
    """Headlines, titles and messages are wrapped."""
    lines = text(*ALL, width=width).splitlines()

    own = ("attempt", "again", "case")
    assert [line for line in lines if len(line) > width and line.split()[0] not in own] == []


def test_colours_are_only_written_when_asked_for() -> None:
    """Without colours and links there is no escape sequence; with them the words are the same."""
    plain = text(WRONG)
    painted = render([WRONG], color=True, links=False, width=80)

    assert "\x1b" not in plain
    assert "\x1b[1;31m☆☆ not solved\x1b[0m" in painted
    assert plain.split() == [word for word in _strip(painted).split() if word]


def _strip(painted: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", painted)


def test_path_is_a_link_to_the_line_of_the_failure() -> None:
    """With links the attempt is an OSC 8 hyperlink whose target names the line."""
    sample = report(Verdict.RAISED, case("test_a", "A.", Verdict.RAISED, "f() raised KeyError\n  softmax.py:12 in f"))
    painted = render([sample], color=False, links=True, width=80)

    assert "\x1b]8;;file:///" in painted
    assert "softmax.py#12\x1b\\exercises/arrays/softmax/softmax.py:12\x1b]8;;\x1b\\" in painted


def test_the_path_is_told_from_here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An attempt below the current folder is named from there; the link beneath stays absolute."""
    monkeypatch.chdir(tmp_path)
    sample = replace(WRONG, submission_path=str(tmp_path / "mine/softmax.py"))

    assert "  attempt  mine/softmax.py\n" in text(sample)
    assert f"file://{tmp_path}/mine" in render([sample], color=False, links=True, width=80)


def test_control_characters_of_a_learner_are_written_out() -> None:
    """A message, a print, a title or a path cannot command the terminal or forge a line."""
    evil = "\x1b[2J\x1b]0;owned\x07\u202e\x9bm\rpassed"
    sample = replace(
        report(Verdict.WRONG, case("test_a", evil, Verdict.WRONG, evil, evil)),
        submission_path=f"/tmp/{evil}.py",
        notes=(evil,),
    )

    shown = text(sample, verbose=True) + text(sample)

    assert shown.replace("\n", "").isprintable()
    assert r"\x1b[2J" in shown


def test_long_prints_show_their_start_and_their_end() -> None:
    """The middle of many printed lines is left out, and the number of lines left out is told."""
    output = "\n".join(f"line {number}" for number in range(100))
    shown = text(report(Verdict.WRONG, case("test_a", "A.", Verdict.WRONG, "gave 1", output)))

    assert "| line 0\n" in shown
    assert "| line 99\n" in shown
    assert "(88 lines not shown; --verbose shows them)" in shown
    assert "| line 50\n" not in shown


def test_many_failures_are_counted() -> None:
    """After the first dozen of other failures only their number is told."""
    cases = [case(f"test_{number}", f"Title {number}.", Verdict.WRONG, f"gave {number}") for number in range(20)]
    shown = text(report(Verdict.WRONG, *cases))

    assert "Title 12." in shown
    assert "Title 13." not in shown
    assert "and 7 more cases that failed" in shown


def _long(
    name: str, entry_point: str, verdict: Verdict = Verdict.WRONG, lines: int = 9, prints: int = 20
) -> CaseResult:
    """Return a failure whose message and prints fill a screen."""
    message = "\n".join([f"{entry_point}({'x, ' * 60}x)", *(f"gave line {n}" for n in range(lines)), "expected 2"])
    sample = case(name, f"What {name} asks. " * 3, verdict, message, "printed\n" * prints)
    return replace(sample, entry_point=entry_point, story=tuple(f"{entry_point}.step({n})" for n in range(12)))


@pytest.mark.parametrize(("width", "height"), [(80, 22), (60, 18), (60, 22), (100, 30), (60, 14)])
@pytest.mark.parametrize("cases", [1, 3, 40])
def test_a_report_fits_the_terminal(width: int, height: int, cases: int) -> None:
    """Verdict, counts, the most basic failure, what was expected and the next command are there, however much there is to tell."""
    sample = report(Verdict.WRONG, *(_long(f"test_{n}", f"f{n % 4}") for n in range(cases)), slug="softmax_of_a_matrix")
    sample = replace(
        sample, diagnosis=Diagnosis(("Subtracts the maximum of the whole array instead of each slice's.",))
    )
    shown = render([sample], color=False, links=False, width=width, height=height)
    lines = shown.splitlines()

    assert "This looks like" in shown
    assert sum(-(-len(line) // width) or 1 for line in lines) <= height
    assert lines[0].startswith("☆ not solved  softmax_of_a_matrix")
    assert f"0 of {cases} case" in shown
    assert "What test_0" in shown
    assert "expected 2" in shown
    assert "kata case softmax_of_a_matrix --seed 17" in shown
    assert ("that failed; -v tells" in shown) == (cases > 1)


def test_counts_are_not_broken_by_a_narrow_terminal() -> None:
    """At 60 columns each layer keeps its numbers on one line, also beside a long name."""
    sample = replace(SOLVED, exercise="scaled_dot_product_attention")
    shown = render([sample], color=False, links=False, width=60)

    assert all(part in shown for part in ("core 1 of 1", "fine print 1 of 2", "scale 1 of 1"))


def test_each_entry_point_has_one_failure_in_full() -> None:
    """The most basic failure of each function is told in full, and a second one of the same in a line."""
    failed = [("test_a", "f"), ("test_b", "f"), ("test_c", "g")]
    cases = [
        replace(case(name, f"About {name}.", Verdict.WRONG, f"{entry}(1) gave {name}"), entry_point=entry)
        for name, entry in failed
    ]
    shown = text(report(Verdict.WRONG, *cases))

    assert "f(1) gave test_a" in shown
    assert "g(1) gave test_c" in shown
    assert "About test_b." in shown
    assert "gave test_b" not in shown
    assert "gave test_b" in text(report(Verdict.WRONG, *cases), verbose=True)


@pytest.mark.parametrize("width", [60, 80])
@pytest.mark.parametrize(
    ("verdict", "messages"),
    [
        (
            Verdict.TIMED_OUT,
            ["convert(np.array([[1.0, 2.0, 3.0, 4.0], [1.0, 2.0, 3.0, 4.0]])) did not return within 2 s."],
        ),
        (Verdict.RAISED, [f"iou.py cannot be imported: it raised ImportError: {'no such name, ' * 12}and so on."]),
        (Verdict.INVALID, [f"The submission does not define {name}." for name in ("convert", "box_iou", "giou")]),
    ],
)
def test_a_failure_of_everything_takes_eight_lines(verdict: Verdict, messages: list[str], width: int) -> None:
    """An endless loop, an import error and an empty file are told once, whatever the number of cases."""
    cases = [case(f"test_{n}", "Boxes apart score zero. " * 4, verdict, messages[n % len(messages)]) for n in range(30)]
    sample = report(verdict, *cases, slug="intersection", message=messages[0] if len(messages) == 1 else "")
    shown = text(sample, width=width)

    assert len(shown.splitlines()) <= 8
    assert "0 of 30 cases" in shown
    assert "kata grade intersection --seed 17" in shown


def test_what_was_refused_was_not_confined() -> None:
    """Where no worker was started nothing is said of what would have held it in."""
    nothing = replace(UNCONFINED, missing=NOTHING_RAN)

    assert "unconfined" not in text(replace(INVALID, confinement=nothing))


def test_times_are_compared_only_once_all_is_right() -> None:
    """A ratio to the reference's time is told of what passed, and not of what is wrong."""
    assert "reference's time" in text(PASSED)
    assert SOLVED.time_ratio is not None
    assert "reference's time" not in text(SOLVED)


@pytest.mark.parametrize(
    ("path", "option"),
    [
        ("exercises/arrays/softmax/softmax.py", "kata grade softmax --seed 17"),
        ("/home/me/kata/exercises/arrays/softmax/softmax.py", "kata grade softmax --seed 17"),
        ("solutions/arrays/softmax/softmax.py", "kata grade softmax --reference --seed 17"),
        ("my attempt.py", "kata grade softmax --path 'my attempt.py' --seed 17"),
        ("", "kata grade softmax --seed 17"),
    ],
)
def test_command_repeats_the_run(path: str, option: str) -> None:
    """The command under a failed report grades the same file with the same seed."""
    shown = text(replace(WRONG, submission_path=path))

    assert option == next(line for line in shown.splitlines() if "kata grade" in line).split(maxsplit=1)[1]


def test_no_report_is_no_text() -> None:
    """Nothing graded, nothing said."""
    assert text() == "\n"


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.0, "0 ms"), (0.0234, "23 ms"), (0.4, "0.4 s"), (9.96, "10 s"), (75.2, "75 s"), (150.0, "2 min 30 s")],
)
def test_durations_have_a_fitting_unit(value: float, shown: str) -> None:
    """Milliseconds, tenths, seconds or minutes: never zeros only."""
    assert seconds(value) == shown


def test_count_knows_the_plural() -> None:
    """One case, two cases, half a point more than one."""
    assert [count(1, "case"), count(2, "case"), count(1.5, "point")] == ["1 case", "2 cases", "1.5 points"]


def test_fill_keeps_the_shape_of_short_lines() -> None:
    """Lines that fit keep their leading blanks, such as the caret under a syntax error."""
    assert Paint(width=40).fill("f(\n ^", "  ") == ["  f(", "   ^"]


def test_visible_keeps_line_feeds_and_ordinary_text() -> None:
    """Line feeds stay in a text and are written out in a line; tabs become spaces; letters stay."""
    assert visible("a\tb\nµ · ok\x00") == "a   b\nµ · ok\\x00"
    assert visible_line("a\nb") == "a\\x0ab"
    assert visible("\U000e0001\ud800") == "\\U000e0001\\ud800"


def test_the_calls_that_led_there_stand_before_the_message() -> None:
    """A failing case with a story shows its calls in order, wrapped, then what the last one gave."""
    failing = replace(
        case("test_get", "A get refreshes.", Verdict.WRONG, "cache.get('a') gave 1; expected 2."),
        story=("cache = LRUCache(2)", "cache.put('a', [" + ", ".join(["1.25"] * 20) + "])"),
    )
    lines = [line.strip() for line in text(report(Verdict.WRONG, failing)).splitlines()]
    first = lines.index("cache = LRUCache(2)")

    assert lines[first + 1].startswith("cache.put('a', [1.25,")
    assert lines[first + 3] == "cache.get('a') gave 1; expected 2."


@pytest.mark.parametrize("level", [Feedback.HINTS, Feedback.NONE])
@pytest.mark.parametrize("sample", ALL)
def test_redacted_reports_hold_no_message_print_or_parameter(level: Feedback, sample: Report) -> None:
    """What a test compared or a submission printed leaves neither by `hints` nor by `none`."""
    shown = redact(at(level, sample))

    assert {""} == {item.message for item in shown.cases} | {item.output for item in shown.cases}
    assert not any("float32" in item.name for item in shown.cases)
    assert "ZeroDivisionError" not in shown.message
    assert redact(shown) == shown
    assert [item.points for item in shown.cases] == [item.points for item in sample.cases]


def test_none_tells_passed_or_not_and_nothing_else() -> None:
    """Under `none` every way to fail a hidden test is the same, and titles and names are gone."""
    shown = redact(at(Feedback.NONE))

    assert shown.verdict is Verdict.WRONG
    assert [i.verdict for i in shown.cases] == [Verdict.PASSED, Verdict.WRONG, Verdict.WRONG, Verdict.NOT_STARTED]
    assert {""} == {item.title for item in shown.cases}
    assert [item.name for item in shown.cases] == ["case 1", "case 2", "case 3", "case 4"]
    assert shown.time_ratio is None


def test_a_syntax_error_is_told_at_every_level() -> None:
    """What concerns the file and not the tests is never withheld."""
    assert redact(at(Feedback.NONE, INVALID)).message == INVALID.message
    assert redact(at(Feedback.NONE, FAULT)).verdict is Verdict.GRADER_FAULT


def test_full_withholds_nothing() -> None:
    """At the default level the report is the judge's own."""
    assert redact(WRONG) is WRONG
