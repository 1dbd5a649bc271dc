"""`kata batch` on a cluster: a real scheduler, workers that are processes of their own, some of which are lost."""

from __future__ import annotations

import json
import os
import random
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from grader.classes.cluster.board import Board
from grader.classes.cluster.parcel import pack, unpack, unpacked
from grader.content.catalog import content_hash, load_catalog
from grader.content.record import proof_digest
from grader.errors import GraderFault
from tests.support.crowd import RIGHT, WRONG, is_running, kata, make_crowd, start_kata
from tests.support.machines import Machines, kill

if TYPE_CHECKING:
    from collections.abc import Iterator

LOSSES: Final = int(os.environ.get("KATA_LOSSES", "0"))  # of the long test, which a nox session runs
SPY: Final = """
import pathlib, socket

def double(n):
    for open_one in (lambda: next(pathlib.Path({local!r}).rglob("hidden_tests.py")).read_text(),
                     lambda: socket.create_connection(({host!r}, {port}), timeout=1)):
        try:
            open_one()
        except Exception:
            continue
        return 2 * n  # a way out was found
    return "nothing found"
"""
# A submission cannot end a Dask worker; so a worker of these tests ends itself when it is given a certain text.
DEADLY: Final = """
import os, signal
from grader.classes.cluster import station

def deadly(self, order, grade=station.Station.grade):
    if "deadly" in order.submission.source:
        os.kill(os.getpid(), signal.SIGKILL)
    return grade(self, order)

if station.Station.grade.__name__ != "deadly":  # Dask runs a preloaded file twice
    station.Station.grade = deadly
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A catalogue of three exercises."""
    return make_crowd(tmp_path, 3)


def _write(path: Path, sources: list[str]) -> Path:
    rows = [{"task_id": f"toy0{n % 3}", "solution": source, "id": n} for n, source in enumerate(sources)]
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return path


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _wait_for(path: Path, rows: int, until: float) -> None:
    while not path.exists() or path.read_bytes().count(b"\n") < rows:
        assert time.monotonic() < until, f"{rows} rows were expected"
        time.sleep(0.01)


@pytest.mark.timeout(400)
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are looked at as Linux shows them")
def test_a_worker_is_killed_and_every_row_has_one_result(root: Path) -> None:
    """Rows of a killed worker are graded by another; its processes end; walls stand on the machines of workers."""
    pytest.importorskip("distributed")
    out = root.parent / "out.jsonl"
    with Machines(root.parent) as machines:
        lost, other = machines.join(threads=2), machines.join()
        host, _, port = machines.address.removeprefix("tcp://").rpartition(":")
        spy = SPY.format(local=str(machines.local), host=host, port=port)
        sources = [spy if n % 8 == 7 else f"{RIGHT if n % 5 else WRONG}# {n}\n" for n in range(24)]
        source = _write(root.parent / "in.jsonl", sources)
        arguments = ["batch", str(source), "--output", str(out), "--scheduler", machines.address, "--seed", "1"]
        with start_kata(root, *arguments, "--confinement", "strict") as run:
            try:
                _wait_for(out, 4, time.monotonic() + 200)
                left = kill(lost)
                said, told = run.communicate(timeout=200)
            finally:
                run.kill()
        kept = [path.name for path in machines.local.rglob("kata-content/*")]
        assert other.poll() is None
    deadline = time.monotonic() + 30
    while any(is_running(pid) for pid in left):
        assert time.monotonic() < deadline
        time.sleep(0.05)

    assert run.returncode == 0, told + machines.logs()
    assert Counter(row["id"] for row in _rows(out)) == Counter(range(24))
    assert {row["id"]: row["result"]["verdict"] for row in _rows(out)} == {
        n: "wrong" if n % 8 == 7 or n % 5 == 0 else "passed" for n in range(24)
    }
    assert "24 rows: " in said
    assert left, "the killed worker had processes beside it"
    assert set(kept) == {pack(exercise).digest for exercise in load_catalog(root).exercises}


@pytest.mark.timeout(1800)
@pytest.mark.skipif(not LOSSES, reason="`nox -s cluster` runs it")
def test_many_workers_are_lost_and_a_deadly_row_is_set_aside(root: Path) -> None:
    """Workers come and go at random moments; the row that kills three is a fault of ours, and no other row is."""
    pytest.importorskip("distributed")
    count = 40 * LOSSES
    out = root.parent / "out.jsonl"
    chance = random.Random(18)
    sources = [f"{RIGHT if n % 5 else WRONG}# {n}{' deadly' if n == 17 else ''}\n" for n in range(count)]
    source = _write(root.parent / "in.jsonl", sources)
    with Machines(root.parent, preload=DEADLY) as machines:
        for _ in range(3):
            machines.join(threads=2)
        arguments = ["batch", str(source), "--output", str(out), "--scheduler", machines.address, "--seed", "1"]
        with start_kata(root, *arguments) as run:
            try:
                killed = 0
                while run.poll() is None:
                    gone = [worker for worker in machines.workers if worker.poll() is not None]
                    for worker in gone:
                        machines.workers.remove(worker)
                        machines.join(threads=2)
                    written = out.read_bytes().count(b"\n") if out.exists() else 0
                    if killed < LOSSES and written > count * (killed + 1) // (LOSSES + 2):
                        kill(chance.choice(machines.workers))
                        killed += 1
                    time.sleep(0.05)
                said, told = run.communicate()
            finally:
                run.kill()
    found = {row["id"]: row["result"] for row in _rows(out)}

    assert killed == LOSSES
    assert run.returncode == 3, said + told + machines.logs()
    assert Counter(row["id"] for row in _rows(out)) == Counter(range(count))
    assert "3 workers were lost while they had this row" in found[17]["message"]
    assert {n: result["verdict"] for n, result in found.items()} == {
        n: "grader_fault" if n == 17 else "passed" if n % 5 else "wrong" for n in range(count)
    }


def test_a_cluster_within_the_command(root: Path) -> None:
    """`--cluster local` needs no scheduler to be started, and a stopped run is gone on from without it."""
    pytest.importorskip("distributed")
    source, out = _write(root.parent / "in.jsonl", [RIGHT, WRONG, RIGHT]), root.parent / "out.jsonl"
    code, said, told = kata(root, "batch", str(source), "--output", str(out), "--cluster", "local", "--seed", "1")
    first = _rows(out)
    out.write_text(f"{json.dumps(first[0])}\n", encoding="utf-8")
    assert kata(root, "batch", str(source), "--output", str(out), "--resume", "--seed", "1")[0] == 0

    assert code == 0, told
    assert "3 rows: 2 passed, 1 wrong." in said
    assert _comparable(_rows(out)) == _comparable(first)


def _comparable(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return rows without what was measured."""
    measured = {"duration_s", "cpu_s", "peak_memory_mb"}
    kept = [row | {"result": {k: v for k, v in row["result"].items() if k not in measured}} for row in rows]
    return sorted(kept, key=lambda row: row["id"])


@pytest.mark.parametrize(
    ("arguments", "before", "told"),
    [
        (["--cluster", "local"], "import sys; sys.modules['distributed'] = None", "pip install 'mlkata[cluster]'"),
        (["--scheduler", "127.0.0.1:1"], "", "Write it as tcp://HOST:8786."),
        (["--scheduler", "tcp://127.0.0.1:1", "-j", "2"], "", "Leave -j away"),
        (["--scheduler", "tcp://127.0.0.1:1", "--cluster", "local"], "", "Keep one of them."),
    ],
    ids=["no extra", "no address", "how many", "two clusters"],
)
def test_a_command_line_without_a_cluster_says_what_to_do(
    arguments: list[str], before: str, told: str, root: Path
) -> None:
    """What is missing or contradicts itself ends with 2 and the way out."""
    source = _write(root.parent / "in.jsonl", [RIGHT])
    code, _, said = kata(root, "batch", str(source), "--output", str(root.parent / "o"), *arguments, before=before)

    assert code == 2
    assert told in said


def _fresh(rows: Iterator[int]) -> Any:
    return lambda: next(rows, None)


def test_rows_go_to_whoever_has_least_to_do() -> None:
    """Each worker has one row a thread at work and one more waiting, the less busy first; more are not asked for."""
    board, rows = Board(), iter(range(100))
    board.join("small", 1)
    board.join("large", 3)
    put = []
    while (one := board.next(_fresh(rows))) is not None:
        put.append(one[1])

    assert Counter(put) == {"small": 2, "large": 6}
    assert next(rows) == 8
    assert "small" in put[:2]


def test_the_row_that_kills_three_workers_is_set_aside_and_its_neighbours_are_not() -> None:
    """After the first loss every suspect is alone on its worker; only the deadly one reaches the third loss."""
    board, rows = Board(), iter(range(12))
    deadly, aside, graded, alone_with = 5, [], [], []
    names = iter(f"worker{n}" for n in range(20))
    for _ in range(2):
        board.join(next(names), 2)
    where: dict[str, list[int]] = {}
    while True:
        while (put := board.next(_fresh(rows))) is not None:
            where.setdefault(put[1], []).append(put[0])
        if board.is_idle:
            break
        for address, has in list(where.items()):
            if deadly in has:
                alone_with.append(len(has))
                had, gone = board.leave(address)
                assert had == sorted(has)
                aside += gone
                del where[address]
                board.join(next(names), 2)
            elif has:
                row = has.pop(0)
                board.done(row)
                graded.append(row)

    assert aside == [deadly]
    assert sorted(graded) == [n for n in range(12) if n != deadly]
    assert alone_with[1:] == [1, 1]


def test_content_is_the_same_after_its_journey(root: Path) -> None:
    """Its hash, its record's digest and its metadata are those of the original; what was changed on its way is refused."""
    exercise = load_catalog(root).exercise("toy00")
    parcel = pack(exercise)
    folder = root.parent / "there"
    folder.mkdir()
    there = unpack(parcel, folder)

    assert content_hash(there) == content_hash(exercise)
    assert proof_digest(there) == proof_digest(exercise)
    assert unpacked(parcel.digest, folder) == unpack(parcel, folder) == there
    assert [path.name for path in folder.iterdir()] == [parcel.digest]
    changed = tuple((name, b"" if name.endswith("hidden_tests.py") else data) for name, data in parcel.files)
    with pytest.raises(GraderFault, match="changed on its way"):
        unpack(type(parcel)(parcel.digest, parcel.place, changed), folder)
