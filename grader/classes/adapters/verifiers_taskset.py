"""A taskset for `verifiers` (0.4, its `v1`): katas as tasks, the judge as the reward.

::

    uv run eval mlkata-katas --env.taskset.track attention --env.taskset.task.reward core
"""

from __future__ import annotations

import asyncio
from functools import cache
from typing import TYPE_CHECKING, Final

import verifiers.v1 as vf  # type: ignore[import-not-found,unused-ignore]

from grader.classes.adapters.examiner import Examiner, words
from grader.classes.api import Kind, reward_of
from grader.content.catalog import find_root
from grader.model import ConfinementMode

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["KataTaskset"]
_KEPT: Final = "kata"


class KataData(vf.TaskData):  # type: ignore[misc,unused-ignore]
    """A kata as it is recorded with a trace: what a model is asked, and nothing hidden."""

    slug: str = ""
    track: str = ""
    difficulty: str = ""


class KataTaskConfig(vf.TaskConfig):  # type: ignore[misc,unused-ignore]
    """How an answer is judged: `--env.taskset.task.*`.

    Attributes
    ----------
    reward : Kind
        `core` and `full` are 1 for a level that is reached; `share` is the share of the points.
    processes : int
        How many answers are graded at the same time.
    seed : int or None
        Seed of the hidden inputs; fresh for each answer by default, so that a policy cannot learn them.
    confinement : ConfinementMode
        `strict` refuses where the kernel cannot confine.
    """

    reward: Kind = Kind.SHARE
    processes: int = 2
    seed: int | None = None
    confinement: ConfinementMode = ConfinementMode.STRICT


class KataConfig(vf.TasksetConfig):  # type: ignore[misc,unused-ignore]
    """Which katas are asked: `--env.taskset.*`.

    Attributes
    ----------
    slugs : str
        Names, separated by commas; all by default.
    track, difficulty : str
        Only those of this track, and only those that are `easy`, `medium` or `hard`.
    """

    slugs: str = ""
    track: str = ""
    difficulty: str = ""
    task: KataTaskConfig = KataTaskConfig()


class KataTask(vf.Task[KataData, vf.State, KataTaskConfig]):  # type: ignore[misc,unused-ignore]
    """One kata. The last reply of the model is its answer; the runtime that it worked in is never asked."""

    @vf.metric  # type: ignore[untyped-decorator,unused-ignore]
    async def levels(self, trace: vf.Trace) -> dict[str, float]:
        """Judge the answer, keep the verdict with the trace, and return which levels it reaches.

        A fault of the grader's is an exception, which fails the rollout and rewards nothing.
        """
        config = self.config
        examiner = _examiner(find_root(), config.processes, config.seed, config.confinement)
        report = await asyncio.to_thread(examiner.report, self.data.slug, trace.last_reply)
        trace.info[_KEPT] = {
            "verdict": str(report.verdict),
            "level": str(report.level),
            "points": report.points,
            "max_points": report.max_points,
            "rewards": {kind.value: reward_of(report, kind) for kind in Kind},
            "told": words(report),
            "confinement": report.confinement.level,
            "seed": report.seed,
            "content_hash": report.content_hash,
        }
        return {kind.value: reward_of(report, kind) for kind in (Kind.CORE, Kind.FULL)}

    @vf.reward(weight=1.0)  # type: ignore[untyped-decorator,unused-ignore]
    async def kata(self, trace: vf.Trace) -> float:
        """Return the reward; `verifiers` asks for metrics first."""
        if _KEPT not in trace.info:
            await self.levels(trace)
        return float(trace.info[_KEPT]["rewards"][self.config.reward.value])


class KataTaskset(vf.Taskset[KataTask, KataConfig]):  # type: ignore[misc,unused-ignore]
    """The katas that the configuration names."""

    def load(self) -> Iterable[KataTask]:
        """Yield a task for each."""
        config = self.config
        task = config.task
        examiner = _examiner(find_root(), task.processes, task.seed, task.confinement)
        for exercise in examiner.exercises(slugs=config.slugs, track=config.track, difficulty=config.difficulty):
            data = KataData(
                id=exercise.slug,
                name=exercise.slug,
                description=exercise.title,
                prompt=examiner.question(exercise),
                slug=exercise.slug,
                track=exercise.track,
                difficulty=str(exercise.difficulty),
            )
            yield KataTask(data, task)


@cache
def _examiner(_root: Path, processes: int, seed: int | None, confinement: ConfinementMode) -> Examiner:
    """Return the one examiner of this process for a catalogue; tasks are copied deeply, and it cannot be."""
    return Examiner(processes=processes, seed=seed, confinement=confinement)
