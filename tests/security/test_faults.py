"""What breaks under the grader is told as what it is; the next grade works, and nothing is left behind."""

from __future__ import annotations

import gc
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from unittest import mock

import pytest

from grader.content import catalog
from grader.errors import GraderError, SandboxFault
from grader.intake.submission import read_submission, submission_from_text
from grader.judge import grade
from grader.model import ConfinementMode, Verdict
from grader.practice.history import History
from grader.sandbox import Sandbox
from grader.suite.suites import Suites
from grader.worker.wire import Channel
from tests.support.hostile import ATTACKS, _descendants, read_attacks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from grader.model import Exercise, Report

ROOT: Final = Path(__file__).parents[2]
HOST_STEPS: Final = [1, 2, 3, 4, 5, 6, 7, 8, 10, 14, 20, 30, 45, 60, 80, 100, 120, 140, 160, 180, 200, 220]
STEPS: Final = [1, 2, 3, 4, 5, 7, 9, 12, 20, 30, 45, 60, 75, 90, 105, 120, 135, 150]
SUBMISSIONS: Final = 200
MOST_GROWTH_MB: Final = 20
SPARES: Final = 2  # workers for the next grade, which may be on their way while processes are counted


@pytest.fixture(scope="module")
def exercise() -> Exercise:
    """A real exercise."""
    return catalog.load_catalog(ROOT).exercise("softmax")


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """A sandbox of its own for each test."""
    with Sandbox(ConfinementMode.STRICT, secret=[ROOT]) as box:
        yield box


@pytest.mark.parametrize("step", HOST_STEPS)
def test_a_killed_host_leaves_nothing(step: int, tmp_path: Path) -> None:
    """Killed at any step, the grader leaves no process and no folder, and records a whole attempt or none."""
    scratch, home = tmp_path / "scratch", tmp_path / "home"
    scratch.mkdir()
    environment = {**os.environ, "TMPDIR": str(scratch), "KATA_HOME": str(home), "KATA_ROOT": str(ROOT)}
    attempt = tmp_path / "softmax.py"
    shutil.copyfile(ROOT / "solutions/arrays/softmax/softmax.py", attempt)
    command = [sys.executable, str(ROOT / "tests" / "support" / "killed_host.py")]
    graded = ["grade", "softmax", "--path", str(attempt)]

    done = subprocess.run([*command, str(step), *graded], env=environment, capture_output=True, text=True, check=True)
    status, _, left = done.stdout.strip().split("|")

    assert status == "-9"
    assert left == "nothing left"
    assert not list(scratch.iterdir())
    with History(home) as history:
        before = history.attempts("softmax")
        assert all(attempt.verdict is Verdict.PASSED for attempt in before)


def _at(step: int, deed: Callable[[], None]) -> Any:
    """Do something just before the host sends its nth message."""
    send, count = Channel.send, iter(range(1, 10**9))

    def sending(channel: Channel, *args: Any, **kwargs: Any) -> None:
        if next(count) == step:
            deed()
        send(channel, *args, **kwargs)

    return mock.patch.object(Channel, "send", sending)


def _grade(exercise: Exercise, sandbox: Sandbox) -> Report:
    return grade(exercise, read_submission(exercise.reference_path), sandbox, seed=1)


@pytest.mark.parametrize("step", STEPS)
def test_a_killed_worker_fails_one_case_at_most(step: int, exercise: Exercise, sandbox: Sandbox) -> None:
    """A worker that somebody kills costs the case it was in; the others run in a new one, and so does the next grade."""

    def kill() -> None:
        worker = next(iter(sandbox._workers))
        os.kill(worker.pid, signal.SIGKILL)

    with _at(step, kill):
        report = _grade(exercise, sandbox)
    lost = [case for case in report.cases if case.verdict is not Verdict.PASSED]

    assert len(lost) == 1 or step <= 2
    assert {case.verdict for case in lost} <= {Verdict.CRASHED, Verdict.GRADER_FAULT}
    assert _grade(exercise, sandbox).verdict is Verdict.PASSED


@pytest.mark.parametrize("step", STEPS)
def test_a_killed_zygote_is_survived(step: int, exercise: Exercise, sandbox: Sandbox) -> None:
    """A zygote that somebody kills takes its workers along; what they were doing fails, and nothing afterwards."""

    def kill() -> None:
        for backend in sandbox._backends.values():
            os.kill(backend._process.pid, signal.SIGKILL)  # type: ignore[union-attr]

    _grade(exercise, sandbox)
    with _at(step, kill):
        report = _grade(exercise, sandbox)
    lost = [case for case in report.cases if case.verdict is not Verdict.PASSED]

    assert len(lost) <= 2 or step <= 2
    assert {case.verdict for case in lost} <= {Verdict.CRASHED, Verdict.GRADER_FAULT}
    assert _grade(exercise, sandbox).verdict is Verdict.PASSED


def test_no_room_for_private_folders_is_told(exercise: Exercise, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no private folder can be made the grader says so, and goes on when there is room again."""
    writing = replace(exercise, scratch=True)
    with Sandbox(ConfinementMode.STRICT, namespaces=False) as sandbox:
        with monkeypatch.context() as patched:
            patched.setattr(tempfile, "tempdir", "/dev/null")
            with pytest.raises(SandboxFault, match="no private folder"):
                _grade(writing, sandbox)

        assert _grade(writing, sandbox).verdict is Verdict.PASSED


def test_a_full_private_folder_costs_the_submission_only(exercise: Exercise, sandbox: Sandbox) -> None:
    """A submission that fills its folder fails; the next one finds an empty folder."""
    flood = (ATTACKS / "d/38_disk_flood.py").read_text(encoding="utf-8")
    report = grade(
        replace(exercise, scratch=True), submission_from_text("flood", flood), sandbox, seed=1, fail_fast=True
    )

    assert report.verdict is not Verdict.PASSED
    assert _grade(exercise, sandbox).verdict is Verdict.PASSED


def test_exhausted_descriptors_are_told(exercise: Exercise, sandbox: Sandbox) -> None:
    """When the process has no descriptor left, the grader says what it could not open; with some free it works again."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    _grade(exercise, sandbox)
    taken = []
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
        while True:
            try:
                taken.append(os.dup(0))
            except OSError:
                break
        with pytest.raises((GraderError, OSError)) as told:
            _grade(exercise, sandbox)
    finally:
        for descriptor in taken:
            os.close(descriptor)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))

    assert "Too many open files" in str(told.value)
    assert _grade(exercise, sandbox).verdict is Verdict.PASSED


@pytest.mark.parametrize("leap", [-86_400.0, 86_400.0])
def test_the_clock_of_the_machine_does_not_matter(
    leap: float, exercise: Exercise, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A clock that is set back or forward by a day while a grade runs changes neither verdict nor times."""
    clock, count = time.time, iter(range(10**9))
    monkeypatch.setattr(time, "time", lambda: clock() + (leap if next(count) % 2 else 0.0))
    report = _grade(exercise, sandbox)

    assert report.verdict is Verdict.PASSED
    assert 0 < report.duration_s < 60
    assert all(0 <= case.duration_s < 60 for case in report.cases)


def test_two_hundred_submissions_leave_nothing(exercise: Exercise, tmp_path: Path) -> None:
    """After 200 submissions to the same collected tests, every fifth hostile, there is no process, no file, no descriptor and little memory more."""
    hostile = ("a/01_exit_in_a_call", "a/05_plant_files", "c/31_answers_in_advance", "d/36_starts_programs")
    attacks = [attack for attack in read_attacks() if attack.name in hostile]
    honest = read_submission(exercise.reference_path)
    sources = [submission_from_text("softmax", attack.source()) for attack in attacks]
    suites = Suites()
    with mock.patch.object(tempfile, "tempdir", str(tmp_path)), Sandbox(secret=[ROOT]) as box:
        for number in range(SUBMISSIONS + 20):
            if number == 20:  # caches are filled by now
                before = _resident_mb(), _descriptors(), _descendants(), set(tmp_path.iterdir())
            source = sources[number // 5 % len(sources)] if number % 5 == 4 else honest
            report = grade(exercise, source, box, suites=suites, fail_fast=number % 5 == 4)
            assert (report.verdict is Verdict.PASSED) is (number % 5 != 4), report.message
        gc.collect()
        after = _resident_mb(), _descriptors(), _descendants(), set(tmp_path.iterdir())

        assert after[0] - before[0] < MOST_GROWTH_MB
        assert after[1] == before[1]
        assert len(after[2]) <= len(before[2]) + SPARES
        assert len(after[3]) <= len(before[3])
    assert not list(tmp_path.iterdir())


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))
