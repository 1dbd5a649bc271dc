"""`kata notebook`: exercises as notebooks, for lecturers who use nbgrader and for learners who like Jupyter."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

import click

from grader.cli import console, options
from grader.errors import UsageError
from grader.model import ConfinementMode, Feedback
from grader.render.paint import count, short


@click.group()
def notebook() -> None:
    """Exercises as Jupyter notebooks, alone or as courses for nbgrader."""


@notebook.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--assignment", required=True, metavar="NAME", help="What nbgrader calls it.")
@click.option("--exercises", "slugs", metavar="SLUG,…", help="These exercises.")
@options.track
@click.option(
    "--question-points",
    type=click.FloatRange(min=0),
    default=1.0,
    show_default=True,
    metavar="N",
    help="What each follow-up question is worth; you grade the answers. 0 leaves the questions out.",
)
@click.option(
    "--feedback",
    type=options.member(Feedback),
    default=str(Feedback.HINTS),
    show_default=True,
    help="How much learners read of what failed; full tells inputs and expected values.",
)
@click.option(
    "--confinement",
    type=options.member(ConfinementMode),
    default=str(ConfinementMode.STRICT),
    show_default=True,
    help="As for grade; here strict unless you say otherwise.",
)
@click.option("-j", "--jobs", type=click.IntRange(min=1), default=1, metavar="N", help="How many at the same time.")
def course(
    folder: Path,
    *,
    assignment: str,
    slugs: str | None,
    track: str | None,
    question_points: float,
    feedback: str,
    confinement: str,
    jobs: int,
) -> int:
    """Write a course for nbgrader, or add an assignment to one."""
    _need("nbgrader")
    from grader.classes.notebooks.course import Course, make_course
    from grader.cli.progress import Bar

    catalog = options.open_catalog()
    named = [slug.strip() for slug in (slugs or "").split(",") if slug.strip()]
    exercises = options.select(catalog, named, track, everything=False)
    wanted = Course(
        folder, assignment, tuple(exercises), question_points, Feedback(feedback), ConfinementMode(confinement)
    )
    with Bar(len(exercises)) as bar:
        bar.begin(exercises[0].slug)
        written = make_course(catalog, wanted, jobs, lambda slug, done: bar.move(slug, done, len(exercises)))
    console.say(f"Wrote {count(len(written), 'notebook')} to {short(written[0].parent)}.")
    console.say(f"Next, in {short(folder)}: nbgrader generate_assignment {_quoted(assignment)}")
    return 0


@notebook.command()
@click.argument("assignment", metavar="NAME")
@click.option(
    "--course", "folder", type=click.Path(path_type=Path), default=".", metavar="DIR", help="Folder of the course."
)
@click.option("--force", is_flag=True, help="Grade everybody anew.")
@click.option("-j", "--jobs", type=click.IntRange(min=1), default=1, metavar="N", help="How many at the same time.")
def autograde(assignment: str, *, folder: Path, force: bool, jobs: int) -> int:
    """Grade a whole class, as `nbgrader autograde` does but many times faster."""
    _need("nbgrader")
    import warnings

    from grader.classes.notebooks.likely import likely_backends
    from grader.classes.pool import Pool
    from grader.cli.progress import Bar

    with warnings.catch_warnings(), Pool(jobs, likely_backends(folder, assignment)) as pool:
        warnings.simplefilter("ignore")  # of the libraries of nbgrader about each other
        pool.start()  # while nbgrader is imported here
        from grader.classes.notebooks.autograde import ClassRun

        run = ClassRun(folder, assignment)
        with Bar(1) as bar:
            outcome = run.grade(pool, force=force, observe=bar.move)
    for line in (*outcome.notes, *outcome.faults):
        console.warn(line)
    told = f"Graded {count(outcome.notebooks, 'notebook')} of {count(outcome.learners, 'learner')}."
    if outcome.before:
        told += f" {count(outcome.before, 'learner')} had marks already; --force grades them anew."
    console.say(told)
    return 3 if outcome.faults else 0


@notebook.command("open")
@options.one_slug
@click.option(
    "--output", type=click.Path(path_type=Path), metavar="FILE", help="Where it goes; SLUG.ipynb here by default."
)
@click.option("--no-browser", is_flag=True, help="Write it, and do not open JupyterLab.")
def open_notebook(slug: str, *, output: Path | None, no_browser: bool) -> int:
    """Write a notebook with the prompt, your stub and a cell that grades, and open it in JupyterLab."""
    from grader.classes.notebooks.source import practice_notebook
    from grader.practice.stub_file import pristine_stub, stub_content

    exercise = options.open_catalog().exercise(slug)
    path = output or Path(f"{slug}.ipynb")
    if path.exists():
        console.say(f"{short(path)} is there already, and stays as it is.")
    else:
        attempt = stub_content(exercise) or pristine_stub(exercise)
        options.write_output(path, practice_notebook(exercise, attempt.decode(errors="replace")))
        console.say(f"Wrote {short(path)}.")
    if find_spec("ipykernel") is None:
        console.say("Its kernel needs `pip install 'mlkata[notebooks]'`, or any Jupyter with mlkata beside it.")
    if no_browser or find_spec("jupyterlab") is None:
        console.say(f"Open it: jupyter lab {_quoted(str(path))}")
        return 0
    console.flush()
    import subprocess

    return subprocess.run([sys.executable, "-m", "jupyterlab", str(path)], check=False).returncode


def _need(module: str) -> None:
    """Refuse where an extra is not installed.

    Raises
    ------
    UsageError
        With the line that installs it.
    """
    if find_spec(module) is None:
        raise UsageError(f"This needs {module}, which is not installed.", "Run `pip install 'mlkata[notebooks]'`.")


def _quoted(text: str) -> str:
    import shlex

    return shlex.quote(text)
