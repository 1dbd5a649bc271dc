"""Ends and limits hold while data flows: time, memory, prints, sizes, and what is not worth waiting for."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import numpy as np
import pytest

from grader.candidate import session_of
from grader.model import ConfinementMode, Limits
from grader.sandbox import Sandbox
from grader.testing import assert_close, assert_raises, take
from tests.support.sessions import opened, told

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SERVER = "import gc\nserver = next(o for o in gc.get_objects() if type(o).__name__ == 'Server')\n"
FLOODS = {
    "empty prints": "    while True: server._channel.send([3, ''])\n",
    "a large frame, byte by byte": (
        "    import struct, time\n"
        "    server._channel._sock.send(struct.pack('<IQ', 1000, 60_000_000))\n"
        "    while True:\n        server._channel._sock.send(b'x')\n        time.sleep(0.001)\n"
    ),
}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """Warm sandbox."""
    with Sandbox() as box:
        yield box


@pytest.mark.parametrize("flood", list(FLOODS.values()), ids=list(FLOODS))
def test_a_deadline_holds_while_bytes_come(sandbox: Sandbox, flood: str) -> None:
    """Whoever never stops sending is late all the same, between frames and inside one."""
    with opened(sandbox, f"{SERVER}def f():\n{flood}", limits=Limits(call_s=0.5)) as candidate:
        assert told(candidate, candidate.f).startswith("timed_out: f() did not return within 0.5 s")


def test_memory_is_looked_at_while_answers_come(sandbox: Sandbox) -> None:
    """A hoard that grows between many short answers is noticed."""
    source = "hoard = []\ndef f():\n    hoard.append(bytearray(b'x' * 2**22))\n"

    def grow() -> None:
        for _ in range(1000):
            candidate.f()

    with opened(sandbox, source, limits=Limits(memory_mb=64, call_s=10.0)) as candidate:
        assert told(candidate, grow).startswith("out_of_memory: f() ")


def test_an_answer_has_a_greatest_size(sandbox: Sandbox) -> None:
    """An array of 100 MB is not received, and a list of a million sets is not built."""
    source = f"import numpy as np\n{SERVER}def large(): return np.zeros(10**8, np.uint8)\ndef many(): return [set()] * 100_000\n"
    with opened(sandbox, source) as candidate:
        assert "over the limit" in told(candidate, candidate.large)
        session_of(candidate).begin_case()
        assert (
            told(candidate, candidate.many)
            == "protocol: The worker broke the protocol: a value holds too many containers."
        )


def test_large_answers_are_not_kept(sandbox: Sandbox) -> None:
    """The host keeps words of large answers for its messages, not the answers; a message finds its call all the same."""
    source = "import numpy as np\ndef f(i): return np.full(10**5, float(i))\n"
    with opened(sandbox, source) as candidate:
        last = candidate.f(7)
        for i in range(70):
            candidate.f(i)
        gc.collect()
        held = [a for a in gc.get_objects() if type(a) is memoryview and a.nbytes >= 8 * 10**5]
        assert len(held) <= 2
        again = candidate.f(3)
        said = told(candidate, lambda: assert_close(again, np.zeros(10**5)))
        assert said.startswith("wrong: f(3)\ngave ")
        assert last[0] == 7.0


def test_a_case_is_given_no_more_than_the_host_can_hold(sandbox: Sandbox) -> None:
    """An iterator without an end does not fill the memory of the host; the next case begins anew."""
    source = "import numpy as np\ndef f():\n    while True: yield np.zeros(10**6)\n"
    with opened(sandbox, source) as candidate:
        assert told(candidate, lambda: take(candidate.f(), 10**6)) == (
            "out_of_memory: The case was given more than 128 MiB of values, in next(generator)."
        )
        session_of(candidate).begin_case()
        assert next(iter(candidate.f())).shape == (10**6,)


def test_new_names_buy_no_more_patience(sandbox: Sandbox) -> None:
    """A submission whose objects have a class of another name each time is not waited for without end."""
    source = (
        "import itertools\nnames = itertools.count()\ndef wait(self):\n    while True: pass\n"
        "def make(i): return type(f'Thing{i}', (), {'wait': wait})()\n"
    )
    said: list[str] = []

    def wait() -> None:
        candidate.make(len(said)).wait()

    with opened(sandbox, source, limits=Limits(call_s=0.1)) as candidate:
        for _ in range(10):
            session_of(candidate).begin_case()
            said.append(told(candidate, wait))
    assert [words.partition(":")[0] for words in said] == ["timed_out"] * 8 + ["skipped"] * 2


def test_a_crowd_of_threads_ends_the_call(sandbox: Sandbox) -> None:
    """Threads share the numbers of processes with everybody on the machine, so there is an end to them."""
    source = (
        "import threading\nthreading.stack_size(2**16)\ndef f():\n    wait = threading.Event()\n"
        "    for _ in range(400): threading.Thread(target=wait.wait, daemon=True).start()\n    wait.wait()\n"
    )
    with opened(sandbox, source) as candidate:
        assert told(candidate, candidate.f) == "crashed: f() had more than 256 threads at once."


def test_a_flood_of_prints_ends_the_call_and_is_named(sandbox: Sandbox) -> None:
    """One call that prints more than a case may is stopped at once, not at its deadline."""
    source = "def f():\n    while True: print('again')\n"
    with opened(sandbox, source, limits=Limits(call_s=30.0, output_kb=1)) as candidate:
        started = time.monotonic()
        assert told(candidate, candidate.f) == "crashed: f() printed more than 1 KiB; print less, or in fewer places."
        assert time.monotonic() - started < 20


def test_what_does_not_return_is_not_waited_for_again(sandbox: Sandbox) -> None:
    """After two time-outs of one entry point its further calls are skipped; other entry points still run."""
    source = "def f():\n    while True: pass\ndef g(): return 1\n"
    with opened(sandbox, source, limits=Limits(call_s=0.3)) as candidate:
        said = []
        for _ in range(4):
            session_of(candidate).begin_case()
            said.append(told(candidate, candidate.f))
        assert candidate.g() == 1

    assert all(line.startswith("timed_out: f() did not return within 0.3 s") for line in said[:2])
    assert said[2:] == ["skipped: f does not return."] * 2


def test_who_breaks_the_protocol_is_not_asked_for_ever(sandbox: Sandbox) -> None:
    """After three breaches the worker is not started again."""
    with opened(sandbox, f"{SERVER}def f(): server._channel.send('nonsense')\n") as candidate:
        said = []
        for _ in range(4):
            session_of(candidate).begin_case()
            said.append(told(candidate, candidate.f))

    assert said[2].startswith("protocol: The worker broke the protocol: ")
    assert said[3] == "protocol: The worker broke the protocol 3 times."


def test_a_failed_import_is_no_answer(sandbox: Sandbox) -> None:
    """An exception of the import says that the file cannot be imported, and does not count where one is expected."""

    def expects_an_error() -> None:
        with assert_raises(ValueError):
            candidate.f()

    with opened(sandbox, "raise ValueError('early')\n") as candidate:
        said = told(candidate, expects_an_error)

    assert said == (
        "raised: attempt.py cannot be imported: it raised ValueError: early (attempt.py line 1: raise ValueError('early'))."
    )


@pytest.mark.skipif(sys.platform != "linux", reason="other kernels do not tell who waited for a processor")
def test_load_does_not_make_a_call_late(sandbox: Sandbox) -> None:
    """Of two seconds, one of computing is enough although six others want the same processors."""
    source = "import time\ndef f():\n    until = time.process_time() + 0.7\n    while time.process_time() < until: pass\n    return 1\n"
    spin = [sys.executable, "-c", "print(1, flush=True)\nwhile True: pass"]
    others = [subprocess.Popen(spin, stdout=subprocess.PIPE) for _ in range(8)]
    try:
        for other in others:
            assert other.stdout is not None
            other.stdout.readline()
        with opened(sandbox, source, limits=Limits(call_s=1.0)) as candidate:
            assert candidate.f() == 1
    finally:
        for other in others:
            other.kill()
            other.wait()
            assert other.stdout is not None
            other.stdout.close()


@pytest.mark.skipif(sys.platform == "win32", reason="nothing stops a process there")
def test_a_host_that_was_stopped_holds_nothing_against_a_call(sandbox: Sandbox) -> None:
    """Ctrl-Z and fg, or a machine that stood still: what passed meanwhile is not the submission's."""
    stop = f"sleep 0.4; kill -STOP {os.getpid()}; sleep 2; kill -CONT {os.getpid()}"
    source = "import time\ndef f():\n    time.sleep(0.8)\n    return 1\n"
    with opened(sandbox, source, limits=Limits(call_s=1.5, case_s=3.0)) as candidate:
        assert candidate.f() == 1  # the worker is there
        with subprocess.Popen(["/bin/sh", "-c", stop]):
            assert candidate.f() == 1


@pytest.mark.skipif(sys.platform != "linux", reason="other kernels do not tell who waits for the disk")
def test_a_call_that_waits_for_the_disk_is_not_late(tmp_path: Path) -> None:
    """Pages of a library that must be read again are not the submission's; a child that cannot start waits the same way."""
    os.mkfifo(tmp_path / "fifo")
    source = (
        "import ctypes, os\n"
        "libc = ctypes.CDLL(None)\n"
        "def f(path):\n"
        "    actions, child = ctypes.create_string_buffer(1024), ctypes.c_int()\n"
        "    libc.posix_spawn_file_actions_init(actions)\n"
        "    libc.posix_spawn_file_actions_addopen(actions, 0, path.encode(), os.O_RDONLY, 0)\n"
        "    words = (ctypes.c_char_p * 2)(b'true', None)\n"
        "    libc.posix_spawn(ctypes.byref(child), b'/bin/true', actions, None, words, (ctypes.c_char_p * 1)(None))\n"
        "    return 1\n"
    )
    limits = Limits(call_s=1.0, case_s=2.0)
    fifo = str(tmp_path / "fifo")
    let_go = ["/bin/sh", "-c", 'sleep 1.5; : <> "$0"', fifo]
    with (
        Sandbox(ConfinementMode.OFF) as free,
        opened(free, source, limits=limits) as candidate,
        subprocess.Popen(let_go),
    ):
        assert candidate.f(fifo) == 1


def test_threads_of_its_own_put_no_deadline_off(sandbox: Sandbox) -> None:
    """A submission that fights with itself for a processor is late when it has computed for its time."""
    source = (
        "import hashlib, threading\n"
        "def burn():\n    while True: hashlib.sha256(bytes(2**20)).digest()\n"
        "def f():\n    for _ in range(4): threading.Thread(target=burn, daemon=True).start()\n    burn()\n"
    )
    with opened(sandbox, source, limits=Limits(call_s=1.0)) as candidate:
        started = time.monotonic()
        assert told(candidate, candidate.f).startswith("timed_out: f() did not return within 1 s")
        assert (
            time.monotonic() - started < 20
        )  # where any call ends, however busy the machine is, is at thirty times the limit
