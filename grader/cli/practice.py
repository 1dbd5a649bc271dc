"""`kata start`, `hint`, `solution` and `reset`: what a learner does besides grading."""

from __future__ import annotations

import sys

import click

from grader.cli import console, options
from grader.errors import UsageError
from grader.render.paint import short


@click.command()
@options.one_slug
@click.option("--edit", is_flag=True, help="Open the stub in $VISUAL or $EDITOR.")
def start(slug: str, *, edit: bool) -> int:
    """Begin an exercise: note the time and print where the stub lies."""
    from grader.practice.stub_file import ensure_stub

    exercise = options.open_catalog().exercise(slug)
    ensure_stub(exercise)
    with options.open_history() as history:
        history.start(slug)
    paint = console.paint()
    console.say(f"{exercise.title}: {exercise.difficulty}, {exercise.minutes} minutes. The clock runs.")
    console.say(f"  stub   {paint.link(short(exercise.stub_path), str(exercise.stub_path))}")
    console.say(f"  read   kata show {slug}")
    console.say(f"  grade  kata grade {slug}")
    console.flush()
    if not edit:
        return 0
    from grader.screen.editor import open_editor

    return 0 if open_editor(exercise.stub_path) else 2


@click.command()
@options.one_slug
@click.option("--all", "everything", is_flag=True, help="Show every hint.")
def hint(slug: str, *, everything: bool) -> int:
    """Show the next hint, one at a time."""
    hints = options.open_catalog().exercise(slug).hints
    if not hints:
        console.say(f"{slug} has no hints.")
        return 0
    with options.open_history() as history:
        seen = history.hints(slug)
        shown = range(1, len(hints) + 1) if everything else range(seen + 1, seen + 2)
        numbers = [number for number in shown if number <= len(hints)]
        for number in numbers:
            history.add_hint(slug, number)
    for number in numbers:
        console.say(f"Hint {number} of {len(hints)}: {hints[number - 1]}")
    if not numbers:
        console.say(f"All {len(hints)} hints were shown. `kata hint {slug} --all` repeats them.")
    return 0


@click.command()
@options.one_slug
@click.option("--spoil", is_flag=True, help="Show it before it is solved.")
@click.option("--full", is_flag=True, help="With every docstring, as it lies in solutions/.")
@click.option("--alternatives", "ways", is_flag=True, help="Other right ways, and what they cost.")
@click.option("--way", metavar="NAME", help="The code of one of them.")
@click.option("--mistakes", is_flag=True, help="The mistakes that others make here.")
@click.option("--questions", is_flag=True, help="What an interviewer would ask next, with key points.")
def solution(
    slug: str, *, spoil: bool, full: bool, ways: bool, way: str | None, mistakes: bool, questions: bool
) -> int:
    """Show our solution, once you solved the exercise, or what else there is to read then."""
    from grader.content.afterword import afterword, alternative
    from grader.content.catalog import read_content
    from grader.render import afterword as render

    if sum([full, ways, way is not None, mistakes, questions]) > 1:
        raise UsageError("One thing at a time.", "Drop all but one of the options.")
    exercise = options.open_catalog().exercise(slug)
    with options.open_history() as history:
        solved = history.solved(slug)
        if solved or spoil:
            history.add_spoiler(slug)
    if not solved and not spoil:
        console.warn(f"{slug} is not solved yet. Try `kata hint {slug}`, or add --spoil to see the solution anyway.")
        return 1
    if full:
        return _code(read_content(exercise.reference_path))
    word = afterword(exercise)
    if way is not None:
        source = alternative(exercise, way)
        if source is None:
            names = ", ".join(one.name for one in word.alternatives) or "none"
            raise UsageError(f"{slug} has no alternative named {way!r}.", f"There are: {names}.")
        return _code(source)
    if ways:
        console.write(render.alternatives(word, console.paint()))
        if word.alternatives:
            console.say(f"\nThe code of one: kata solution {slug} --way {word.alternatives[0].name}")
    elif mistakes:
        console.write(render.mistakes(word.mistakes, console.paint()))
    elif questions:
        console.write(render.questions(word.follow_ups, console.paint()))
    else:
        return _code(word.solution)
    return 0


def _code(text: str) -> int:
    if not console.has_color(sys.stdout):
        console.write(text)
        return 0
    from rich.console import Console
    from rich.syntax import Syntax

    Console(force_terminal=True).print(Syntax(text, "python", background_color="default", word_wrap=True))
    return 0


@click.command()
@options.one_slug
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.option("--restore", is_flag=True, help="Bring back what the last reset replaced.")
def reset(slug: str, *, yes: bool, restore: bool) -> int:
    """Make the stub pristine again; `--restore` undoes it."""
    from grader.practice.stub_file import is_touched, reset_stub, restore_stub

    exercise = options.open_catalog().exercise(slug)
    touched = is_touched(exercise)
    if touched and not yes and not restore:
        if not sys.stdin.isatty():
            raise UsageError(f"Resetting {slug} overwrites your attempt.", "Add --yes to do it without being asked.")
        if not console.confirm(f"Overwrite your attempt at {slug}? It can be restored."):
            console.say("Nothing was changed.")
            return 1
    with options.open_history() as history:
        (restore_stub if restore else reset_stub)(exercise, history)
    path = short(exercise.stub_path)
    if restore:
        console.say(f"{path} is restored.")
    else:
        console.say(f"{path} is pristine." + (f" `kata reset {slug} --restore` brings your attempt back." * touched))
    return 0
