"""`python -m benchmarks.peers`: the same submissions by everybody, attacks on everybody, and how our engine grows."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

from benchmarks.peers.graders import GRADERS, is_installed
from benchmarks.peers.work import SLUGS, Item, Kind, attacks, submissions

RESULTS: Final = Path(__file__).parents[1] / "results" / "peers.json"
_LOOK_S: Final = 0.25


@dataclass
class Run:
    """What one way of grading did with some submissions.

    Attributes
    ----------
    memory_mb : float
        The most that all its processes had together, what they share counted once.
    """

    grader: str
    seconds: float = 0.0
    memory_mb: float = 0.0
    passed: dict[int, bool] = field(default_factory=dict)


def main() -> int:
    """Run what the options say; the exit code is 0 whatever the figures are."""
    parser = argparse.ArgumentParser(prog="benchmarks.peers", description=__doc__)
    parser.add_argument("--submissions", type=int, default=200, help="how many everybody grades")
    parser.add_argument("--rounds", type=int, default=2, help="in how many parts, in each of which all take turns")
    parser.add_argument("--peers", default=",".join(GRADERS), help="who takes part")
    parser.add_argument("--exercises", default=",".join(SLUGS), help="of which exercises")
    parser.add_argument("--timeout", type=float, default=10.0, help="seconds that others give a submission")
    parser.add_argument("--no-hanging", action="store_true", help="leave out those that hang, which measure deadlines")
    parser.add_argument("--no-attacks", action="store_true", help="leave the attacks out")
    parser.add_argument(
        "--scaling", default="100,1000,10000", help="how many submissions our engine grows to; empty for none"
    )
    parser.add_argument("--processes", default="1,2", help="of our engine, while it grows")
    parser.add_argument(
        "--dask", default="1,2,4", help="workers of a Dask cluster, at the least of those sizes; empty for none"
    )
    parser.add_argument("--output", type=Path, default=RESULTS, help="where the JSON goes")
    options = parser.parse_args()
    peers = [name for name in options.peers.split(",") if name]
    for name in [name for name in peers if not is_installed(name)]:
        print(f"{name} is not installed and is left out.")
        peers.remove(name)
    slugs = tuple(options.exercises.split(","))
    items = submissions(options.submissions, slugs)
    if options.no_hanging:
        items = _ending(items)
    told = {"runs": _turns(items, peers, options.rounds, options.timeout)}
    _print_runs(told["runs"], items)
    if not options.no_attacks:
        told["attacks"] = _attacked(peers, options.timeout)
    if options.scaling:
        sizes = [int(size) for size in options.scaling.split(",")]
        told["scaling"] = _grown(sizes, _numbers(options.processes), _numbers(options.dask), slugs)
    options.output.parent.mkdir(parents=True, exist_ok=True)
    plain = {name: [asdict(run) for run in runs] for name, runs in told.items()}
    options.output.write_text(
        json.dumps({"items": [asdict(item) for item in items], **plain}, indent=1), encoding="utf-8"
    )
    return 0


def _ending(items: list[Item]) -> list[Item]:
    """Return those that end by themselves: the others measure a deadline and not an engine."""
    return [item for item in items if item.kind is not Kind.HANGING]


def _numbers(text: str) -> list[int]:
    return [int(number) for number in text.split(",") if number]


def _turns(items: list[Item], peers: list[str], rounds: int, timeout_s: float) -> list[Run]:
    runs = {name: Run(name) for name in peers}
    for turn in range(rounds):
        for name, run in runs.items():
            part = _graded(name, items[turn::rounds], timeout_s)
            run.seconds += part.seconds
            run.memory_mb = max(run.memory_mb, part.memory_mb)
            run.passed |= part.passed
    return list(runs.values())


def _print_runs(runs: list[Run], items: list[Item]) -> None:
    by_kind = Counter(item.kind for item in items)
    print(f"\n{len(items)} submissions: " + ", ".join(f"{count} {kind}" for kind, count in by_kind.items()))
    print("| grader | submissions a second | times slower than kata | right failed | wrong passed | memory MB |")
    print("|---|---|---|---|---|---|")
    base = next((run.seconds for run in runs if run.grader == "kata"), None)
    for run in runs:
        failed = sum(item.is_right and not run.passed.get(item.number, False) for item in items)
        fooled = sum(not item.is_right and run.passed.get(item.number, False) for item in items)
        ratio = f"{run.seconds / base:.1f}" if base else ""
        rate = len(items) / run.seconds
        print(f"| {run.grader} | {rate:.2f} | {ratio} | {failed} | {fooled} | {run.memory_mb:.0f} |")


def _attacked(peers: list[str], timeout_s: float) -> list[Run]:
    items = attacks()
    runs = [_graded(name, items, timeout_s) for name in peers]
    print(f"\n| attack | {' | '.join(run.grader for run in runs)} |\n|---{'|---' * len(runs)}|")
    for item in items:
        cells = ("fooled" if run.passed.get(item.number) else "" for run in runs)
        print(f"| {item.name} | {' | '.join(cells)} |")
    return runs


def _grown(sizes: list[int], processes: list[int], workers: list[int], slugs: tuple[str, ...]) -> list[Run]:
    print("\n| submissions | by | a second | memory MB |\n|---|---|---|---|")
    runs = []
    plans = [(size, count, 0) for size in sizes for count in processes]
    plans += [(min(sizes), 0, count) for count in workers]
    for size, count, dask in plans:
        items = _ending(submissions(size * 2, slugs))[:size]
        run = _graded("kata", items, 0.0, processes=max(count, 1), workers=dask)
        run.grader = f"{dask} Dask workers" if dask else f"{count} processes"
        print(f"| {size:,} | {run.grader} | {size / run.seconds:.2f} | {run.memory_mb:.0f} |")
        runs.append(run)
    return runs


def _graded(grader: str, items: list[Item], timeout_s: float, processes: int = 1, workers: int = 0) -> Run:
    """Have one way of grading work in a process of its own, and weigh it."""
    with tempfile.TemporaryDirectory() as name:
        asked, result = Path(name, "asked.json"), Path(name, "result.json")
        told = {"grader": grader, "items": [asdict(item) for item in items], "timeout_s": timeout_s}
        asked.write_text(json.dumps({**told, "processes": processes, "workers": workers}), encoding="utf-8")
        command = [sys.executable, "-m", "benchmarks.peers.one", str(asked), str(result)]
        with Path(name, "log").open("w+", encoding="utf-8") as log:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
            run = Run(grader)
            ended = threading.Event()
            weigher = threading.Thread(target=_weigh, args=(process.pid, run, ended))
            weigher.start()
            process.wait()
            ended.set()
            weigher.join()
            if process.returncode:
                log.seek(0)
                raise RuntimeError(f"{grader} ended with {process.returncode}:\n{log.read()[-4000:]}")
        found = json.loads(result.read_text(encoding="utf-8"))
    run.seconds = found["seconds"]
    run.passed = {int(number): passed for number, passed in found["passed"].items()}
    return run


def _weigh(pid: int, run: Run, ended: threading.Event) -> None:
    while not ended.wait(_LOOK_S):
        run.memory_mb = max(run.memory_mb, sum(_share_mb(one) for one in _family(pid)))


def _family(pid: int) -> list[int]:
    parents = {}
    for name in os.listdir("/proc"):
        try:
            if name.isdigit():
                told = Path(f"/proc/{name}/stat").read_text(encoding="utf-8", errors="replace")
                parents[int(name)] = int(told.rpartition(") ")[2].split()[1])
        except OSError:
            continue
    found = [pid]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found


def _share_mb(pid: int) -> float:
    """Return the memory of a process in mebibytes, where what several share is divided among them."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    except OSError:
        pass
    return 0.0


if __name__ == "__main__":
    raise SystemExit(main())
