"""The workers of a Dask scheduler as one grader: jobs in, outcomes out, whoever is lost on the way."""

from __future__ import annotations

import contextlib
import queue
import secrets
import time
from typing import TYPE_CHECKING, Any, Final, Self

from distributed import Client

from grader.classes.cluster.board import MOST_LOSSES, Board
from grader.classes.cluster.order import Missing, Order, this_grader
from grader.classes.cluster.parcel import pack
from grader.classes.cluster.station import arrive, grade_row, leave
from grader.classes.job import Cause, Fault, fault_of
from grader.errors import ContentError, GraderFault, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from grader.classes.cluster.parcel import Parcel
    from grader.classes.job import Job, Settings
    from grader.model import Report

Future = Any  # that of distributed, whose methods have no types

_LOOK_S: Final = 1.0
_FETCH_S: Final = 5.0
_CONNECT_S: Final = 15.0
_LEAVE_S: Final = 10.0
_FIRST_S: Final = 60.0  # without any worker, before the first row
_LATER_S: Final = 900.0  # without any worker, later: machines may be on their way
_ASIDE: Final = Fault(
    Cause.KILLED,
    f"{MOST_LOSSES} workers were lost while they had this row, the last of them with nothing else to do; it is set aside.",
    "Grade it alone with `kata grade`, and look at the logs of the workers.",
)


class Crew:
    """Grades jobs on the workers of a scheduler.  Use it as a context manager.

    Rows that a lost worker had are tried elsewhere, workers that come later are given rows, and results that are there stay.

    Parameters
    ----------
    address : str
        Of the scheduler, `tcp://…` or, with the certificates of Dask's own configuration, `tls://…`.
    settings : Settings
        How to grade; folders that are secret are those of the workers.

    Raises
    ------
    UsageError
        On entering, when nobody answers there.
    """

    def __init__(self, address: str, settings: Settings) -> None:
        self._address = address
        self._settings = settings
        self._name = f"kata-{secrets.token_hex(8)}"
        self._board = Board()
        self._jobs: dict[int, Job] = {}
        self._out: dict[int, Future] = {}
        self._told: queue.SimpleQueue[tuple[int, Future]] = queue.SimpleQueue()
        self._parcels: dict[str, Parcel] = {}
        self._sent: dict[str, set[str]] = {}
        self._strangers: dict[str, str] = {}
        self._tries = 0
        self._looked_at = 0.0
        self._ended = False
        self._alive_at = 0.0
        self._client: Any

    def __enter__(self) -> Self:
        try:
            self._client = Client(  # type: ignore[no-untyped-call]
                self._address, timeout=_CONNECT_S, set_as_default=False, name=self._name
            )
        except (OSError, TimeoutError, ValueError) as error:
            remedy = "Start one with `dask scheduler`, and workers with `dask worker`; or use --cluster local."
            raise UsageError(f"No scheduler answers at {self._address} ({_first_line(error)}).", remedy) from None
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(Exception):  # whoever is gone needs no goodbye
            self._client.sync(self._goodbye, callback_timeout=_LEAVE_S)
        with contextlib.suppress(Exception):
            self._client.close(timeout=_LEAVE_S)

    @property
    def strangers(self) -> dict[str, str]:
        """Workers that are given no rows, and why."""
        return dict(self._strangers)

    def run(self, jobs: Iterable[Job]) -> Iterator[tuple[int, Report | Fault]]:
        """Yield the number and the outcome of every job, as they end.

        Parameters
        ----------
        jobs : iterable of Job
            What to grade; asked for the next one when a worker is free for it.

        Raises
        ------
        UsageError
            When no worker that has this mlkata joins in time.
        GraderFault
            When the scheduler is gone, or all workers are for a long time.
        """
        source = enumerate(jobs)
        self._alive_at = time.monotonic()

        def fresh() -> int | None:
            number, job = next(source, (None, None))
            if number is None or job is None:
                self._ended = True
            else:
                self._jobs[number] = job
            return number

        try:
            while True:
                yield from self._look()
                while (put := self._board.next(fresh)) is not None:
                    fault = self._send(*put)
                    if fault is not None:
                        yield put[0], fault
                if self._ended and self._board.is_idle:
                    return
                yield from self._hear()
        finally:
            futures, self._out = list(self._out.values()), {}
            with contextlib.suppress(Exception):
                self._client.cancel(futures, force=True)

    def _look(self) -> Iterator[tuple[int, Fault]]:
        """See who is there, every second: greet who is new, and take back the rows of who is lost."""
        now = time.monotonic()
        if now - self._looked_at < _LOOK_S:
            return
        present = self._asked(self._client.nthreads)
        for address in self._board.addresses - present.keys():
            yield from self._lose(address)
        new = [one for one, threads in present.items() if threads and one not in self._board.addresses]
        new = [one for one in new if one not in self._strangers]
        if new:
            self._greet(new, present)
        now = self._looked_at = time.monotonic()
        if self._board.addresses:
            self._alive_at = now
        elif now - self._alive_at > (_LATER_S if self._tries else _FIRST_S):
            self._give_up()

    def _greet(self, new: list[str], threads: dict[str, int]) -> None:
        answers = self._asked(
            lambda: self._client.run(arrive, self._name, self._settings, workers=new, on_error="return")
        )
        ours = this_grader()
        for address, answer in answers.items():
            if isinstance(answer, OSError):
                continue  # it is gone again, or not yet there: the next look tells
            if isinstance(answer, ImportError):
                self._strangers[address] = f"cannot import mlkata ({_first_line(answer)})"
            elif isinstance(answer, Exception):
                self._strangers[address] = f"cannot take part ({type(answer).__name__}: {_first_line(answer)})"
            elif answer.grader != ours:
                self._strangers[address] = f"has mlkata {answer.grader}, and this machine has {ours}"
            else:
                self._board.join(address, threads[address])
                self._sent[address] = set(answer.contents)

    def _give_up(self) -> None:
        if self._tries:
            raise GraderFault(f"All workers of {self._address} are lost, and none came back.", "Go on with --resume.")
        if self._strangers:
            address, reason = next(iter(self._strangers.items()))
            raise UsageError(f"No worker of {self._address} can grade: {address} {reason}.",
                             "Install the same mlkata in the environment of the workers.")  # fmt: skip
        raise UsageError(f"The scheduler at {self._address} has no workers.", "Start some with `dask worker`.")

    def _send(self, number: int, address: str) -> Fault | None:
        """Hand a row to a worker; return why that is impossible."""
        job = self._jobs[number]
        try:
            parcel = self._parcels.get(job.exercise.slug)
            if parcel is None:
                parcel = self._parcels[job.exercise.slug] = pack(job.exercise)
        except ContentError as error:
            self._forget(number)
            return fault_of(error)
        known = self._sent[address]
        carried = None if parcel.digest in known else parcel
        known.add(parcel.digest)
        order = Order(self._name, parcel.digest, carried, job.submission, job.refused)
        self._tries += 1
        key = f"kata-{self._name}-{number}-{self._tries}"
        future = self._asked(
            lambda: self._client.submit(
                grade_row, order, key=key, workers=[address], allow_other_workers=False, pure=False
            )
        )
        self._await(number, future)
        return None

    def _await(self, number: int, future: Future) -> None:
        self._out[number] = future
        future.add_done_callback(lambda done: self._told.put((number, done)))

    def _hear(self) -> Iterator[tuple[int, Report | Fault]]:
        """Wait for answers until it is time to look around again, and yield what they say."""
        done = self._answered()
        answers = self._fetched([number for number, future in done.items() if future.status == "finished"])
        for number, future in done.items():
            if number in answers:
                yield from self._take(number, answers[number])
            elif future.status == "error":
                error = future.exception()
                yield from self._take(number, None if type(error).__name__ == "KilledWorker" else fault_of(error))
            elif future.status in {"finished", "pending"}:
                # It could not be fetched. If its worker is lost, the next look tells; else it is fetched again.
                self._looked_at = 0.0
                self._await(number, future)
            else:
                yield from self._take(number, None)

    def _answered(self) -> dict[int, Future]:
        """Return the futures that are done, as soon as there is one."""
        done: dict[int, Future] = {}
        wait = max(self._looked_at + _LOOK_S - time.monotonic(), 0.0)
        with contextlib.suppress(queue.Empty):
            number, future = self._told.get(timeout=wait)
            while True:
                if self._out.get(number) is future:  # else the row was taken back meanwhile
                    done[number] = future
                number, future = self._told.get_nowait()
        return done

    def _fetched(self, numbers: list[int]) -> dict[int, Report | Fault | Missing]:
        """Fetch answers from the workers that hold them; those that are lost with their worker are missing."""
        if not numbers:
            return {}
        futures = [self._out[number] for number in numbers]
        try:
            gathered = self._client.sync(self._gather, futures, callback_timeout=_FETCH_S)
        except Exception:  # noqa: BLE001  a worker was lost with an answer, nobody says which
            return {}
        return dict(zip(numbers, gathered, strict=True))

    def _take(self, number: int, answer: Report | Fault | Missing | None) -> Iterator[tuple[int, Report | Fault]]:
        if number not in self._out:
            return  # its worker was found to be lost a moment ago
        if answer is None:
            yield from self._lose_row(number)
        elif answer is Missing.STATION:  # the worker was started anew at the same address
            yield from self._lose(self._board.where(number))
        elif answer is Missing.CONTENT:
            address = self._board.where(number)
            self._sent[address].clear()
            self._send(number, address)
        elif isinstance(answer, Missing):
            raise AssertionError(answer)
        else:
            self._forget(number)
            yield number, answer

    def _lose(self, address: str) -> Iterator[tuple[int, Fault]]:
        """Take back the rows of a worker that is lost; yield those that are set aside."""
        had, aside = self._board.leave(address)
        self._sent.pop(address, None)
        futures = [self._out.pop(number) for number in had]
        self._asked(lambda: self._client.cancel(futures, force=True))
        for number in aside:
            self._jobs.pop(number)
            yield number, _ASIDE

    def _lose_row(self, number: int) -> Iterator[tuple[int, Fault]]:
        future = self._out.pop(number)
        self._asked(lambda: self._client.cancel([future], force=True))
        if self._board.lose(number):
            self._jobs.pop(number)
            yield number, _ASIDE

    def _forget(self, number: int) -> None:
        self._board.done(number)
        self._jobs.pop(number)
        self._out.pop(number, None)

    def _asked(self, question: Any) -> Any:
        """Return what the scheduler answers.

        Raises
        ------
        GraderFault
            When it is gone.
        """
        if self._client.status != "running":
            raise self._gone("its connection is closed")
        try:
            return question()
        except (OSError, TimeoutError) as error:
            raise self._gone(_first_line(error)) from None

    def _gone(self, reason: str) -> GraderFault:
        return GraderFault(f"The scheduler at {self._address} is gone ({reason}).",
                           "What was graded is kept; go on with --resume.")  # fmt: skip

    async def _gather(self, futures: list[Future]) -> list[Report | Fault | Missing]:
        gathered: list[Report | Fault | Missing] = await self._client.gather(futures)
        return gathered

    async def _goodbye(self) -> None:
        here = sorted(self._board.addresses)
        if here:
            await self._client.run(leave, self._name, workers=here, on_error="ignore")


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:300]
