"""The one clock of measured cases: what is charged, what is not, and that every answer is checked."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from grader.candidate import session_of
from grader.model import Verdict
from grader.sandbox import Sandbox
from grader.testing import growth, memory, put, speed
from tests.support.sessions import opened, told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from grader.candidate import Candidate

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="other kernels do not tell where time went")

TOTAL = "def total(x):\n    s = 0.0\n    for a in x: s += a\n    return s\n"
SEARCH = "def burn(n):\n    s = 0\n    for i in range(n): s += i\n    return s\n"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """Warm sandbox."""
    with Sandbox() as box:
        yield box


@pytest.fixture
def busy() -> Iterator[None]:
    """Four processes a core that do nothing but compute, as long as the test lasts."""
    spin = [sys.executable, "-c", "print(1, flush=True)\nwhile True: pass"]
    with contextlib.ExitStack() as stack:
        for _ in range(4 * (os.cpu_count() or 1)):
            other = stack.enter_context(subprocess.Popen(spin, stdout=subprocess.PIPE))
            stack.callback(other.kill)
            assert other.stdout is not None
            other.stdout.readline()
        yield


def of_numbers(subject: Candidate, rng: np.random.Generator) -> Callable[[], Any]:
    """Prepare a sum of two thousand numbers that lie in the worker."""
    x = put(subject, rng.random(20_000).tolist())
    return lambda: subject.total(x)


def verdict_of(candidate: Candidate, reference: Candidate, limit: float = 5.0) -> str:
    """Return what a measured case that must fail says."""
    return told(candidate, lambda: speed(candidate, reference, of_numbers, np.random.default_rng(0), limit=limit))


def test_load_never_makes_the_reference_slow(sandbox: Sandbox, busy: None) -> None:
    """With four busy processes for each core the reference keeps within twice its own time."""
    for _ in range(3):
        with opened(sandbox, TOTAL) as candidate, opened(sandbox, TOTAL) as reference:
            speed(candidate, reference, of_numbers, np.random.default_rng(0), limit=2.0)
            (measure,) = session_of(candidate).measures
            assert measure.value is not None


def test_load_does_not_hide_a_slow_answer(sandbox: Sandbox, busy: None) -> None:
    """What takes ten times as long is too slow on a busy machine too."""
    slow = TOTAL.replace("for a in x: s += a", "for _ in range(10):\n        s = 0.0\n        for a in x: s += a")
    with opened(sandbox, slow) as candidate, opened(sandbox, TOTAL) as reference:
        assert verdict_of(candidate, reference, limit=4.0).startswith("too_slow: Took ")


def test_work_while_inputs_are_put_is_charged(sandbox: Sandbox) -> None:
    """A hook on the verb that puts inputs computes inside the clock."""
    hooked = (
        f"import gc\n{TOTAL}{SEARCH}"
        "server = next(o for o in gc.get_objects() if type(o).__name__ == 'Server')\n"
        "keep = server._verbs[12]\nserver._verbs[12] = lambda value: (burn(400_000), keep(value))[1]\n"
    )
    with opened(sandbox, hooked) as candidate, opened(sandbox, TOTAL) as reference:
        assert verdict_of(candidate, reference).startswith("too_slow: ")


def test_work_in_another_thread_is_charged(sandbox: Sandbox) -> None:
    """What a thread computes counts as much as what the call itself does."""
    threaded = (
        f"import threading\n{SEARCH}"
        "def total(x):\n    t = threading.Thread(target=burn, args=(400_000,))\n    t.start()\n    t.join()\n    return sum(x)\n"
    )
    with opened(sandbox, threaded) as candidate, opened(sandbox, TOTAL) as reference:
        assert verdict_of(candidate, reference).startswith("too_slow: ")


def test_sleep_beside_threads_that_queue_is_charged(sandbox: Sandbox, busy: None) -> None:
    """On a busy machine a call cannot pass its sleep off as waiting by letting threads of its own wait for a processor."""
    queued = (
        "import threading, time\nasked = threading.Event()\n"
        "def burn():\n    while True:\n        asked.wait()\n        sum(range(2_000))\n"
        "for _ in range(8): threading.Thread(target=burn, daemon=True).start()\n"
        "def total(x):\n    asked.set()\n    time.sleep(0.05)\n    asked.clear()\n    return sum(x)\n"
    )
    with opened(sandbox, queued) as candidate, opened(sandbox, TOTAL) as reference:
        assert verdict_of(candidate, reference).startswith("too_slow: ")


def test_sleep_in_many_pieces_is_charged(sandbox: Sandbox) -> None:
    """Naps of a millisecond add up."""
    sleepy = "import time\ndef total(x):\n    for _ in range(50): time.sleep(0.001)\n    return sum(x)\n"
    with opened(sandbox, sleepy) as candidate, opened(sandbox, TOTAL) as reference:
        assert verdict_of(candidate, reference).startswith("too_slow: ")


@pytest.mark.parametrize("answer", ["(a for a in [sum(x)])", "[Later(x)]", "{'sum': (Later(x),)}"])
def test_what_is_computed_later_is_refused(sandbox: Sandbox, answer: str) -> None:
    """A measured answer that holds something still to be computed is wrong, however deep it lies."""
    lazy = f"class Later:\n    def __init__(self, x): self.x = x\ndef total(x): return {answer}\n"
    with opened(sandbox, lazy) as candidate, opened(sandbox, TOTAL) as reference:
        said = verdict_of(candidate, reference)

    assert said.startswith("wrong: total(")
    assert said.endswith("; a measured call gives plain data.")


def test_every_weighed_answer_is_checked(sandbox: Sandbox) -> None:
    """Nonsense gets through neither where memory nor where growth is measured."""

    def sized(subject: Candidate, rng: np.random.Generator, n: int) -> Callable[[], Any]:
        x = put(subject, rng.random(n).tolist())
        return lambda: subject.total(x)

    rng = np.random.default_rng(0)
    with opened(sandbox, "def total(x): return 7.0\n") as candidate, opened(sandbox, TOTAL) as reference:
        weighed = told(candidate, lambda: memory(candidate, reference, of_numbers, rng, limit=2))
        grown = told(candidate, lambda: growth(candidate, reference, sized, rng, sizes=(10, 100, 1000), limit=2))

    assert weighed.startswith("wrong: ")
    assert grown.startswith("wrong: total(")


def test_a_ratio_to_nothing_is_not_told(sandbox: Sandbox) -> None:
    """Where the reference's work is too short to measure, the measure has no value, and what is quick passes."""

    def nothing(subject: Candidate, rng: np.random.Generator) -> Callable[[], Any]:
        return lambda: subject.total([1.0])

    with opened(sandbox, TOTAL) as candidate, opened(sandbox, TOTAL) as reference:
        speed(candidate, reference, nothing, np.random.default_rng(0), limit=50)
        (measure,) = session_of(candidate).measures

    assert measure.value is None


def test_a_first_thread_that_leaves_is_no_way_to_weigh_nothing(sandbox: Sandbox) -> None:
    """Memory that the kernel no longer tells fails the case."""
    leaving = (
        "import ctypes, gc, threading\n"
        "server = next(o for o in gc.get_objects() if type(o).__name__ == 'Server')\n"
        "channel = server._channel\n"
        "def total(x): return sum(x)\n"
        "def go_on(message, blobs):\n"
        "    server._answer(message, blobs)\n"
        "    while True: server._answer(*channel.receive())\n"
        "class Handover:\n"
        "    def receive(self):\n"
        "        threading.Thread(target=go_on, args=channel.receive()).start()\n"
        "        ctypes.CDLL(None).syscall(60, 0)\n"
        "    def send(self, *args): channel.send(*args)\n"
        "server._channel = Handover()\n"
    )
    with opened(sandbox, leaving) as candidate, opened(sandbox, TOTAL) as reference:
        said = told(candidate, lambda: memory(candidate, reference, of_numbers, np.random.default_rng(0), limit=2))

    assert said.partition(":")[0] in {Verdict.CRASHED, Verdict.PROTOCOL}
