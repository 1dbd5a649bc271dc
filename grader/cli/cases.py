"""`kata case` and `kata debug`: one failing case to hold, and to step through."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli import console, options
from grader.errors import UsageError
from grader.model import Level
from grader.render.escape import visible
from grader.render.paint import short

if TYPE_CHECKING:
    from grader.model import Exercise, Submission
    from grader.practice.failing_case import FailingCase
    from grader.sandbox import Sandbox


_name = click.argument("name", required=False, default="")


@click.command()
@options.one_slug
@_name
@options.path
@options.seed
@click.option("--input", "typed", metavar="CALL", help="Run this call of your own instead of a hidden test.")
@click.option("--output", type=click.Path(path_type=Path), metavar="FILE", help="Where to write the script.")
@options.confinement
@options.start_method
def case(
    slug: str,
    name: str,
    *,
    path: Path | None,
    seed: int | None,
    typed: str | None,
    output: Path | None,
    confinement: str,
    start_method: str | None,
) -> int:
    """Write a failing case as a script of its own, which makes the calls and prints got and expected.

    NAME is a test as the report names it; by default it is the most basic one that fails.
    """
    catalog = options.open_catalog()
    exercise = catalog.exercise(slug)
    _expect_no_interview(slug)
    with options.open_sandbox(catalog, confinement, start_method) as sandbox:
        if typed is not None:
            return _try(exercise, path, typed, sandbox)
        found = _find(exercise, _read(exercise, path), name, seed, sandbox)
    if found is None:
        console.say(f"{name or 'Every case'} of {exercise.slug} passes; there is nothing to write.")
        return 0
    script = output or Path(f"case_{exercise.slug}.py")
    _write(found, script, path or exercise.stub_path)
    console.write(visible(found.result.message) + "\n\n")
    console.say(f"{short(script.absolute())} makes these calls; run it with: python {short(script.absolute())}")
    console.say(f"Step through them with: kata debug {exercise.slug} {found.result.name!r} --seed {found.seed}")
    return 1


@click.command()
@options.one_slug
@_name
@options.seed
@click.option("--editor", type=click.Choice(["vscode"]), help="Write a launch configuration instead of running here.")
@options.confinement
@options.start_method
def debug(
    slug: str, name: str, *, seed: int | None, editor: str | None, confinement: str, start_method: str | None
) -> int:
    """Run a failing case in this terminal with Python's debugger at hand, outside the sandbox.

    It stops at every `breakpoint()` of your file, and where an exception is raised.
    """
    from grader.practice.case_script.script import write_script
    from grader.practice.debugging import (
        expect_own,
        keep_script,
        run_debugger,
        without_breakpoints,
        write_launch,
    )

    catalog = options.open_catalog()
    exercise = catalog.exercise(slug)
    expect_own(exercise, os.environ)
    _expect_no_interview(slug)
    with options.open_sandbox(catalog, confinement, start_method) as sandbox:
        found = _find(exercise, without_breakpoints(_read(exercise, None)), name, seed, sandbox, passing=True)
    if found is None:
        console.say(
            f"Every case of {exercise.slug} passes. `kata debug {exercise.slug} NAME` steps through one by name."
        )
        return 0
    written = write_script(found, exercise.stub_path.absolute(), f"{exercise.slug}.npz")
    script = keep_script(catalog.root, f"{exercise.slug}.py", written.text, f"{exercise.slug}.npz", written.arrays)
    if editor is not None:
        settings = write_launch(catalog.root, exercise.slug, script)
        console.say(f"{short(settings)} has the configuration `kata: {exercise.slug}`. It runs outside the sandbox.")
        return 0
    console.warn(f"{short(exercise.stub_path)} now runs outside the sandbox, as you.")
    console.flush()
    return run_debugger(script)


def _read(exercise: Exercise, path: Path | None) -> Submission:
    from grader.intake.submission import read_submission

    return read_submission(path or exercise.stub_path, exercise.slug)


def _find(
    exercise: Exercise,
    submission: Submission,
    name: str,
    seed: int | None,
    sandbox: Sandbox,
    *,
    passing: bool = False,
) -> FailingCase | None:
    from grader.cli.progress import Bar
    from grader.practice.failing_case import find_failing_case

    seed = _last_seed(exercise) if seed is None else seed
    with Bar(1) as bar:
        bar.begin(exercise.slug)
        return find_failing_case(exercise, submission, sandbox, name=name, seed=seed, passing=passing)


def _last_seed(exercise: Exercise) -> int | None:
    """Return the seed of the last attempt, if it did not pass: the case that the learner read of."""
    with options.open_history() as history:
        attempts = history.attempts(exercise.slug, limit=1)
    return attempts[0].seed if attempts and attempts[0].level is not Level.FULL else None


def _write(found: FailingCase, script: Path, attempt: Path) -> None:
    from grader.practice.case_script.script import MARK, write_script
    from grader.practice.data_folder import write_atomically

    if script.exists() and not script.read_bytes().startswith(MARK.encode()):
        raise UsageError(f"{script} is there and was not written by `kata case`.", "Name another file with --output.")
    arrays = script.with_suffix(".npz")
    written = write_script(found, attempt.absolute(), arrays.name)
    options.write_output(script, written.text)
    if written.arrays:
        try:
            write_atomically(arrays, written.arrays)
        except OSError as error:
            raise UsageError(f"{arrays} cannot be written ({error.strerror}).", "Name another --output.") from None


def _try(exercise: Exercise, path: Path | None, typed: str, sandbox: Sandbox) -> int:
    from grader.intake.submission import read_submission
    from grader.practice.own_input import expression_of, try_input

    expression = expression_of(exercise, typed)
    submission = _read(exercise, path)
    own = try_input(exercise, submission, expression, sandbox)
    console.say(visible(expression))
    if own.output:
        console.write(visible(own.output.rstrip("\n")) + "\n")
    with options.open_history() as history:
        solved = history.solved(exercise.slug)
    if not solved:
        console.say(visible(f"gave {own.told}" if own.worked else own.told))
        console.say(f"Once you solved {exercise.slug}, our solution's answer is shown beside yours.")
        return 0 if own.worked else 1
    ours = try_input(exercise, read_submission(exercise.reference_path), expression, sandbox)
    console.say(f"yours  {visible(own.told)}")
    console.say(f"ours   {visible(ours.told)}")
    return 0 if own.worked else 1


def _expect_no_interview(slug: str) -> None:
    """Refuse while an exercise is part of an interview: an interviewer shows no input either."""
    from grader.practice.interview.state import expect_free

    with options.open_history() as history:
        expect_free(history, slug)
