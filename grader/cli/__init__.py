"""The `kata` command: parse, call one function, render, return an exit code."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NoReturn

from grader.errors import GraderError

if TYPE_CHECKING:
    from collections.abc import Sequence

INTERRUPTED = 130


def run() -> NoReturn:
    """Run the command line of this process; the console entry point."""
    sys.exit(main(sys.argv[1:]))


def main(arguments: Sequence[str]) -> int:
    """Run one command.

    Parameters
    ----------
    arguments : sequence of str
        What follows `kata` on the command line.

    Returns
    -------
    int
        0 passed, 1 judged and not passed, 2 usage error or broken exercise, 3 grader fault, 130 interrupted.
    """
    try:
        code = _command(arguments)
    except GraderError as error:
        return _complain(str(error), error.exit_code)
    except KeyboardInterrupt:
        code = INTERRUPTED
    except BrokenPipeError:
        code = 0
    except Exception as error:  # noqa: BLE001  the last resort: one line and a log instead of a traceback
        return _complain(*_explain(error))
    if code == INTERRUPTED:
        return _complain("interrupted. Reports that were complete are shown and recorded.", INTERRUPTED)
    return _flush(code)


def _command(arguments: Sequence[str]) -> int:
    import typer

    from grader.cli.app import app

    try:
        code = typer.main.get_command(app).main(list(arguments), prog_name="kata", standalone_mode=False)
    except typer.Abort:
        return INTERRUPTED
    return code if isinstance(code, int) else 0


def _explain(error: Exception) -> tuple[str, int]:
    """Return the line for an error that is none of ours, and its exit code."""
    if callable(sentence := getattr(error, "format_message", None)):  # what typer raises for a wrong command line
        context = getattr(error, "ctx", None)
        command = context.command_path if context is not None else "kata"
        return f"{str(sentence()).splitlines()[0]} See `{command} --help`.", 2
    from grader.cli.fault import write_fault

    return write_fault(error), 3


def _complain(line: str, code: int) -> int:
    from grader.cli.console import warn

    _flush(code)
    warn(line)
    return code


def _flush(code: int) -> int:
    from grader.cli.console import flush

    flush()
    return code
