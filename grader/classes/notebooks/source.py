"""One exercise as a notebook: for a course of nbgrader's, and for somebody who practises."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from grader.classes.notebooks import cells
from grader.classes.notebooks.plan import number
from grader.content.catalog import read_content
from grader.practice.stub_file import pristine_stub

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.classes.notebooks.plan import TestCell
    from grader.model import Exercise

SOLUTION: Final = "solution"
_FUTURE: Final = re.compile(r"^from __future__ import .*\n+", re.MULTILINE)
_EXAMPLE: Final = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
_ANSWER: Final = "Write your code in the cell below. Other cells may help it: what it uses of them is handed in with it. The hidden tests at the end are run by the grader."


def course_notebook(exercise: Exercise, tests: Sequence[TestCell], question_points: float) -> str:
    """Return the notebook of an exercise as a lecturer has it, the solution in it between nbgrader's marks.

    Parameters
    ----------
    exercise : Exercise
        Whose.
    tests : sequence of TestCell
        What is graded.
    question_points : float
        What the answer to each follow-up question is worth; 0 leaves the questions out.

    Returns
    -------
    str
        JSON. Checksums are nbgrader's to compute. Of the hidden tests there is nothing but their number of points.
    """
    return cells.notebook(list(_course_cells(exercise, tests, question_points)), kata={"exercise": exercise.slug})


def practice_notebook(exercise: Exercise, attempt: str) -> str:
    """Return the notebook of an exercise for somebody who practises: prompt, stub and a cell that grades.

    Parameters
    ----------
    exercise : Exercise
        Whose.
    attempt : str
        The stub, as far as it is completed.
    """
    return cells.notebook(
        [
            cells.markdown("prompt", read_content(exercise.prompt_path)),
            cells.code("load", "%load_ext grader"),
            cells.code("answer", f"%%kata grade {exercise.slug}\n{attempt.strip()}"),
            cells.markdown(
                "how", "Run the cell above to define your functions and have them graded with the hidden tests."
            ),
            cells.code("more", f"# %kata run {exercise.slug}\n# %kata hint {exercise.slug}"),
        ],
        kata={"exercise": exercise.slug},
    )


def _course_cells(exercise: Exercise, tests: Sequence[TestCell], question_points: float) -> Iterator[cells.Cell]:
    yield cells.graded(cells.markdown("prompt", read_content(exercise.prompt_path)), "prompt")
    yield cells.graded(cells.markdown("how", _ANSWER), "how")
    yield cells.graded(cells.code(SOLUTION, _solution(exercise)), SOLUTION, solution=True)
    yield cells.graded(cells.code("examples", _examples(exercise)), "examples")
    for test in tests:
        text = (
            f"# {test.title}: hidden tests, {number(test.points)} points. The grader runs them; they are not in this notebook.\n"
            f"from grader.classes.notebooks import ask\n\nask({exercise.slug!r}, {test.grade_id!r})"
        )
        yield cells.graded(cells.code(test.grade_id, text), test.grade_id, points=test.points)
    if question_points:
        for place, follow_up in enumerate(exercise.follow_ups, 1):
            yield cells.graded(
                cells.markdown(f"question_{place}", f"**Question {place}.** {follow_up.question}"), f"question_{place}"
            )
            points = "\n".join(f"- {point}" for point in follow_up.key_points)
            answer = cells.markdown(f"answer_{place}", f"### BEGIN SOLUTION\n{points}\n### END SOLUTION")
            yield cells.graded(answer, f"answer_{place}", points=question_points, solution=True)


def _solution(exercise: Exercise) -> str:
    """Return the stub, and below it our solution between marks: what is left for a learner is the stub."""
    reference = _FUTURE.sub("", read_content(exercise.reference_path))
    return f"{pristine_stub(exercise).decode().strip()}\n\n\n### BEGIN SOLUTION\n{reference.strip()}\n### END SOLUTION"


def _examples(exercise: Exercise) -> str:
    """Return a cell that runs the examples of the prompt and shows where they differ."""
    examples = "\n".join(
        block.rstrip() for block in _EXAMPLE.findall(read_content(exercise.prompt_path)) if ">>>" in block
    )
    quoted = examples.replace("\\", "\\\\").replace("'''", "\\'\\'\\'")
    return (
        "# The examples of the prompt. Run this cell: it shows what differs from them, and nothing where all is right.\n"
        f"import doctest\n\nexamples = '''\n{quoted}\n'''\n"
        "doctest.run_docstring_examples(\n    examples, globals(), name='examples', optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS\n)"
    )
