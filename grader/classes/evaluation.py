"""Evaluate samples: each a row of results, on disk before the next, and the figures over all of them."""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from grader.classes.batch import grade_all
from grader.classes.gradebook import share
from grader.classes.job import Job
from grader.errors import UsageError
from grader.model import Level, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from grader.classes.batch import Grades
    from grader.classes.job import Result, Settings
    from grader.classes.journal import Journal
    from grader.classes.sample import Sample
    from grader.model import Report

_MOST_MESSAGE: Final = 2000


@dataclass(slots=True)
class Task:
    """Counts of one exercise.

    Attributes
    ----------
    samples : int
        All that say something about the code; faults of ours do not.
    """

    samples: int = 0
    core: int = 0
    full: int = 0


@dataclass(slots=True)
class Summary:
    """The figures over all results.

    Attributes
    ----------
    tasks : dict of str to Task
        By exercise.
    invalid : int
        Rows that could not be graded. One whose exercise is known counts as a failed sample of it.
    faults : int
        Rows that the grader broke on; they count for nothing else.
    """

    tasks: dict[str, Task] = field(default_factory=dict)
    verdicts: Counter[str] = field(default_factory=Counter)
    rows: int = 0
    invalid: int = 0
    faults: int = 0

    def add(self, result: dict[str, Any]) -> None:
        """Count a result."""
        self.rows += 1
        self.verdicts[str(result["verdict"])] += 1
        self.invalid += bool(result["problem"])
        if result["verdict"] == Verdict.GRADER_FAULT:
            self.faults += 1
        elif result["exercise"]:
            task = self.tasks.setdefault(result["exercise"], Task())
            level = Level(result["level"])
            task.samples += 1
            task.core += level.reaches(Level.CORE)
            task.full += level.reaches(Level.FULL)

    def rate(self, level: Level) -> float:
        """Return the share of all samples that reach a level; 0 where there is none."""
        total = sum(task.samples for task in self.tasks.values())
        return sum(_reached(task, level) for task in self.tasks.values()) / total if total else 0.0

    def pass_at(self, k: int, level: Level) -> float | None:
        """Return the mean of pass@k over all exercises; None where one has fewer than k samples, or there is none."""
        if not self.tasks or any(task.samples < k for task in self.tasks.values()):
            return None
        values = [pass_at_k(task.samples, _reached(task, level), k) for task in self.tasks.values()]
        return sum(values) / len(values)


def _reached(task: Task, level: Level) -> int:
    return task.core if level is Level.CORE else task.full


def pass_at_k(n: int, c: int, k: int) -> float:
    """Estimate without bias how likely one of k samples is right.

    Chen et al. 2021, equation 1: one less the share of choices of k among n in which none of the c right ones is, as a product
    of factors below one, so that nothing overflows.

    Parameters
    ----------
    n : int
        Samples.
    c : int
        How many of them are right.
    k : int
        How many are drawn, at most n.
    """
    if not 0 <= c <= n or not 1 <= k <= n:
        raise ValueError(f"pass@{k} of {c} right among {n} samples is not defined")
    if n - c < k:
        return 1.0
    wrong = 1.0
    for total in range(n - c + 1, n + 1):
        wrong *= 1.0 - k / total
    return 1.0 - wrong


def evaluate(
    samples: Iterable[Sample],
    settings: Settings,
    journal: Journal,
    *,
    processes: int = 1,
    elsewhere: Grades | None = None,
    observe: Callable[[str, int], None] = lambda *_: None,
) -> Summary:
    """Grade samples and write a row for each.

    Samples are asked for as processes become free, so any number of them fits into memory.

    Parameters
    ----------
    samples : iterable of Sample
        In the order of the input.
    settings : Settings
        How to grade.
    journal : Journal
        Takes the rows; what it holds already is not graded again.
    processes : int, default=1
        How many to grade at the same time.
    elsewhere : Grades, optional
        Grades the samples instead of processes here: the workers of a cluster.
    observe : callable, optional
        Told the exercise and how many rows there are.

    Returns
    -------
    Summary
        Over earlier and new rows.

    Raises
    ------
    UsageError
        When the journal belongs to another input.
    """
    summary = Summary()
    done: dict[int, str] = {}
    for row in journal.rows():
        result = row.get("result")
        if not isinstance(result, dict) or not isinstance(result.get("number"), int):
            raise UsageError("The output holds something else than results.", "Name another file.")
        done[result["number"]] = result.get("input", "")
        summary.add(result)
    waiting: dict[int, Sample] = {}

    def write(sample: Sample, result: dict[str, Any]) -> None:
        journal.append({"task_id": sample.task_id, **sample.fields, "result": result})
        summary.add(result)
        observe(sample.task_id, summary.rows)

    def jobs() -> Iterator[Job]:
        number = 0
        for sample in samples:
            if sample.number in done:
                if done[sample.number] != sample.digest:
                    raise UsageError(f"Row {sample.number} of the input is not the one that the output holds a result of.",
                                     "Resume with the same input, or name another output.")  # fmt: skip
            elif sample.exercise is None or sample.submission is None:
                write(sample, _invalid(sample))
            else:
                waiting[number] = sample
                number += 1
                yield Job(sample.exercise, sample.submission)

    with closing(grade_all(jobs(), settings, processes, apart=True, elsewhere=elsewhere)) as results:
        for result in results:
            sample = waiting.pop(result.number)
            write(sample, _graded(sample, result))
    return summary


def _graded(sample: Sample, result: Result) -> dict[str, Any]:
    report = result.report
    return _result(sample, report.verdict, report.level) | {
        "points": report.points,
        "max_points": report.max_points,
        "share": share(report, Level.FULL),
        "layers": {count.layer: [count.passed, count.total] for count in report.layers},
        "duration_s": round(report.duration_s, 4),
        "cpu_s": round(report.cpu_s, 4),
        "peak_memory_mb": round(report.peak_memory_mb, 1),
        "seed": report.seed,
        "content_hash": report.content_hash,
        "submission_hash": report.submission_hash,
        "message": _message(report),
    }


def _invalid(sample: Sample) -> dict[str, Any]:
    return _result(sample, Verdict.INVALID, Level.NONE) | {"problem": sample.problem}


def _result(sample: Sample, verdict: Verdict, level: Level) -> dict[str, Any]:
    return {
        "number": sample.number,
        "input": sample.digest,
        "exercise": sample.exercise.slug if sample.exercise is not None else "",
        "verdict": verdict,
        "level": level,
        "problem": "",
    }


def _message(report: Report) -> str:
    """Return why it did not pass: what concerns the whole, or the first case that failed."""
    failed = (f"{case.title} {case.message}" for case in report.cases if case.verdict is not Verdict.PASSED)
    text = report.message or next(failed, "")
    return text.encode("utf-8", "replace").decode()[:_MOST_MESSAGE]
