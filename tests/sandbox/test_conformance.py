"""One suite for every way to start a worker: what it may not do, what it may, and how it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import sysconfig
import tempfile
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from grader.candidate import Candidate, Session, SubmissionFailed
from grader.content import catalog
from grader.errors import ConfinementRefused
from grader.intake.submission import submission_from_text
from grader.model import Backend, ConfinementMode, Limits, StartMethod, Verdict
from grader.sandbox import Nursery, Sandbox, probe
from tests.support.crowd import await_event

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from grader.model import Exercise

ROOT = Path(__file__).parents[2]
HIDDEN = {"EACCES", "ENOENT"}  # Landlock refuses; where there are namespaces, the name does not exist
HOST = -7  # stands for the host's process identifier, which differs between the processes of a test run
PROBE = '''
import errno, os, socket, subprocess, sys, threading, ctypes, signal, resource, random

def outcome(action):
    """What an action came to: its result, or the name of the error."""
    try:
        return repr(action())
    except OSError as error:
        return errno.errorcode.get(error.errno, "OSError")
    except Exception as error:
        return type(error).__name__

def read(path): return outcome(lambda: open(path, "rb").read(1))
def write(path): return outcome(lambda: open(path, "wb").write(b"x"))
def listing(path): return outcome(lambda: bool(os.listdir(path)))
def run(): return outcome(lambda: subprocess.run(["/bin/true"]))
def fork(): return outcome(os.fork)
def execute(): return outcome(lambda: os.execv("/bin/true", ["true"]))
def open_socket(family): return outcome(lambda: socket.socket(family))
def kill(pid): return outcome(lambda: os.kill(pid, 0))
def kill_group(): return outcome(lambda: os.kill(-1, 0))
def kill_self(): return outcome(lambda: os.kill(os.getpid(), 0))
def call(number, *arguments):
    libc = ctypes.CDLL(None, use_errno=True)
    result = libc.syscall(number, *arguments)
    return errno.errorcode.get(ctypes.get_errno(), "?") if result < 0 else "done"
def limit(pid): return outcome(lambda: resource.prlimit(pid, resource.RLIMIT_NOFILE))
def raise_limit(): return outcome(lambda: resource.setrlimit(resource.RLIMIT_AS, (2**60, 2**60)))
def limits(): return {name: resource.getrlimit(getattr(resource, name))[0] for name in ("RLIMIT_CPU", "RLIMIT_FSIZE", "RLIMIT_NOFILE", "RLIMIT_CORE", "RLIMIT_AS")}
def descriptors():
    found = []
    for number in range(256):
        try:
            os.fstat(number)
        except OSError:
            continue
        found.append(number)
    return found
def environment(): return dict(os.environ)
def session(): return [os.getsid(0) == os.getpid(), os.getpid(), os.getppid()]
def where(): return os.getcwd()
def path(): return list(sys.path)
def module_names(): return [n for n in sys.modules if n.startswith("grader")]
def thread():
    seen = []
    worker = threading.Thread(target=lambda: seen.append(1)); worker.start(); worker.join()
    return len(seen)
def draw(): return random.random()
def import_late():
    import wave, colorsys
    return colorsys.rgb_to_hsv(0.5, 0.5, 0.5)[2]
def big_file(): return outcome(lambda: open("big", "wb").write(bytes(4 * 2**20)))
def spin():
    while True: pass
def grow(n): return len(bytearray(n))
'''


@pytest.fixture(params=[*StartMethod, "fork, from a nursery"], scope="module")
def new_sandbox(request: pytest.FixtureRequest) -> Iterator[Callable[..., Sandbox]]:
    """A sandbox that starts workers in one of the ways."""
    if isinstance(request.param, StartMethod):
        yield partial(Sandbox, start_method=request.param)
    else:
        with Nursery([Backend.PYTHON, Backend.NUMPY]) as nursery:
            yield partial(Sandbox, start_method=StartMethod.FORK, nursery=nursery)


@pytest.fixture(params=list(StartMethod))
def method(request: pytest.FixtureRequest) -> StartMethod:
    """How workers are started."""
    chosen: StartMethod = request.param
    return chosen


@pytest.fixture(scope="module")
def sandbox(new_sandbox: Callable[..., Sandbox]) -> Iterator[Sandbox]:
    """A strictly confined sandbox; the environment of the host holds a canary."""
    os.environ["KATA_TEST_CANARY"] = "CANARY-env"
    with new_sandbox(ConfinementMode.STRICT, secret=[ROOT]) as box:
        yield box
    del os.environ["KATA_TEST_CANARY"]


@pytest.fixture(scope="module")
def exercise() -> Exercise:
    """An exercise with short limits."""
    return catalog.load_exercise(ROOT / "tests/support/toy_exercises/exercises/toys/doubling")


@pytest.fixture
def session(sandbox: Sandbox, exercise: Exercise) -> Iterator[Session]:
    """A session whose submission reports what it is allowed to do."""
    talk = Session(sandbox, exercise, submission_from_text("probe.py", PROBE))
    talk.begin_case()
    yield talk
    talk.close()


@pytest.fixture
def worker(session: Session) -> Any:
    """The submission as tests see it."""
    return Candidate(session)


def _gone(pid: int) -> bool:
    return not Path(f"/proc/{pid}").exists()


def test_every_wall_stands(session: Session) -> None:
    """The worker reports Landlock, seccomp and resource limits, and nothing missing."""
    held = session.worker.confinement

    assert (held.level, held.seccomp, held.rlimits, held.missing) == ("confined", True, True, ())
    assert held.landlock_abi >= 1


@pytest.mark.parametrize(
    "path",
    [
        f"{ROOT}/README.md",
        f"{ROOT}/tests/support/toy_exercises/exercises/toys/doubling/hidden_tests.py",
        f"{ROOT}/tests/support/toy_exercises/solutions/toys/doubling/doubling.py",
        "/etc/passwd",
        "/proc/self/environ",
        "/proc/HOST/environ",
        "/proc/HOST/mem",
        "/proc/HOST/cmdline",
    ],
    ids=lambda path: path.removeprefix(str(ROOT)),
)
def test_files_of_ours_are_unreadable(worker: Any, path: str) -> None:
    """The checkout, the system's users and other processes cannot be opened."""
    assert worker.read(path.replace("HOST", str(os.getpid()))) in HIDDEN


def test_home_and_checkout_cannot_be_listed(worker: Any) -> None:
    """The names in the learner's home and in the checkout are hidden."""
    for folder in (Path.home(), ROOT, ROOT / "exercises", ROOT / "solutions", Path("/tmp")):
        assert worker.listing(str(folder)) in HIDDEN


def test_the_interpreter_stays_readable(worker: Any) -> None:
    """Modules of the standard library can be imported late, and packages can be read."""
    assert worker.import_late() == 0.5
    assert worker.listing(sysconfig.get_paths()["purelib"]) == "True"


OUTSIDE = ("/tmp/kata-outside", str(ROOT / "outside"), "/dev/shm/kata-outside", "/outside", "/scratch/outside")


def test_nothing_is_writable(worker: Any, session: Session) -> None:
    """Without a scratch folder no file can be written anywhere, and the worker stands where nothing is."""
    assert session.worker.scratch is None
    assert worker.where() == "/"
    for path in ("note", *OUTSIDE):
        assert worker.write(path) == "EACCES"


@pytest.mark.parametrize("namespaces", [True, False])
def test_only_the_scratch_folder_is_writable(
    new_sandbox: Callable[..., Sandbox],
    exercise: Exercise,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    namespaces: bool,
) -> None:
    """Files can be written in the private folder, nowhere else; the folder goes with the worker."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with new_sandbox(ConfinementMode.STRICT, secret=[ROOT], namespaces=namespaces) as box:
        session = Session(box, replace(exercise, scratch=True), submission_from_text("probe.py", PROBE))
        session.begin_case()
        worker: Any = Candidate(session)

        assert worker.write("note") == "1"
        assert session.worker.scratch is not None
        assert (session.worker.scratch / "note").exists()
        for path in OUTSIDE[:-1]:
            assert worker.write(path) in {*HIDDEN, "EROFS"}
        assert worker.big_file() in {"EFBIG", "ENOSPC"}
        assert worker.limits()["RLIMIT_FSIZE"] == exercise.limits.scratch_mb * 2**20
        assert 0 < session.worker.scratch_mb() < 2 * exercise.limits.scratch_mb
        session.close()
    assert not list(tmp_path.iterdir())


def test_no_other_process_can_be_made(worker: Any) -> None:
    """Starting, forking and replacing processes is refused; threads are allowed."""
    assert worker.run() in {"EPERM", "EACCES"}
    assert worker.fork() == "EPERM"
    assert worker.execute() in {"EPERM", "EACCES"}
    assert worker.thread() == 1


def test_no_network(worker: Any) -> None:
    """No family of sockets can be opened."""
    for family in (1, 2, 10, 16, 17, 40):  # UNIX, INET, INET6, NETLINK, PACKET, VSOCK
        assert worker.open_socket(family) == "EPERM"


def test_signals_reach_nobody_else(worker: Any) -> None:
    """Signals to the host, to the parent and to everybody are refused; a process may signal itself."""
    _, _, parent = worker.session()

    assert worker.kill(os.getpid()) == "EPERM"
    assert worker.kill(parent) == "EPERM"
    assert worker.kill_group() == "EPERM"
    assert worker.kill_self() == "None"


@pytest.mark.skipif(os.uname().machine != "x86_64", reason="the numbers are those of x86-64")
@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("ptrace", (101, 16, HOST, 0, 0)),
        ("process_vm_readv", (310, HOST, 0, 0, 0, 0, 0)),
        ("memfd_create", (319, 0, 0)),
        ("keyctl", (250, 0, 0)),
        ("io_uring_setup", (425, 1, 0)),
        ("pidfd_open", (434, HOST, 0)),
        ("bpf", (321, 0, 0, 0)),
        ("userfaultfd", (323, 0)),
        ("perf_event_open", (298, 0, 0, 0, 0, 0)),
        ("shmget", (29, 0, 4096, 0o1600)),
        ("unshare", (272, 0)),
        ("mount", (165, 0, 0, 0, 0, 0)),
        ("setsid", (112,)),
        ("setpriority", (141, 0, HOST, 19)),
        ("prctl PR_SET_PDEATHSIG", (157, 1, 0, 0, 0, 0)),
        ("prctl PR_SET_PTRACER", (157, 0x59616D61, -1, 0, 0, 0)),
        ("fcntl F_SETOWN", (72, 0, 8, HOST)),
        ("x32 getpid", (0x40000000 + 39,)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_system_calls_without_use_are_refused(worker: Any, name: str, arguments: tuple[int, ...]) -> None:
    """Calls that reach other processes or the kernel's odd corners are refused with EPERM."""
    assert worker.call(*(os.getpid() if a == HOST else a for a in arguments)) == "EPERM", name


@pytest.mark.skipif(os.uname().machine != "x86_64", reason="the numbers are those of x86-64")
def test_unknown_system_calls_do_not_exist(worker: Any) -> None:
    """clone3, whose flags a filter cannot see, and calls newer than the list answer ENOSYS."""
    assert worker.call(435, 0, 0) == "ENOSYS"
    assert worker.call(480, 0, 0) == "ENOSYS"


def test_limits_can_neither_be_raised_nor_set_on_others(worker: Any) -> None:
    """Resource limits hold, even for root, and the host's own limits are out of reach."""
    limits = worker.limits()

    assert limits["RLIMIT_CORE"] == 0
    assert limits["RLIMIT_FSIZE"] == 0
    assert limits["RLIMIT_NOFILE"] == 64
    assert worker.raise_limit() in {"EPERM", "ValueError", "PermissionError"}


def test_only_the_connection_is_inherited(worker: Any) -> None:
    """Besides the three standard descriptors, which lead nowhere, one is open."""
    found = worker.descriptors()

    assert found[:3] == [0, 1, 2]
    assert len(found) == 4


def test_environment_holds_nothing_of_the_host(worker: Any) -> None:
    """Variables of the learner's shell do not reach the submission, and neither does the checkout's path."""
    environment = worker.environment()

    assert "KATA_TEST_CANARY" not in environment
    assert "CANARY-env" not in repr(environment)
    assert str(ROOT) not in worker.path()


def test_no_hidden_test_is_in_memory(worker: Any) -> None:
    """Of the grader, only what serves the submission is loaded."""
    loaded = set(worker.module_names())

    assert {name.split(".")[1] for name in loaded if "." in name} <= {"worker"}


def test_worker_leads_a_session_of_its_own(worker: Any) -> None:
    """A worker is a session leader, so that it can be killed with all it might start."""
    assert worker.session()[0] is True


def test_random_states_differ(sandbox: Sandbox, exercise: Exercise) -> None:
    """Two workers of one zygote do not share their random state."""
    drawn = []
    for _ in range(2):
        session = Session(sandbox, exercise, submission_from_text("probe.py", PROBE))
        session.begin_case()
        candidate: Any = Candidate(session)
        drawn.append(candidate.draw())
        session.close()

    assert drawn[0] != drawn[1]


def test_a_late_worker_is_killed(worker: Any, session: Session) -> None:
    """A call that does not return is ended by the host, the process is gone, and the next case runs."""
    pid = session.worker.pid
    with pytest.raises(SubmissionFailed) as failure:
        worker.spin()

    assert failure.value.verdict is Verdict.TIMED_OUT
    assert _gone(pid)
    session.begin_case()
    assert worker.thread() == 1


def test_a_killed_worker_is_replaced(worker: Any, session: Session) -> None:
    """A worker that somebody kills is a crash of that case; the next case gets a new one."""
    os.kill(session.worker.pid, signal.SIGKILL)
    with pytest.raises(SubmissionFailed) as failure:
        worker.thread()

    assert failure.value.verdict is Verdict.CRASHED
    assert "SIGKILL" in failure.value.message
    session.begin_case()
    assert worker.thread() == 1


def test_memory_is_limited_and_accounted(worker: Any, session: Session) -> None:
    """What fits is allowed and shows in the account; what does not fit is out of memory."""
    before = session.worker.memory_mb() or 0.0
    assert worker.grow(50 * 2**20) == 50 * 2**20
    assert (session.worker.peak_memory_mb() or 0.0) > before + 45

    with pytest.raises(SubmissionFailed) as failure:
        worker.grow(2**30)
    assert failure.value.verdict is Verdict.OUT_OF_MEMORY
    usage = session.close()
    assert usage.peak_memory_mb > before + 45


def test_processor_time_is_accounted(worker: Any, session: Session) -> None:
    """A busy worker's processor seconds are in the account."""
    with pytest.raises(SubmissionFailed):
        worker.spin()

    assert session.close().cpu_s > 0.02  # a fraction of the call's 0.7 s: the machine may be busy elsewhere


def test_end_leaves_no_process(sandbox: Sandbox) -> None:
    """After its end a worker's process is gone, and a second end says the same."""
    worker = sandbox.start(Backend.PYTHON, Limits())
    first = worker.end()

    assert _gone(worker.pid)
    assert worker.end() == first


def test_closing_leaves_no_process(new_sandbox: Callable[..., Sandbox]) -> None:
    """Closing a sandbox ends workers that nobody ended."""
    with new_sandbox(ConfinementMode.AUTO) as box:
        pids = [box.start(Backend.PYTHON, Limits()).pid for _ in range(3)]

    await_event(lambda: all(_gone(pid) for pid in pids))


def test_ordered_workers_are_the_ones_that_start(new_sandbox: Callable[..., Sandbox]) -> None:
    """Workers asked for in advance are handed over, so that nothing is started twice."""
    with new_sandbox(ConfinementMode.AUTO) as box:
        box.order(Backend.PYTHON, Limits())
        box.order(Backend.PYTHON, Limits())
        ordered = {order.started().pid for orders in box._ordered.values() for order in orders}
        started = {box.start(Backend.PYTHON, Limits()).pid for _ in range(2)}

        assert len(ordered) == 2
        assert started == ordered


def test_workers_that_wait_are_of_the_kind_that_is_wanted(new_sandbox: Callable[..., Sandbox]) -> None:
    """Two grades in a row have the workers of a third wait for it, and a grade of another kind ends those."""
    with new_sandbox(ConfinementMode.AUTO) as box:
        box.prepare(Backend.PYTHON, Limits())
        assert not any(box._ordered.values())
        box.prepare(Backend.PYTHON, Limits())
        box.prepare(Backend.PYTHON, Limits())
        [waiting] = box._ordered.values()
        pids = {order.started().pid for order in waiting}
        assert len(pids) == 2
        first = box.start(Backend.PYTHON, Limits()).pid
        assert first in pids

        box.prepare(Backend.PYTHON, Limits(memory_mb=512), sure=True)

        await_event(lambda: _gone(*(pids - {first})))
        [waiting] = filter(None, box._ordered.values())
        assert len(waiting) == 2
        assert not _gone(first)


def test_an_order_that_nobody_takes_leaves_nothing(
    new_sandbox: Callable[..., Sandbox], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Closing a sandbox ends ordered workers and removes their folders."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with new_sandbox(ConfinementMode.AUTO, namespaces=False) as box:
        box.order(Backend.PYTHON, Limits(), scratch=True)
        box.order(Backend.PYTHON, Limits(memory_mb=512), scratch=True)
        pids = [order.started().pid for orders in box._ordered.values() for order in orders]

        assert len(list(tmp_path.iterdir())) == 2
    assert not list(tmp_path.iterdir())
    assert all(map(_gone, pids))


def test_strict_refuses_when_a_secret_is_readable(new_sandbox: Callable[..., Sandbox]) -> None:
    """A checkout below a folder that workers may read is refused, by name."""
    inside = Path(sysconfig.get_paths()["purelib"]) / "pytest"
    with (
        new_sandbox(ConfinementMode.STRICT, secret=[inside]) as box,
        pytest.raises(ConfinementRefused, match="site-packages"),
    ):
        box.start(Backend.PYTHON, Limits())


def test_auto_says_what_is_missing(new_sandbox: Callable[..., Sandbox]) -> None:
    """In the same place the mode auto grades, and calls the confinement partial."""
    inside = Path(sysconfig.get_paths()["purelib"]) / "pytest"
    with new_sandbox(ConfinementMode.AUTO, secret=[inside]) as box:
        held = box.start(Backend.PYTHON, Limits()).confinement

    assert held.level == "partial"
    assert "readable" in held.missing[0]


def test_off_is_called_unconfined(new_sandbox: Callable[..., Sandbox]) -> None:
    """Without confinement the report says so."""
    with new_sandbox(ConfinementMode.OFF) as box:
        held = box.start(Backend.PYTHON, Limits()).confinement

    assert held.level == "unconfined"
    assert (held.landlock_abi, held.seccomp) == (0, False)


def test_probe_tells_what_this_machine_can_do(method: StartMethod) -> None:
    """`kata doctor` asks the same question and gets the same answer."""
    assert probe(method).start_method is method


def test_the_host_hides_its_memory(method: StartMethod) -> None:
    """Other processes of the same user cannot look into the grader: the kernel calls it not dumpable."""
    code = (
        "import ctypes\nfrom grader.sandbox import Sandbox\nfrom grader.model import ConfinementMode, StartMethod\n"
        f"with Sandbox(ConfinementMode.AUTO, StartMethod({method.value!r})):\n"
        "    print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)

    assert done.stdout == "0\n"


def test_a_killed_zygote_is_replaced() -> None:
    """When the zygote is killed, its workers die with it, and the next start gets a new one."""
    with Sandbox(ConfinementMode.AUTO, StartMethod.FORK) as box:
        worker = box.start(Backend.PYTHON, Limits())
        parent = int(Path(f"/proc/{worker.pid}/stat").read_text().rpartition(")")[2].split()[1])
        os.kill(parent, signal.SIGKILL)
        await_event(lambda: _gone(worker.pid) or "Z" in Path(f"/proc/{worker.pid}/stat").read_text().split()[2])
        again = box.start(Backend.PYTHON, Limits())

        assert again.confinement.level == worker.confinement.level
        assert again.pid != worker.pid


def test_a_killed_host_leaves_nothing_behind(tmp_path: Path) -> None:
    """When the grader itself is killed, zygote and workers end too, and the private folder goes."""
    code = (
        "import sys, time\nfrom grader.sandbox import Sandbox\nfrom grader.model import Backend, Limits\n"
        "box = Sandbox(namespaces=False)\nworker = box.start(Backend.PYTHON, Limits(), scratch=True)\n"
        "print(worker.pid, worker.scratch, flush=True)\ntime.sleep(600)\n"
    )
    host = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=tmp_path)
    assert host.stdout is not None
    first, scratch = host.stdout.readline().split()
    pid = int(first)
    parent = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    host.kill()
    host.wait()
    host.stdout.close()

    await_event(lambda: _gone(pid) and _gone(parent) and not Path(scratch).exists())
