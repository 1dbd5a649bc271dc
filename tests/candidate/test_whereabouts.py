"""A call that does not return is told with the line it is in, as its own process says; what it says decides nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from grader.model import Limits
from grader.sandbox import Sandbox
from tests.support.sessions import opened, told

if TYPE_CHECKING:
    from collections.abc import Iterator

LATE: Final = "timed_out: f() did not return within 0.3 s"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """Warm sandbox."""
    with Sandbox() as box:
        yield box


@pytest.mark.parametrize(
    ("source", "where"),
    [
        ("def f():\n    n = 1\n    while n:\n        n = -n\n", ("3, by its own word: while n:", "4, by its own word: n = -n")),
        (
            "import time\ndef f():\n    return g()\ndef g():\n    time.sleep(60)\n",
            ("5, by its own word: time.sleep(60)",),
        ),
        ("import re\ndef f():\n    while True:\n        re.match('a', 'b')\n", ("4, by its own word: re.match('a', 'b')", "3, by its own word: while True:")),
        ("def f():\n    while True: print('x')\n", ("2, by its own word: while True: print('x')",)),
    ],
    ids=["a loop", "a call below", "a library in a loop", "prints on the way"],
)  # fmt: skip
def test_the_line_that_hung_is_told(source: str, where: tuple[str, ...], sandbox: Sandbox) -> None:
    """The innermost line of the learner's own file, with its text, marked as the submission's own word."""
    with opened(sandbox, source, limits=Limits(call_s=0.3, output_kb=64 << 10)) as candidate:
        said = told(candidate, candidate.f)

    assert said in {f"{LATE} (attempt.py line {one})." for one in where}


@pytest.mark.parametrize(
    "source",
    [
        "import signal\ndef f():\n    signal.signal(signal.SIGUSR1, signal.SIG_IGN)\n    while True: pass\n",
        "import signal\ndef f():\n    signal.signal(signal.SIGUSR1, signal.SIG_DFL)\n    while True: pass\n",
        "def f():\n    return sum(iter(int, 1))\n",
        "import os, signal\ndef f():\n    signal.signal(signal.SIGUSR1, lambda *_: os.write(3, bytes(100)))\n    while True: pass\n",
    ],
    ids=["deaf", "ended by the question", "in a library", "nonsense"],
)
def test_without_an_answer_the_verdict_is_the_same(source: str, sandbox: Sandbox) -> None:
    """Whoever does not answer, dies of the question or answers nonsense is late all the same."""
    with opened(sandbox, source, limits=Limits(call_s=0.3)) as candidate:
        assert told(candidate, candidate.f) == f"{LATE}."


@pytest.mark.parametrize("line", ["10**6", "-3", "0", "'4'", "True", "None"])
def test_a_forged_line_is_a_line_of_the_file_or_nothing(line: str, sandbox: Sandbox) -> None:
    """Only the number of a line that exists is taken; its text comes from the host's own copy."""
    source = (
        "import gc, signal\n"
        "def f():\n"
        "    channel = next(one for one in gc.get_objects() if type(one).__name__ == 'Channel')\n"
        f"    signal.signal(signal.SIGUSR1, lambda *_: channel.send([5, {line}]))\n"
        "    while True: pass\n"
    )
    with opened(sandbox, source, limits=Limits(call_s=0.3)) as candidate:
        assert told(candidate, candidate.f) == f"{LATE}."
