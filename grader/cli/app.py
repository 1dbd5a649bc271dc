"""All commands, put together."""

from __future__ import annotations

import click

from grader.cli import (
    authoring,
    batch,
    browse,
    cases,
    ci,
    console,
    doctor,
    grading,
    marks,
    mock,
    notebook,
    past,
    practice,
    proving,
    releasing,
    serve,
    training,
    updating,
)


@click.group(
    name="kata",
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog='Completion in bash: eval "$(_KATA_COMPLETE=bash_source kata)"; likewise zsh_source and fish_source.',
)
@click.option("--version", is_flag=True, help="Print the version and exit.")
@click.pass_context
def app(context: click.Context, *, version: bool) -> int:
    """Machine-learning coding katas, graded by hidden tests.

    Without a command it shows where you stand.
    """
    if version:
        from importlib import metadata

        console.say(f"kata {metadata.version('mlkata')}")
        context.exit()
    return past.dashboard() if context.invoked_subcommand is None else 0


for command in (
    browse.list_exercises,
    browse.show,
    practice.start,
    grading.run,
    grading.grade,
    cases.case,
    cases.debug,
    practice.hint,
    practice.solution,
    practice.reset,
    training.watch,
    training.review,
    serve.serve,
    mock.mock,
    past.history,
    past.stats,
    past.sync,
    updating.update,
    ci.ci,
    marks.marks,
    batch.batch,
    releasing.release,
    notebook.notebook,
    authoring.check,
    authoring.new,
    proving.proof,
    proving.index,
    doctor.doctor,
):
    app.add_command(command)
