"""The walls one by one: what holds on which kernel, what a zygote leaves, what honest code is told."""

from __future__ import annotations

import ctypes
import os
import platform
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from grader.candidate import Candidate, Session, SubmissionFailed
from grader.content import catalog
from grader.intake.submission import submission_from_text
from grader.model import Backend, ConfinementMode, Limits, StartMethod, Verdict
from grader.sandbox import Sandbox, remedy
from grader.sandbox.promises import PROMISES, Wall, unheld
from grader.worker import scratch, seccomp, syscalls
from grader.worker.message import Achieved

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.model import Exercise

ROOT = Path(__file__).parents[2]
TOY = ROOT / "tests" / "support" / "toy_exercises" / "exercises" / "toys" / "doubling"

DEEDS = """
import ctypes, errno, os, signal, sys, fcntl

def _outcome(action):
    try:
        return repr(action())
    except OSError as error:
        return errno.errorcode.get(error.errno, "OSError")

def read(path): return _outcome(lambda: open(path, "rb").read(1))
def truncate(path): return _outcome(lambda: os.truncate(path, 0))
def open_and_truncate(path): return _outcome(lambda: os.open(path, os.O_RDONLY | os.O_TRUNC))
def write(path): return _outcome(lambda: open(path, "w"))
def change(path): return _outcome(lambda: os.chmod(path, 0o777))
def date(path): return _outcome(lambda: os.utime(path, (1, 1)))
def attribute(path): return _outcome(lambda: os.setxattr(path, "user.kata", b"x"))
def size(path): return _outcome(lambda: os.stat(path).st_size)
def kill(pid): return _outcome(lambda: os.kill(pid, 0))
def own(pid): return _outcome(lambda: fcntl.ioctl(os.pipe()[0], 0x8901, pid.to_bytes(4, "little")))
def cores(): return os.cpu_count()
def call(number, *arguments):
    libc = ctypes.CDLL(None, use_errno=True)
    result = libc.syscall(number, *arguments)
    return errno.errorcode.get(ctypes.get_errno(), "?") if result < 0 else "done"
def frames():
    found, frame = set(), sys._getframe()
    while frame:
        if "zygote" in frame.f_code.co_filename:
            found.add(frame.f_code.co_name)
            found |= set(frame.f_locals) & {"workers", "answer", "control", "order", "payload", "parent"}
        frame = frame.f_back
    return sorted(found)
def nest(depth):
    try:
        for _ in range(depth):
            os.mkdir("d"); os.chdir("d")
    except OSError as error:
        return repr(error)
    return "done"
def fill(mebibytes):
    written = 0
    try:
        with open("filling", "ab") as file:
            for _ in range(mebibytes):
                written += file.write(bytes(2**20)); file.flush()
    except OSError as error:
        return errno.errorcode[error.errno]
    return "done"
"""


@pytest.fixture
def exercise() -> Exercise:
    """An exercise with short limits."""
    return catalog.load_exercise(TOY)


def talk(box: Sandbox, exercise: Exercise, source: str = DEEDS) -> tuple[Session, Any]:
    """A conversation with a submission, and the submission as tests see it."""
    session = Session(box, exercise, submission_from_text("doubling.py", source))
    session.begin_case()
    return session, Candidate(session)


@pytest.fixture
def victim(tmp_path: Path) -> Path:
    """A file of the user, outside of everything."""
    path = tmp_path / "victim"
    path.write_text("of the user", encoding="utf-8")
    return path


@pytest.fixture(params=[(abi, namespaces) for abi in (1, 2, 3, 5, 6, 99) for namespaces in (True, False)], ids=str)
def old_kernel(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """A sandbox that makes as if the kernel had an older Landlock, and perhaps no namespaces."""
    abi, namespaces = request.param
    with Sandbox(ConfinementMode.STRICT, most_landlock=abi, namespaces=namespaces) as box:
        yield box


def test_every_promise_holds_on_old_kernels(old_kernel: Sandbox, exercise: Exercise, victim: Path) -> None:
    """With any version of Landlock, with namespaces or without, what is called confined is confined."""
    before = os.stat(victim)
    session, worker = talk(old_kernel, exercise)

    assert session.worker.confinement.level == "confined"
    for deed in (worker.read, worker.write, worker.truncate, worker.open_and_truncate):
        assert deed(str(victim)) in {"EACCES", "EPERM", "ENOENT"}
    for deed in (worker.change, worker.date, worker.attribute):
        assert deed(str(victim)) == "EPERM"
    assert worker.kill(os.getpid()) == "EPERM"
    assert worker.own(os.getpid()) == "ENOTTY"
    after = os.stat(victim)
    assert (after.st_mode, after.st_mtime_ns, after.st_size) == (before.st_mode, before.st_mtime_ns, before.st_size)
    session.close()


def test_in_namespaces_nothing_else_has_a_name(exercise: Exercise, victim: Path) -> None:
    """Where there are namespaces, not even the size of a file outside can be learnt, and processors are still counted."""
    with Sandbox(ConfinementMode.STRICT) as box:
        session, worker = talk(box, exercise)
        if not session.worker.confinement.namespaces:
            pytest.skip("this kernel gives no namespaces")

        assert worker.size(str(victim)) == "ENOENT"
        assert worker.size(str(ROOT / "README.md")) == "ENOENT"
        assert worker.cores() == os.cpu_count()
        assert os.readlink(f"/proc/{session.worker.pid}/ns/net") != os.readlink("/proc/self/ns/net")
        session.close()


def test_without_landlock_and_namespaces_the_report_says_partial(exercise: Exercise) -> None:
    """Nothing then keeps a submission from reading, and the report says so and what would."""
    with Sandbox(ConfinementMode.AUTO, most_landlock=0, namespaces=False) as box:
        session, worker = talk(box, exercise)
        held = session.worker.confinement

        assert held.level == "partial"
        assert "nothing keeps a submission from reading files of yours (needs Landlock or namespaces)" in held.missing
        assert worker.write("/tmp/kata-outside") == "EACCES"
        session.close()


def test_namespaces_alone_hide_files(exercise: Exercise, victim: Path) -> None:
    """On a kernel without Landlock the namespaces hold that promise."""
    with Sandbox(ConfinementMode.AUTO, most_landlock=0) as box:
        session, worker = talk(box, exercise)
        if not session.worker.confinement.namespaces:
            pytest.skip("this kernel gives no namespaces")

        assert session.worker.confinement.level == "confined"
        assert worker.read(str(victim)) == "ENOENT"
        assert worker.read("/etc/passwd") == "ENOENT"
        session.close()


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.words)
def test_the_table_of_promises_decides(promise: Any) -> None:
    """A promise counts as broken exactly when each wall that holds it is missing or too old."""
    everything = Achieved(landlock_abi=99, seccomp=True, rlimits=True, namespaces=True, missing=())
    nothing = Achieved(landlock_abi=0, seccomp=False, rlimits=False, namespaces=False, missing=())

    assert promise not in unheld(everything)
    assert promise in unheld(nothing)
    least = promise.held_by.get(Wall.LANDLOCK)
    if least:
        older = Achieved(landlock_abi=least - 1, seccomp=False, rlimits=False, namespaces=False, missing=())
        enough = Achieved(landlock_abi=least, seccomp=False, rlimits=False, namespaces=False, missing=())
        assert promise in unheld(older)
        assert promise not in unheld(enough)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
@pytest.mark.skipif(not Path("/usr/bin/python3").exists() or not shutil.which("setpriv"), reason="needs another user")
def test_an_ordinary_user_is_confined_too(tmp_path: Path) -> None:
    """Without root the zygote goes through a user namespace, or the report says that it was refused."""
    if sys.prefix.startswith("/root") or subprocess.run(
        ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "env", sys.executable, "-c", "import grader, msgspec"],
        capture_output=True, check=False,
    ).returncode:  # fmt: skip
        pytest.skip("this interpreter is of no use to another user")
    code = "from grader.sandbox import probe\nheld = probe()\nprint(held.level, held.namespaces or held.missing, sep='|')\n"
    done = subprocess.run(
        ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "env", sys.executable, "-c", code],
        capture_output=True, text=True, check=True, cwd="/", env={"HOME": "/", "PYTHONPATH": str(ROOT)},
    )  # fmt: skip

    level, namespaces = done.stdout.strip().split("|")
    assert level == "confined"
    assert namespaces == "True" or "namespaces" in namespaces


@pytest.mark.parametrize(
    ("setting", "value", "command"),
    [
        ("kernel/apparmor_restrict_unprivileged_userns", "1", "kernel.apparmor_restrict_unprivileged_userns=0"),
        ("user/max_user_namespaces", "0", "user.max_user_namespaces=10000"),
    ],
)
def test_the_doctor_knows_how_to_allow_namespaces(tmp_path: Path, setting: str, value: str, command: str) -> None:
    """Where a setting refuses namespaces, a learner reads which, how to lift it and what is lost without."""
    path = tmp_path / setting
    path.parent.mkdir()
    path.write_text(f"{value}\n", encoding="ascii")

    told = remedy.for_namespaces(tmp_path)

    assert command in told
    assert "names and sizes of your files" in told
    assert command not in remedy.for_namespaces(tmp_path / "nothing")


# -- the filter


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_no_call_stands_in_two_tables(machine: str) -> None:
    """Every system call is permitted, refused or looked at, never two of them."""
    column = ("x86_64", "aarch64").index(machine)
    tables = (syscalls.PERMITTED, syscalls.PERMITTED_WITH_SCRATCH, syscalls.REFUSED, syscalls.GUARDED)
    numbers = [n[column] for table in tables for n in table.values() if n[column] is not None]

    assert len(numbers) == len(set(numbers))
    assert len(seccomp.program(machine, 1)) % 8 == 0


@pytest.mark.skipif(platform.machine() != "x86_64", reason="the numbers are those of x86-64")
@pytest.mark.parametrize("scratch_given", [False, True])
def test_the_filter_does_what_its_tables_say(exercise: Exercise, *, scratch_given: bool) -> None:
    """Each refused call answers EPERM, each unknown one ENOSYS, whatever else the worker is."""
    with Sandbox(ConfinementMode.STRICT) as box:
        session, worker = talk(box, replace(exercise, scratch=scratch_given))
        for name, numbers in syscalls.REFUSED.items():
            assert worker.call(numbers[0], -1, -1, -1, -1, -1, -1) == "EPERM", name
        for number in (435, 437, 387, 480, 511, 1000):
            assert worker.call(number, -1, -1, -1, -1, -1, -1) == "ENOSYS", number
        for name, numbers in syscalls.PERMITTED_WITH_SCRATCH.items():
            answer = worker.call(numbers[0], -1, -1, -1, -1, -1)
            assert (answer != "EPERM") is scratch_given, name
        session.close()


# -- scratch


def test_scratch_is_limited_by_the_kernel_where_it_can(exercise: Exercise) -> None:
    """A folder of its own file system is full at its limit, and gone with its worker."""
    with Sandbox(ConfinementMode.STRICT) as box:
        session, worker = talk(box, replace(exercise, scratch=True))
        if not session.worker.confinement.namespaces:
            pytest.skip("this kernel gives no namespaces")

        assert worker.fill(exercise.limits.scratch_mb) in {"done", "ENOSPC", "EFBIG"}
        assert session.worker.scratch_mb() == pytest.approx(exercise.limits.scratch_mb, abs=0.1)
        assert worker.fill(1) in {"ENOSPC", "EFBIG"}
        session.close()


def test_what_cannot_be_counted_is_too_much(tmp_path: Path) -> None:
    """Folders deeper than anyone needs and crowds of files count as more than any limit."""
    deep = tmp_path / "deep"
    (deep / "/".join("d" * 40)).mkdir(parents=True)
    crowd = tmp_path / "crowd"
    crowd.mkdir()
    for number in range(10_001):
        (crowd / str(number)).touch()

    assert scratch.size_mb(str(deep), os.getpid()) == float("inf")
    assert scratch.size_mb(str(crowd), os.getpid()) == float("inf")
    assert scratch.size_mb(str(tmp_path / "never was"), os.getpid()) == 0


def test_files_without_a_name_are_counted(tmp_path: Path) -> None:
    """A file that was removed while it is open still counts."""
    path = tmp_path / "f"
    with path.open("wb") as file:
        file.write(bytes(2**20))
        file.flush()
        path.unlink()

        assert scratch.size_mb(str(tmp_path), os.getpid()) >= 1


@pytest.mark.skipif(platform.machine() != "x86_64" or sys.platform != "linux", reason="asks the kernel by number")
def test_files_that_are_only_mapped_are_too_much(tmp_path: Path) -> None:
    """A file with neither a name nor a descriptor, kept by a page of it that is mapped, cannot be counted."""
    library = ctypes.CDLL(None)
    library.mmap.restype = ctypes.c_void_p
    path = tmp_path / "f"
    with path.open("w+b") as file:
        file.write(bytes(2**20))
        file.flush()
        place = library.mmap(None, ctypes.c_size_t(4096), 1, 1, file.fileno(), ctypes.c_long(0))
    path.unlink()
    try:
        assert scratch.size_mb(str(tmp_path), os.getpid()) == float("inf")
    finally:
        library.munmap(ctypes.c_void_p(place), ctypes.c_size_t(4096))


def test_clearing_needs_neither_stack_nor_rights(tmp_path: Path) -> None:
    """3000 nested folders, folders without rights, links and pipes: the folder goes, what links lead to stays."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").touch()
    folder = Path(scratch.make(str(tmp_path)))
    code = (
        "import os\n"
        "for _ in range(3000):\n    os.mkdir('d'); os.chdir('d')\n"
        f"os.chdir({str(folder)!r})\nos.makedirs('keep/inside')\nopen('keep/inside/data', 'w').close()\n"
        f"os.symlink({str(outside)!r}, 'keep/link')\nos.mkfifo('keep/pipe')\nos.chmod('keep/inside', 0)\nos.chmod('keep', 0)\n"
        "os.mkdir('kata-0'); open('kata-0/x', 'w').close()\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=folder)

    scratch.remove(str(folder))

    assert not folder.exists()
    assert (outside / "kept").exists()
    scratch.remove(str(folder))  # a second time is no error


# -- what a zygote leaves


def test_a_worker_sees_no_frame_of_its_zygote() -> None:
    """Above a worker's own frames nothing holds what the zygote knows of earlier workers."""
    exercise = catalog.load_exercise(TOY)
    with Sandbox(ConfinementMode.STRICT, StartMethod.FORK) as box:
        box.end(box.start(Backend.PYTHON, Limits()))
        session, worker = talk(box, exercise)

        assert worker.frames() == ["<module>", "begin"]
        session.close()


# -- honest code


SENTENCES = {
    "multiprocessing": ("import multiprocessing\nmultiprocessing.Pool(2)", "one process: use threads"),
    "a process pool": (
        "from concurrent.futures import ProcessPoolExecutor\nProcessPoolExecutor(2).submit(abs, -1)", "use threads",
    ),
    "a program": ("import subprocess\nsubprocess.run(['true'])", "one process"),
    "a shell": ("import os\nos.system('true')", "one process"),
    "input": ("input('x? ')", "run your file outside the grader, for example with `python -i doubling.py`"),
    "breakpoint": ("breakpoint()", "python -i doubling.py"),
    "pdb": ("import pdb\npdb.set_trace()\nx = 1", "python -i doubling.py"),
    "a file": ("open('notes.txt', 'w')", "this exercise writes no files: keep the data in memory"),
    "a folder": ("import pathlib\npathlib.Path('notes/today').mkdir(parents=True)", "this exercise writes no files"),
    "a temporary file": ("import tempfile\ntempfile.TemporaryFile()", "this exercise writes no files"),
    "the network": ("import urllib.request\nurllib.request.urlopen('http://example.org')", "has no network"),
}  # fmt: skip


@pytest.mark.parametrize(("source", "sentence"), SENTENCES.values(), ids=SENTENCES)
def test_what_cannot_work_says_what_to_do(exercise: Exercise, source: str, sentence: str) -> None:
    """What a machine offers and a worker does not is refused with a sentence that helps."""
    with Sandbox(ConfinementMode.STRICT) as box:
        session, worker = talk(box, exercise, "def doubled(x):\n" + "".join(f"    {s}\n" for s in source.splitlines()))
        with pytest.raises(SubmissionFailed) as told:
            worker.doubled(1)
        session.close()

    assert told.value.verdict is Verdict.RAISED
    assert sentence in told.value.message


def test_a_loader_with_workers_says_what_to_do(exercise: Exercise) -> None:
    """`DataLoader(num_workers=2)` names the number that works."""
    source = (
        "import torch\nfrom torch.utils.data import DataLoader\n"
        "def doubled(x): return list(DataLoader(range(8), batch_size=4, num_workers=2))\n"
    )
    patient = replace(exercise, backend=Backend.TORCH, limits=Limits())
    with Sandbox(ConfinementMode.STRICT) as box:
        session, worker = talk(box, patient, source)
        with pytest.raises(SubmissionFailed, match="num_workers=0 in a DataLoader"):
            worker.doubled(1)
        session.close()


def test_the_first_gradient_is_quick(exercise: Exercise) -> None:
    """The first `torch.func.grad` of a worker imports no compiler."""
    source = (
        "import sys, torch\n"
        "def doubled(x): return torch.func.grad(lambda t: (t * t).sum())(x), 'torch._dynamo' in sys.modules\n"
    )
    patient = replace(exercise, backend=Backend.TORCH, limits=Limits())
    with Sandbox(ConfinementMode.STRICT) as box:
        session, worker = talk(box, patient, source)
        import torch

        gradient, imported = worker.doubled(torch.ones(3))
        session.close()

    assert gradient.tolist() == [2.0, 2.0, 2.0]
    assert not imported
