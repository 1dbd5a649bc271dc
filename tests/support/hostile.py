"""Hostile submissions: their files, the canaries they look for, and what is left after they ran."""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import os
import re
import secrets
import shutil
import socket
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from unittest import mock

from grader.content import catalog
from grader.intake.submission import submission_from_text
from grader.judge import grade
from grader.model import Backend, Limits, Verdict
from grader.render import json as json_report
from grader.render import junit, text
from grader.sandbox.fork import ForkBackend
from grader.worker.wire import Channel

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.model import CaseResult, Report
    from grader.sandbox import Sandbox

ROOT: Final = Path(__file__).parents[2]
ATTACKS: Final = ROOT / "tests" / "security" / "attacks"
CONTROLS: Final = ROOT / "tests" / "security" / "controls"
_PATIENCE_S = 10.0
MOST_HOST_MIB: Final = 400.0
SHARED: Final = tuple(Path(folder) / "kata-message" for folder in ("/dev/shm", "/tmp", "/var/tmp", "/run/lock"))
_CONTROL: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f\x80-\x9f\u202a-\u202e\u2066-\u2069]")
_DEEDS: Final = ("connected", "opened", "gained", "owned by", "message-to-the-next")


@dataclass(frozen=True)
class Attack:
    """One hostile submission.

    Attributes
    ----------
    name : str
        Group and file name: `a/01_exit_on_import`.
    tries : str
        What it tries, one sentence.
    exercise : str
        Slug of the exercise it is handed in for.
    verdicts : tuple of Verdict
        What it may get.
    limit : str
        Why it succeeds, where that is a documented limit.
    unsafe : str
        Why it is not run without confinement.
    scratch : bool
        Whether its exercise lets files be written.
    extends : bool
        Whether it is put behind the reference, and only says what it does otherwise.
    """

    name: str
    tries: str
    exercise: str
    verdicts: tuple[Verdict, ...]
    limit: str = ""
    unsafe: str = ""
    scratch: bool = False
    extends: bool = False

    @property
    def row(self) -> int:
        """Number in the threat model."""
        return int(self.name.partition("/")[2][:2])

    def source(self, folder: Path = ATTACKS) -> str:
        """Text of the submission, with places still to be filled in."""
        return (folder / f"{self.name}.py").read_text(encoding="utf-8")


def read_attacks(folder: Path = ATTACKS) -> list[Attack]:
    """Read the first lines of every attack."""
    attacks = []
    for path in sorted(folder.glob("*/*.py" if folder == ATTACKS else "*.py")):
        tries, *fields = [line[2:] for line in path.read_text(encoding="utf-8").splitlines() if line[:2] == "# "][:6]
        told = dict(field.split(": ", 1) for field in fields if ": " in field)
        attacks.append(
            Attack(
                name=path.relative_to(folder).with_suffix("").as_posix(),
                tries=tries,
                exercise=told["exercise"],
                verdicts=tuple(Verdict(word) for word in told["verdict"].split(", ")),
                limit=told.get("limit", ""),
                unsafe=told.get("unsafe", ""),
                scratch="scratch" in told,
                extends="extends" in told,
            )
        )
    return attacks


@dataclass(frozen=True)
class Outcome:
    """What one attack came to.

    Attributes
    ----------
    report : Report
        What the grader said.
    leaks : tuple of str
        Canaries that the worker came to know.
    damage : tuple of str
        What it changed or reached outside its folder.
    host_mib : float
        Greatest resident memory of the grader during the run above that at its start, mebibytes.
    """

    report: Report
    leaks: tuple[str, ...]
    damage: tuple[str, ...]
    host_mib: float

    def succeeded(self, attack: Attack) -> bool:
        """Whether the attack reached anything, or got a verdict that it must not get."""
        return bool(self.leaks or self.damage) or self.report.verdict not in attack.verdicts

    @property
    def how(self) -> str:
        """What the first case that failed says."""
        failed: list[CaseResult] = [case for case in self.report.cases if case.verdict is not Verdict.PASSED]
        return " ".join((failed[0].message or self.report.message).split()) if failed else "passed"


class World:
    """A checkout, a host and a neighbour, all with canaries in them.

    Parameters
    ----------
    folder : Path
        An empty folder.
    sandbox : Sandbox
        Where submissions run; it must keep the folder secret.
    """

    def __init__(self, folder: Path, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._folder = folder
        self._canaries = {
            place: f"canary-{place}-{secrets.token_hex(8)}"
            for place in ("tests", "checkout", "git", "environment", "memory", "neighbour", "reference")
        }
        self.checkout = folder / "checkout"
        for part in ("exercises", "solutions"):
            shutil.copytree(ROOT / part, self.checkout / part, ignore=shutil.ignore_patterns("__pycache__"))
        for path in self.checkout.glob("exercises/*/*/hidden_tests.py"):
            with path.open("a", encoding="utf-8") as file:
                file.write(f"\n\nCANARY = {self._canaries['tests']!r}\n")
        for path in self.checkout.glob("solutions/*/*/*.py"):
            with path.open("a", encoding="utf-8") as file:
                file.write(f"\n# {self._canaries['reference']}\n")
        (self.checkout / "secret.txt").write_text(self._canaries["checkout"], encoding="utf-8")
        (self.checkout / ".git").mkdir()
        (self.checkout / ".git" / "config").write_text(self._canaries["git"], encoding="utf-8")
        self.runner_file = folder / "runner_output"
        self.runner_file.write_text("", encoding="utf-8")
        self.neighbour = sandbox.start(Backend.PYTHON, Limits(), scratch=True)
        self._neighbours = str(self.neighbour.scratch)
        Path(self._neighbours, "note").write_text(self._canaries["neighbour"], encoding="utf-8")
        self._environment = {"KATA_CANARY": self._canaries["environment"], "GITHUB_OUTPUT": str(self.runner_file)}
        os.environ.update(self._environment)
        self._tcp = socket.create_server(("127.0.0.1", 0))
        self._tcp.setblocking(False)
        self._unix = socket.socket(socket.AF_UNIX)
        self._socket_folder = tempfile.mkdtemp(prefix="door-")  # the path of a socket must be short
        self._unix.bind(f"{self._socket_folder}/socket")
        self._unix.listen()
        self._unix.setblocking(False)
        self._places = {
            "CHECKOUT": str(self.checkout),
            "HOST_PID": str(os.getpid()),
            "PARENT_PID": str(_parent(self.neighbour.pid)),
            "OTHER_SCRATCH": self._neighbours,
            "RUNNER_FILE": str(self.runner_file),
            "SOCKET": f"{self._socket_folder}/socket",
            "PORT": str(self._tcp.getsockname()[1]),
        }
        self._catalog = catalog.load_catalog(self.checkout)
        self._there: set[int] = set()
        importlib.import_module("torch")  # hidden tests import it, which is nothing that an attack takes
        self._start_mib = _resident_mib("VmRSS")

    def close(self) -> None:
        """Take everything away again."""
        self._sandbox.end(self.neighbour)
        for name in self._environment:
            os.environ.pop(name, None)
        self._tcp.close()
        self._unix.close()
        shutil.rmtree(self._socket_folder)

    def run(self, attack: Attack, folder: Path = ATTACKS) -> Outcome:
        """Hand an attack in, and see what it got and what it did.

        Parameters
        ----------
        attack : Attack
            What to hand in.
        folder : Path, default=ATTACKS
            Where its file lies.
        """
        source = attack.source(folder)
        if attack.extends:  # behind the reference of this checkout: those of the world hold canaries
            reference = catalog.load_catalog(ROOT).exercise(attack.exercise).reference_path
            source = f"{reference.read_text(encoding='utf-8')}\n\n{source}"
        for name, value in self._places.items():
            source = source.replace(f"@{name}@", value)
        exercise = replace(self._catalog.exercise(attack.exercise), scratch=attack.scratch)
        hangs = attack.verdicts[0] is Verdict.TIMED_OUT
        if hangs:
            exercise = replace(exercise, limits=replace(exercise.limits, load_s=3.0, call_s=1.0, case_s=3.0))
        before = self._files()
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak is counted from here
        self._there = _descendants()  # also what other tests at work beside this one have not ended yet
        with self._listening() as leaks:
            report = grade(
                exercise,
                submission_from_text(exercise.slug, source),
                self._sandbox,
                seed=7,
                fail_fast=hangs or attack.name.startswith("d/"),
            )
        host_mib = _resident_mib("VmHWM") - self._start_mib
        told = [text.render([report], color=False, links=False, verbose=True), json_report.render([report])]
        told += [junit.render([report]), *(case.output for case in report.cases)]
        damage = list(self._damage(before, report))
        if any(_CONTROL.search(rendered) for rendered in told[:3]):
            damage.append("put control characters into a report")
        for rendered in told:
            leaks |= self._canaries_in(rendered.encode("utf-8", "replace"))
        return Outcome(report, tuple(sorted(leaks)), tuple(damage), host_mib)

    def _canaries_in(self, data: bytes) -> set[str]:
        if b"canary-" not in data:
            return set()
        return {place for place, canary in self._canaries.items() if canary.encode() in data}

    @contextlib.contextmanager
    def _listening(self) -> Iterator[set[str]]:
        """Look for canaries in every frame that comes from a worker; frames are not kept, so that memory can be weighed."""
        leaks: set[str] = set()
        receive = Channel.receive

        def listening(channel: Channel, *args: Any, **options: Any) -> Any:
            message, blobs = receive(channel, *args, **options)
            leaks.update(self._canaries_in(repr(message).encode("utf-8", "replace")), self._canaries_in(bytes(blobs)))
            return message, blobs

        with mock.patch.object(Channel, "receive", listening):
            yield leaks

    def _damage(self, before: dict[str, str], report: Report) -> Iterator[str]:
        after = self._files()
        for path in sorted(before.keys() | after.keys()):
            if before.get(path) != after.get(path):
                yield f"{'changed' if path in before and path in after else 'made or removed'} {Path(path).name}"
        for shared in SHARED:
            if shared.exists():
                yield f"left {shared}"
                shared.unlink()
        for server, name in ((self._tcp, "a port"), (self._unix, "a socket")):
            with contextlib.suppress(BlockingIOError):
                server.accept()[0].close()
                yield f"reached {name}"
        deadline = time.monotonic() + _PATIENCE_S
        while (left := _descendants() - self._known() - self._there) and time.monotonic() < deadline:
            time.sleep(0.1)  # what was told to end needs a moment on a busy machine
        if left:
            yield f"left {len(left)} processes"
        printed = "\n".join(case.output for case in report.cases)
        yield from (word for word in _DEEDS if word in printed)

    def _known(self) -> set[int]:
        """Processes that may be there between two runs: ours, the zygotes, the neighbour and workers that wait."""
        orders = [order for waiting in self._sandbox._ordered.values() for order in waiting]
        waiting = {order.started().pid for order in orders}
        zygotes = {
            b._process.pid
            for b in self._sandbox._backends.values()
            if isinstance(b, ForkBackend) and b._process is not None
        }
        return {os.getpid(), self.neighbour.pid} | waiting | zygotes

    def _files(self) -> dict[str, str]:
        found = {}
        for top in (str(self._folder), self._neighbours):
            for folder, _, names in os.walk(top):
                for name in names:
                    path = os.path.join(folder, name)
                    try:
                        with open(path, "rb") as file:
                            found[path] = hashlib.sha256(file.read()).hexdigest()
                    except OSError as error:
                        found[path] = str(error)
        return found


def _resident_mib(field: str) -> float:
    """A figure of this process's resident memory, mebibytes."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition(f"{field}:")[2].split()[0]) / 1024


def _parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[1])


def _descendants() -> set[int]:
    """Process identifiers of all that came from this process, and of workers that lost their parent."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, UnicodeDecodeError):
                state, parent = (entry / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[:2]
                orphan = parent == "1" and b"grader.worker" in (entry / "cmdline").read_bytes()
                if state != "Z":
                    parents[int(entry.name)] = os.getpid() if orphan else int(parent)
    found = {os.getpid()}
    while True:
        more = {pid for pid, parent in parents.items() if parent in found} - found
        if not more:
            return found
        found |= more
