"""An evaluation for `inspect_ai`: katas as the data set, the judge as the scorer.

::

    inspect eval grader/classes/adapters/inspect_task.py@katas --model openai/gpt-4o -T track=attention -T processes=8
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import anyio.to_thread
from inspect_ai import Task, task  # type: ignore[import-not-found,unused-ignore]
from inspect_ai.dataset import MemoryDataset, Sample  # type: ignore[import-not-found,unused-ignore]
from inspect_ai.scorer import Score, mean, scorer, stderr  # type: ignore[import-not-found,unused-ignore]
from inspect_ai.solver import generate  # type: ignore[import-not-found,unused-ignore]

from grader.classes.adapters.examiner import Examiner, words
from grader.classes.api import Kind, reward_of
from grader.classes.sample import code_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

_KINDS = (Kind.CORE, Kind.FULL, Kind.SHARE)


@task  # type: ignore[untyped-decorator,unused-ignore]
def katas(
    slugs: str = "",
    track: str = "",
    difficulty: str = "",
    processes: int = 2,
    seed: int | None = None,
    confinement: str = "strict",
) -> Task:
    """Return the task: a sample for each kata, one answer of the model for each.

    Parameters
    ----------
    slugs : str, default=""
        Names of katas, separated by commas; all by default.
    track, difficulty : str, default=""
        Only those of this track, and only those that are `easy`, `medium` or `hard`.
    processes : int, default=2
        How many answers are graded at the same time.
    seed : int, optional
        Seed of the hidden inputs; fresh for each answer by default.
    confinement : str, default="strict"
        `strict` refuses where the kernel cannot confine; `auto` and `off` are for machines to throw away.
    """
    examiner = Examiner(processes=processes, seed=seed, confinement=confinement)
    samples = [
        Sample(
            id=exercise.slug,
            input=examiner.question(exercise),
            target="full",
            metadata={
                "track": exercise.track,
                "difficulty": str(exercise.difficulty),
                "backend": str(exercise.backend),
            },
        )
        for exercise in examiner.exercises(slugs=slugs, track=track, difficulty=difficulty)
    ]
    return Task(dataset=MemoryDataset(samples, name="mlkata"), solver=generate(), scorer=judge(examiner))


@scorer(metrics={kind.value: [mean(), stderr()] for kind in _KINDS})  # type: ignore[untyped-decorator,unused-ignore]
def judge(examiner: Examiner | None = None) -> Callable[[Any, Any], Awaitable[Score]]:
    """Return the scorer: 1 for `core` and `full` where the answer reaches that level, and the `share` of points.

    A fault of the grader's is an exception, which `inspect_ai` counts as an error of the sample and not as a wrong answer.

    Parameters
    ----------
    examiner : Examiner, optional
        Judges; one with a single process by default.
    """
    asked = Examiner() if examiner is None else examiner

    async def score(state: Any, _target: Any) -> Score:
        said, slug = state.output.completion, str(state.sample_id)
        report = await anyio.to_thread.run_sync(functools.partial(asked.report, slug, said))
        (exercise,) = asked.exercises(slugs=slug)
        return Score(
            value={kind.value: reward_of(report, kind) for kind in _KINDS},
            answer=code_of(said, exercise),
            explanation=words(report),
            metadata={
                "verdict": str(report.verdict),
                "level": str(report.level),
                "points": report.points,
                "max_points": report.max_points,
                "confinement": report.confinement.level,
                "seed": report.seed,
                "content_hash": report.content_hash,
            },
        )

    return score
