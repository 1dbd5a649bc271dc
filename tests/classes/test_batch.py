"""Many submissions: whatever one of them does, the others have the marks that they have without it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import jsonschema
import pytest

import grader
from grader import judge
from grader.classes.batch import grade_all
from grader.classes.bench import Bench
from grader.classes.grader_process import GraderProcess
from grader.classes.job import Cause, Job, Settings
from grader.content.catalog import load_catalog
from grader.errors import GraderFault
from grader.intake.submission import submission_from_text
from grader.model import Report, Verdict
from tests.support.crowd import RIGHT, WRONG, kata, kill_and_watch, make_crowd, parent, start_kata, stub_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from grader.classes.job import Result
    from grader.model import Exercise

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/stat").exists(), reason="processes are looked at as Linux shows them"
)
SIZE: Final = 30
BAD: Final = 7
FORMATS: Final = "github,junit,json,markdown,csv,classroom,gradescope,exercism"
CHAIN: Final = f"def double(n):\n    return 2 * n\n\n\nx = double{'.a' * 1_200}\n"
LOOP: Final = "def double(n):\n    while True:\n        pass\n"
BOMB: Final = "def double(n):\n    kept = []\n    while True:\n        kept.append(bytearray(1 << 26))\n"
# Is right only if none of the words is in its environment, that of its parents included, and no such module is imported.
SEES: Final = """\
import os
import sys


def double(n):
    seen = " ".join([*sys.modules, *os.environ, *os.environ.values()])
    for path in ("/proc/self/environ", f"/proc/{{os.getppid()}}/environ"):
        try:
            seen += open(path, encoding="latin-1").read()
        except OSError:
            pass
    return n * 3 if any(word in seen for word in {words}) else n * 2
"""
LOOP_AT_IMPORT: Final = "while True:\n    pass\n"
SCHEMA: Final = Path(grader.__file__).parent / "render" / "report.schema.json"


@pytest.fixture(scope="module")
def exercises(tmp_path_factory: pytest.TempPathFactory) -> tuple[Exercise, ...]:
    """A catalogue of thirty exercises."""
    return load_catalog(make_crowd(tmp_path_factory.mktemp("class"), SIZE)).exercises


@pytest.fixture(scope="module")
def expected(exercises: tuple[Exercise, ...]) -> dict[str, tuple[Verdict, float]]:
    """The marks of an honest class."""
    return _marks(grade_all(_class(exercises, RIGHT), Settings(seed=1), 2))


def _class(exercises: tuple[Exercise, ...], bad: str) -> list[Job]:
    """Return a class in which every third is wrong, and one hands in what is given."""
    texts = [bad if number == BAD else WRONG if number % 3 == 0 else RIGHT for number in range(len(exercises))]
    return [Job(one, submission_from_text(one.slug, text)) for one, text in zip(exercises, texts, strict=True)]


def _marks(results: Iterator[Result]) -> dict[str, tuple[Verdict, float]]:
    return {one.job.exercise.slug: (one.report.verdict, one.report.points) for one in results}


def _whenever(monkeypatch: pytest.MonkeyPatch, slug: str, deed: Callable[[int, int], None]) -> None:
    """Have something happen to the process that grades an exercise, just after it got the job: its pid, which try."""
    begin, tries = GraderProcess.begin, iter(range(100))

    def begun(process: GraderProcess, task: Any, settings: Settings) -> None:
        begin(process, task, settings)
        if task.job.exercise.slug == slug:
            pid = process.pid
            assert pid is not None
            deed(pid, next(tries))

    monkeypatch.setattr(GraderProcess, "begin", begun)


@pytest.mark.parametrize("processes", [1, 2])
@pytest.mark.parametrize(
    ("hostile", "verdicts"),
    [
        (CHAIN, {Verdict.GRADER_FAULT, Verdict.INVALID, Verdict.RAISED}),
        (LOOP, {Verdict.TIMED_OUT}),
        (BOMB, {Verdict.OUT_OF_MEMORY, Verdict.RAISED, Verdict.CRASHED, Verdict.TIMED_OUT}),
    ],
    ids=["recursion in the analysis of the source", "endless loop", "memory bomb"],
)
def test_one_hostile_stub_in_a_class_of_thirty(
    hostile: str,
    verdicts: set[Verdict],
    processes: int,
    exercises: tuple[Exercise, ...],
    expected: dict[str, tuple[Verdict, float]],
) -> None:
    """The other twenty-nine have the marks they have without it, whatever the one does."""
    marks = _marks(grade_all(_class(exercises, hostile), Settings(seed=1), processes))
    verdict, _ = marks.pop(exercises[BAD].slug)

    assert verdict in verdicts
    assert marks == {slug: mark for slug, mark in expected.items() if slug != exercises[BAD].slug}


@pytest.mark.parametrize("processes", [1, 2])
def test_a_killed_process_is_replaced_and_its_job_tried_again(
    processes: int,
    exercises: tuple[Exercise, ...],
    expected: dict[str, tuple[Verdict, float]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A process that somebody kills once costs nobody anything: all thirty have their marks."""
    _whenever(monkeypatch, exercises[BAD].slug, lambda pid, turn: os.kill(pid, signal.SIGKILL) if not turn else None)

    assert _marks(grade_all(_class(exercises, RIGHT), Settings(seed=1), processes)) == expected


@pytest.mark.parametrize("processes", [1, 2])
def test_a_job_whose_process_is_killed_twice_is_a_fault(
    processes: int,
    exercises: tuple[Exercise, ...],
    expected: dict[str, tuple[Verdict, float]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its own report says how the process ended and what to do; the other twenty-nine are graded."""
    _whenever(monkeypatch, exercises[BAD].slug, lambda pid, _: os.kill(pid, signal.SIGKILL))
    results = list(grade_all(_class(exercises, RIGHT), Settings(seed=1), processes))
    (faulty,) = [result for result in results if result.fault is not None]
    marks = _marks(iter(results))

    assert faulty.number == BAD
    assert faulty.report.verdict is Verdict.GRADER_FAULT
    assert "killed by SIGKILL" in faulty.report.message
    assert "-j" in faulty.report.message
    assert marks | {exercises[BAD].slug: expected[exercises[BAD].slug]} == expected


def test_processes_that_are_killed_with_what_they_were_forked_from_are_replaced(
    exercises: tuple[Exercise, ...], expected: dict[str, tuple[Verdict, float]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """When somebody kills the process that forks them, all thirty have their marks, from new ones."""
    _whenever(
        monkeypatch,
        exercises[BAD].slug,
        lambda pid, turn: os.kill(parent(pid), signal.SIGKILL) if not turn else None,
    )

    assert _marks(grade_all(_class(exercises, RIGHT), Settings(seed=1), 2)) == expected


def test_what_a_submission_sees_in_a_class(exercises: tuple[Exercise, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the environment of the command nor any module that grades is in the processes that run submissions."""
    monkeypatch.setenv("KATA_TEST_CANARY", "CANARY-env")
    source = SEES.format(words=("CANARY", "pytest", "grader.suite", "grader.judge", "grader.candidate"))
    results = list(
        grade_all([Job(one, submission_from_text(one.slug, source)) for one in exercises[:4]], Settings(), 2)
    )

    assert [result.report.verdict for result in results] == [Verdict.PASSED] * 4


def test_a_process_that_stops_answering_is_ended(
    exercises: tuple[Exercise, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A job that nothing is heard of becomes a fault after a while, and the others are graded."""
    _whenever(monkeypatch, exercises[BAD].slug, lambda pid, _: os.kill(pid, signal.SIGSTOP))
    results = list(grade_all(_class(exercises, RIGHT)[: BAD + 2], Settings(seed=1, silence_s=15.0), 2))

    assert {one.number: one.fault.cause for one in results if one.fault is not None} == {BAD: Cause.STUCK}
    assert len(results) == BAD + 2


@pytest.mark.parametrize(
    ("raised", "told"),
    [
        (RecursionError("maximum depth"), "RecursionError: maximum depth"),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid"), "UnicodeDecodeError"),
        (MemoryError(), "MemoryError"),
        (SystemExit(7), "SystemExit: 7"),
        (GraderFault("The zygote is gone.", "Try again."), "The zygote is gone. Try again."),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else "",
)
def test_whatever_a_grade_raises_is_told_in_its_own_report(
    raised: BaseException, told: str, exercises: tuple[Exercise, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The words of what was raised stand in the fault, and the same bench grades the next job."""
    job = _class(exercises, RIGHT)[BAD]

    def broken(*_: object, **__: object) -> Report:
        raise raised

    with Bench(Settings(seed=1)) as bench:
        with monkeypatch.context() as patched:
            patched.setattr(judge, "grade", broken)
            fault = bench.grade(job)
        report = bench.grade(job)

    assert not isinstance(fault, Report)
    assert told in str(fault)
    assert isinstance(report, Report)
    assert report.verdict is Verdict.PASSED


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A catalogue of six exercises; whoever works in it has solved all."""
    made = make_crowd(tmp_path, 6)
    for slug in ("toy00", "toy01", "toy02", "toy03", "toy04", "toy05"):
        stub_of(made, slug).write_text(RIGHT, encoding="utf-8")
    return made


def _handed_in(root: Path) -> Path:
    """Return a submission like the catalogue, whose own stubs become pristine."""
    submission = root.parent / "handed in"
    shutil.copytree(root, submission)
    for place in (root / "exercises/toys").iterdir():
        if place.is_dir():
            shutil.copyfile(root / "solutions/toys" / place.name / f"{place.name}.py", stub_of(root, place.name))
    return submission


def _verdicts(path: Path) -> dict[str, str]:
    document = json.loads(path.read_text(encoding="utf-8"))
    jsonschema.validate(document, json.loads(SCHEMA.read_text(encoding="utf-8")))
    return {report["exercise"]: report["verdict"] for report in document["reports"]}


def test_a_fault_is_in_every_format_and_the_rest_as_well(root: Path) -> None:
    """With one broken exercise `kata ci` writes every format, names the fault, and ends with 3."""
    submission = _handed_in(root)
    tests = root / "exercises/toys/toy02/hidden_tests.py"
    tests.write_text("raise RuntimeError('the tests are broken')\n", encoding="utf-8")
    out = root.parent / "out"
    code, printed, told = kata(
        root, "ci", "--submission", str(submission), "--confinement", "auto", "--format", FORMATS, "--output", str(out), "-j", "2",
    )  # fmt: skip

    assert code == 3
    assert _verdicts(out / "results.json") == {f"toy{n:02}": "grader_fault" if n == 2 else "passed" for n in range(6)}
    assert "toy02: " in told
    assert "the tests are broken" in told
    assert "::error file=exercises/toys/toy02/toy02.py" in printed
    suites = ET.fromstring((out / "junit.xml").read_text(encoding="utf-8"))
    assert [suite.get("name") for suite in suites if suite.get("errors") == "1"] == ["toy02"]
    for name in ("summary.md", "results.csv", "classroom.json", "gradescope.json", "exercism/toy02/results.json"):
        assert "toy02" in (out / name).read_text(encoding="utf-8") or "exercism" in name


def test_grade_tells_a_fault_and_goes_on(root: Path) -> None:
    """With one broken exercise `kata grade --all` grades the others, says what is broken, and ends with 3."""
    (root / "solutions/toys/toy03/toy03.py").unlink()
    code, printed, told = kata(root, "grade", "toy02", "toy03", "toy04", "--format", "json")
    verdicts = {report["exercise"]: report["verdict"] for report in json.loads(printed)["reports"]}

    assert code == 3
    assert verdicts == {"toy02": "passed", "toy03": "grader_fault", "toy04": "passed"}
    assert "toy03: " in told
    assert "toy03.py: the file is missing" in told


STOP: Final = """
import os, signal
from grader.cli.progress import Bar
real = Bar.move
def move(self, label, done, total):
    real(self, label, done, total)
    if done == 3:
        os.kill(os.getpid(), signal.{signal})
Bar.move = move
"""


@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143)])
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_stopped_class_run_writes_what_is_complete(name: str, code: int, jobs: str, root: Path) -> None:
    """After Ctrl-C or SIGTERM every format holds the reports that were complete; the message counts what is missing."""
    submission, out = _handed_in(root), root.parent / "out"
    status, _, told = kata(
        root, "ci", "--submission", str(submission), "--confinement", "auto", "--format", FORMATS, "--output", str(out), "-j", jobs,
        before=STOP.format(signal=name),
    )  # fmt: skip

    assert status == code
    assert list(_verdicts(out / "results.json").values()) == ["passed"] * 3
    assert len(ET.fromstring((out / "junit.xml").read_text(encoding="utf-8"))) == 3
    assert len((out / "results.csv").read_text(encoding="utf-8").splitlines()) == 4
    assert len(list((out / "exercism").iterdir())) == 3
    assert "with 3 stubs still to grade; what was is written." in told


@pytest.mark.parametrize(("name", "code", "word"), [("SIGINT", 130, "interrupted"), ("SIGTERM", 143, "SIGTERM")])
def test_a_stopped_grade_says_truly_what_it_kept(name: str, code: int, word: str, root: Path) -> None:
    """After Ctrl-C or SIGTERM the complete reports are written and recorded, and the message says so."""
    out = root.parent / "results.json"
    status, printed, told = kata(
        root, "grade", "--all", "-j", "2", "--format", "json", "--output", str(out), before=STOP.format(signal=name)
    )
    recorded = [slug for slug in _verdicts(out) if "mastered" in kata(root, "history", slug)[1]]

    assert status == code
    assert list(_verdicts(out).values()) == ["passed"] * 3
    assert printed.count("mastered  toy") == 3
    assert f"{word} when 3 of 6 were graded; these are shown, written and recorded." in told
    assert len(recorded) == 3


def test_a_killed_parent_leaves_nobody(root: Path) -> None:
    """When the command is killed, the processes of its pool, their zygotes and all workers end by themselves."""
    for number in range(6):
        stub_of(root, f"toy{number:02}").write_text(LOOP_AT_IMPORT, encoding="utf-8")
        metadata = root / f"exercises/toys/toy{number:02}/exercise.toml"
        text = metadata.read_text(encoding="utf-8")
        metadata.write_text(f"{text}\n[limits]\nload_s = 60.0\ncase_s = 100.0\n", encoding="utf-8")
    # Two graders, two zygotes, two workers, a tracker of resources.
    kill_and_watch(start_kata(root, "grade", "--all", "-j", "2"), least=7)
