"""The judge as the scorer of `inspect_ai` and as the reward of `verifiers`; both libraries only where they are installed."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any

import pytest

from grader.classes.adapters.examiner import Examiner, words
from grader.errors import GraderFault, UsageError
from grader.model import Verdict
from tests.support.crowd import REFERENCE, RIGHT, STUB, WRONG, make_crowd

if TYPE_CHECKING:
    from pathlib import Path

SAID = f"It is simple:\n\n```python\n{RIGHT}```\n"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A catalogue of three exercises, which is found as `kata` finds its own."""
    made = make_crowd(tmp_path, 3)
    monkeypatch.setenv("KATA_ROOT", str(made))
    monkeypatch.setenv("KATA_HOME", str(tmp_path / "home"))
    return made


def test_a_model_is_asked_the_prompt_and_the_stub_and_nothing_hidden(root: Path) -> None:
    """Not even where somebody solved the stub in the checkout, or wrote the solution beside it."""
    (root / "exercises/toys/toy00/toy00.py").write_text(REFERENCE, encoding="utf-8")
    with Examiner() as examiner:
        (exercise,) = examiner.exercises(slugs="toy00")
        asked = examiner.question(exercise)

        assert "Double a number." in asked
        assert STUB.strip() in asked
        assert "return 2 * n" not in asked
        assert [one.slug for one in examiner.exercises(track="toys", difficulty="easy")] == ["toy00", "toy01", "toy02"]
        with pytest.raises(UsageError, match="No exercise is as asked"):
            examiner.exercises(difficulty="hard")


def test_many_threads_share_an_examiner(root: Path) -> None:
    """Each has the verdict on its own answer, and what was asked in between is not mixed up."""
    answers = [SAID if n % 3 else f"```python\n{WRONG}```" for n in range(9)]
    found: dict[int, Verdict] = {}
    with Examiner(processes=2, confinement="auto") as examiner:

        def ask(number: int) -> None:
            found[number] = examiner.report(f"toy0{number % 3}", answers[number]).verdict

        threads = [threading.Thread(target=ask, args=(number,)) for number in range(9)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        refused = examiner.report("toy00", "I would rather not.")

    assert found == {n: Verdict.PASSED if n % 3 else Verdict.WRONG for n in range(9)}
    assert words(refused).startswith("invalid: The file is not Python")


def test_a_fault_of_the_grader_is_no_score(root: Path) -> None:
    """It is an exception, and the examiner judges the next answer."""
    (root / "exercises/toys/toy01/hidden_tests.py").write_text("1 / 0\n", encoding="utf-8")
    with Examiner(confinement="auto") as examiner:
        with pytest.raises(GraderFault):
            examiner.report("toy01", SAID)
        assert examiner.report("toy00", SAID).verdict is Verdict.PASSED


@pytest.mark.filterwarnings("ignore")
@pytest.mark.timeout(300)
def test_inspect_scores_with_the_judge(root: Path) -> None:
    """`inspect_ai` runs the task with a model of its own that says the same for each kata; one answer is right."""
    inspect_ai = pytest.importorskip("inspect_ai")
    from grader.classes.adapters.inspect_task import katas

    model = pytest.importorskip("inspect_ai.model")
    said = [model.ModelOutput.from_content("mockllm/model", text) for text in (SAID, f"```python\n{WRONG}```", "No.")]
    for output in said:  # else it counts tokens, with a table that it would download
        output.usage = model.ModelUsage(input_tokens=1, output_tokens=1, total_tokens=2)
    (log,) = inspect_ai.eval(
        katas(slugs="toy00,toy01,toy02", confinement="auto"),
        model=model.get_model("mockllm/model", custom_outputs=said),
        display="none",
        log_dir=str(root.parent / "logs"),
        max_samples=1,
    )

    assert log.status == "success", log.error
    assert {score.name: score.metrics["mean"].value for score in log.results.scores} == {
        "core": pytest.approx(1 / 3), "full": pytest.approx(1 / 3), "share": pytest.approx(1 / 2),
    }  # fmt: skip
    scores = {sample.id: sample.scores["judge"] for sample in log.samples}
    assert {slug: score.metadata["verdict"] for slug, score in scores.items()} == {
        "toy00": "passed", "toy01": "wrong", "toy02": "invalid",
    }  # fmt: skip
    assert scores["toy00"].answer == RIGHT


@pytest.mark.filterwarnings("ignore")
@pytest.mark.timeout(300)
@pytest.mark.parametrize(("kind", "of_wrong"), [("share", 0.5), ("core", 0.0)])
def test_verifiers_rewards_with_the_judge(kind: str, of_wrong: float, root: Path) -> None:
    """`verifiers` finds the taskset by its name, and scores what a trace says last; the verdict stays with the trace."""
    pytest.importorskip("verifiers")
    import verifiers.v1 as vf  # type: ignore[import-not-found,unused-ignore]
    from verifiers.v1.utils.loaders import (  # type: ignore[import-not-found,unused-ignore]
        load_taskset,
        taskset_config_type,
    )

    config = taskset_config_type("mlkata-katas").model_validate(
        {"id": "mlkata-katas", "slugs": "toy00,toy01", "task": {"reward": kind, "confinement": "auto"}}
    )
    task, other = list(load_taskset(config))

    def scored(text: str) -> Any:
        trace = vf.Trace(
            task=vf.TraceTask(type=type(task).__name__, data=task.data, key=task.key, hash=task.hash),
            agent=vf.AgentInfo(config=vf.AgentConfig()),
        )
        trace.nodes.append(vf.MessageNode(message=vf.AssistantMessage(content=text), sampled=True))
        asyncio.run(task.score(trace))
        return trace

    right, wrong = scored(SAID), scored(f"```python\n{WRONG}```")
    (root / "exercises/toys/toy00/hidden_tests.py").write_text("1 / 0\n", encoding="utf-8")

    assert (task.data.name, other.data.name) == ("toy00", "toy01")
    assert STUB.strip() in task.data.prompt
    assert (right.rewards["kata"].score, wrong.rewards["kata"].score) == (1.0, of_wrong)
    assert right.metrics == {"core": 1.0, "full": 1.0}
    assert wrong.info["kata"]["verdict"] == "wrong"
    task.defer_scoring()  # copies the task deeply
    with pytest.raises(vf.TaskError):
        scored(SAID)
